"""Plots of a report as SVG: text in, text out, coloured by the classes of `page.css`. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from anime4k.bench.statistics import percentile

WIDTH = 960
"""Width of every plot in units of its own; pages scale it."""
_ROW, _BAR = 26, 16
_LEFT, _RIGHT = 200, 70
_NAME = 12
"""Room for a name above another one."""
_COLUMNS = 400
"""Columns of a time line at most: more frames than that share them."""
_LONGEST_NAME = 62

_Scale = Callable[[float], float]
"""From milliseconds to a place."""


@dataclass(frozen=True)
class Bar:
    """A bar of one or more pieces.

    Attributes:
        name: what it stands for.
        pieces: (class, name of the piece, length) from the left.
        end: what is written behind it.
        mark: a further length that is marked with a thin line, None = none.
    """

    name: str
    pieces: tuple[tuple[str, str, float], ...]
    end: str
    mark: float | None = None


@dataclass(frozen=True)
class Line:
    """A limit: its name and where it lies."""

    name: str
    at: float


def bars(
    rows: Sequence[Bar], unit: str, lines: Sequence[Line] = (), *, left: int = _LEFT, right: int = _RIGHT
) -> str:
    """Horizontal bars on a common scale.

    Args:
        rows: from top to bottom.
        unit: of the lengths.
        lines: limits; those far beyond all bars are left out.
        left: room for names.
        right: room for what is written behind the longest bar.
    """
    longest = max((max(sum(length for *_, length in row.pieces), row.mark or 0.0) for row in rows), default=0.0)
    lines = [line for line in lines if line.at <= 2.2 * longest]
    top = max([longest, *(line.at for line in lines)], default=1.0) or 1.0
    step = nice_step(top)
    scale = (WIDTH - left - right) / top
    head = 20 if lines else 4
    height = head + _ROW * len(rows) + 22
    parts = []
    bottom = head + _ROW * len(rows)
    for number in range(int(top / step) + 1):
        x = left + number * step * scale
        parts.append(_rule(x, head, x, bottom, "grid"))
        parts.append(_text(x, bottom + 15, f"{number * step:g}" + (f" {unit}" if number == 0 else ""), "tick middle"))
    for number, row in enumerate(rows):
        y = head + number * _ROW + (_ROW - _BAR) / 2
        parts.append(_text(left - 8, y + _BAR - 4, _short(row.name), "label end", row.name))
        x = float(left)
        for kind, name, length in row.pieces:
            width = length * scale
            title = f"{name}: {length:.3g} {unit}"
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{_BAR}">'
                f"<title>{escape(title)}</title></rect>"
            )
            x += width
        if row.mark is not None:
            at = left + row.mark * scale
            parts.append(_rule(x, y + _BAR / 2, at, y + _BAR / 2, "whisker"))
            parts.append(_rule(at, y + 4, at, y + _BAR - 4, "whisker"))
            x = max(x, at)
        parts.append(_text(x + 6, y + _BAR - 4, row.end, "value"))
    for line in lines:
        x = left + line.at * scale
        parts.append(_rule(x, head - 4, x, bottom, "limit"))
        parts.append(_text(x, head - 8, line.name, "limit-name middle"))
    return _svg(height, parts)


def frames(blocks: Sequence[Sequence[float]], lines: Sequence[Line]) -> str:
    """Frame times one after another, and beside them how often each time occurs, on the same scale.

    Args:
        blocks: milliseconds, block by block; not all of them empty.
        lines: times that a frame has at different rates.
    """
    times = [ms for block in blocks for ms in block]
    ordered = sorted(times)
    p99 = percentile(ordered, 0.99)
    cap = min(ordered[-1], 2.5 * p99) * 1.05
    near = [line for line in lines if line.at <= 3.0 * p99]
    cap = max([cap, *(1.08 * line.at for line in near)])
    left, right, histogram, height, head = 50, 70, 170, 230, 8
    bottom, plot = height - 22, WIDTH - left - right - histogram - 14
    scale = (bottom - head) / cap

    def y(ms: float) -> float:
        return bottom - min(ms, cap) * scale

    parts = []
    step = nice_step(cap, 5)
    for number in range(int(cap / step) + 1):
        at = y(number * step)
        parts.append(_rule(left, at, WIDTH - right, at, "grid"))
        parts.append(_text(left - 6, at + 4, f"{number * step:g}", "tick end"))
    parts.append(_text(left - 6, head + 4, "ms", "tick end") if cap % step > 0.3 * step else "")
    parts += _time_line(times, left, plot, y, cap)
    begin = 0
    for block in blocks[:-1]:
        begin += len(block)
        x = left + begin / len(times) * plot
        parts.append(_rule(x, head, x, bottom, "block"))
    parts.append(_text(left, bottom + 15, "first frame", "tick"))
    parts.append(_text(left + plot, bottom + 15, f"frame {len(times)}", "tick end"))
    parts += _histogram(times, cap, left + plot + 14, histogram, y)
    parts.append(_text(left + plot + 14, bottom + 15, "how often", "tick"))
    taken = float(bottom) + _NAME
    for line in sorted(near, key=lambda line: line.at):
        parts.append(_rule(left, y(line.at), WIDTH - right, y(line.at), "limit"))
        taken = min(y(line.at) + 4, taken - _NAME)
        parts.append(_text(WIDTH - right + 5, taken, line.name, "limit-name"))
    return _svg(height, parts)


def _time_line(times: Sequence[float], left: float, width: float, y: _Scale, cap: float) -> Iterator[str]:
    columns = min(_COLUMNS, len(times))
    wide = width / columns
    middle = []
    for number in range(columns):
        part = times[number * len(times) // columns : (number + 1) * len(times) // columns]
        x, low, high = left + number * wide, min(part), max(part)
        bottom = y(low) if len(part) > 1 else y(0.0)
        tall = max(1.0, bottom - y(high))
        yield (
            f'<rect class="frame" x="{x:.2f}" y="{y(high):.1f}" width="{max(0.8, wide * 0.82):.2f}"'
            f' height="{tall:.1f}"/>'
        )
        if high > cap:
            yield f'<rect class="beyond" x="{x:.2f}" y="{y(cap):.1f}" width="{max(2.0, wide):.2f}" height="4"/>'
        middle.append(f"{x + wide / 2:.1f},{y(statistics.median(part)):.1f}")
    if len(times) > columns:
        yield f'<polyline class="median" points="{" ".join(middle)}"/>'


def _histogram(times: Sequence[float], cap: float, left: float, width: float, y: _Scale) -> Iterator[str]:
    bins = 46
    counts = [0] * bins
    for ms in times:
        counts[min(bins - 1, int(ms / cap * bins))] += 1
    most = max(counts)
    for number, count in enumerate(counts):
        if count:
            top, low = y((number + 1) * cap / bins), y(number * cap / bins)
            title = f"{number * cap / bins:.3g} to {(number + 1) * cap / bins:.3g} ms: {count} frames"
            yield (
                f'<rect class="count" x="{left:.1f}" y="{top + 0.4:.1f}" width="{max(1.0, count / most * width):.1f}"'
                f' height="{low - top - 0.8:.1f}"><title>{escape(title)}</title></rect>'
            )


def nice_step(top: float, steps: int = 8) -> float:
    """A round distance between the lines of a scale that ends at `top`, so that there are about `steps`."""
    rough = max(top, 1e-9) / steps
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(factor * magnitude for factor in (1.0, 2.0, 5.0, 10.0) if factor * magnitude >= rough * 0.999)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "\u2026"


def _rule(x0: float, y0: float, x1: float, y1: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str, title: str = "") -> str:
    tip = f"<title>{escape(title)}</title>" if title and title != text else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{tip}{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img">{"".join(parts)}</svg>'
