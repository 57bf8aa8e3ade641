"""The heroine of the demo clip: a cel-shaded portrait with strands of hair in the wind."""

from __future__ import annotations

import math

from demo_canvas import INK, Canvas, Colour, Point, between, curve, moved, strand
from demo_scenes import COAT, COAT_DARK, HAIR, HAIR_DARK, HAIR_LIGHT, HEIGHT, SCARF, SCARF_DARK, SKIN, SKIN_DARK, WIDTH

CENTRE: Point = (300.0, 168.0)


def girl(drawing: int, blink: int) -> Canvas:
    """The portrait.

    Args:
        drawing: number of the drawing; hair, scarf and head move from one to the next.
        blink: 0 = eyes open, 1 = half closed, 2 = closed.
    """
    wind = drawing * 0.42
    tilt = 0.05 + 0.015 * math.sin(wind * 0.35)
    x, y = CENTRE[0] + 1.5 * math.sin(wind * 0.35), CENTRE[1]
    canvas = Canvas(WIDTH, HEIGHT)
    head = _Head(canvas, x, y, tilt)
    _back_hair(head, wind)
    _shoulders(canvas, x, y)
    _scarf(canvas, x, y, wind)
    _face(head)
    for side, width in ((-1, 25.0), (1, 28.0)):
        _eye(head, side, width, blink)
    _front_hair(head, wind)
    return canvas


class _Head:
    """Draws in coordinates of the head: origin between the eyes, turned with the head."""

    def __init__(self, canvas: Canvas, x: float, y: float, tilt: float) -> None:
        self.canvas = canvas
        self._place = (x, y, tilt)

    def place(self, points: list[Point]) -> list[Point]:
        return moved(points, *self._place)

    def fill(self, points: list[Point], colour: Colour) -> None:
        self.canvas.fill(self.place(points), colour)

    def ink(self, points: list[Point], width: float, colour: Colour = INK, ends: Point = (0.15, 0.15)) -> None:
        self.canvas.ink(self.place(points), width, colour, ends)

    def lock(
        self, root_a: Point, root_b: Point, bend: Point, tip: Point, colour: Colour, shade: Colour, width: float = 2.4
    ) -> None:
        """One lock of hair: fill, shade along its second edge, ink on both edges."""
        first, second = strand(root_a, root_b, bend, tip)
        self.fill([*first, *reversed(second)], colour)
        self.fill([*between(first, second, 0.6), *reversed(second)], shade)
        self.ink(first, width, ends=(0.5, 0.2))
        self.ink(second, width * 1.15, ends=(0.5, 0.2))


def _back_hair(head: _Head, wind: float) -> None:
    cap = curve(
        [(-84, 60), (-92, 0), (-84, -62), (-50, -108), (0, -122), (52, -108), (88, -60), (98, 10), (92, 90)], steps=12
    )
    head.fill([*cap, (40, 120), (-40, 110)], HAIR_DARK)
    head.ink(cap, 3.0, ends=(0.4, 0.4))
    for k in reversed(range(8)):
        wave = math.sin(wind + k * 0.7)
        lift = math.sin(wind * 0.8 + k * 0.5)
        root = (58 + 3 * k - 12, -66 + 19 * k)
        bend = (150 + 4 * k, -58 + 25 * k + 12 * wave)
        tip = (274 + 30 * math.cos(k * 1.7) - 9 * k, -44 + 25 * k + 24 * lift - 10 * wave)
        head.lock((root[0], root[1] - 22), (root[0], root[1] + 24), bend, tip, HAIR if k % 3 else HAIR_DARK, HAIR_DARK)
    for k in range(5):
        wave = math.sin(wind * 1.1 + k * 1.3)
        line = curve([(84, -30 + 22 * k), (170, -58 + 34 * k + 10 * wave), (292 - 9 * k, -64 + 40 * k + 26 * wave)])
        head.ink(line, 1.3, ends=(0.6, 0.1))


def _shoulders(canvas: Canvas, x: float, y: float) -> None:
    neck = curve(
        [(x - 24, y + 60), (x - 22, y + 100), (x - 30, y + 126), (x + 36, y + 126), (x + 26, y + 100), (x + 26, y + 60)]
    )
    canvas.fill(neck, SKIN_DARK)
    coat = curve(
        [
            (x - 158, 372),
            (x - 138, y + 158),
            (x - 86, y + 128),
            (x - 30, y + 112),
            (x + 36, y + 112),
            (x + 96, y + 128),
            (x + 150, y + 158),
            (x + 172, 372),
        ],
        steps=12,
    )
    canvas.fill(coat, COAT)
    canvas.fill(
        curve(
            [(x + 60, 372), (x + 72, y + 150), (x + 52, y + 118), (x + 96, y + 128), (x + 150, y + 158), (x + 172, 372)]
        ),
        COAT_DARK,
    )
    canvas.ink(coat, 3.4, ends=(0.7, 0.7))
    for side in (-1, 1):
        collar = curve(
            [(x + side * 34, y + 112), (x + side * 78, y + 138), (x + side * 58, y + 178), (x + side * 6, y + 150)]
        )
        canvas.fill(collar, COAT if side < 0 else COAT_DARK)
        canvas.ink(collar, 2.4, ends=(0.6, 0.6))
    canvas.ink(curve([(x + 4, y + 150), (x + 8, y + 176), (x + 6, 372)]), 2.0, ends=(0.9, 0.9))
    for drop in (168, 188):
        canvas.disc((x - 12, y + drop), (4.6, 4.6), INK)
        canvas.disc((x - 12.4, y + drop - 0.4), (3.2, 3.2), (232, 178, 92))
    canvas.ink(curve([(x - 92, 372), (x - 88, y + 176), (x - 96, y + 160)]), 2.0, ends=(0.8, 0.1))
    canvas.ink(curve([(x + 102, 372), (x + 104, y + 182), (x + 116, y + 162)]), 2.0, ends=(0.8, 0.1))


def _scarf(canvas: Canvas, x: float, y: float, wind: float) -> None:
    for k, (drop, reach) in enumerate(((20, 186), (-6, 226))):
        wave = math.sin(wind + 0.9 * k)
        upper = curve(
            [
                (x - 10, y + 112 + 0.3 * drop),
                (x + 40, y + 118 + drop),
                (x + 110, y + 108 + drop + 10 * wave),
                (x + 168, y + 128 + drop - 12 * wave),
                (x + reach, y + 104 + drop + 16 * wave),
            ]
        )
        lower = curve(
            [
                (x - 4, y + 132 + 0.4 * drop),
                (x + 36, y + 152 + drop),
                (x + 104, y + 140 + drop + 10 * wave),
                (x + 162, y + 162 + drop - 12 * wave),
                (x + reach - 8, y + 142 + drop + 18 * wave),
            ]
        )
        canvas.fill([*upper, *reversed(lower)], SCARF)
        canvas.fill([*between(upper, lower, 0.62), *reversed(lower)], SCARF_DARK)
        canvas.ink(upper, 2.6, ends=(0.8, 0.6))
        canvas.ink(lower, 3.0, ends=(0.8, 0.6))
        end = [upper[-1], (upper[-1][0] + 6, (upper[-1][1] + lower[-1][1]) / 2), lower[-1]]
        canvas.ink(end, 2.4, ends=(0.7, 0.7))
        for share in (0.25, 0.5, 0.75):
            px, py = between(upper, lower, share)[-1]
            canvas.ink([(px, py), (px + 11, py + 2 + 2 * wave)], 1.6, SCARF_DARK, ends=(1, 0.4))
    wrap = curve(
        [
            (x - 62, y + 116),
            (x - 66, y + 92),
            (x - 40, y + 82),
            (x + 4, y + 92),
            (x + 48, y + 82),
            (x + 72, y + 92),
            (x + 70, y + 120),
            (x + 40, y + 146),
            (x - 4, y + 152),
            (x - 42, y + 142),
        ],
        closed=True,
    )
    canvas.fill(wrap, SCARF)
    canvas.fill(
        curve(
            [
                (x - 62, y + 116),
                (x - 30, y + 128),
                (x + 10, y + 132),
                (x + 71, y + 104),
                (x + 70, y + 120),
                (x + 40, y + 146),
                (x - 4, y + 152),
                (x - 42, y + 142),
            ],
            closed=True,
        ),
        SCARF_DARK,
    )
    canvas.ink([*wrap, wrap[0]], 3.0, ends=(0.9, 0.9))
    for start, middle, end in (
        ((-58, 100), (-20, 118), (34, 116)),
        ((66, 98), (40, 112), (8, 112)),
        ((-44, 132), (-14, 140), (22, 136)),
    ):
        canvas.ink(curve([(x + px, y + py) for px, py in (start, middle, end)]), 2.0, ends=(0.9, 0.1))


def _face(head: _Head) -> None:
    outline = curve(
        [
            (-70, -50),
            (-71, -4),
            (-65, 30),
            (-46, 60),
            (-20, 82),
            (-4, 88),
            (14, 82),
            (44, 60),
            (64, 30),
            (71, -4),
            (70, -50),
            (40, -92),
            (0, -100),
            (-40, -92),
        ],
        closed=True,
        steps=12,
    )
    head.fill(outline, SKIN)
    placed = head.place(outline)

    def shadows(layer: Canvas) -> None:
        fringe = curve(
            [
                (-90, -110),
                (-84, 6),
                (-60, -10),
                (-42, -22),
                (-20, -8),
                (4, -24),
                (28, -8),
                (48, -20),
                (70, 6),
                (90, 8),
                (90, -110),
            ]
        )
        layer.fill(head.place(fringe), SKIN_DARK)
        layer.fill(
            head.place(curve([(50, -20), (62, 10), (54, 38), (30, 66), (4, 90), (90, 90), (90, -20)])), SKIN_DARK
        )
        for side in (-1, 1):
            for k in range(3):
                cheek = (side * 40 - 6 + 6 * k, 40)
                layer.ink(
                    head.place([(cheek[0] + 3, cheek[1] - 4), (cheek[0] - 3, cheek[1] + 5)]), 1.8, (238, 130, 128)
                )

    head.canvas.clipped(placed, shadows)
    head.ink(
        curve(
            [(-71, -14), (-66, 28), (-46, 60), (-20, 82), (-4, 88), (14, 82), (44, 60), (65, 28), (71, -14)], steps=12
        ),
        3.2,
        ends=(0.2, 0.2),
    )
    head.ink(curve([(-10, 34), (-14, 40), (-9, 43)]), 1.8, (150, 70, 80))
    head.ink(curve([(-20, 60), (-8, 64), (8, 59)]), 2.4, (130, 40, 60), ends=(0.3, 0.3))
    head.ink(curve([(-10, 68), (-6, 69.5), (-1, 68)]), 1.4, SKIN_DARK)


def _eye(head: _Head, side: int, width: float, blink: int) -> None:
    x, y = side * 33.0 - 5, 10.0
    half = width / 2 + 2
    outer = side * half
    brow = curve([(x - outer * 0.8, y - 31), (x + outer * 0.2, y - 37), (x + outer * 1.3, y - 31)])
    head.ink(brow, 2.8, HAIR_DARK, ends=(0.5, 0.1))
    if blink == 2:
        head.ink(curve([(x - outer, y + 9), (x, y + 15), (x + outer * 1.25, y + 7)]), 4.0, ends=(0.3, 0.3))
        for k in (0.5, 0.85, 1.15):
            head.ink([(x + outer * k, y + 12 - 3 * k), (x + outer * (k + 0.2), y + 18 - 3 * k)], 1.6)
        return
    lid = -17.0 if blink == 0 else 1.0
    white = curve(
        [
            (x - outer, y - 2 if blink == 0 else y + 4),
            (x - outer * 0.5, y + lid + 1),
            (x + outer * 0.3, y + lid),
            (x + outer, y - 5 if blink == 0 else y + 4),
            (x + outer * 0.8, y + 12),
            (x, y + 18),
            (x - outer * 0.75, y + 13),
        ],
        closed=True,
    )
    head.fill(white, (252, 248, 250))

    def iris(layer: Canvas) -> None:
        cx, cy = x - 1, y + 0.5
        for radius, tone in (((11.6, 17.0), INK), ((10.4, 15.8), (44, 92, 128))):
            layer.fill(head.place(_ellipse((cx, cy), radius)), tone)
        layer.fill(head.place(_ellipse((cx, cy + 6), (8.6, 9.0))), (72, 158, 176))
        layer.fill(head.place(_ellipse((cx, cy + 10), (6.0, 4.6))), (150, 226, 214))
        layer.fill(head.place(_ellipse((cx, cy - 1), (4.6, 7.4))), (24, 22, 48))
        layer.fill(
            head.place([(x - 20, y - 20), (x + 20, y - 20), (x + 20, y + lid + 8), (x - 20, y + lid + 8)]),
            (38, 34, 70, 150),
        )
        layer.fill(head.place(_ellipse((cx - 4.4, cy - 7.6), (3.7, 4.5))), (255, 255, 255))
        layer.fill(head.place(_ellipse((cx + 4.6, cy + 7.6), (2.0, 2.4))), (255, 255, 255))

    head.canvas.clipped(head.place(white), iris)
    lash = curve(
        [
            (x - outer * 1.05, y - 1 if blink == 0 else y + 5),
            (x - outer * 0.5, y + lid),
            (x + outer * 0.3, y + lid - 1),
            (x + outer * 1.02, y - 6 if blink == 0 else y + 3),
            (x + outer * 1.4, y - 3 if blink == 0 else y + 6),
        ]
    )
    head.ink(lash, 5.6, ends=(0.12, 0.1))
    head.ink(curve([(x + outer * 0.9, y - 9), (x + outer * 1.3, y - 14)]), 2.0)
    head.ink(curve([(x - outer * 0.55, y + 16), (x + outer * 0.1, y + 18.5), (x + outer * 0.8, y + 13)]), 1.7)
    head.ink(
        curve([(x - outer * 0.5, y + lid - 6), (x + outer * 0.3, y + lid - 7.5), (x + outer, y + lid + 1)]),
        1.2,
        (170, 92, 96),
    )


def _front_hair(head: _Head, wind: float) -> None:
    sway = 3.0 * math.sin(wind)
    dome = curve([(-86, -20), (-84, -64), (-50, -110), (0, -124), (52, -110), (86, -64), (88, -20)], steps=12)
    inner = curve([(-72, -40), (-40, -62), (0, -66), (40, -62), (76, -40)])
    head.fill([*dome, *reversed(inner)], HAIR)
    locks: list[tuple[Point, Point, Point, Point]] = [
        ((-88, -40), (-66, -78), (-84, 16), (-72 + sway, 96)),
        ((88, -40), (64, -78), (86, 20), (84 + sway * 2.4, 112)),
        ((-84, -52), (-46, -86), (-66, -20), (-66 + sway * 0.5, 14)),
        ((84, -52), (46, -86), (66, -16), (72 + sway, 16)),
        ((-58, -78), (-24, -92), (-48, -34), (-38 + sway * 0.6, -4)),
        ((56, -78), (26, -92), (46, -34), (48 + sway, -2)),
        ((-34, -88), (2, -92), (-18, -40), (-16 + sway * 0.8, -2)),
        ((34, -88), (0, -92), (20, -40), (16 + sway, 0)),
    ]
    for root_a, root_b, bend, tip in locks:
        head.lock(root_a, root_b, bend, tip, HAIR, HAIR_DARK, 2.2)
    # The roots of the locks vanish under the crown.
    crown = curve([(-84, -44), (-58, -70), (-30, -80), (0, -82), (30, -80), (60, -70), (86, -44)])
    head.fill([*dome, *reversed(crown)], HAIR)
    ring = curve([(-70, -62), (-36, -86), (0, -92), (38, -86), (74, -62)], steps=12)
    zigzag = [(px, py + (13 if k % 4 < 2 else 4)) for k, (px, py) in enumerate(ring)]
    head.fill([*ring, *reversed(zigzag)], HAIR_LIGHT)
    for k in range(-4, 5):
        head.ink(
            curve([(k * 8, -119 + abs(k) * 2.2), (k * 13, -98 + abs(k) * 2), (k * 16.5, -70 + abs(k) * 3)]),
            1.5,
            HAIR_DARK,
            ends=(0.3, 0.1),
        )
    head.ink(dome, 3.2, ends=(0.3, 0.3))
    antenna = curve([(4, -122), (-6, -146), (22 + sway * 2, -154 - sway)])
    head.ink(antenna, 3.4, INK, ends=(0.9, 0.1))
    for k in range(3):
        head.ink(
            curve([(70 + 4 * k, -70 + 9 * k), (104, -84 + 14 * k + sway), (132 + 8 * k, -78 + 20 * k + 3 * sway)]), 1.2
        )


def _ellipse(centre: Point, radius: Point) -> list[Point]:
    return [
        (centre[0] + radius[0] * math.cos(a), centre[1] + radius[1] * math.sin(a))
        for a in (k * math.tau / 48 for k in range(48))
    ]
