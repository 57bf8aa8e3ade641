"""From measured frames to the figures of a report. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anime4k.bench.lane import Sample, part_times
from anime4k.bench.measure import Measured
from anime4k.bench.report import Memory, ModeReport, Named, Reuse, Start
from anime4k.bench.statistics import block_spread, figures, find_trouble, late_frames, spread
from anime4k.bench.verdict import Size, Verdict, advice, rates_with, verdict
from anime4k.pipeline.costs import tally_of

Starts = tuple[Start | None, Start | None]
"""The beginning with empty caches, and with those that it left behind."""


def mode_reports(
    results: Sequence[Measured],
    source: Size,
    rate: float | None,
    starts: Mapping[str, Starts],
    *,
    software: bool,
) -> tuple[ModeReport, ...]:
    """What was found out about each chain that drew frames.

    Args:
        results: the measurements on one video.
        source: its size.
        rate: its frames per second, None = unknown.
        starts: what is known of beginnings, by name of the mode.
        software: whether the processor drew.
    """
    done = [result for result in results if result.blocks]
    p99_ms = {result.chain.mode: figures(_totals(_frames(result))).p99 for result in done}
    return tuple(_report(result, source, rate, starts, p99_ms, software) for result in done)


def _report(
    result: Measured,
    source: Size,
    rate: float | None,
    starts: Mapping[str, Starts],
    p99_ms: Mapping[str, float],
    software: bool,
) -> ModeReport:
    samples = _frames(result)
    blocks = tuple(tuple(round(ms, 4) for ms in _totals(block)) for block in result.blocks)
    frames = [ms for block in blocks for ms in block]
    whole = figures(frames)
    mode = result.chain.mode
    drawing = [1e3 * sample.cost.draw_s for sample in samples]
    cold, warm = starts.get(mode, (None, None))
    return ModeReport(
        mode=mode,
        shaders=tuple(shader.name for shader in result.chain.shaders),
        source=source,
        output=result.size,
        pass_count=len(result.plan.steps),
        frame=whole,
        p50=block_spread(blocks, 0.50),
        p99=block_spread(blocks, 0.99),
        cpu=spread([1e3 * seconds for seconds in result.cpu_s]),
        stages=tuple(
            Named(part.name_on(software=software), figures(times)) for part, times in part_times(samples).items()
        ),
        gpu=figures([sum(ms for _, ms in frame) for frame in result.steps]) if result.gpu_timed else None,
        alone=figures([1e3 * seconds for seconds in result.alone_s]),
        reuse=_reuse(result),
        passes=_passes(result),
        verdicts=tuple(
            _verdict(mode, frames, whole.p99, each, source, result.size, p99_ms) for each in rates_with(rate)
        ),
        memory=Memory(result.plan.cost.peak_bytes, result.allocated, result.device),
        cold=cold,
        warm=warm,
        trouble=find_trouble(drawing, software=software),
        blocks=blocks,
        notes=(*result.disabled, *result.plan.notes),
    )


def _reuse(result: Measured) -> Reuse | None:
    if not result.reused:
        return None
    tally = tally_of(sample.cost.share for sample in result.reused)
    return Reuse(tally.kept, tally.parts, tally.whole, tally.part, tally.saved, figures(_totals(result.reused)))


def _frames(result: Measured) -> list[Sample]:
    return [sample for block in result.blocks for sample in block]


def _totals(samples: Sequence[Sample]) -> list[float]:
    return [1e3 * sample.total_s for sample in samples]


def _passes(result: Measured) -> tuple[Named, ...]:
    """Passes by their place: the same shader may run twice, under the same names."""
    if not result.steps:
        return ()
    names = [name for name, _ in result.steps[-1]]
    rows = [frame for frame in result.steps if [name for name, _ in frame] == names]
    return tuple(
        Named(name, figures([frame[number][1] for frame in rows])) for number, name in enumerate(names)
    )


def _verdict(
    mode: str,
    frames: Sequence[float],
    p99: float,
    rate: float,
    source: Size,
    output: Size,
    p99_ms: Mapping[str, float],
) -> Verdict:
    late = late_frames(frames, 1000.0 / rate)
    return verdict(p99, late, len(frames), rate, source, output, advice(mode, rate, p99_ms))
