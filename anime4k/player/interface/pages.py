"""The pages of the statistics as rows. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.player.interface import texts
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.theme import Tone
from anime4k.player.keys.bindings import Binding
from anime4k.player.pace.timing import Spread
from anime4k.player.state import PlayerState, TrackView


class Page(enum.Enum):
    """A page of the statistics; the value is its key."""

    OVERVIEW = "1"
    PASSES = "2"
    STAGES = "3"
    KEYS = "4"
    TRACKS = "5"
    CHAIN = "0"


TITLES = {
    Page.OVERVIEW: "overview",
    Page.PASSES: "passes",
    Page.STAGES: "stages",
    Page.KEYS: "keys",
    Page.TRACKS: "tracks",
    Page.CHAIN: "chain",
}
TIME_COLUMNS = ("last", "average", "peak", "p99", "share")


@dataclass(frozen=True)
class Row:
    """One row of a page.

    Attributes:
        name: what it is about; alone it is a heading.
        value: what there is to say.
        columns: right-aligned numbers instead of a value.
        share: part of a whole, drawn as a bar behind; None = no bar.
        tone: of the value.
    """

    name: str
    value: str = ""
    columns: tuple[str, ...] = ()
    share: float | None = None
    tone: Tone = Tone.NORMAL


def page_rows(page: Page, state: PlayerState, figures: Figures, bindings: Sequence[Binding]) -> list[Row]:
    """The rows of a page."""
    if page is Page.OVERVIEW:
        return _overview(state, figures)
    if page is Page.PASSES:
        return _passes(figures)
    if page is Page.STAGES:
        return _stages(figures)
    if page is Page.KEYS:
        return [Row("   ".join(binding.keys), binding.help) for binding in bindings]
    if page is Page.TRACKS:
        return _tracks(state)
    return _chain(state, figures)


def verdict_line(figures: Figures) -> texts.Line:
    """The verdict with the colour it deserves."""
    verdict = figures.verdict
    tone = Tone.DIM if verdict.fits is None else Tone.GOOD if verdict.fits else Tone.BAD
    return texts.Line(verdict.text or "nothing measured yet", tone)


def time_columns(spread: Spread, share: float | None = None) -> tuple[str, ...]:
    """Last, average, peak, p99 in milliseconds, and a share in percent."""
    times = tuple(milliseconds(value) for value in (spread.last, spread.average, spread.peak, spread.p99))
    return (*times, "" if share is None else f"{share:.0%}")


def milliseconds(value: float) -> str:
    """A time in as many places as can be read."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"


def _overview(state: PlayerState, figures: Figures) -> list[Row]:
    rows = []
    for name, value in texts.bullets(state):
        rows += [Row(name, value), *(_reused(figures) if name == texts.FRAMES else ())]
    lines = texts.state_lines(state)
    rows.append(Row("Shaders", lines[0].text, tone=lines[0].tone))
    rows += [Row("", line.text, tone=line.tone) for line in lines[1:]]
    if state.chain.preparing is not None:
        rows.append(Row("", texts.preparing_text(state.chain.preparing), tone=Tone.WARN))
    snapshot = figures.snapshot
    if snapshot.interval.count:
        text = f"a frame every {snapshot.interval.average:.2f} ms, jitter {snapshot.jitter_ms:.2f} ms"
        rows.append(Row("Display", f"{figures.display_ms:.2f} ms, {text}" if figures.display_ms > 0 else text))
    if snapshot.av_error.count:
        error = snapshot.av_error
        bad = max(abs(error.p99), abs(error.average)) > 20
        text = f"{error.last:+.1f} ms, average {error.average:+.1f} ms, p99 {error.p99:+.1f} ms"
        rows.append(Row("A/V error", text, tone=Tone.WARN if bad else Tone.NORMAL))
    rows += _lines(figures)
    if snapshot.stages:
        rows.append(Row("Milliseconds", columns=TIME_COLUMNS))
        rows += _stage_rows(figures)
    return rows


def _reused(figures: Figures) -> list[Row]:
    """How much of the newest frames was not drawn."""
    text = figures.snapshot.tally.text
    return [Row("Reused", text)] if text else []


def _lines(figures: Figures) -> list[Row]:
    return [Row(name[:1].upper() + name[1:], value) for name, value in figures.lines]


def _stage_rows(figures: Figures) -> list[Row]:
    snapshot = figures.snapshot
    loads = dict(snapshot.loads)
    together = sum(loads.values())
    rows = []
    for entry in snapshot.stages:
        share = loads[entry.stage] / together if entry.stage in loads and together > 0 else None
        rows.append(Row(entry.stage.value, columns=time_columns(entry.ms, share), share=share))
    if snapshot.frame.count:
        over = figures.budget_ms > 0 and snapshot.frame.p99 > figures.budget_ms
        tone = Tone.BAD if over else Tone.ACCENT
        rows.append(Row("whole frame", columns=time_columns(snapshot.frame), tone=tone))
    return rows


def _passes(figures: Figures) -> list[Row]:
    passes = figures.snapshot.passes
    if not passes:
        return [Row("No pass has been measured: the chain has none, or nothing has been drawn.")]
    total = sum(entry.ms.average for entry in passes)
    timed = "GPU" if figures.snapshot.gpu_timed else "clock on the wall"
    rows = [Row(f"Milliseconds ({timed})", columns=TIME_COLUMNS)]
    for entry in passes:
        share = entry.ms.average / total if total > 0 else None
        rows.append(Row(entry.name, columns=time_columns(entry.ms, share), share=share))
    times = ((entry.ms.last, entry.ms.average, entry.ms.peak, entry.ms.p99) for entry in passes)
    sums = [sum(values) for values in zip(*times, strict=True)]
    rows.append(Row("together", columns=(*map(milliseconds, sums), ""), tone=Tone.ACCENT))
    return rows


def _stages(figures: Figures) -> list[Row]:
    rows = [Row("Milliseconds", columns=("count", "p50", "p95", "p99", "peak"))]
    for entry in figures.snapshot.stages:
        times = (entry.ms.p50, entry.ms.p95, entry.ms.p99, entry.ms.peak)
        rows.append(Row(entry.stage.value, columns=(str(entry.ms.count), *map(milliseconds, times))))
    for name, spread in (
        ("whole frame", figures.snapshot.frame),
        ("between frames", figures.snapshot.interval),
        ("A/V error", figures.snapshot.av_error),
    ):
        times = (spread.p50, spread.p95, spread.p99, spread.peak)
        rows.append(Row(name, columns=(str(spread.count), *map(milliseconds, times)), tone=Tone.ACCENT))
    return rows + _reused(figures) + _lines(figures)


def _tracks(state: PlayerState) -> list[Row]:
    rows = [Row("Sound")]
    rows += [_track_row(track, track.number == state.sound.track) for track in state.sound.tracks] or [Row("", "none")]
    rows.append(Row("Subtitles"))
    chosen = (state.subtitles.track, state.subtitles.secondary)
    rows += [_track_row(track, track.number in chosen) for track in state.subtitles.tracks] or [Row("", "none")]
    return rows


def _track_row(track: TrackView, chosen: bool) -> Row:
    detail = texts.track_detail(track)
    text = texts.track_text(track) + (f"   ({detail})" if detail else "")
    return Row("", text, tone=Tone.ACCENT if chosen else Tone.NORMAL)


def _chain(state: PlayerState, figures: Figures) -> list[Row]:
    chain = state.chain
    rows = [Row("Chain", texts.mode_text(chain)), Row("Strength", f"{chain.strength:.0%}")]
    for number, file in enumerate(chain.files, 1):
        tone = Tone.BAD if file.problem else Tone.NORMAL if file.used else Tone.FAINT
        rows.append(Row(f"File {number}", file.problem or file.path, tone=tone))
        rows += [Row("", f"{entry.name} = {entry.value:g}", tone=Tone.DIM) for entry in file.parameters]
    rows += [Row("Skipped", f"{name}: {reason}", tone=Tone.WARN) for name, reason in chain.skipped]
    rows += [Row("Left out", f"{file}: {reason}", tone=Tone.BAD) for file, reason in chain.disabled]
    rows.append(Row("Device", state.gpu))
    return rows + _lines(figures)
