"""Drawing the bar at the bottom: seek bar with chapters, volume, buttons."""

from __future__ import annotations

from anime4k.player.geometry import Size
from anime4k.player.interface import texts, theme
from anime4k.player.interface.bar_input import seconds_at
from anime4k.player.interface.icons import Icon, draw_icon
from anime4k.player.interface.layout import LOUDEST, BarLayout, Box, Part, bar_layout, volume_line
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import Ui, fill
from anime4k.player.state import PlayerState

_DIGIT, _LETTER = 0.56, 0.54


def layout_for(state: PlayerState, size: Size, unit: float) -> BarLayout:
    """The bar for a state; the widths of its texts are estimated, so that they do not depend on the font."""
    return bar_layout(
        size,
        unit,
        time_width=len(texts.time_text(state)) * _DIGIT * unit + len(_manner(state)) * _LETTER * theme.SMALL * unit,
        mode_width=min(len(texts.mode_text(state.chain)), 16) * _LETTER * unit,
        several=state.count > 1,
    )


def draw_bar(ui: Ui, layout: BarLayout, state: PlayerState, dragging: Part | None) -> None:
    """Draw the bar."""
    ui.plate(layout.panel)
    hovered = None if ui.pointer is None else layout.hit(*ui.pointer)
    if dragging is not None:
        hovered = dragging
    _seek(ui, layout, state, hovered is Part.SEEK)
    for part, box in layout.parts.items():
        if part is Part.VOLUME:
            _volume(ui, box, state, hovered is part)
        elif part is Part.TIME:
            middle = box.y + (box.height - ui.unit) / 2
            x = box.x + 0.5 * ui.unit
            x += ui.text((x, middle), texts.time_text(state))
            room = box.right - x - 0.4 * ui.unit
            words = ui.fit(_manner(state), room, theme.SMALL)
            ui.text((x, middle + 0.1 * ui.unit), words, Tone.ACCENT, size=theme.SMALL)
        elif part is Part.TITLE:
            title = ui.fit(texts.bar_title(state), box.width - 2 * ui.unit, theme.MEDIUM)
            x = box.x + (box.width - ui.width(title, theme.MEDIUM)) / 2
            ui.text((x, box.y + (box.height - 0.92 * ui.unit) / 2), title, Tone.DIM, size=theme.MEDIUM)
        elif part is Part.MODE:
            _mode(ui, box, state, hovered is part)
        elif part is not Part.SEEK:
            _button(ui, part, box, state, hovered is part)
    if hovered is Part.SEEK and ui.pointer is not None:
        seconds = seconds_at(layout, state, ui.pointer[0])
        if seconds is not None:
            ui.tip = texts.seek_tip(state, seconds)
            x = min(max(ui.pointer[0], layout.seek.x), layout.seek.right)
            ui.tip_at = (x, layout.seek.y + layout.seek.height / 2)
    elif hovered is not None and dragging is None:
        ui.tip = _tip(hovered, state)


def draw_progress(ui: Ui, size: Size, state: PlayerState) -> None:
    """Draw the position as a thin line at the bottom of the window."""
    if not state.duration or state.position is None:
        return
    unit = ui.unit
    line = Box(unit, size[1] - 1.5 * unit, size[0] - 2 * unit, 0.4 * unit)
    fill(ui.canvas, line.grown(0.15 * unit), theme.PANEL, 0.35 * unit)
    _line(ui, line, state)


def _manner(state: PlayerState) -> str:
    words = texts.manner(state)
    return "   " + "  ".join(words) if words else ""


def _seek(ui: Ui, layout: BarLayout, state: PlayerState, hovered: bool) -> None:
    line = layout.seek.grown(0, 0.08 * ui.unit) if hovered else layout.seek
    x = _line(ui, line, state)
    if x is None:
        return
    middle = line.y + line.height / 2
    if hovered and ui.pointer is not None:
        at = line.at(line.fraction(ui.pointer[0]))
        ui.canvas.add_rect_filled((at - 1, line.y), (at + 1, line.bottom), packed(theme.WHITE, 0.7))
    ui.canvas.add_circle_filled((x, middle), (0.5 if hovered else 0.4) * ui.unit, packed(theme.WHITE))


def _line(ui: Ui, line: Box, state: PlayerState) -> float | None:
    """Draw the line with what has been played, chapters and the repeated part; returns where the position is."""
    draw, radius = ui.canvas, line.height / 2
    fill(draw, line, theme.TRACK, radius)
    if not state.duration:
        return None
    begin, end = state.ab_loop
    if begin is not None:
        left, right = line.at(begin / state.duration), line.at((end if end is not None else begin) / state.duration)
        area = Box(left, line.y - 0.25 * ui.unit, max(right - left, 2.0), line.height + 0.5 * ui.unit)
        fill(draw, area, Tone.WARN.value[:3] + (110,), 2.0)
    x = line.at((state.position or 0.0) / state.duration)
    fill(draw, Box(line.x, line.y, max(x - line.x, 0.0), line.height), theme.ACCENT, radius)
    for chapter in state.chapters:
        if 0.0 < chapter.start < state.duration:
            at = round(line.at(chapter.start / state.duration))
            # A gap in the line with the panel's own colour: seen on both halves.
            width = max(1.0, ui.unit / 9)
            fill(draw, Box(at - width, line.y - 1, 2 * width, line.height + 2), (15, 17, 24, 255))
    return x


def _volume(ui: Ui, box: Box, state: PlayerState, hovered: bool) -> None:
    line, draw = volume_line(box, ui.unit), ui.canvas
    fill(draw, line, theme.TRACK, line.height / 2)
    x = line.at(state.sound.volume / LOUDEST)
    colour = Tone.FAINT.value if state.sound.muted else Tone.WARN.value if state.sound.volume > 100 else theme.ACCENT
    fill(draw, Box(line.x, line.y, x - line.x, line.height), colour, line.height / 2)
    usual = line.at(100 / LOUDEST)
    draw.add_rect_filled((usual - 1, line.y - 2), (usual + 1, line.bottom + 2), packed(Tone.DIM.value))
    middle = line.y + line.height / 2
    draw.add_circle_filled((x, middle), (0.42 if hovered else 0.34) * ui.unit, packed(theme.WHITE))


def _mode(ui: Ui, box: Box, state: PlayerState, hovered: bool) -> None:
    inner = box.grown(-0.15 * ui.unit, -0.3 * ui.unit)
    chain = state.chain
    on = chain.enabled and chain.run > 0
    fill(ui.canvas, inner, theme.HOVERED if hovered else theme.CHOSEN if on else theme.RAISED, 0.4 * ui.unit)
    text = ui.fit(texts.mode_text(chain), inner.width - 0.6 * ui.unit, theme.MEDIUM)
    x = inner.x + (inner.width - ui.width(text, theme.MEDIUM)) / 2
    y = inner.y + (inner.height - 0.92 * ui.unit) / 2
    ui.text((x, y), text, Tone.WARN if not chain.enabled else Tone.ACCENT if on else Tone.DIM, size=theme.MEDIUM)


_ICONS = {
    Part.PREVIOUS: Icon.PREVIOUS,
    Part.NEXT: Icon.NEXT,
    Part.AUDIO: Icon.AUDIO,
    Part.SUBTITLES: Icon.SUBTITLES,
    Part.SHADERS: Icon.SHADERS,
    Part.MENU: Icon.MENU,
}


def _button(ui: Ui, part: Part, box: Box, state: PlayerState, hovered: bool) -> None:
    if hovered:
        fill(ui.canvas, box.grown(-0.1 * ui.unit), theme.HOVERED, 0.4 * ui.unit)
    usable = True
    if part is Part.PLAY:
        icon = Icon.PLAY if state.paused else Icon.PAUSE
    elif part is Part.MUTE:
        sound = state.sound
        icon = Icon.MUTED if sound.muted or sound.volume <= 0 else Icon.LOUD if sound.volume > 50 else Icon.QUIET
        usable = bool(sound.tracks)
    elif part is Part.FULLSCREEN:
        icon = Icon.SHRINK if state.fullscreen else Icon.EXPAND
    else:
        icon = _ICONS[part]
        if part is Part.AUDIO:
            usable = state.sound.track is not None
        elif part is Part.SUBTITLES:
            usable = state.subtitles.track is not None and state.subtitles.visible
    tone = Tone.NORMAL if usable or hovered else Tone.FAINT
    side = ui.unit * (0.95 if part is Part.PLAY else 0.9)
    draw_icon(ui.canvas, icon, box, packed(tone.value), side)


def _tip(part: Part, state: PlayerState) -> str:
    if part is Part.VOLUME:
        return f"volume {state.sound.volume:.0f}%"
    if part is Part.MODE:
        return f"mode {texts.mode_text(state.chain)}, {state.chain.run} passes run (right button: -fast or -hq)"
    if part is Part.AUDIO:
        track = next((track for track in state.sound.tracks if track.number == state.sound.track), None)
        return f"sound: {texts.track_text(track) if track else 'none'}\n{part.value}"
    if part is Part.SUBTITLES:
        track = next((track for track in state.subtitles.tracks if track.number == state.subtitles.track), None)
        return f"subtitles: {texts.track_text(track) if track else 'none'}\n{part.value}"
    return "" if part in (Part.TITLE, Part.TIME) else part.value
