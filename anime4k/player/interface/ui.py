"""The widgets of the interface, drawn in its own style on top of Dear ImGui's input handling.

Each widget has a name; `marks` remembers where every one was drawn in the newest frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from imgui_bundle import imgui

from anime4k.player.commands import Command
from anime4k.player.interface import theme
from anime4k.player.interface.fonts import needs_wide
from anime4k.player.interface.icons import Icon, draw_icon
from anime4k.player.interface.layout import Box
from anime4k.player.interface.theme import Rgba, Tone, packed

_AROUND = ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, -1), (0, 1.6))
"""Where the dark edge of a text is drawn, in parts of its width."""
_CACHED = 2000
_ROUND_FROM = 3.5
INDENT = 0.6


class Ui:
    """What panels draw with during one frame after another."""

    def __init__(self) -> None:
        self.unit = 16.0
        """Height of the text in pixels."""
        self.pointer: tuple[float, float] | None = None
        """Where the mouse is."""
        self.marks: dict[str, Box] = {}
        """Where the widgets were drawn."""
        self.commands: list[Command] = []
        """What the user asked for."""
        self.wide_missing = False
        """Whether a text of this frame needs the East Asian fonts."""
        self.grabbed = ""
        """Which part of the widget that is held the button went down on."""
        self.tip = ""
        """What is explained beside the mouse at the end of the frame."""
        self.tip_at: tuple[float, float] | None = None
        """Where it is explained instead of beside the mouse."""
        self._fitted: dict[tuple[str, int, int], str] = {}

    def begin(self, unit: float, pointer: tuple[float, float] | None) -> None:
        """Begin a frame."""
        if unit != self.unit:
            self._fitted.clear()
        self.unit, self.pointer = unit, pointer
        self.marks.clear()
        self.tip, self.tip_at = "", None
        self.wide_missing = False

    def forget_widths(self) -> None:
        """Other fonts are in use."""
        self._fitted.clear()

    # -- drawing ---------------------------------------------------------------------------------------

    @property
    def canvas(self) -> imgui.ImDrawList:
        """Under every panel."""
        return imgui.get_background_draw_list()

    def width(self, text: str, size: float = 1.0) -> float:
        """Width of a text in pixels; `size` in units."""
        if size == 1.0:
            return imgui.calc_text_size(text).x
        imgui.push_font(None, self.unit * size)  # letters of another height are not exactly wider by as much
        try:
            return imgui.calc_text_size(text).x
        finally:
            imgui.pop_font()

    def text(
        self,
        at: tuple[float, float],
        text: str,
        tone: Tone = Tone.NORMAL,
        *,
        size: float = 1.0,
        shadow: bool = False,
        on: imgui.ImDrawList | None = None,
    ) -> float:
        """Draw one line with its top left corner at `at`.

        Returns:
            Its width in pixels.
        """
        self.wide_missing = self.wide_missing or needs_wide(text)
        draw = on or self.canvas
        font, height = imgui.get_font(), self.unit * size
        x, y = round(at[0]), round(at[1])
        if shadow:
            far = max(1.0, height / 14)
            for right, down in _AROUND:
                draw.add_text(font, height, (x + right * far, y + down * far), packed(theme.SHADOW), text)
        draw.add_text(font, height, (x, y), packed(tone.value), text)
        return self.width(text, size)

    def fit(self, text: str, width: float, size: float = 1.0) -> str:
        """A text that is no wider than `width`: its end gives way."""
        key = (text, round(width), round(size * 100))
        if key not in self._fitted:
            if len(self._fitted) > _CACHED:
                self._fitted.clear()
            self._fitted[key] = self._shortened(text, width, size)
        return self._fitted[key]

    def _shortened(self, text: str, width: float, size: float) -> str:
        if self.width(text, size) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle] + "…", size) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…" if low else ""

    def plate(self, box: Box, colour: Rgba = theme.PANEL, *, radius: float = 0.55, edge: bool = True) -> None:
        """A panel under everything else."""
        fill(self.canvas, box, colour, radius * self.unit)
        if edge:
            self.canvas.add_rect((box.x, box.y), (box.right, box.bottom), packed(theme.EDGE), radius * self.unit)

    def draw_tip(self, size: tuple[int, int]) -> None:
        """Draw the explanation of what is under the mouse."""
        at = self.tip_at or self.pointer
        if not self.tip or at is None:
            return
        draw, unit = imgui.get_foreground_draw_list(), self.unit
        lines = wrapped(self, self.tip, 24 * unit)
        width = max(self.width(line) for line in lines) + 1.2 * unit
        height = len(lines) * 1.25 * unit + 0.7 * unit
        x = min(max(at[0] - width / 2, 4), size[0] - width - 4)
        y = at[1] - height - 0.9 * unit
        if y < 4:
            y = at[1] + 1.6 * unit
        box = self.marks["tip"] = Box(x, y, width, height)
        fill(draw, box, (24, 27, 37, 246), 0.4 * unit)
        draw.add_rect((box.x, box.y), (box.right, box.bottom), packed(theme.EDGE), 0.4 * unit)
        for number, line in enumerate(lines):
            self.text((x + 0.6 * unit, y + 0.35 * unit + number * 1.25 * unit), line, on=draw)

    # -- widgets ---------------------------------------------------------------------------------------

    @contextmanager
    def area(self, name: str, box: Box) -> Iterator[None]:
        """A scrolling region of the window that holds widgets."""
        imgui.set_next_window_pos((box.x, box.y))
        imgui.set_next_window_size((box.width, box.height))
        flags = imgui.WindowFlags_
        imgui.begin(
            name,
            None,
            flags.no_title_bar | flags.no_resize | flags.no_move | flags.no_collapse | flags.no_saved_settings
            | flags.no_nav | flags.no_background | flags.no_bring_to_front_on_focus,
        )  # fmt: skip
        try:
            yield
        finally:
            imgui.end()

    def place(self, name: str, width: float, height: float, *, after: bool = False) -> Place:
        """The next free space in an area as something that can be clicked; `after`: in the same line."""
        if after:
            imgui.same_line()
        # Dear ImGui cuts off fractions, which moves what is scrolled away the other way than what is not.
        height = float(round(height))
        x, y = imgui.get_cursor_screen_pos()
        clicked = imgui.invisible_button(name, (max(width, 1.0), max(height, 1.0)))
        box = Box(x, y, width, height)
        self.marks[name] = box
        return Place(name, box, clicked, imgui.is_item_hovered(), imgui.is_item_active())

    @property
    def room(self) -> float:
        """Width that is left in the line."""
        return imgui.get_content_region_avail().x

    def gap(self, units: float = 0.5) -> None:
        """Free space below."""
        imgui.dummy((1.0, float(round(units * self.unit))))

    def heading(self, text: str, detail: str = "") -> None:
        """The title of a group."""
        draw = imgui.get_window_draw_list()
        imgui.dummy((1.0, float(round(0.35 * self.unit))))
        x, y = imgui.get_cursor_screen_pos()
        width = self.text((x, y), text, Tone.ACCENT, size=theme.MEDIUM, on=draw)
        if detail:
            shown = self.fit(detail, self.room - width - self.unit, theme.SMALL)
            self.text((x + width + 0.8 * self.unit, y + 0.08 * self.unit), shown, Tone.FAINT, size=theme.SMALL, on=draw)
        imgui.dummy((1.0, float(round(1.05 * self.unit))))

    def paragraph(self, text: str, tone: Tone = Tone.DIM, *, size: float = theme.MEDIUM, indent: float = 0.0) -> None:
        """A text of several lines."""
        draw = imgui.get_window_draw_list()
        x, y = imgui.get_cursor_screen_pos()
        x += indent * self.unit
        lines = wrapped(self, text, self.room - indent * self.unit, size)
        for number, line in enumerate(lines):
            self.text((x, y + number * 1.25 * size * self.unit), line, tone, size=size, on=draw)
        imgui.dummy((1.0, float(round(len(lines) * 1.25 * size * self.unit))))

    def row(
        self, name: str, text: str, detail: str = "", *, chosen: bool = False, tip: str = "", note: str = ""
    ) -> bool:
        """A line of a list; `detail` is written below, `note` at the right.

        Returns:
            Whether it was clicked.
        """
        unit = self.unit
        place = self.place(name, self.room, (2.7 if detail else 1.65) * unit)
        if not imgui.is_item_visible():
            return place.clicked
        box, draw = place.box, imgui.get_window_draw_list()
        if chosen or place.hovered:
            fill(draw, box, theme.CHOSEN if chosen else theme.HOVERED, 0.35 * unit)
        if chosen:
            fill(draw, Box(box.x, box.y + 0.35 * unit, 0.2 * unit, box.height - 0.7 * unit), theme.ACCENT, 0.1 * unit)
        x, room = box.x + INDENT * unit, box.width - 1.2 * unit
        if note:
            wide = self.width(note, theme.SMALL)
            self.text((box.right - wide - 0.5 * unit, box.y + 0.4 * unit), note, Tone.DIM, size=theme.SMALL, on=draw)
            room -= wide + 0.6 * unit
        self.text((x, box.y + 0.32 * unit), self.fit(text, room), Tone.ACCENT if chosen else Tone.NORMAL, on=draw)
        if detail:
            shown = self.fit(detail, box.width - 1.2 * unit, theme.SMALL)
            self.text((x, box.y + 1.5 * unit), shown, Tone.DIM, size=theme.SMALL, on=draw)
        if place.hovered and tip:
            self.tip = tip
        return place.clicked

    def bring_into_view(self) -> None:
        """Scroll an area that has just been opened to the line before."""
        if imgui.is_window_appearing():
            imgui.set_scroll_here_y(0.5)

    def entry(self, box: Box, text: str, name: str, *, beside: bool) -> None:
        """A text and the name that it explains, at the right in the same line or (not `beside`) above it."""
        if not imgui.is_item_visible():
            return
        draw, unit, size = imgui.get_window_draw_list(), self.unit, theme.MEDIUM
        room = box.width - 2 * INDENT * unit
        shown = name if beside else self.fit(name, room, size)
        right = box.right - INDENT * unit - self.width(shown, size)
        y = box.y + 0.15 * unit
        self.text((right if beside else box.x + INDENT * unit, y), shown, Tone.ACCENT, size=size, on=draw)
        below = y if beside else y + 1.15 * unit
        self.text((box.x + INDENT * unit, below), self.fit(text, room, size), size=size, on=draw)

    def button(
        self,
        name: str,
        text: str,
        *,
        chosen: bool = False,
        after: bool = False,
        tip: str = "",
        width: float = 0.0,
        usable: bool = True,
    ) -> bool:
        """A button with a text; in the same line as the one before when `after` and there is room.

        Returns:
            Whether it was clicked.
        """
        unit = self.unit
        wide = width or self.width(text, theme.MEDIUM) + 1.3 * unit
        if after:
            imgui.same_line()
            if self.room < wide:
                imgui.new_line()
        place = self.place(name, wide, 1.7 * unit)
        box, draw = place.box, imgui.get_window_draw_list()
        colour = theme.CHOSEN if chosen else theme.HOVERED if place.hovered and usable else theme.RAISED
        fill(draw, box, colour, 0.35 * unit)
        tone = Tone.ACCENT if chosen else Tone.NORMAL if usable else Tone.FAINT
        x = box.x + (wide - self.width(text, theme.MEDIUM)) / 2
        self.text((x, box.y + 0.37 * unit), text, tone, size=theme.MEDIUM, on=draw)
        if place.hovered and tip:
            self.tip = tip
        return place.clicked and usable

    def icon_button(
        self, name: str, icon: Icon, *, after: bool = False, tip: str = "", usable: bool = True, side: float = 1.6
    ) -> bool:
        """A button with a picture."""
        place = self.place(name, side * self.unit, side * self.unit, after=after)
        draw = imgui.get_window_draw_list()
        if place.hovered and usable:
            fill(draw, place.box, theme.HOVERED, 0.35 * self.unit)
        tone = Tone.FAINT if not usable else Tone.NORMAL if place.hovered else Tone.DIM
        draw_icon(draw, icon, place.box, packed(tone.value), self.unit * 0.85)
        if place.hovered and tip:
            self.tip = tip
        return place.clicked and usable

    def switch(self, name: str, text: str, on: bool, *, tip: str = "", width: float = 0.0) -> bool:
        """A text with a switch at its right.

        Returns:
            Whether it was clicked.
        """
        unit = self.unit
        place = self.place(name, width or self.room, 1.65 * unit)
        box, draw = place.box, imgui.get_window_draw_list()
        if place.hovered:
            fill(draw, box, theme.RAISED, 0.35 * unit)
            self.tip = tip or self.tip
        self.text((box.x + INDENT * unit, box.y + 0.32 * unit), self.fit(text, box.width - 3 * unit), on=draw)
        self.knob(draw, Box(box.right - 2.2 * unit, box.y + 0.37 * unit, 1.8 * unit, 0.95 * unit), on)
        return place.clicked

    def knob(self, draw: imgui.ImDrawList, box: Box, on: bool) -> None:
        """Draw a switch."""
        radius = box.height / 2
        fill(draw, box, theme.ACCENT if on else theme.TRACK, radius)
        x = box.right - radius if on else box.x + radius
        draw.add_circle_filled((x, box.y + radius), radius * 0.72, packed(theme.WHITE))

    def choice(self, name: str, options: Sequence[tuple[str, str]], chosen: str) -> str | None:
        """Buttons of which one is chosen: (value, text) each.

        Returns:
            The value that was clicked, None = none.
        """
        found = None
        for index, (value, text) in enumerate(options):
            if self.button(f"{name}.{value}", text, chosen=value == chosen, after=index > 0):
                found = value
        return found


class Place:
    """A part of the window that can be clicked.

    Args:
        name: of the widget.
        box: where it is.
        clicked: whether a click was finished on it.
        hovered: whether the mouse is over it.
        active: whether the button that went down on it is still held.
    """

    __slots__ = ("name", "box", "clicked", "hovered", "active")

    def __init__(self, name: str, box: Box, clicked: bool, hovered: bool, active: bool) -> None:
        self.name, self.box, self.clicked, self.hovered, self.active = name, box, clicked, hovered, active


def fill(draw: imgui.ImDrawList, box: Box, colour: Rgba, radius: float = 0.0) -> None:
    """A filled rectangle with round corners; where there is no room for round ones, the antialiasing leaves specks."""
    if min(box.width, box.height) < _ROUND_FROM:
        radius = 0.0
    draw.add_rect_filled((box.x, box.y), (box.right, box.bottom), packed(colour), radius)


def wrapped(ui: Ui, text: str, width: float, size: float = 1.0) -> list[str]:
    """The lines of a text that fit into `width` pixels; words too long for a line and East Asian text are broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            attempt = f"{line} {word}" if line else word
            if ui.width(attempt, size) <= width:
                line = attempt
                continue
            if line:
                lines.append(line)
            while ui.width(word, size) > width and len(word) > 1:
                count = max(1, int(len(word) * width / ui.width(word, size)))
                while count > 1 and ui.width(word[:count], size) > width:
                    count -= 1
                lines.append(word[:count])
                word = word[count:]
            line = word
        lines.append(line)
    return lines
