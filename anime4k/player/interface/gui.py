"""The interface drawn with Dear ImGui: what is visible when, and who gets the mouse."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from anime4k.gl.device import Device
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
from anime4k.player.interface import messages, texts, theme
from anime4k.player.interface.asked import Asked
from anime4k.player.interface.bar import draw_bar, draw_progress, layout_for
from anime4k.player.interface.context import ImguiContext
from anime4k.player.interface.figures import NO_FIGURES, Figures
from anime4k.player.interface.fonts import FontFiles, needs_wide
from anime4k.player.interface.layout import BarLayout, Box, SheetLayout, sheet_layout
from anime4k.player.interface.pointing import Pointing, Scene
from anime4k.player.interface.protocol import MESSAGE_S
from anime4k.player.interface.sheet import Sheet
from anime4k.player.interface.statistics_panel import StatisticsPanel
from anime4k.player.interface.ui import Ui
from anime4k.player.interface.visibility import Visibility
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState

_SMALLEST = 16
"""Windows with a side below so many pixels show nothing."""


class Target(Protocol):
    """A framebuffer."""

    def use(self) -> None:
        """Draw into it from here on."""


class ImguiInterface:
    """Panels, bar and messages over the picture (see `protocol.Interface`).

    Args:
        device: the GL context of the window, current on this thread.
        scale: density of the display times the size the user wants.
        clock: seconds that only grow.
        fonts: the font files, None = those that the system has.
        target: where to draw instead of the window.
    """

    def __init__(
        self,
        device: Device,
        *,
        scale: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        fonts: FontFiles | None = None,
        target: Target | None = None,
    ) -> None:
        self.scale = scale
        self._context = ImguiContext(device, fonts)
        self._device = device
        self._target = target
        self._clock = clock
        self._ui = Ui()
        self._sheet = Sheet()
        self._statistics = StatisticsPanel()
        self._asked = Asked()
        self._state: PlayerState | None = None
        self._size: Size = (0, 0)
        self._show = Visibility()
        self._pointing = Pointing(self._show, clock, self._ask)
        self._warm_for = 0.0
        self._wide: object = None  # the texts last looked at for East Asian characters

    # -- what the player asks for ------------------------------------------------------------------------

    def take_commands(self) -> list[do.Command]:
        """What the user asked for through the interface since the last call, in order."""
        return self._asked.take()

    def message(self, text: str, seconds: float = MESSAGE_S) -> None:
        """Say something at the top left; it takes the place of the message before. Empty = take it away."""
        self._show.say(text, self._clock() + seconds)

    def toggle(self, panel: do.Panel) -> None:
        """Open a panel, or close it."""
        self._sheet.panel = None if self._sheet.panel is panel else panel
        self._show.touch()

    def close_panels(self) -> bool:
        """Close whatever the user has opened; False = nothing was open."""
        if self._sheet.panel is not None:
            self._sheet.panel = None
        elif not self._show.close_statistics(self._clock()):
            return False
        self._show.touch(1)
        return True

    def show_statistics(self, stay: bool) -> None:
        """Show the statistics for a few seconds; `stay`: until asked for again."""
        self._show.ask_statistics(self._clock(), stay)

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
        self._sheet.bindings = self._statistics.bindings = bindings

    @property
    def wants_figures(self) -> bool:
        """Whether the statistics are open, so that `paint` has a use for figures."""
        return self._show.statistics(self._clock())

    @property
    def wait_s(self) -> float:
        """Seconds until it wants to be painted again although nothing happens; inf = not at all."""
        return 0.0 if self._asked else self._show.wait_s(self._clock(), self._pointing.bar_ends(self._scene()))

    def where(self, name: str) -> Box:
        """Where a widget was drawn in the newest frame.

        Raises:
            KeyError: it was not drawn.
        """
        return self._ui.marks[name]

    def close(self) -> None:
        """Delete every GL object; the context must still be current."""
        self._context.close()

    # -- layout ------------------------------------------------------------------------------------------

    @property
    def unit(self) -> float:
        """Height of the text in pixels."""
        return theme.text_size(self._size, self.scale)

    def bar_layout(self) -> BarLayout | None:
        """The bar as it is, or would be, shown; None before the first picture."""
        return None if self._state is None else layout_for(self._state, self._size, self.unit)

    def sheet_layout(self) -> SheetLayout | None:
        """The side panel as it is, or would be, shown; None before the first picture."""
        bar = self.bar_layout()
        return None if bar is None else sheet_layout(self._size, self.unit, bar.panel.y)

    def _scene(self) -> Scene | None:
        bar, state = self.bar_layout(), self._state
        if bar is None or state is None:
            return None
        opened = self._sheet.panel is not None
        return Scene(state, bar, sheet_layout(self._size, self.unit, bar.panel.y).panel if opened else None)

    # -- events ------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> bool:
        """Take part in what the user does; True = the player must not use the event."""
        match event:
            case PointerMoved(x, y):
                self._context.pointer(x, y)
                return self._pointing.moved(self._scene(), x, y)
            case PointerLeft():
                self._context.pointer_left()
                self._pointing.left()
            case PointerButton(name, down, x, y):
                return self._pressed(name, x, y) if down else self._released(name, x, y)
            case Scrolled(x, y):
                used = self._pointing.scrolled(self._scene())
                if used:
                    self._context.wheel(x, y)
                    self._show.touch()
                return used
            case KeyPressed(key):
                return self._key(key)
            case Resized() | Exposed():
                self._show.touch(1)
        return False

    def _pressed(self, name: str, x: float, y: float) -> bool:
        self._context.pointer(x, y)
        scene, sheet = self._scene(), self.sheet_layout()
        if not self._pointing.pressed(scene, name, x, y):
            return False
        self._show.touch()
        if scene is None or sheet is None or not scene.in_panel(x, y):
            return True
        if name != "MBTN_LEFT" or not self._sheet.click(sheet, x, y):
            self._context.button(name, True)
        return True

    def _released(self, name: str, x: float, y: float) -> bool:
        if not self._pointing.released(self._scene(), name, x):
            return False
        self._context.pointer(x, y)
        self._context.button(name, False)
        self._show.touch()
        return True

    def _key(self, key: str) -> bool:
        used = self._pointing.key(key)
        if used is not None:
            return used
        if key == "ESC":
            return self.close_panels()
        if self.wants_figures and self._statistics.key(key):
            self._show.keep_statistics(self._clock())
            return True
        return False

    def _ask(self, commands: list[do.Command]) -> None:
        for command in commands:
            if isinstance(command, do.TogglePanel):
                self.toggle(command.panel)
            else:
                self._asked.add(command)

    # -- drawing -----------------------------------------------------------------------------------------

    def visible(self, state: PlayerState) -> bool:
        """Whether there is anything to draw."""
        return (
            self._sheet.panel is not None
            or self._pointing.bar_shown(self._scene())
            or self._show.anything(state, self._clock())
        )

    def paint(self, state: PlayerState, figures: Figures | None, framebuffer_size: Size) -> None:
        """Draw over the finished picture in the window; its framebuffer stays bound.

        Blending, program, textures, buffers, scissor and unpacking are left as they were.
        """
        self._state, self._size = state, framebuffer_size
        now = self._clock()
        elapsed = self._show.painted(now)
        if min(framebuffer_size) < _SMALLEST:
            return
        if not self.visible(state):
            self._ui.marks.clear()
            self._warm(state)
            return
        self._begin(elapsed, self._look_for_wide(state))
        self._ui.begin(self.unit, self._pointing.at)
        self._build(state, figures or NO_FIGURES)
        self._draw()
        if self._ui.wide_missing and self._context.want_wide():
            self._show.touch(1)
        if self._ui.commands:
            self._ask(self._ui.commands)
            self._ui.commands = []

    def _begin(self, elapsed: float, wide: bool) -> None:
        if self._context.begin(self._size, self.unit, elapsed, wide=wide):
            self._ui.forget_widths()

    def _draw(self) -> None:
        if self._target is None:
            self._target = self._device.ctx.detect_framebuffer(0)
        self._target.use()
        self._context.draw()

    def _warm(self, state: PlayerState) -> None:
        """With the first picture of a size: programs, fonts and letters, so that the first message delays nothing."""
        wide = self._look_for_wide(state)
        if self._warm_for == self.unit and not wide:
            return
        self._warm_for = self.unit
        self._begin(1 / 60, wide)
        self._context.warm(self.unit * size for size in (theme.SMALL, theme.MEDIUM, 1.0, theme.BIG))
        self._draw()

    def _look_for_wide(self, state: PlayerState) -> bool:
        found = (
            state.file,
            state.playlist,
            state.chapters,
            state.sound.tracks,
            state.subtitles.tracks,
            self._show.message,
        )
        if found == self._wide:
            return False
        self._wide = found
        return needs_wide(self._show.message) or any(needs_wide(text) for text in texts.state_texts(state))

    def _build(self, state: PlayerState, figures: Figures) -> None:
        ui, now, size = self._ui, self._clock(), self._size
        scene, sheet = self._scene(), self.sheet_layout()
        assert scene is not None and sheet is not None
        bar, bar_shown = scene.bar, self._pointing.bar_shown(scene)
        right = sheet.panel.x if self._sheet.panel is not None else float(size[0])
        messages.draw_split(ui, state, self._pointing.takes_split(scene))
        y = ui.unit
        if now < self._show.message_until and state.osd_level > 0:
            y = messages.draw_words(ui, self._show.message, y, (int(right), size[1]))
        if now < self._show.progress_until or state.osd_level >= 2:
            full = now < self._show.progress_until or state.osd_level >= 3
            y = messages.draw_words(ui, texts.osd_text(state, with_duration=full), y, (int(right), size[1]))
        if self._show.state_line:
            y = messages.draw_lines(ui, texts.state_lines(state), y, (int(right), size[1]))
        if self.wants_figures:
            bottom = bar.panel.y if bar_shown else size[1]
            room = Box(ui.unit, y, max(right - 2 * ui.unit, 8 * ui.unit), max(bottom - y - ui.unit, 6 * ui.unit))
            self._statistics.draw(ui, room, state, figures)
        if state.osd_level > 0 and not self.wants_figures:  # the statistics say it themselves
            beside = right > 40 * ui.unit and not self._show.state_line
            messages.draw_preparing(ui, state, right, ui.unit if beside else y)
        if bar_shown:
            draw_bar(ui, bar, state, self._pointing.bar.dragging)
        elif now < self._show.progress_until:
            draw_progress(ui, size, state)
        self._sheet.draw(ui, sheet, state)
        ui.draw_tip(size)
