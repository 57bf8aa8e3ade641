"""Words in the corner of the picture, the split line, and what is being prepared."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.player.geometry import Size
from anime4k.player.interface import texts, theme
from anime4k.player.interface.layout import Box, split_line
from anime4k.player.interface.texts import Line
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import Ui, fill, wrapped
from anime4k.player.state import PlayerState


def draw_words(ui: Ui, text: str, y: float, size: Size) -> float:
    """Write a message or the position at the top left.

    Returns:
        The y below it.
    """
    unit = ui.unit
    for line in wrapped(ui, text, size[0] - 3 * unit, theme.BIG):
        ui.text((1.2 * unit, y), line, size=theme.BIG, shadow=True)
        y += 1.3 * theme.BIG * unit
    return y + 0.3 * unit


def draw_lines(ui: Ui, lines: Sequence[Line], y: float, size: Size) -> float:
    """Draw lines in a panel of their own at the left.

    Returns:
        The y below it.
    """
    unit = ui.unit
    x, step = unit, 1.35 * unit
    room = size[0] - 4 * unit
    rows = [(part, line.tone) for line in lines for part in wrapped(ui, line.text, room, theme.MEDIUM)]
    width = max((ui.width(text, theme.MEDIUM) for text, _ in rows), default=0.0)
    box = Box(x, y, width + 1.8 * unit, len(rows) * step + 0.9 * unit)
    ui.plate(box)
    fill(ui.canvas, Box(x, y + 0.6 * unit, 0.2 * unit, 1.1 * unit), lines[0].tone.value, 0.1 * unit)
    for number, (text, tone) in enumerate(rows):
        ui.text((x + 0.9 * unit, y + 0.5 * unit + number * step), text, tone, size=theme.MEDIUM)
    return box.bottom + 0.5 * unit


def draw_preparing(ui: Ui, state: PlayerState, right: float, y: float) -> None:
    """Say at the right how far the next chain is."""
    preparing, unit = state.chain.preparing, ui.unit
    if preparing is None:
        return
    text = ui.fit(texts.preparing_text(preparing), max(right - 4 * unit, 4 * unit), theme.MEDIUM)
    width = ui.width(text, theme.MEDIUM) + 1.6 * unit
    box = Box(right - width - unit, y, width, 2.0 * unit)
    ui.plate(box)
    ui.text((box.x + 0.8 * unit, box.y + 0.42 * unit), text, Tone.DIM, size=theme.MEDIUM)
    line = Box(box.x + 0.8 * unit, box.bottom - 0.42 * unit, box.width - 1.6 * unit, 0.16 * unit)
    fill(ui.canvas, line, theme.TRACK, 0.08 * unit)
    if preparing.total > 0:
        wide = line.width * min(preparing.done / preparing.total, 1.0)
        fill(ui.canvas, Box(line.x, line.y, wide, line.height), theme.ACCENT, 0.08 * unit)


def draw_split(ui: Ui, state: PlayerState, hovered: bool) -> None:
    """Draw the line of the comparison with its handle, and what is left and right of it."""
    if state.compare.split is None or state.rect[2] <= 0:
        return
    unit, draw = ui.unit, ui.canvas
    x, _ = split_line(state.rect, state.compare.split, unit)
    top, height = state.rect[1], state.rect[3]
    draw.add_rect_filled((x - 2, top), (x + 2, top + height), packed(theme.BLACK, 0.35))
    draw.add_rect_filled((x - 1, top), (x + 1, top + height), packed(theme.WHITE, 0.9))
    y = top + height / 2
    radius = (1.05 if hovered else 0.9) * unit
    draw.add_circle_filled((x, y), radius + 1.5, packed(theme.BLACK, 0.35))
    draw.add_circle_filled((x, y), radius, packed(theme.ACCENT if hovered else theme.WHITE))
    dark, arrow = packed((15, 17, 24, 255)), 0.3 * unit
    for side in (-1, 1):
        tip, back = x + side * 0.62 * unit, x + side * 0.28 * unit
        draw.add_triangle_filled((tip, y), (back, y - arrow), (back, y + arrow), dark)
    for text, left in ((f"mode {texts.mode_text(state.chain)}", True), (state.compare.against, False)):
        shown = ui.fit(text, 16 * unit, theme.MEDIUM)
        width = ui.width(shown, theme.MEDIUM) + 1.2 * unit
        box = Box(x - width - 1.5 * unit if left else x + 1.5 * unit, y - 0.85 * unit, width, 1.7 * unit)
        ui.plate(box, edge=False)
        ui.text((box.x + 0.6 * unit, box.y + 0.36 * unit), shown, size=theme.MEDIUM)
