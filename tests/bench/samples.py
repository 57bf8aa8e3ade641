"""Reports made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from anime4k.bench.report import (
    SCHEMA,
    Clip,
    DeviceFacts,
    Machine,
    Memory,
    ModeReport,
    Named,
    Report,
    Reuse,
    Start,
    Versions,
)
from anime4k.bench.statistics import RATES, Spread, Trouble, block_spread, figures, late_frames, spread
from anime4k.bench.verdict import verdict

BLOCKS: tuple[tuple[float, ...], ...] = ((10.0, 11.0, 12.0), (11.0, 12.0, 30.0))


def start(ms: float) -> Start:
    """A beginning that was measured once."""
    once = spread([ms])
    return Start(spread([5.0]), once, spread([ms + 20.0]), spread([ms + 500.0]))


def mode_report(name: str = "a-fast", blocks: Sequence[Sequence[float]] = BLOCKS, **changes: object) -> ModeReport:
    """A chain that took these milliseconds."""
    times = [ms for block in blocks for ms in block]
    whole, sizes = figures(times), ((1920, 1080), (3840, 2160))
    made = ModeReport(
        mode=name,
        shaders=("a4k-restore-cnn-m", "<odd & name>"),
        source=sizes[0],
        output=sizes[1],
        pass_count=2,
        frame=whole,
        p50=block_spread(blocks, 0.5),
        p99=block_spread(blocks, 0.99),
        cpu=Spread(8.0, 7.5, 8.5),
        stages=(Named("upload", figures([1.0] * len(times))), Named("passes", figures([ms - 1.0 for ms in times]))),
        gpu=None,
        alone=figures([14.0]),
        reuse=Reuse(12, 6, 2, 0.25, 0.825, figures([0.5] * 12 + [3.0] * 6 + [11.0] * 2)),
        passes=(Named("first <pass>", figures([3.0, 5.0])), Named("second", figures([1.0, 1.0]))),
        verdicts=tuple(
            verdict(whole.p99, late_frames(times, 1000 / rate), len(times), rate, *sizes, "--mode quick")
            for rate in RATES
        ),
        memory=Memory(123_000_000, 124_500_000, None),
        cold=start(900.0),
        warm=start(90.0),
        trouble=None,
        blocks=tuple(map(tuple, blocks)),
        notes=("a note",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def report(*modes: ModeReport, software: bool = False, **changes: object) -> Report:
    """A run of these chains."""
    device = DeviceFacts("llvmpipe" if software else "Some GPU", "Some maker", "4.6.0", None, software)
    made = Report(
        schema=SCHEMA,
        date="2026-01-02T03:04:05+00:00",
        seconds=60.0,
        window=False,
        complete=True,
        device=device,
        machine=Machine("Linux", "Some CPU", 8, (0.5, 0.75), 0.01),
        versions=Versions("0.1", "3.11", "5.12", "14", "2.0"),
        clips=(Clip("clip.mkv", (1920, 1080), "h264", "yuv420p", 23.976, True, False),),
        modes=modes or (mode_report(),),
        warnings=("software renderer",) if software else (),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


TROUBLE = Trouble(1.8, 0.25, "the same work took 1.8 times as long")
