"""The pictures on the buttons, drawn from lines and triangles: sharp at every size, whatever fonts there are."""

from __future__ import annotations

import enum

from imgui_bundle import imgui

from anime4k.player.interface.layout import Box


class Icon(enum.Enum):
    """What a button shows."""

    PLAY = "play"
    PAUSE = "pause"
    PREVIOUS = "previous"
    NEXT = "next"
    LOUD = "loud"
    QUIET = "quiet"
    MUTED = "muted"
    AUDIO = "audio"
    SUBTITLES = "subtitles"
    SHADERS = "shaders"
    MENU = "menu"
    EXPAND = "expand"
    SHRINK = "shrink"
    PICTURE = "picture"
    LIST = "list"
    KEYS = "keys"
    UP = "up"
    DOWN = "down"
    CLOSE = "close"
    GRIP = "grip"
    OPEN = "open"
    CLOSED = "closed"
    RESET = "reset"
    LESS = "less"
    MORE = "more"


Point = tuple[float, float]


class _Pen:
    """Draws in a square from (-1, -1) to (1, 1)."""

    def __init__(self, draw: imgui.ImDrawList, box: Box, colour: int, side: float) -> None:
        self.draw, self.colour = draw, colour
        (self.x, self.y), self.scale = box.centre, side / 2
        self.thick = max(1.0, side * 0.11)

    def at(self, x: float, y: float) -> Point:
        return (self.x + x * self.scale, self.y + y * self.scale)

    def triangle(self, a: Point, b: Point, c: Point) -> None:
        self.draw.add_triangle_filled(self.at(*a), self.at(*b), self.at(*c), self.colour)

    def block(self, left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> None:
        self.draw.add_rect_filled(self.at(left, top), self.at(right, bottom), self.colour, radius * self.scale)

    def frame(self, left: float, top: float, right: float, bottom: float, radius: float) -> None:
        self.draw.add_rect(self.at(left, top), self.at(right, bottom), self.colour, radius * self.scale, self.thick)

    def line(self, *points: Point) -> None:
        for a, b in zip(points, points[1:], strict=False):
            self.draw.add_line(self.at(*a), self.at(*b), self.colour, self.thick)

    def dot(self, x: float, y: float, radius: float) -> None:
        self.draw.add_circle_filled(self.at(x, y), radius * self.scale, self.colour)

    def arc(self, x: float, y: float, radius: float, begin: float, end: float) -> None:
        self.draw.path_arc_to(self.at(x, y), radius * self.scale, begin, end)
        self.draw.path_stroke(self.colour, self.thick)


def draw_icon(draw: imgui.ImDrawList, icon: Icon, box: Box, colour: int, side: float) -> None:
    """Draw a picture of `side` pixels in the middle of a box."""
    pen = _Pen(draw, box, colour, side)
    match icon:
        case Icon.PLAY:
            pen.triangle((-0.7, -0.95), (-0.7, 0.95), (0.95, 0.0))
        case Icon.PAUSE:
            pen.block(-0.75, -0.9, -0.22, 0.9, 0.12)
            pen.block(0.22, -0.9, 0.75, 0.9, 0.12)
        case Icon.PREVIOUS:
            pen.triangle((0.85, -0.8), (0.85, 0.8), (-0.45, 0.0))
            pen.block(-0.85, -0.8, -0.55, 0.8)
        case Icon.NEXT:
            pen.triangle((-0.85, -0.8), (-0.85, 0.8), (0.45, 0.0))
            pen.block(0.55, -0.8, 0.85, 0.8)
        case Icon.LOUD | Icon.QUIET | Icon.MUTED:
            _speaker(pen, icon)
        case Icon.AUDIO:
            pen.dot(-0.5, 0.62, 0.34)
            pen.dot(0.5, 0.42, 0.34)
            pen.line((-0.22, 0.62), (-0.22, -0.7), (0.78, -0.9), (0.78, 0.42))
            pen.line((-0.22, -0.4), (0.78, -0.6))
        case Icon.SUBTITLES:
            pen.frame(-0.98, -0.78, 0.98, 0.78, 0.25)
            pen.line((-0.62, 0.36), (0.1, 0.36))
            pen.line((0.32, 0.36), (0.62, 0.36))
            pen.line((-0.62, -0.02), (-0.32, -0.02))
            pen.line((-0.1, -0.02), (0.62, -0.02))
        case Icon.SHADERS:
            for y, x in ((-0.65, 0.35), (0.0, -0.4), (0.65, 0.1)):
                pen.line((-0.95, y), (0.95, y))
                pen.dot(x, y, 0.3)
        case Icon.MENU:
            for y in (-0.6, 0.0, 0.6):
                pen.block(-0.85, y - 0.1, 0.85, y + 0.1, 0.1)
        case Icon.LIST:
            for y in (-0.6, 0.0, 0.6):
                pen.dot(-0.75, y, 0.15)
                pen.block(-0.4, y - 0.1, 0.9, y + 0.1, 0.1)
        case Icon.EXPAND | Icon.SHRINK:
            inner, outer = (0.35, 0.9) if icon is Icon.EXPAND else (0.9, 0.35)
            for sx in (-1, 1):
                for sy in (-1, 1):
                    pen.line((sx * inner, sy * outer), (sx * outer, sy * outer), (sx * outer, sy * inner))
        case Icon.PICTURE:
            pen.arc(0.0, 0.0, 0.85, 0.0, 6.283)
            pen.draw.path_arc_to(pen.at(0.0, 0.0), 0.85 * pen.scale, -1.571, 1.571)
            pen.draw.path_fill_convex(colour)
        case Icon.KEYS:
            pen.frame(-0.98, -0.7, 0.98, 0.7, 0.2)
            for x in (-0.55, 0.0, 0.55):
                pen.dot(x, -0.2, 0.12)
            pen.line((-0.45, 0.28), (0.45, 0.28))
        case Icon.UP:
            pen.line((-0.6, 0.3), (0.0, -0.35), (0.6, 0.3))
        case Icon.DOWN:
            pen.line((-0.6, -0.3), (0.0, 0.35), (0.6, -0.3))
        case Icon.OPEN:
            pen.triangle((-0.6, -0.3), (0.6, -0.3), (0.0, 0.45))
        case Icon.CLOSED:
            pen.triangle((-0.3, -0.6), (-0.3, 0.6), (0.45, 0.0))
        case Icon.CLOSE:
            pen.line((-0.5, -0.5), (0.5, 0.5))
            pen.line((-0.5, 0.5), (0.5, -0.5))
        case Icon.GRIP:
            for x in (-0.3, 0.3):
                for y in (-0.6, 0.0, 0.6):
                    pen.dot(x, y, 0.14)
        case Icon.LESS:
            pen.line((-0.55, 0.0), (0.55, 0.0))
        case Icon.MORE:
            pen.line((-0.55, 0.0), (0.55, 0.0))
            pen.line((0.0, -0.55), (0.0, 0.55))
        case Icon.RESET:
            pen.arc(0.0, 0.0, 0.65, -0.6, 4.2)
            pen.triangle((0.25, -0.95), (0.95, -0.55), (0.3, -0.15))


def _speaker(pen: _Pen, icon: Icon) -> None:
    pen.block(-0.95, -0.32, -0.5, 0.32)
    pen.triangle((-0.75, 0.0), (0.0, -0.8), (0.0, 0.8))
    if icon is Icon.MUTED:
        pen.line((0.3, -0.32), (0.95, 0.32))
        pen.line((0.3, 0.32), (0.95, -0.32))
        return
    pen.arc(0.0, 0.0, 0.5, -0.8, 0.8)
    if icon is Icon.LOUD:
        pen.arc(0.0, 0.0, 0.88, -0.8, 0.8)
