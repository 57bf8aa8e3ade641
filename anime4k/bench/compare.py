"""Reports beside each other: what has changed, and whether that is more than chance. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.bench.report import ModeReport, Report
from anime4k.bench.statistics import Spread
from anime4k.bench.verdict import Size


class Change(enum.Enum):
    """What became of a figure; the value is what people read."""

    SAME = "within the spread"
    FASTER = "faster"
    SLOWER = "slower"


@dataclass(frozen=True)
class Against:
    """A figure against the same one of the first report.

    Attributes:
        ms: the figure in milliseconds, median of the blocks of its run.
        ratio: to that of the first report.
        spread: what the two may differ by without meaning anything, in milliseconds.
        change: whether they differ by more.
    """

    ms: float
    ratio: float
    spread: float
    change: Change


@dataclass(frozen=True)
class Entry:
    """A chain in one of the reports.

    Attributes:
        name: of the report.
        p50: the median frame.
        p99: what 99 of 100 frames do not exceed.
        cpu: processor time a frame.
        headroom: (frames per second, part of their time that is left at p99).
    """

    name: str
    p50: Against
    p99: Against
    cpu: Against
    headroom: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Key:
    """What must be equal for figures to be comparable."""

    mode: str
    source: Size
    output: Size


@dataclass(frozen=True)
class Row:
    """A chain at its sizes, in every report that has it, in their order; the first is what the others are held to."""

    key: Key
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Comparison:
    """Several reports.

    Attributes:
        rows: the chains that at least two of them have.
        alone: those that only one has, in words.
        remarks: why some figures should not be compared, in words.
    """

    rows: tuple[Row, ...]
    alone: tuple[str, ...]
    remarks: tuple[str, ...]


def against(first: Spread, other: Spread) -> Against:
    """A figure against that of the first report: it has changed when both runs say that it varies less."""
    spread = max(first.width, other.width)
    change = Change.SAME
    if abs(other.median - first.median) > spread:
        change = Change.FASTER if other.median < first.median else Change.SLOWER
    ratio = other.median / first.median if first.median > 0.0 else 1.0
    return Against(other.median, ratio, spread, change)


def compare(reports: Sequence[tuple[str, Report]]) -> Comparison:
    """Reports beside each other.

    Args:
        reports: names and reports; two or more.
    """
    keys = dict.fromkeys(_key(mode) for _, report in reports for mode in report.modes)
    rows, alone = [], []
    for key in keys:
        having = [(name, mode) for name, report in reports for mode in report.modes if _key(mode) == key]
        if len(having) < 2:
            alone.append(f"{key.mode} is only in {having[0][0]}")
            continue
        rows.append(Row(key, tuple(_entry(name, mode, having[0][1]) for name, mode in having)))
    return Comparison(tuple(rows), tuple(alone), tuple(_remarks(reports)))


def _key(mode: ModeReport) -> Key:
    return Key(mode.mode, mode.source, mode.output)


def _entry(name: str, mode: ModeReport, first: ModeReport) -> Entry:
    return Entry(
        name=name,
        p50=against(first.p50, mode.p50),
        p99=against(first.p99, mode.p99),
        cpu=against(first.cpu, mode.cpu),
        headroom=tuple((verdict.rate, verdict.headroom) for verdict in mode.verdicts),
    )


def _remarks(reports: Sequence[tuple[str, Report]]) -> list[str]:
    first_name, first = reports[0]
    remarks = []
    for name, report in reports[1:]:
        if report.device.renderer != first.device.renderer:
            remarks.append(
                f"{name} was drawn by {report.device.renderer}, {first_name} by {first.device.renderer}"
            )
        elif report.device.version != first.device.version:
            remarks.append(f"{name} has the driver {report.device.version}, {first_name} {first.device.version}")
        if report.window != first.window:
            remarks.append(f"only one of {first_name} and {name} was shown in a window")
        if [clip.name for clip in report.clips] != [clip.name for clip in first.clips]:
            remarks.append(f"{name} was measured on another video than {first_name}")
    for name, report in reports:
        if not report.complete:
            remarks.append(f"{name} was broken off, so it does not know how much its figures vary")
        remarks += [f"{name}: {warning}" for warning in report.warnings]
        remarks += [f"{name}: {mode.mode}: {mode.trouble.text}" for mode in report.modes if mode.trouble]
    return remarks


def headroom_text(room: float) -> str:
    """Headroom in words: "62 %", or "1.3x too slow"."""
    return f"{100 * room:.0f} %" if room >= 0.0 else f"{1.0 - room:.1f}x too slow"
