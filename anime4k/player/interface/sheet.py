"""The panel at the right: one page for every `Panel`, chosen by the tabs at its top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from anime4k.player.commands import Panel
from anime4k.player.interface import lists, theme
from anime4k.player.interface.icons import Icon, draw_icon
from anime4k.player.interface.layout import SheetLayout
from anime4k.player.interface.menu import draw_menu
from anime4k.player.interface.shaders_panel import ShadersPanel
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import Ui, fill
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState

_ICONS: Mapping[Panel, Icon] = {
    Panel.MENU: Icon.MENU,
    Panel.TRACKS: Icon.SUBTITLES,
    Panel.PLAYLIST: Icon.LIST,
    Panel.SHADERS: Icon.SHADERS,
    Panel.PICTURE: Icon.PICTURE,
    Panel.KEYS: Icon.KEYS,
}


class Sheet:
    """What is open at the right, and its pages."""

    def __init__(self) -> None:
        self.panel: Panel | None = None
        """The page that is open."""
        self.bindings: Sequence[Binding] = ()
        """The keys in use."""
        self._shaders = ShadersPanel()
        self._pages: Mapping[Panel, Callable[[Ui, PlayerState], None]] = {
            Panel.MENU: draw_menu,
            Panel.TRACKS: lists.draw_tracks,
            Panel.PLAYLIST: lists.draw_playlist,
            Panel.SHADERS: self._shaders.draw,
            Panel.PICTURE: lists.draw_picture,
            Panel.KEYS: lambda ui, _: lists.draw_keys(ui, self.bindings),
        }

    def click(self, layout: SheetLayout, x: float, y: float) -> bool:
        """Whether a click at a place chose a page (or closed the panel: the tab of the open page)."""
        for panel, box in layout.tabs.items():
            if box.contains(x, y):
                self.panel = None if panel is self.panel else panel
                return True
        return False

    def draw(self, ui: Ui, layout: SheetLayout, state: PlayerState) -> None:
        """Draw the open page."""
        if self.panel is None:
            return
        ui.plate(layout.panel)
        for panel, box in layout.tabs.items():
            hovered = ui.pointer is not None and box.contains(*ui.pointer)
            chosen = panel is self.panel
            if hovered or chosen:
                fill(ui.canvas, box.grown(-0.1 * ui.unit), theme.CHOSEN if chosen else theme.HOVERED, 0.4 * ui.unit)
            tone = Tone.ACCENT if chosen else Tone.NORMAL if hovered else Tone.DIM
            draw_icon(ui.canvas, _ICONS[panel], box, packed(tone.value), 0.95 * ui.unit)
            if hovered:
                ui.tip = "close (ESC)" if chosen else panel.value
        line = layout.body.y
        ui.canvas.add_line((layout.panel.x, line), (layout.panel.right, line), packed(theme.EDGE))
        # Every page is a window of its own, so that each keeps its place when another is looked at.
        with ui.area(f"page {self.panel.value}", layout.body):
            self._pages[self.panel](ui, state)
            ui.gap(0.5)
