"""What `anime4k bench` prints."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from anime4k.bench.compare import Against, Change, Entry, compare, headroom_text
from anime4k.bench.report import ModeReport, Report
from anime4k.bench.statistics import Figures
from anime4k.bench.verdict import FITS, Verdict, rate_name, size_name
from anime4k.bench.wording import bytes_text, facts, ms_text, spread_text, title_of

_PLAIN_WIDTH = 150
"""Columns where there is no terminal to ask."""
_MOST_PASSES = 6


def print_report(report: Report, *, everything: bool = False) -> None:
    """Print a report for people.

    Args:
        report: what was found.
        everything: also all passes, not only the dearest.
    """
    console = make_console()
    for name, text in facts(report):
        say(console, f"{name:<8}  {text}")
    console.print()
    _print_frames(console, report)
    _print_stages(console, report)
    for mode in report.modes:
        _print_passes(console, mode, everything)
    _print_reuse(console, report)
    _print_starts(console, report)
    for mode in report.modes:
        say(console, f"{mode.mode}:", "bold")
        for verdict in mode.verdicts:
            say(console, f"  {verdict.text}{_late_text(verdict)}", _style(verdict))
        for note in mode.notes:
            say(console, f"  note: {note}")
    warnings = [*report.warnings, *(f"{mode.mode}: {mode.trouble.text}" for mode in report.modes if mode.trouble)]
    for warning in warnings:
        say(console, f"! {warning}", "yellow")


def print_comparison(reports: Sequence[tuple[str, Report]]) -> None:
    """Print reports beside each other."""
    console, found = make_console(), compare(reports)
    for name, report in reports:
        software = " (software)" if report.device.software else ""
        say(console, f"{name}: {report.device.renderer}{software}, {report.date}, anime4k {report.versions.anime4k}")
    for row in found.rows:
        table = make_table(f"{row.key.mode}, {size_name(row.key.source)} to {size_name(row.key.output)}",
                       ("", "left"), *(entry.name for entry in row.entries))  # fmt: skip
        for name, figure in _COMPARED:
            table.add_row(name, *(_against(figure(entry), number) for number, entry in enumerate(row.entries)))
        for rate, _ in row.entries[0].headroom:
            rooms = [dict(entry.headroom).get(rate) for entry in row.entries]
            name = f"headroom {rate_name(rate)}"
            table.add_row(name, *("-" if room is None else headroom_text(room) for room in rooms))
        console.print(table)
    say(console, "ratios are to the first report; a figure has changed when it differs by more than either run varies")
    for text in (*found.alone, *found.remarks):
        say(console, f"! {text}", "yellow")


def make_console() -> Console:
    """Standard output, as wide as the terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH)


def say(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is."""
    console.print(Text(text, style), soft_wrap=True)


def make_table(title: str, *columns: str | tuple[str, str]) -> Table:
    """A table; columns hold figures, at the right, unless they are given as (name, side)."""
    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in columns:
        name, side = (column, "right") if isinstance(column, str) else column
        table.add_column(name, justify="left" if side == "left" else "right", no_wrap=side != "left")
    return table


def _print_frames(console: Console, report: Report) -> None:
    rates = " / ".join(rate_name(verdict.rate) for verdict in _rates(report))
    table = make_table("milliseconds a frame, flat out",
                   ("mode", "left"), "frames", "p50", "p95", "p99", "max", "p50 of blocks")  # fmt: skip
    work = make_table("chains", ("mode", "left"), "draws", "textures", "CPU ms", f"late at {rates}")
    for mode in report.modes:
        table.add_row(title_of(mode), str(mode.frame.count), *_percentiles(mode.frame), spread_text(mode.p50))
        late = " / ".join(f"{100 * verdict.late / max(1, verdict.frames):.0f}" for verdict in mode.verdicts)
        memory = bytes_text(mode.memory.allocated)
        work.add_row(title_of(mode), str(mode.pass_count), memory, spread_text(mode.cpu), f"{late} %")
    console.print(table)
    console.print(work)


def _print_stages(console: Console, report: Report) -> None:
    table = make_table("stages, ms", ("mode", "left"), ("stage", "left"), "share", "p50", "p95", "p99", "max")
    for mode in report.modes:
        together = sum(stage.ms.mean for stage in mode.stages) or 1.0
        for number, stage in enumerate(mode.stages):
            share = f"{stage.ms.mean / together:.0%}"
            table.add_row(title_of(mode) if number == 0 else "", stage.name, share, *_percentiles(stage.ms))
        if mode.gpu is not None and mode.gpu.count:
            table.add_row("", "passes, by the clock of the GPU", "", *_percentiles(mode.gpu))
        if mode.alone.count:
            table.add_row("", "one frame alone, decoded to finished", "", *_percentiles(mode.alone))
    console.print(table)


def _print_passes(console: Console, mode: ModeReport, everything: bool) -> None:
    ordered = sorted(mode.passes, key=lambda each: -each.ms.p50)
    shown = set(map(id, ordered if everything else ordered[:_MOST_PASSES]))
    table = make_table(f"{title_of(mode)}: passes, timed in a run of their own, ms",
                   ("pass", "left"), "share", "p50", "p95", "p99", "max")  # fmt: skip
    together = sum(each.ms.p50 for each in mode.passes) or 1.0
    for each in mode.passes:
        if id(each) in shown:
            table.add_row(Text(each.name), f"{each.ms.p50 / together:.0%}", *_percentiles(each.ms))
    rest = [each for each in mode.passes if id(each) not in shown]
    if rest:
        took = sum(each.ms.p50 for each in rest)
        others = "one other" if len(rest) == 1 else f"{len(rest)} others"
        table.add_row(f"{others} (-v shows all)", f"{took / together:.0%}", ms_text(took), "", "", "")
    if mode.passes:
        console.print(table)


def _print_reuse(console: Console, report: Report) -> None:
    """What is saved where pictures, or parts of them, stay; the figures above are of frames that are drawn whole."""
    if not any(mode.reuse for mode in report.modes):
        return
    table = make_table("as it is played: what has not changed is kept", ("mode", "left"), "frames", "kept", "in parts",
                   "of the picture", "shading saved", "ms a frame", "p99", "drawn whole")  # fmt: skip
    for mode in report.modes:
        found = mode.reuse
        if found is None:
            continue
        frames = max(1, found.kept + found.parts + found.whole)
        table.add_row(
            title_of(mode), str(frames), f"{found.kept / frames:.0%}", f"{found.parts / frames:.0%}",
            f"{found.part:.0%}" if found.parts else "-", f"{found.saved:.0%}",
            ms_text(found.frame.mean), ms_text(found.frame.p99), ms_text(mode.frame.mean),
        )  # fmt: skip
    console.print(table)


def _print_starts(console: Console, report: Report) -> None:
    if not any(mode.cold or mode.warm for mode in report.modes):
        return
    table = make_table("beginning in fresh processes, ms", ("mode", "left"), ("caches", "left"), "compiling",
                   "first picture", "from the command on")  # fmt: skip
    for mode in report.modes:
        for name, start in (("empty", mode.cold), ("full", mode.warm)):
            if start is not None:
                figures = [ms_text(each.median) for each in (start.compile, start.first_picture, start.launch)]
                table.add_row(title_of(mode) if name == "empty" else "", name, *figures)
    console.print(table)


def _rates(report: Report) -> Sequence[Verdict]:
    return report.modes[0].verdicts if report.modes else ()


def _percentiles(ms: Figures) -> list[str]:
    return [ms_text(value) for value in (ms.p50, ms.p95, ms.p99, ms.max)]


def _late_text(verdict: Verdict) -> str:
    return f" ({verdict.late} of {verdict.frames} frames late)" if verdict.late else ""


def _style(verdict: Verdict) -> str:
    if not verdict.fits:
        return "red"
    return "green" if verdict.headroom >= 1.0 - FITS else "yellow"


def _against(figure: Against, number: int) -> str:
    """A figure, and from the second report on what became of it."""
    if number == 0:
        return ms_text(figure.ms)
    return f"{ms_text(figure.ms)}  {figure.ratio:.2f} {_WORDS[figure.change]}"


_WORDS = {Change.SAME: "same", Change.FASTER: "faster", Change.SLOWER: "slower"}
_COMPARED: tuple[tuple[str, Callable[[Entry], Against]], ...] = (
    ("p50 ms", lambda entry: entry.p50),
    ("p99 ms", lambda entry: entry.p99),
    ("CPU ms", lambda entry: entry.cpu),
)
