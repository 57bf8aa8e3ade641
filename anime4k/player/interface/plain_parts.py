"""What the plain interface shows: words, pages and the bar, drawn into a sketch."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.player.geometry import Size
from anime4k.player.interface import pages, texts, theme
from anime4k.player.interface.bar_input import seconds_at
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.layout import LOUDEST, BarLayout, Box, Part, bar_layout, split_line, volume_line
from anime4k.player.interface.pages import Page, Row
from anime4k.player.interface.sketch import Icon, Sketch, fitted, width_of, wrapped
from anime4k.player.interface.texts import Line
from anime4k.player.interface.theme import Tone
from anime4k.player.state import PlayerState

_BIG = 1.3
_STEP = 1.3
_NAME, _COLUMN = 8.0, 4.4
_WIDEST = 54.0
_GAP: theme.Rgba = (15, 17, 24, 255)
_WORDS = {Part.AUDIO: "♪", Part.SUBTITLES: "CC", Part.SHADERS: "fx"}


def layout_for(state: PlayerState, size: Size, unit: float) -> BarLayout:
    """The bar for a state."""
    return bar_layout(
        size,
        unit,
        time_width=width_of(_time(state), unit),
        mode_width=min(width_of(texts.mode_text(state.chain), unit), 9 * unit),
        several=state.count > 1,
    )


def _time(state: PlayerState) -> str:
    return "  ".join((texts.time_text(state), *texts.manner(state)))


def draw_words(sketch: Sketch, text: str, y: float, size: Size, unit: float) -> float:
    """A message or the position at the top left; returns the y below it."""
    for line in wrapped(text, _BIG * unit, size[0] - 3 * unit):
        sketch.text((1.2 * unit, y), line, _BIG * unit, border=max(1.5, unit / 9))
        y += _STEP * _BIG * unit
    return y + 0.3 * unit


def draw_lines(sketch: Sketch, lines: Sequence[Line], y: float, size: Size, unit: float) -> float:
    """Lines on a panel of their own at the left; returns the y below it."""
    rows = [(part, line.tone) for line in lines for part in wrapped(line.text, unit, size[0] - 4 * unit)]
    width = max((width_of(text, unit) for text, _ in rows), default=0)
    box = Box(unit, y, width + 1.8 * unit, len(rows) * _STEP * unit + unit)
    sketch.fill(box, theme.PANEL)
    for number, (text, tone) in enumerate(rows):
        sketch.text((box.x + 0.9 * unit, box.y + (0.5 + number * _STEP) * unit), text, unit, tone.value)
    return box.bottom + 0.5 * unit


def statistics_lines(page: Page, state: PlayerState, figures: Figures) -> list[Row]:
    """The verdict, then the rows of a page."""
    verdict = pages.verdict_line(figures)
    return [Row("", verdict.text, tone=verdict.tone), *pages.page_rows(page, state, figures, ())]


def draw_rows(
    sketch: Sketch, rows: Sequence[Row], foot: str, first: int, room: Box, unit: float
) -> tuple[Box, int]:
    """A page of rows.

    Args:
        sketch: what it is drawn into.
        rows: all of them.
        foot: a line below, empty = none.
        first: number of lines that are scrolled away at the top.
        room: the most that may be covered.
        unit: height of the text.

    Returns:
        What is covered, and the number of lines that did not fit.
    """
    width = min(room.width, _WIDEST * unit)
    names = max([_NAME * unit, *(width_of(row.name, unit) + unit for row in rows if row.value)])
    name_width = min(names, 0.4 * width)
    broken: list[Row] = []
    for row in rows:
        lines = wrapped(row.value, unit, width - name_width - 1.6 * unit) if row.value and not row.columns else ()
        broken += [Row(row.name if not index else "", line, tone=row.tone) for index, line in enumerate(lines)] or [row]
    spare = (1.6 if foot else 0.0) + 1.0
    fitting = max(1, int((room.height / unit - spare) / _STEP))
    over = max(0, len(broken) - fitting)
    shown = broken[min(first, over) :][:fitting]
    box = Box(room.x, room.y, width, (len(shown) * _STEP + spare) * unit)
    sketch.fill(box, theme.PANEL)
    left, right = box.x + 0.8 * unit, box.right - 0.8 * unit
    for number, row in enumerate(shown):
        y = box.y + (0.5 + number * _STEP) * unit
        if row.columns:
            _columns(sketch, row, Box(left, y, right - left, _STEP * unit), unit)
        elif not row.value:
            sketch.text((left, y), fitted(row.name, unit, right - left), unit, Tone.ACCENT.value)
        else:
            sketch.text((left, y), fitted(row.name, unit, name_width - 0.5 * unit), unit, Tone.DIM.value)
            start = left + name_width if row.name or names < width else left
            sketch.text((start, y), row.value, unit, row.tone.value)
    if foot:
        counted = f"   UP DOWN {min(first, over) + 1}-{min(first, over) + len(shown)} of {len(broken)}" if over else ""
        text = fitted(foot + counted, 0.9 * unit, right - left)
        sketch.text((left, box.bottom - 1.6 * unit), text, 0.9 * unit, Tone.FAINT.value)
    return box, over


def _columns(sketch: Sketch, row: Row, box: Box, unit: float) -> None:
    if row.share is not None:
        sketch.fill(Box(box.x, box.y, max(box.width * min(row.share, 1.0), 1.0), box.height - 1), theme.CHOSEN)
    taken = len(row.columns) * _COLUMN * unit
    tone = row.tone if row.tone is not Tone.NORMAL else Tone.DIM
    sketch.text((box.x, box.y), fitted(row.name, unit, box.width - taken), unit, tone.value)
    for index, text in enumerate(row.columns):
        right = box.right - (len(row.columns) - 1 - index) * _COLUMN * unit
        if text:
            sketch.text((right - width_of(text, unit), box.y), text, unit, row.tone.value)


def draw_preparing(sketch: Sketch, state: PlayerState, size: Size, unit: float) -> None:
    """How far the next chain is, at the top right."""
    preparing = state.chain.preparing
    if preparing is None:
        return
    text = fitted(texts.preparing_text(preparing), unit, size[0] - 4 * unit)
    width = width_of(text, unit) + 1.6 * unit
    box = Box(size[0] - width - unit, unit, width, 2.2 * unit)
    sketch.fill(box, theme.PANEL)
    sketch.text((box.x + 0.8 * unit, box.y + 0.4 * unit), text, unit, Tone.DIM.value)
    if preparing.total > 0:
        done = min(preparing.done / preparing.total, 1.0)
        sketch.fill(Box(box.x, box.bottom - 0.2 * unit, box.width * done, 0.2 * unit), theme.ACCENT)


def draw_split(sketch: Sketch, state: PlayerState, unit: float) -> None:
    """The line of the comparison with its handle, and what lies left and right of it."""
    if state.compare.split is None or state.rect[2] <= 0:
        return
    x, _ = split_line(state.rect, state.compare.split, unit)
    top, height = state.rect[1], state.rect[3]
    sketch.fill(Box(x - 2, top, 4, height), theme.SHADOW)
    sketch.fill(Box(x - 1, top, 2, height), theme.WHITE)
    sketch.fill(Box(x - 0.4 * unit, top + height / 2 - unit, 0.8 * unit, 2 * unit), theme.WHITE)
    for text, left in ((f"mode {texts.mode_text(state.chain)}", True), (state.compare.against, False)):
        shown = fitted(text, unit, 16 * unit)
        width = width_of(shown, unit) + 1.2 * unit
        box = Box(x - width - 0.6 * unit if left else x + 0.6 * unit, top + height * 0.12, width, 1.8 * unit)
        sketch.fill(box, theme.PANEL)
        sketch.text((box.x + 0.6 * unit, box.y + 0.3 * unit), shown, unit)


def draw_progress(sketch: Sketch, size: Size, state: PlayerState, unit: float) -> None:
    """The position as a thin line at the bottom of the window."""
    if state.duration and state.position is not None:
        line = Box(unit, size[1] - 1.5 * unit, size[0] - 2 * unit, 0.4 * unit)
        sketch.fill(line.grown(0.15 * unit), theme.PANEL)
        _line(sketch, line, state, unit)


def draw_bar(
    sketch: Sketch, layout: BarLayout, state: PlayerState, pointer: tuple[float, float] | None, dragging: Part | None
) -> None:
    """The bar at the bottom."""
    unit = layout.unit
    hovered = dragging or (None if pointer is None else layout.hit(*pointer))
    sketch.fill(layout.panel, theme.PANEL)
    x = _line(sketch, layout.seek, state, unit)
    if x is not None:
        sketch.fill(Box(x - 0.15 * unit, layout.seek.y - 0.3 * unit, 0.3 * unit, 0.9 * unit), theme.WHITE)
    for part, box in layout.parts.items():
        if part is hovered and part not in (Part.SEEK, Part.TIME, Part.TITLE):
            sketch.fill(box.grown(-0.1 * unit), theme.HOVERED)
        _part(sketch, part, box, state, unit)
    if pointer is not None and hovered is Part.SEEK:
        _tip(sketch, layout, state, pointer[0])


def _part(sketch: Sketch, part: Part, box: Box, state: PlayerState, unit: float) -> None:
    sound, subtitles = state.sound, state.subtitles
    y = box.y + (box.height - 1.2 * unit) / 2
    if part is Part.VOLUME:
        line = volume_line(box, unit)
        sketch.fill(line, theme.TRACK)
        colour = Tone.FAINT.value if sound.muted else Tone.WARN.value if sound.volume > 100 else theme.ACCENT
        sketch.fill(Box(line.x, line.y, line.at(sound.volume / LOUDEST) - line.x, line.height), colour)
    elif part is Part.TIME:
        sketch.text((box.x + 0.5 * unit, y), fitted(_time(state), unit, box.width), unit)
    elif part in (Part.TITLE, Part.MODE):
        tone = Tone.DIM if part is Part.TITLE else Tone.ACCENT if state.chain.enabled else Tone.WARN
        text = texts.bar_title(state) if part is Part.TITLE else texts.mode_text(state.chain)
        text = fitted(text, unit, box.width - unit)
        sketch.text((box.x + (box.width - width_of(text, unit)) / 2, y), text, unit, tone.value)
    elif part in _WORDS:
        on = {Part.AUDIO: sound.track is not None, Part.SUBTITLES: subtitles.track is not None and subtitles.visible}
        tone = Tone.NORMAL if on.get(part, True) else Tone.FAINT
        text = _WORDS[part]
        sketch.text((box.x + (box.width - width_of(text, unit)) / 2, y), text, unit, tone.value)
    elif part is not Part.SEEK:
        icons = {
            Part.PLAY: Icon.PLAY if state.paused else Icon.PAUSE,
            Part.MUTE: Icon.MUTED if sound.muted or sound.volume <= 0 else Icon.LOUD,
            Part.PREVIOUS: Icon.PREVIOUS,
            Part.NEXT: Icon.NEXT,
            Part.MENU: Icon.MENU,
            Part.FULLSCREEN: Icon.FULLSCREEN,
        }
        sketch.icon(icons[part], box, 1.1 * unit, Tone.NORMAL.value)


def _tip(sketch: Sketch, layout: BarLayout, state: PlayerState, x: float) -> None:
    seconds = seconds_at(layout, state, x)
    if seconds is None:
        return
    unit = layout.unit
    lines = [fitted(line, unit, layout.panel.width - unit) for line in texts.seek_tip(state, seconds).split("\n")]
    width, height = max(width_of(line, unit) for line in lines) + unit, (len(lines) * _STEP + 0.6) * unit
    left = min(max(x - width / 2, layout.panel.x), layout.panel.right - width)
    box = Box(left, layout.panel.y - height - 0.3 * unit, width, height)
    sketch.fill(box, theme.PANEL)
    for number, line in enumerate(lines):
        at = (box.x + (width - width_of(line, unit)) / 2, box.y + (0.3 + number * _STEP) * unit)
        sketch.text(at, line, unit)


def _line(sketch: Sketch, line: Box, state: PlayerState, unit: float) -> float | None:
    """The line with what has been played, chapters and the repeated part; returns where the position is."""
    sketch.fill(line, theme.TRACK)
    if not state.duration:
        return None
    begin, end = state.ab_loop
    if begin is not None:
        left, right = line.at(begin / state.duration), line.at((begin if end is None else end) / state.duration)
        part = Box(left, line.y, max(right - left, 2), line.height)
        sketch.fill(part.grown(0, 0.25 * unit), (*Tone.WARN.value[:3], 110))
    x = line.at((state.position or 0.0) / state.duration)
    sketch.fill(Box(line.x, line.y, x - line.x, line.height), theme.ACCENT)
    for chapter in state.chapters:
        if 0.0 < chapter.start < state.duration:
            width = max(1.0, unit / 9)
            at = line.at(chapter.start / state.duration)
            sketch.fill(Box(at - width, line.y - 1, 2 * width, line.height + 2), _GAP)
    return x
