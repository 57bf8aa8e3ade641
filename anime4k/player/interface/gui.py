"""The interface drawn with Dear ImGui: what is visible when, and who gets the mouse."""

from __future__ import annotations

import math
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
from anime4k.player.interface.bar_input import BarInput
from anime4k.player.interface.context import ImguiContext
from anime4k.player.interface.figures import NO_FIGURES, Figures
from anime4k.player.interface.fonts import FontFiles, needs_wide
from anime4k.player.interface.layout import BarLayout, Box, SheetLayout, sheet_layout, split_fraction, split_line
from anime4k.player.interface.protocol import BAR_S, MESSAGE_S
from anime4k.player.interface.sheet import Sheet
from anime4k.player.interface.statistics_panel import StatisticsPanel
from anime4k.player.interface.ui import Ui
from anime4k.player.interface.visibility import NEVER, Visibility
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
        self._bar = BarInput()
        self._asked = Asked()
        self._state: PlayerState | None = None
        self._size: Size = (0, 0)
        self._pointer: tuple[float, float] | None = None
        self._show = Visibility()
        self._held: set[str] = set()  # buttons that went down on the interface
        self._on_split = False
        self._used_wheel = False
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
        return 0.0 if self._asked else self._show.wait_s(self._clock(), self._bar_ends())

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

    # -- events ------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> bool:
        """Take part in what the user does; True = the player must not use the event."""
        match event:
            case PointerMoved(x, y):
                return self._moved(x, y)
            case PointerLeft():
                self._pointer = None
                self._context.pointer_left()
                if not self._held and self._show.bar_until > self._clock():
                    self._show.bar_until = NEVER
                    self._show.touch(1)
                return False
            case PointerButton(name, down, x, y):
                return self._pressed(name, x, y) if down else self._released(name, x, y)
            case Scrolled(x, y):
                self._used_wheel = self._over_sheet()
                if self._used_wheel:
                    self._context.wheel(x, y)
                    self._show.touch()
                return self._used_wheel
            case KeyPressed(key):
                return self._key(key)
            case Resized() | Exposed():
                self._show.touch(1)
        return False

    def _moved(self, x: float, y: float) -> bool:
        before, self._pointer = self._pointer, (x, y)
        if before == (x, y):
            return False
        self._context.pointer(x, y)
        now, bar = self._clock(), self.bar_layout()
        if self._show.bar_until < now:
            self._show.touch(1)
        self._show.bar_until = now + BAR_S
        state = self._state
        if self._on_split and state is not None:
            self._ask([do.SplitAt(split_fraction(state.rect, x))])
            return True
        if bar is not None and state is not None and self._bar.dragging is not None:
            self._ask(self._bar.move(bar, state, x))
            self._show.touch(1)
            return True
        over = self._over(x, y)
        if over or self._held or (before is not None and self._over(*before)):
            self._show.touch(1)
        return over or bool(self._held)

    def _pressed(self, name: str, x: float, y: float) -> bool:
        self._pointer = (x, y)
        self._context.pointer(x, y)
        self._show.bar_until = max(self._show.bar_until, self._clock() + BAR_S)
        state, bar, sheet = self._state, self.bar_layout(), self.sheet_layout()
        if state is None or bar is None or sheet is None:
            return False
        if not self._over(x, y):
            return False
        self._held.add(name)
        self._show.touch()
        if self._over_sheet():
            if name != "MBTN_LEFT" or not self._sheet.click(sheet, x, y):
                self._context.button(name, True)
        elif bar.panel.contains(x, y):
            if name in ("MBTN_LEFT", "MBTN_RIGHT"):
                self._ask(self._bar.press(bar, state, x, y, right=name == "MBTN_RIGHT"))
        elif name == "MBTN_LEFT":
            self._on_split = True
        return True

    def _released(self, name: str, x: float, y: float) -> bool:
        if name not in self._held:
            return False
        self._held.discard(name)
        self._context.pointer(x, y)
        self._context.button(name, False)
        self._show.touch()
        bar = self.bar_layout()
        if name == "MBTN_LEFT":
            self._on_split = False
            if bar is not None and self._state is not None:
                self._ask(self._bar.release(bar, self._state, x))
        return True

    def _key(self, key: str) -> bool:
        name = key.rpartition("+")[2]
        if name.startswith("MBTN_"):
            return name.removesuffix("_DBL") in self._held
        if name.startswith("WHEEL_"):
            return self._used_wheel
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

    # -- what is where -----------------------------------------------------------------------------------

    def _bar_shown(self) -> bool:
        return self._bar_ends() > self._clock()

    def _bar_ends(self) -> float:
        bar = self.bar_layout()
        if self._bar.dragging is not None:
            return math.inf
        if self._pointer is not None and bar is not None and bar.panel.contains(*self._pointer):
            return math.inf if self._show.bar_until > NEVER else NEVER
        return self._show.bar_until

    def _over(self, x: float, y: float) -> bool:
        """Whether something of the interface that takes the mouse lies at a place."""
        bar, state = self.bar_layout(), self._state
        if bar is None or state is None:
            return False
        if self._over_sheet() or (bar.panel.contains(x, y) and self._bar_ends() > NEVER):
            return True
        return self._at_split(x, y)

    def _over_sheet(self) -> bool:
        layout = self.sheet_layout()
        return (
            self._sheet.panel is not None
            and layout is not None
            and self._pointer is not None
            and layout.panel.contains(*self._pointer)
        )

    # -- drawing -----------------------------------------------------------------------------------------

    def visible(self, state: PlayerState) -> bool:
        """Whether there is anything to draw."""
        return self._sheet.panel is not None or self._bar_shown() or self._show.anything(state, self._clock())

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
        self._ui.begin(self.unit, self._pointer)
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
        bar, sheet = self.bar_layout(), self.sheet_layout()
        assert bar is not None and sheet is not None
        bar_shown = self._bar_shown()
        right = sheet.panel.x if self._sheet.panel is not None else float(size[0])
        split_hovered = self._on_split or (self._pointer is not None and self._at_split(*self._pointer))
        messages.draw_split(ui, state, split_hovered)
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
            draw_bar(ui, bar, state, self._bar.dragging)
        elif now < self._show.progress_until:
            draw_progress(ui, size, state)
        self._sheet.draw(ui, sheet, state)
        ui.draw_tip(size)

    def _at_split(self, x: float, y: float) -> bool:
        state = self._state
        if state is None or state.compare.split is None or self._over_sheet():
            return False
        return split_line(state.rect, state.compare.split, self.unit)[1].contains(x, y)
