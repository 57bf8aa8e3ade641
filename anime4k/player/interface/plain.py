"""The interface where Dear ImGui is not installed: messages, bar and pages of plain text."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from anime4k.gl.device import Device
from anime4k.gl.overlay import OverlayPainter
from anime4k.overlay import Overlay
from anime4k.player import commands as do
from anime4k.player.events import (
    Event,
    Exposed,
    KeyPressed,
    PointerButton,
    PointerLeft,
    PointerMoved,
    Resized,
    Scrolled,
)
from anime4k.player.geometry import Size
from anime4k.player.interface import pages, plain_parts, texts, theme
from anime4k.player.interface.asked import Asked
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.layout import BarLayout, Box
from anime4k.player.interface.pages import Page, Row
from anime4k.player.interface.pointing import Pointing, Scene
from anime4k.player.interface.protocol import MESSAGE_S
from anime4k.player.interface.sketch import Sketch
from anime4k.player.interface.theme import Tone
from anime4k.player.interface.visibility import NEVER, Visibility
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState

_REFRESH_S = 0.5
"""How often the numbers of the statistics change; faster cannot be read."""
_SCROLL = 3
_TABS = "   ".join(f"{page.value} {title}" for page, title in pages.TITLES.items() if page is not Page.KEYS)


class PlainInterface:
    """Panels, bar and messages over the picture (see `protocol.Interface`).

    Args:
        device: the GL context of the window, current on this thread.
        scale: density of the display times the size the user wants.
        clock: seconds that only grow.
        painter: what draws, None = into the window.
    """

    def __init__(
        self,
        device: Device,
        *,
        scale: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        painter: OverlayPainter | None = None,
    ) -> None:
        self.scale = scale
        self.sketch = Sketch()
        self._painter = painter or OverlayPainter(device)
        self._clock = clock
        self._bindings: Sequence[Binding] = ()
        self._asked = Asked()
        self._state: PlayerState | None = None
        self._size: Size = (0, 0)
        self._show = Visibility()
        self._pointing = Pointing(self._show, clock, self._ask)
        self._panel: do.Panel | None = None
        self._page = Page.OVERVIEW
        self._scroll = self._most = 0
        self._rows_box: Box | None = None
        self._figures = Figures()
        self._figures_at = NEVER
        self._hidden = False

    # -- what the player asks for ------------------------------------------------------------------------

    def take_commands(self) -> list[do.Command]:
        """What the user asked for through the interface since the last call, in order."""
        return self._asked.take()

    def message(self, text: str, seconds: float = MESSAGE_S) -> None:
        """Say something at the top left; it takes the place of the message before. Empty = take it away."""
        self._show.say(text, self._clock() + seconds)

    def toggle(self, panel: do.Panel) -> None:
        """Open a panel, or close it."""
        self._panel = None if self._panel is panel else panel
        self._scroll = 0
        self._show.touch(1)

    def close_panels(self) -> bool:
        """Close whatever the user has opened; False = nothing was open."""
        if self._panel is not None:
            self._panel = None
        elif not self._show.close_statistics(self._clock()):
            return False
        self._show.touch(1)
        return True

    def show_statistics(self, stay: bool) -> None:
        """Show the statistics for a few seconds; `stay`: until asked for again."""
        self._show.ask_statistics(self._clock(), stay)
        self._figures_at = NEVER

    def show_progress(self, seconds: float = MESSAGE_S) -> None:
        """Show the position for a while."""
        self._show.progress_until = self._clock() + seconds
        self._show.touch(1)

    def toggle_state_line(self) -> None:
        """Show what draws the picture all the time, or stop doing so."""
        self._show.state_line = not self._show.state_line
        self._show.touch(1)

    def set_bindings(self, bindings: Sequence[Binding]) -> None:
        """The keys in use, for the key list."""
        self._bindings = tuple(bindings)

    @property
    def wants_figures(self) -> bool:
        """Whether the statistics are open, so that `paint` has a use for figures."""
        return self._show.statistics(self._clock())

    @property
    def wait_s(self) -> float:
        """Seconds until it wants to be painted again although nothing happens; inf = not at all."""
        if self._asked:
            return 0.0
        # While nothing can be painted, what waits for it would wait without rest.
        return math.inf if self._hidden else self._show.wait_s(self._clock(), self._pointing.bar_ends(self._scene()))

    def close(self) -> None:
        """Delete every GL object; the context must still be current."""
        self._painter.release()

    # -- events ------------------------------------------------------------------------------------------

    @property
    def unit(self) -> float:
        """Height of the text in pixels."""
        return theme.text_size(self._size, self.scale)

    def bar_layout(self) -> BarLayout | None:
        """The bar as it is, or would be, shown; None before the first picture."""
        return None if self._state is None else plain_parts.layout_for(self._state, self._size, self.unit)

    def _scene(self) -> Scene | None:
        bar, state = self.bar_layout(), self._state
        return None if bar is None or state is None else Scene(state, bar, self._rows_box)

    def handle(self, event: Event) -> bool:
        """Take part in what the user does; True = the player must not use the event."""
        match event:
            case PointerMoved(x, y):
                return self._pointing.moved(self._scene(), x, y)
            case PointerLeft():
                self._pointing.left()
            case PointerButton(name, True, x, y):
                return self._pointing.pressed(self._scene(), name, x, y)
            case PointerButton(name, False, x, _):
                return self._pointing.released(self._scene(), name, x)
            case Scrolled(_, y):
                used = self._pointing.scrolled(self._scene())
                if used:
                    self._move_rows(-_SCROLL if y > 0 else _SCROLL)
                return used
            case KeyPressed(key):
                return self._key(key)
            case Resized(width, height):
                self._hidden = min(width, height) <= 0
                self._show.touch(1)
            case Exposed():
                self._show.touch(1)
        return False

    def _key(self, key: str) -> bool:
        used = self._pointing.key(key)
        if used is not None:
            return used
        if key == "ESC":
            return self.close_panels()
        if self._panel is None and self.wants_figures:
            page = next((page for page in Page if key == page.value), None)
            if page is not None:
                self._page, self._scroll = page, 0
                self._show.keep_statistics(self._clock())
                return True
        if (self._panel is not None or self.wants_figures) and self._most and key in ("UP", "DOWN"):
            if self.wants_figures:
                self._show.keep_statistics(self._clock())
            self._move_rows(-_SCROLL if key == "UP" else _SCROLL)
            return True
        return False

    def _move_rows(self, step: int) -> None:
        self._scroll = min(max(self._scroll + step, 0), self._most)
        self._show.touch(1)

    def _ask(self, commands: list[do.Command]) -> None:
        for command in commands:
            if isinstance(command, do.TogglePanel):
                self.toggle(command.panel)
            else:
                self._asked.add(command)

    # -- drawing -----------------------------------------------------------------------------------------

    def paint(self, state: PlayerState, figures: Figures | None, framebuffer_size: Size) -> None:
        """Draw over the finished picture in the window."""
        self._painter.draw(self.compose(state, figures, framebuffer_size), framebuffer_size)

    def compose(self, state: PlayerState, figures: Figures | None, size: Size) -> Overlay:
        """Everything that is to be seen now; the same object as long as it is the same."""
        self._state, self._size = state, size
        self._rows_box = None
        now = self._clock()
        self._show.painted(now)
        self.sketch.begin()
        if min(size) >= 16:
            self._draw(state, figures, now)
        return self.sketch.finish()

    def _draw(self, state: PlayerState, figures: Figures | None, now: float) -> None:
        sketch, show, size, unit = self.sketch, self._show, self._size, self.unit
        bar = plain_parts.layout_for(state, size, unit)
        bar_shown = self._pointing.bar_shown(self._scene())
        plain_parts.draw_split(sketch, state, unit)
        y = unit
        if now < show.message_until and state.osd_level > 0:
            y = plain_parts.draw_words(sketch, show.message, y, size, unit)
        if now < show.progress_until or state.osd_level >= 2:
            full = now < show.progress_until or state.osd_level >= 3
            y = plain_parts.draw_words(sketch, texts.osd_text(state, with_duration=full), y, size, unit)
        if show.state_line:
            y = plain_parts.draw_lines(sketch, texts.state_lines(state), y, size, unit)
        bottom = bar.panel.y if bar_shown else size[1]
        room = Box(unit, y, max(size[0] - 2 * unit, 8 * unit), max(bottom - y - unit, 4 * unit))
        if self._panel is not None:
            rows, foot = self._panel_rows(self._panel, state), f"{self._panel.value}   ESC closes"
            self._rows_box, self._most = plain_parts.draw_rows(sketch, rows, foot, self._scroll, room, unit)
        elif self.wants_figures:
            if figures is not None and now - self._figures_at >= _REFRESH_S:
                self._figures, self._figures_at = figures, now
            rows = plain_parts.statistics_lines(self._page, state, self._figures)
            if self._page is Page.KEYS:
                rows = self._key_rows()
            _, self._most = plain_parts.draw_rows(sketch, rows, _TABS, self._scroll, room, unit)
        self._scroll = min(self._scroll, self._most)
        if state.osd_level > 0:
            plain_parts.draw_preparing(sketch, state, size, unit)
        if bar_shown:
            plain_parts.draw_bar(sketch, bar, state, self._pointing.at, self._pointing.bar.dragging)
        elif now < show.progress_until:
            plain_parts.draw_progress(sketch, size, state, unit)

    def _panel_rows(self, panel: do.Panel, state: PlayerState) -> list[Row]:
        if panel is do.Panel.TRACKS:
            return pages.page_rows(Page.TRACKS, state, self._figures, ())
        if panel is do.Panel.PLAYLIST:
            return [
                Row(f"{number + 1}", texts.base_name(file), tone=Tone.ACCENT if number == state.index else Tone.NORMAL)
                for number, file in enumerate(state.playlist or (state.file,))
            ]
        if panel is do.Panel.SHADERS:
            return pages.page_rows(Page.CHAIN, state, self._figures, ())
        if panel is do.Panel.PICTURE:
            view = state.picture
            values = {"contrast": view.contrast, "brightness": view.brightness, "gamma": view.gamma,
                      "saturation": view.saturation}  # fmt: skip
            rows = [Row(name, f"{value:+d}" if value else "0") for name, value in values.items()]
            return [*rows, Row("shape", view.aspect or "its own"), Row("zoom", f"{2**view.zoom:.2f}")]
        return self._key_rows()

    def _key_rows(self) -> list[Row]:
        return [Row("   ".join(binding.keys), binding.help) for binding in self._bindings]
