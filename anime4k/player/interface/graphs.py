"""Graphs of times against what they should be."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.player.interface import theme
from anime4k.player.interface.layout import Box
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import Ui, fill


def scale_top(values: Sequence[float], goal: float) -> float:
    """The value at the upper edge of a graph: above the goal and most values, so that one peak flattens nothing."""
    ordered = sorted(values)
    common = ordered[int(len(ordered) * 0.98)] if len(ordered) > 1 else (ordered[0] if ordered else 0.0)
    return max(1.25 * goal, 1.15 * common, 1e-3)


def draw_graph(
    ui: Ui, box: Box, title: str, values: Sequence[float], goal: float, goal_name: str, *, over: bool
) -> None:
    """Draw times as bars, the newest at the right.

    Args:
        ui: what draws.
        box: where.
        title: what the values are.
        values: times in milliseconds, the oldest first.
        goal: a line that they are measured against, 0 = none.
        goal_name: what the line is.
        over: whether only what exceeds the goal is bad; otherwise everything that is far from it.
    """
    unit, draw = ui.unit, ui.canvas
    fill(draw, box, theme.RAISED, 0.3 * unit)
    ui.text((box.x + 0.5 * unit, box.y + 0.25 * unit), title, Tone.DIM, size=theme.SMALL)
    if not values:
        ui.text((box.x + 0.5 * unit, box.y + 1.5 * unit), "nothing measured yet", Tone.FAINT, size=theme.SMALL)
        return
    newest = f"{values[-1]:.1f} ms"
    ui.text(
        (box.right - ui.width(newest, theme.SMALL) - 0.5 * unit, box.y + 0.25 * unit),
        newest,
        Tone.NORMAL,
        size=theme.SMALL,
    )
    plot = Box(box.x + 0.5 * unit, box.y + 1.4 * unit, box.width - unit, box.height - 1.8 * unit)
    step = max(2.0, round(unit / 6))
    shown = values[-max(1, int(plot.width // step)) :]
    top = scale_top(shown, goal)
    left = plot.right - len(shown) * step
    good, bad = packed(theme.ACCENT, 0.85), packed(Tone.WARN.value)
    bottom, factor, bar = plot.bottom, plot.height / top, draw.add_rect_filled
    least, most = (0.0, goal * 1.02) if over else (0.75 * goal, 1.25 * goal)
    for number, value in enumerate(shown):
        wrong = goal > 0.0 and not least <= value <= most
        x = left + number * step
        height = max(1.0, min(value, top) * factor)
        bar((x, bottom - height), (x + step - 1.0, bottom), bad if wrong else good)
    if goal > 0:
        y = plot.bottom - plot.height * goal / top
        draw.add_line((plot.x, y), (plot.right, y), packed(theme.WHITE, 0.55), 1.0)
        ui.text((plot.x, y - 0.95 * unit), f"{goal_name} {goal:.1f} ms", Tone.DIM, size=theme.SMALL, shadow=True)
