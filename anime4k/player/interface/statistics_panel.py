"""The statistics over the picture: pages that keys turn, with the verdict on top and graphs below."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.player.interface import pages, theme
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.graphs import draw_graph
from anime4k.player.interface.layout import Box
from anime4k.player.interface.pages import Page, Row
from anime4k.player.interface.theme import Tone
from anime4k.player.interface.ui import Ui, fill, wrapped
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState

_SIZE = theme.MEDIUM
_STEP = 1.32
_NAME = 7.5
_COLUMN = 4.4
_WIDEST = 52.0
_GRAPH = 6.2
_SCROLL = 3


class StatisticsPanel:
    """Which page is shown, and how far it is scrolled."""

    def __init__(self) -> None:
        self.page = Page.OVERVIEW
        self.bindings: Sequence[Binding] = ()
        self._scroll = 0
        self._most = 0

    def key(self, key: str) -> bool:
        """Whether a key turned the page or scrolled it."""
        for page in Page:
            if key == page.value:
                self.page, self._scroll = page, 0
                return True
        if key in ("UP", "DOWN") and self._most:
            step = _SCROLL if key == "DOWN" else -_SCROLL
            self._scroll = min(max(self._scroll + step, 0), self._most)
            return True
        return False

    def draw(self, ui: Ui, room: Box, state: PlayerState, figures: Figures) -> None:
        """Draw the page into the upper left of `room`.

        Args:
            ui: what draws.
            room: the most that it may cover.
            state: the state of the player.
            figures: the measurements.
        """
        unit, step = ui.unit, _STEP * ui.unit * _SIZE
        width = min(room.width, _WIDEST * unit)
        rows = self._broken(ui, pages.page_rows(self.page, state, figures, self.bindings), width - 1.6 * unit)
        graphs = self.page is Page.OVERVIEW and room.height > 24 * unit
        head, foot = 2.1 * unit, 1.7 * unit + (_GRAPH * unit + 0.4 * unit if graphs else 0.0)
        fitting = max(1, int((room.height - head - foot) / step))
        self._most = max(0, len(rows) - fitting)
        self._scroll = min(self._scroll, self._most)
        shown = rows[self._scroll : self._scroll + fitting]
        box = Box(room.x, room.y, width, head + len(shown) * step + foot)
        ui.plate(box)
        ui.marks["statistics"] = box
        verdict = pages.verdict_line(figures)
        fill(ui.canvas, Box(box.x + 0.7 * unit, box.y + 0.62 * unit, 0.7 * unit, 0.7 * unit), verdict.tone.value, unit)
        text = ui.fit(verdict.text, width - 2.6 * unit)
        ui.text((box.x + 1.8 * unit, box.y + 0.45 * unit), text, verdict.tone)
        y = box.y + head
        for number, row in enumerate(shown):
            self._row(ui, Box(box.x + 0.8 * unit, y, width - 1.6 * unit, step), row, number)
            y += step
        if graphs:
            self._graphs(ui, Box(box.x + 0.8 * unit, y + 0.2 * unit, width - 1.6 * unit, _GRAPH * unit), figures)
        self._foot(ui, box, len(rows), fitting)

    def _broken(self, ui: Ui, rows: list[Row], width: float) -> list[Row]:
        """The rows with long values in several lines."""
        found: list[Row] = []
        for row in rows:
            if row.columns or not row.value:
                found.append(row)
                continue
            name = self._name_width(ui)
            lines = wrapped(ui, row.value, width - name, _SIZE)
            found += [Row(row.name if index == 0 else "", line, tone=row.tone) for index, line in enumerate(lines)]
        return found

    def _name_width(self, ui: Ui) -> float:
        return ui.unit * (_NAME * 1.8 if self.page is Page.KEYS else _NAME)

    def _row(self, ui: Ui, box: Box, row: Row, number: int) -> None:
        unit = ui.unit
        if row.columns:
            columns = len(row.columns) * _COLUMN * unit
            if row.share is not None:
                wide = box.width * min(row.share, 1.0)
                colour = theme.SHARES[number % len(theme.SHARES)]
                fill(ui.canvas, Box(box.x, box.y, max(wide, 1.0), box.height - 1), (*colour[:3], 70), 2.0)
            heading = row.share is None and row.tone is Tone.NORMAL and not row.columns[0][:1].isdigit()
            tone = Tone.ACCENT if heading else row.tone
            name = ui.fit(row.name, box.width - columns - unit, _SIZE)
            if not heading and row.tone is Tone.NORMAL:
                tone = Tone.DIM
            ui.text((box.x + 0.2 * unit, box.y), name, tone, size=_SIZE)
            for index, text in enumerate(row.columns):
                right = box.right - (len(row.columns) - 1 - index) * _COLUMN * unit
                ui.text((right - ui.width(text, _SIZE), box.y), text, Tone.FAINT if heading else row.tone, size=_SIZE)
            return
        if not row.value:
            ui.text((box.x, box.y), ui.fit(row.name, box.width, _SIZE), Tone.ACCENT, size=_SIZE)
            return
        name_width = self._name_width(ui)
        ui.text((box.x + 0.2 * unit, box.y), ui.fit(row.name, name_width - 0.6 * unit, _SIZE), Tone.DIM, size=_SIZE)
        ui.text((box.x + name_width, box.y), row.value, row.tone, size=_SIZE)

    def _graphs(self, ui: Ui, box: Box, figures: Figures) -> None:
        half = (box.width - 0.6 * ui.unit) / 2
        left = Box(box.x, box.y, half, box.height)
        right = Box(box.right - half, box.y, half, box.height)
        draw_graph(ui, left, "work for a frame", figures.frame_ms, figures.budget_ms, "budget", over=True)
        goal = figures.budget_ms
        draw_graph(ui, right, "between frames", figures.interval_ms, goal, "frame", over=False)

    def _foot(self, ui: Ui, box: Box, rows: int, fitting: int) -> None:
        unit = ui.unit
        x, y = box.x + 0.8 * unit, box.bottom - 1.35 * unit
        for page, title in pages.TITLES.items():
            text = f"{page.value} {title}"
            wide = ui.width(text, theme.SMALL) + 0.9 * unit
            if x + wide > box.right - 6 * unit:
                break
            if page is self.page:
                fill(ui.canvas, Box(x, y - 0.15 * unit, wide, 1.25 * unit), theme.CHOSEN, 0.3 * unit)
            tone = Tone.ACCENT if page is self.page else Tone.FAINT
            ui.text((x + 0.45 * unit, y), text, tone, size=theme.SMALL)
            x += wide
        if rows > fitting:
            end = min(self._scroll + fitting, rows)
            text = f"UP DOWN   {self._scroll + 1}-{end} of {rows}"
            ui.text((box.right - ui.width(text, theme.SMALL) - 0.8 * unit, y), text, Tone.FAINT, size=theme.SMALL)
