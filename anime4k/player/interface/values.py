"""Widgets for numbers: a slider, and a pair of buttons."""

from __future__ import annotations

from imgui_bundle import imgui

from anime4k.player.interface import theme
from anime4k.player.interface.icons import Icon, draw_icon
from anime4k.player.interface.layout import Box
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import INDENT, Ui, fill

_LINE, _RESET = "line", "reset"


def slider(
    ui: Ui,
    name: str,
    text: str,
    value: float,
    low: float,
    high: float,
    *,
    shown: str = "",
    whole: bool = False,
    default: float | None = None,
    tip: str = "",
) -> float | None:
    """A value to drag; a right click or the arrow beside it brings the default back.

    Args:
        ui: what draws.
        name: of the widget.
        text: what the value is.
        value: the present one.
        low: at the left end.
        high: at the right end.
        shown: the value in words.
        whole: only whole numbers.
        default: where it stands when nobody has touched it.
        tip: explanation.

    Returns:
        The new value, None = it stays.
    """
    unit = ui.unit
    place = ui.place(name, ui.room, 2.35 * unit)
    box, draw = place.box, imgui.get_window_draw_list()
    line = Box(box.x + INDENT * unit, box.y + 1.72 * unit, box.width - 2 * INDENT * unit, 0.22 * unit)
    ui.marks[f"{name}.line"] = line
    span = (high - low) or 1.0

    def differs(number: float) -> bool:
        return default is not None and abs(number - default) > 1e-6 * max(1.0, span)

    wide = max(ui.width(shown, theme.MEDIUM), 2.4 * unit)
    arrow = Box(box.right - wide - 2.1 * unit, box.y + 0.05 * unit, 1.5 * unit, 1.4 * unit)
    if differs(value):
        ui.marks[f"{name}.reset"] = arrow
    if imgui.is_item_activated() and ui.pointer is not None:
        # Only the line is dragged: who points at the words does not want to change the value.
        held = line.grown(INDENT * unit, 0.6 * unit).contains(*ui.pointer)
        ui.grabbed = _LINE if held else _RESET if differs(value) and arrow.contains(*ui.pointer) else ""
    dragging = place.active and ui.grabbed == _LINE
    wanted: float | None = None
    if dragging and ui.pointer is not None:
        wanted = low + line.fraction(ui.pointer[0]) * (high - low)
        wanted = float(round(wanted)) if whole else wanted
    elif differs(value) and ((place.hovered and imgui.is_mouse_clicked(1)) or (place.clicked and ui.grabbed == _RESET)):
        wanted = default
    now = value if wanted is None else wanted
    words = shown if wanted is None and shown else number_text(now, whole)
    tone = Tone.ACCENT if differs(now) else Tone.DIM
    ui.text((box.x + INDENT * unit, box.y + 0.2 * unit), ui.fit(text, arrow.x - box.x - unit), on=draw)
    ui.text(
        (box.right - ui.width(words, theme.MEDIUM) - 0.4 * unit, box.y + 0.24 * unit),
        words,
        tone,
        size=theme.MEDIUM,
        on=draw,
    )
    over_arrow = ui.pointer is not None and arrow.contains(*ui.pointer)
    if differs(now):
        colour = Tone.NORMAL if place.hovered and over_arrow else Tone.FAINT
        draw_icon(draw, Icon.RESET, arrow, packed(colour.value), 0.75 * unit)
    fill(draw, line, theme.TRACK, 0.11 * unit)
    x = line.at((now - low) / span)
    begin = line.at(-low / span) if low < 0.0 < high else line.x
    fill(draw, Box(min(begin, x), line.y, abs(x - begin), line.height), theme.ACCENT, 0.11 * unit)
    if default is not None:
        mark = line.at((default - low) / span)
        draw.add_rect_filled((mark - 1, line.y - 0.25 * unit), (mark + 1, line.y), packed(Tone.DIM.value))
    radius = (0.5 if dragging else 0.44 if place.hovered else 0.38) * unit
    draw.add_circle_filled((x, line.y + line.height / 2), radius, packed(theme.WHITE))
    if place.hovered and not place.active:
        ui.tip = "back to what it was" if differs(now) and over_arrow else tip
    return wanted if wanted is not None and wanted != value else None


def stepper(ui: Ui, name: str, text: str, shown: str, *, changed: bool = False) -> int:
    """A value with a button to make it smaller and one to make it larger.

    Returns:
        -1 or +1 when one was clicked, otherwise 0.
    """
    unit, side = ui.unit, 1.6 * ui.unit
    x, y = imgui.get_cursor_screen_pos()
    draw, right = imgui.get_window_draw_list(), x + ui.room
    wide = ui.width(shown, theme.MEDIUM)
    middle = right - 3.6 * unit - side
    ui.text((x + INDENT * unit, y + 0.3 * unit), ui.fit(text, middle - x - wide / 2 - 2 * unit), on=draw)
    tone = Tone.ACCENT if changed else Tone.DIM
    ui.text((middle + (3.6 * unit - wide) / 2, y + 0.34 * unit), shown, tone, size=theme.MEDIUM, on=draw)
    step = 0
    for way, icon, at in ((-1, Icon.LESS, middle - side), (1, Icon.MORE, right - side)):
        imgui.set_cursor_screen_pos((at, y))
        if ui.icon_button(f"{name}.{icon.value}", icon):
            step = way
    return step


def number_text(value: float, whole: bool = False) -> str:
    """A number in as many places as can be told apart."""
    if whole:
        return str(round(value))
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
