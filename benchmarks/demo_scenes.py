"""The two shots of the demo clip: a town at dusk with a cat, and a girl in the wind."""

from __future__ import annotations

import math
import random

from demo_canvas import INK, OVERSAMPLING, Canvas, Colour, Point, curve
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 640, 360
PAN = 220
"""How much wider than the picture a background is."""

SKY: tuple[tuple[float, Colour], ...] = (
    (0.0, (46, 44, 104)),
    (0.35, (122, 76, 146)),
    (0.62, (232, 122, 124)),
    (0.82, (255, 190, 128)),
    (1.0, (255, 226, 166)),
)
HAIR, HAIR_DARK, HAIR_LIGHT = (52, 92, 138), (33, 55, 99), (126, 190, 218)
SKIN, SKIN_DARK = (255, 228, 208), (240, 176, 160)
SCARF, SCARF_DARK = (222, 70, 76), (158, 38, 66)
COAT, COAT_DARK = (246, 232, 210), (204, 168, 172)


# -- backgrounds -----------------------------------------------------------------------------------------


def sky(horizon: float) -> Canvas:
    """A painted evening sky that ends at height `horizon`, with a low sun and clouds in two tones."""
    canvas = Canvas(WIDTH + PAN, HEIGHT)
    column = Image.new("RGBA", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), _gradient(min(1.0, y / horizon)))
    canvas.image.paste(column.resize(canvas.image.size, Image.Resampling.BICUBIC))
    glow = Canvas(WIDTH + PAN, HEIGHT, (255, 222, 164, 0))
    glow.disc((560, horizon - 30), (150, 150), (255, 214, 150, 90))
    glow.disc((560, horizon - 30), (90, 90), (255, 232, 180, 120))
    canvas.image.alpha_composite(glow.image.filter(ImageFilter.GaussianBlur(24 * OVERSAMPLING)))
    canvas.disc((560, horizon - 30), (38, 38), (255, 246, 214))
    dice = random.Random(7)
    for _ in range(11):
        _cloud(canvas, dice, (dice.uniform(-40, WIDTH + PAN), dice.uniform(24, horizon * 0.62)))
    return canvas


def _gradient(position: float) -> tuple[int, int, int, int]:
    for (start, low), (end, high) in zip(SKY, SKY[1:], strict=False):
        if position <= end:
            share = (position - start) / (end - start)
            r, g, b = (round(low[k] + (high[k] - low[k]) * share) for k in range(3))
            return (r, g, b, 255)
    raise AssertionError(position)


def _cloud(canvas: Canvas, dice: random.Random, at: Point) -> None:
    size = dice.uniform(0.5, 1.15)
    puffs = [(dice.uniform(0, 110) * size, -abs(dice.gauss(0, 7)) * size, dice.uniform(9, 20) * size) for _ in range(9)]
    for tone, drop in (((255, 196, 170), 0.0), ((176, 104, 150), 5.0 * size)):
        for x, y, radius in puffs:
            share = 1.0 if drop == 0 else 0.82
            canvas.disc((at[0] + x * 1.3, at[1] + y + drop), (radius * 1.9 * share, radius * 0.55 * share), tone)


def town() -> Image.Image:
    """Roofs, poles and wires in front of hills and a sky: (WIDTH + PAN) wide, drawn large."""
    canvas = sky(300)
    dice = random.Random(21)
    for level, tone, height in ((236, (120, 78, 142), 26), (262, (86, 58, 118), 20)):
        ridge = [(x, level - height * (math.sin(x / 67 + level) + 0.5 * math.sin(x / 23))) for x in range(-10, 880, 6)]
        canvas.fill([*ridge, (880, 360), (-10, 360)], tone)
    x = -30.0
    while x < WIDTH + PAN:
        width = dice.uniform(62, 104)
        _house(canvas, dice, x, dice.uniform(242, 274), width)
        x += width * dice.uniform(0.8, 1.02)
    _sign(canvas, 214, 232)
    for x, top in ((96, 70), (470, 92), (812, 78)):
        _pole(canvas, x, top)
    for level in (0, 9, 30):
        for (xa, ya), (xb, yb) in (((-260, 96), (96, 86)), ((96, 86), (470, 108)), ((470, 108), (812, 94))):
            _wire(canvas, (xa, ya + level), (xb, yb + level), 24 + level * 0.3, 1.5 if level else 2.0)
    wall = [(-10, 338), (870, 330), (870, 370), (-10, 370)]
    canvas.fill(wall, (70, 44, 88))
    canvas.fill([(-10, 338), (870, 330), (870, 337), (-10, 345)], (190, 112, 128))
    canvas.ink([(-10, 338), (420, 333), (870, 330)], 2.4, ends=(1, 1))
    return canvas.image


def _house(canvas: Canvas, dice: random.Random, x: float, top: float, width: float) -> None:
    wall = dice.choice([(150, 92, 130), (172, 104, 128), (126, 82, 132), (188, 122, 134)])
    roof = dice.choice([(92, 46, 88), (112, 52, 84), (74, 50, 104)])
    right = x + width
    canvas.fill([(x, top), (right, top), (right, 370), (x, 370)], wall)
    canvas.fill(
        [(right - width * 0.3, top), (right, top), (right, 370), (right - width * 0.3, 370)], _darker(wall, 0.8)
    )
    ridge = [(x - 7, top + 3), (x + width * 0.22, top - 27), (x + width * 0.8, top - 27), (right + 7, top + 3)]
    canvas.fill(ridge, roof)
    canvas.fill(
        [ridge[2], ridge[3], (right - width * 0.25, top + 3), (x + width * 0.62, top - 27)], _darker(roof, 0.75)
    )
    for k in range(1, 7):
        share = k / 7
        a = (ridge[0][0] + (ridge[3][0] - ridge[0][0]) * share, top + 3)
        b = (ridge[1][0] + (ridge[2][0] - ridge[1][0]) * share, top - 27)
        canvas.ink([a, b], 0.8, _darker(roof, 0.6), ends=(1, 0.6))
    canvas.ink([*ridge, ridge[0]], 1.8, ends=(1, 1))
    canvas.ink([(x, top + 3), (x, 370)], 1.5, ends=(1, 1))
    canvas.ink([(right, top + 3), (right, 370)], 1.5, ends=(1, 1))
    for column in range(2):
        for row in range(2):
            lit = dice.random() < 0.6
            left, upper = x + width * (0.14 + 0.34 * column), top + 16 + 32 * row
            pane = [(left, upper), (left + 17, upper), (left + 17, upper + 18), (left, upper + 18)]
            canvas.fill(pane, (255, 224, 140) if lit else (84, 60, 112))
            canvas.ink([*pane, pane[0]], 1.3, ends=(1, 1))
            canvas.ink([(left + 8.5, upper), (left + 8.5, upper + 18)], 0.9, ends=(1, 1))
            canvas.ink([(left, upper + 8), (left + 17, upper + 8)], 0.9, ends=(1, 1))


def _sign(canvas: Canvas, x: float, y: float) -> None:
    board = [(x, y), (x + 116, y - 3), (x + 116, y + 33), (x, y + 36)]
    canvas.fill([(px + 4, py + 5) for px, py in board], (58, 34, 74))
    canvas.fill(board, (250, 236, 204))
    canvas.ink([*board, board[0]], 2.2, ends=(1, 1))
    canvas.text((x + 58, y + 11), "PENCIL & INK", 13.5, (176, 44, 70), 1.5)
    canvas.text((x + 58, y + 25), "tea room · open till nine", 7.6, (60, 40, 76), 1.5)
    for px in (x + 12, x + 104):
        canvas.ink([(px, y + 35), (px, y + 72)], 2.2, ends=(1, 1))


def _pole(canvas: Canvas, x: float, top: float) -> None:
    canvas.fill([(x - 3, top), (x + 3, top), (x + 4.5, 370), (x - 4.5, 370)], (92, 66, 104))
    canvas.fill([(x, top), (x + 3, top), (x + 4.5, 370), (x + 0.5, 370)], (60, 40, 80))
    for level, reach in ((16, 26), (46, 18)):
        canvas.fill(
            [
                (x - reach, top + level),
                (x + reach, top + level - 2),
                (x + reach, top + level + 2),
                (x - reach, top + level + 4),
            ],
            (74, 50, 90),
        )
        for k in (-1, -0.55, 0.55, 1):
            canvas.disc((x + k * (reach - 3), top + level - 3), (1.8, 3.2), (226, 214, 220))
    canvas.ink([(x - 3.6, top), (x - 4.6, 370)], 1.4, ends=(0.7, 1))
    canvas.ink([(x + 3.6, top), (x + 4.6, 370)], 1.8, ends=(0.7, 1))


def _wire(canvas: Canvas, a: Point, b: Point, sag: float, width: float) -> None:
    line = [
        (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t + sag * 4 * t * (1 - t))
        for t in (k / 40 for k in range(41))
    ]
    canvas.ink(line, width, ends=(0.55, 0.55))


def _darker(colour: Colour, share: float) -> Colour:
    return (round(colour[0] * share), round(colour[1] * share), round(colour[2] * share))


# -- characters ------------------------------------------------------------------------------------------


def cat(drawing: int) -> Canvas:
    """A cat on the wall, as wide as the background; the tail swings and an ear twitches from drawing to drawing."""
    canvas = Canvas(WIDTH + PAN, HEIGHT)
    x, y = 540.0, 334.0
    fur, fur_dark = (58, 40, 78), (38, 24, 56)
    swing = math.sin(drawing * 0.55)
    tail = curve([(x + 22, y - 8), (x + 46, y - 4), (x + 62 + 6 * swing, y - 26), (x + 58 + 18 * swing, y - 52)])
    canvas.ink(tail, 10, INK, ends=(0.9, 0.5))
    canvas.ink(tail, 7, fur, ends=(0.9, 0.5))
    body = curve(
        [(x - 26, y + 2), (x - 28, y - 30), (x - 14, y - 62), (x + 6, y - 60), (x + 24, y - 34), (x + 30, y + 1)],
        steps=14,
    )
    canvas.fill(body, fur)
    canvas.fill(
        curve([(x + 6, y + 1), (x + 8, y - 34), (x + 2, y - 58), (x + 10, y - 56), (x + 24, y - 34), (x + 30, y + 1)]),
        fur_dark,
    )
    canvas.ink(body, 2.6, ends=(0.6, 0.6))
    twitch = 4 if drawing % 11 in (4, 5) else 0
    for side, lean in ((-1, 0), (1, twitch)):
        ear = [(x - 8 + side * 21, y - 74), (x - 8 + side * 20 + lean, y - 103 + lean), (x - 8 + side * 5, y - 88)]
        canvas.fill(ear, fur)
        canvas.ink(ear, 2.2, ends=(0.8, 0.8))
    head = curve(
        [
            (x - 32, y - 72),
            (x - 26, y - 88),
            (x - 8, y - 93),
            (x + 10, y - 88),
            (x + 16, y - 72),
            (x + 8, y - 58),
            (x - 8, y - 54),
            (x - 24, y - 58),
        ],
        closed=True,
    )
    canvas.fill(head, fur)
    canvas.ink([*head, head[0]], 2.4, ends=(1, 1))
    closed = drawing % 17 in (9, 10)
    for side in (-1, 1):
        eye = (x - 8 + side * 10, y - 74)
        if closed:
            canvas.ink(curve([(eye[0] - 5, eye[1]), (eye[0], eye[1] + 3), (eye[0] + 5, eye[1])]), 1.8, (240, 210, 120))
        else:
            canvas.disc(eye, (5, 5.5), (250, 216, 110))
            canvas.disc(eye, (1.8, 4.6), (30, 18, 40))
            canvas.disc((eye[0] - 1.5, eye[1] - 2), (1.3, 1.3), (255, 255, 240))
        for lift in (-2, 2):
            canvas.ink([(x - 8 + side * 12, y - 64), (x - 8 + side * 34, y - 66 + lift * 2)], 0.9, (200, 180, 210))
    canvas.fill([(x - 11, y - 67), (x - 5, y - 67), (x - 8, y - 63.5)], (226, 130, 140))
    canvas.ink([(x - 10, y - 20), (x - 10, y + 1)], 1.6)
    return canvas
