"""Fit the numbers of shaders/a4k-upscale-edge.glsl and its -fast form to pictures and write them into the files.

    python benchmarks/fit_upscale_edge.py FOLDER [--dry-run]

FOLDER holds the unpacked Debian packages renpy-demo and wesnoth-1.16-data (`dpkg-deb -x PACKAGE.deb FOLDER`). The
pictures are their paintings, backgrounds and screenshots, and the drawings of the demo clip. Left out is everything
that the quality measurements use: the Wesnoth portraits of elves, all three versions of the demo's concert picture,
its White House background and its two characters; also every third Wesnoth portrait, which stays for checking.

Each picture is halved, and three brightness differences inside each group of 2x2 pixels (right minus left, lower minus
upper, and the diagonal one) are predicted from the 21 or 9 brightnesses around. The prediction is linear in its
numbers, so weighted least squares find them in one step. `measurements` and `measurements_fast` below are the same
calculations as in the shaders.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

SHADERS = Path(__file__).parent.parent / "shaders"
LUMA = np.array([0.299, 0.587, 0.114])
NOISE, CONTRAST = 2.0, 8.0  # in 8-bit codes, as in the shader
BACKDROPS = ((96, 128, 160), (32, 40, 60), (230, 220, 200), (120, 60, 60))
# How the small pictures are made, and the share of their pixels that is used.
REDUCTIONS = (("box", 0.05), ("bicubic", 0.02), ("lanczos", 0.02), ("jpeg", 0.02))
JPEG_QUALITY = 85
FLAT = 3.0  # groups whose surroundings differ by no more codes than this teach nothing
DAMPING = 1e-4  # of the least squares, relative to the diagonal

_BEGIN, _END = "// fitted numbers\n", "// end of the fitted numbers"

TAPS = [(y, x) for y in range(-2, 3) for x in range(-2, 3) if abs(y) + abs(x) < 4]
INDEX = {tap: number for number, tap in enumerate(TAPS)}
TRANSPOSED = [INDEX[(x, y)] for y, x in TAPS]


@dataclass(frozen=True)
class Sample:
    """Surroundings (21, n), the three differences (3, n), and weights (n,)."""

    window: np.ndarray
    details: np.ndarray
    weight: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the numbers of a4k-upscale-edge and a4k-upscale-edge-fast.")
    parser.add_argument("folder", type=Path, help="where renpy-demo and wesnoth-1.16-data are unpacked")
    parser.add_argument("--dry-run", action="store_true", help="print the numbers instead of writing them")
    options = parser.parse_args()
    for name, numbers in fit(options.folder).items():
        text = constants(*numbers, FORMS[name](np.zeros((len(TAPS), 1))))
        if options.dry_run:
            print(f"// {name}\n{text}")
            continue
        shader = SHADERS / f"{name}.glsl"
        old = shader.read_text()
        begin, end = old.index(_BEGIN) + len(_BEGIN), old.index(_END)
        shader.write_text(old[:begin] + text + old[end:])


def pictures(folder: Path) -> Iterator[np.ndarray]:
    """The tuning pictures, RGB, 8 bit, even sizes."""
    art = next(folder.glob("**/wesnoth/1.16/data/core/images"))
    portraits = sorted(path for path in art.glob("portraits/*/*.png") if path.parent.name != "elves")
    for number, path in enumerate(portraits):
        image = Image.open(path)
        if number % 3 != 2 and min(image.size) >= 300:
            yield _pixels(image, BACKDROPS[number % 4])
    yield from (_middle(_open(path), 400) for path in sorted(art.glob("story/*.jpg")))
    game = next(folder.glob("**/renpy/demo/game"))
    panorama = _open(game / "images/bg panorama.webp")
    for x in range(0, panorama.width - 1280, 640):
        yield _pixels(panorama.crop((x, 40, x + 640, 720)))
    for name in ("images/bg washington.jpg", "images/bg cave.jpg", "gui/main_menu.jpg", "images/imagemap ground.png"):
        yield _middle(_open(game / name), 480)
    for pattern in ("launcher*", "popup*"):
        yield from (_pixels(_open(path)) for path in sorted((game / "images").glob(pattern)))
    yield from _drawings()


def _drawings() -> Iterator[np.ndarray]:
    """Cel drawings with known clean lines, at two sizes."""
    import demo_girl  # Beside this script.
    import demo_scenes

    sky = demo_scenes.sky(430).image
    for drawing, blink in ((3, 0), (17, 1), (29, 0)):
        girl = demo_girl.girl(drawing, blink).image
        scene = sky.crop((200, 0, 200 + girl.width, girl.height))
        scene.alpha_composite(girl)
        for reduction in (2, 3, 4):
            yield _pixels(scene.reduce(reduction).crop((0, 0, 1000, 700)))
    town = demo_scenes.town().reduce(2)
    for x in (0, 900):
        yield _pixels(town.crop((x, 0, x + 700, min(town.height, 700))))


def _open(path: Path) -> Image.Image:
    return Image.open(path)


def _pixels(image: Image.Image, backdrop: tuple[int, int, int] = BACKDROPS[0]) -> np.ndarray:
    opaque = Image.new("RGBA", image.size, (*backdrop, 255))
    opaque.alpha_composite(image.convert("RGBA"))
    pixels = np.asarray(opaque)[..., :3]
    return pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]


def _middle(image: Image.Image, side: int) -> np.ndarray:
    x, y = max(0, (image.width - side) // 2), max(0, (image.height - side) // 2)
    return _pixels(image.crop((x, y, min(image.width, x + side), min(image.height, y + side))))


def reduced(pixels: np.ndarray, kind: str) -> np.ndarray:
    """A picture at half size. `kind`: "box", "bicubic", "lanczos", or "jpeg" (box and then compressed)."""
    size = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    if kind in ("bicubic", "lanczos"):
        method = Image.Resampling.BICUBIC if kind == "bicubic" else Image.Resampling.LANCZOS
        return np.asarray(Image.fromarray(pixels).resize(size, method))
    wide = pixels.astype(np.uint32)
    box = ((wide[0::2, 0::2] + wide[1::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 1::2] + 2) // 4).astype(np.uint8)
    if kind == "box":
        return box
    file = io.BytesIO()
    Image.fromarray(box).save(file, "JPEG", quality=JPEG_QUALITY, subsampling=2)
    return np.asarray(Image.open(file).convert("RGB"))


def windows(luma: np.ndarray) -> np.ndarray:
    """The 21 brightnesses around each pixel, (h, w) -> (21, h * w); edges repeated."""
    height, width = luma.shape
    padded = np.pad(luma, 2, mode="edge")
    return np.stack([padded[2 + y : 2 + y + height, 2 + x : 2 + x + width].ravel() for y, x in TAPS])


def details(luma: np.ndarray) -> np.ndarray:
    """Right minus left, lower minus upper and the diagonal difference of each 2x2 group, divided by 4."""
    a, b, c, d = luma[0::2, 0::2], luma[0::2, 1::2], luma[1::2, 0::2], luma[1::2, 1::2]
    return np.stack([(b + d - a - c).ravel(), (c + d - a - b).ravel(), (a + d - b - c).ravel()]) / 4


def samples(folder: Path) -> Iterator[Sample]:
    """Randomly chosen groups of all pictures. A picture weighs the less the more detail it has: PSNR counts ratios."""
    dice = np.random.default_rng(1)
    for pixels in pictures(folder):
        target = details(pixels @ LUMA)
        for kind, share in REDUCTIONS:
            around = windows(reduced(pixels, kind) @ LUMA)
            linear = 0.16 * (around[INDEX[(0, 1)]] - around[INDEX[(0, -1)]])
            upright = 0.16 * (around[INDEX[(1, 0)]] - around[INDEX[(-1, 0)]])
            error = np.mean((target[0] - linear) ** 2 + (target[1] - upright) ** 2 + target[2] ** 2)
            count = around.shape[1]
            chosen = (dice.random(count) < share) & (np.ptp(around, axis=0) > FLAT)
            weight = np.full(int(chosen.sum()), 1e4 / (error + 0.5) / count)
            yield Sample(around[:, chosen], target[:, chosen], weight)


@dataclass(frozen=True)
class Measurements:
    """What the shader knows of a group, first axis as in its vectors; "x" means odd from left to right, and so on."""

    odd_x: np.ndarray
    odd_y: np.ndarray
    even: np.ndarray
    odd_xy: np.ndarray
    shape: np.ndarray
    axis: np.ndarray
    tilt: np.ndarray
    place: np.ndarray
    slope_x: np.ndarray
    slope_y: np.ndarray


def measurements(window: np.ndarray) -> Measurements:
    """The shader's second pass up to the matrices."""

    def at(y: int, x: int) -> np.ndarray:
        return np.asarray(window[INDEX[(y, x)]])

    def across(f: np.ufunc, y: int, x: int) -> np.ndarray:
        """Greatest or smallest of the three on one side of the 3x3 pixels."""
        return np.asarray(f.reduce([at(y or k, x or k) for k in (-1, 0, 1)]))

    c = at(0, 0)
    x01, x02 = (at(0, 1) - at(0, -1)) / 2, (at(0, 2) - at(0, -2)) / 2
    y10, y20 = (at(1, 0) - at(-1, 0)) / 2, (at(2, 0) - at(-2, 0)) / 2
    e01, e02 = (at(0, 1) + at(0, -1)) / 2 - c, (at(0, 2) + at(0, -2)) / 2 - c
    e10, e20 = (at(1, 0) + at(-1, 0)) / 2 - c, (at(2, 0) + at(-2, 0)) / 2 - c

    def four(y: int, x: int, sx: int, sy: int) -> np.ndarray:
        return np.asarray((at(y, x) + sx * at(y, -x) + sy * at(-y, x) + sx * sy * at(-y, -x)) / 4)

    top, low = np.maximum.reduce(window), np.minimum.reduce(window)
    near = window[[INDEX[(y, x)] for y in (-1, 0, 1) for x in (-1, 0, 1)]]
    high, deep = np.maximum.reduce(near), np.minimum.reduce(near)

    middle_x = (across(np.maximum, 0, 1) + across(np.minimum, 0, 1)) / 2
    middle_x = middle_x - (across(np.maximum, 0, -1) + across(np.minimum, 0, -1)) / 2
    middle_y = (across(np.maximum, 1, 0) + across(np.minimum, 1, 0)) / 2
    middle_y = middle_y - (across(np.maximum, -1, 0) + across(np.minimum, -1, 0)) / 2

    xx, yy, xy = np.zeros_like(c), np.zeros_like(c), np.zeros_like(c)
    for y in (-1, 0, 1):
        for x in (-1, 0, 1):
            share = (2 - abs(y)) * (2 - abs(x)) / 64
            gx, gy = at(y, x + 1) - at(y, x - 1), at(y + 1, x) - at(y - 1, x)
            xx, yy, xy = xx + share * gx * gx, yy + share * gy * gy, xy + share * gx * gy
    energy = xx + yy + NOISE**2
    size = np.sqrt(energy)
    c2, s2 = (xx - yy) / energy, 2 * xy / energy
    strong = size / (size + CONTRAST)
    local = (high - deep) / (top - low + NOISE)
    u = (2 * c - high - deep) / (high - deep + NOISE)
    u5 = (2 * c - top - low) / (top - low + NOISE)
    q = (e01 + e10) / (2 * size)
    nx, ny = (x01 + four(1, 1, -1, 1)) / (2 * size), (y10 + four(1, 1, 1, -1)) / (2 * size)
    one, steer, uu = np.ones_like(c), nx * nx - ny * ny, u * u
    twist = four(1, 1, -1, -1)
    return Measurements(
        odd_x=np.stack([x01, x02, four(1, 1, -1, 1), four(1, 2, -1, 1), four(2, 1, -1, 1), middle_x]),
        odd_y=np.stack([y10, y20, four(1, 1, 1, -1), four(2, 1, 1, -1), four(1, 2, 1, -1), middle_y]),
        even=np.stack(
            [e01, e10, e02, e20, four(1, 1, 1, 1) - c, (four(1, 2, 1, 1) + four(2, 1, 1, 1)) / 2 - c]
            + [(high + deep) / 2 - c, high - deep]
        ),
        odd_xy=np.stack([twist, four(1, 2, -1, -1), four(2, 1, -1, -1)]),
        shape=np.stack([one, uu, strong * local, strong * (c2 * c2 + s2 * s2)]),
        axis=np.stack([steer, local * c2, uu * steer, u * (e01 - e10) / size]),
        tilt=np.stack([s2, nx * ny, u5 * u5 * s2, q * twist / size]),
        place=np.stack([one, q, u5, u5 * uu]),
        slope_x=nx,
        slope_y=ny,
    )


def measurements_fast(window: np.ndarray) -> Measurements:
    """The first pass of the -fast form up to the matrices; it uses the 3x3 pixels only."""
    c = window[INDEX[(0, 0)]]
    nw, n, ne, w, e, sw, s, se = (
        window[INDEX[tap]] - c for tap in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
    )
    zero = np.zeros_like(c)
    left, right = np.stack([nw, w, sw]), np.stack([ne, e, se])
    upper, lower = np.stack([nw, n, ne]), np.stack([sw, s, se])
    every = np.concatenate([left, right, [n, s, zero]])
    high, low = every.max(0), every.min(0)

    xx, yy, xy = zero, zero, zero
    for a, b, d, f in ((nw, n, w, zero), (n, ne, zero, e), (w, zero, sw, s), (zero, e, s, se)):
        gx, gy = (b + f - a - d) / 4, (d + f - a - b) / 4
        xx, yy, xy = xx + gx * gx, yy + gy * gy, xy + gx * gy
    energy = xx + yy + NOISE**2
    size = np.sqrt(energy)
    c2, s2 = (xx - yy) / energy, 2 * xy / energy
    sure = c2 * c2 + s2 * s2
    x01, x11, y10, y11 = (e - w) / 2, (se + ne - sw - nw) / 4, (s - n) / 2, (se + sw - ne - nw) / 4
    e01, e10, twist = (e + w) / 2, (n + s) / 2, (nw + se - ne - sw) / 4
    nx, ny = (x01 + x11) / (2 * size), (y10 + y11) / (2 * size)
    q, u, v = (e01 + e10) / (2 * size), -(high + low) / (high - low + NOISE), (high - low) / size
    one, uu = np.ones_like(c), u * u
    return Measurements(
        odd_x=np.stack([x01, x11, (right.max(0) + right.min(0) - left.max(0) - left.min(0)) / 2]),
        odd_y=np.stack([y10, y11, (lower.max(0) + lower.min(0) - upper.max(0) - upper.min(0)) / 2]),
        even=np.stack([e01, e10, (nw + ne + sw + se) / 4, (high + low) / 2]),
        odd_xy=np.stack([twist]),
        shape=np.stack([one, uu, v, sure * sure]),
        axis=np.stack([size / (size + CONTRAST) * c2, nx * nx - ny * ny, (e01 - e10) / size, sure * c2]),
        tilt=np.stack([uu * nx * ny, q * twist / size, twist / size, sure * s2]),
        place=np.stack([u, q, u * sure, uu * u]),
        slope_x=nx,
        slope_y=ny,
    )


FORMS: dict[str, Callable[[np.ndarray], Measurements]] = {
    "a4k-upscale-edge": measurements,
    "a4k-upscale-edge-fast": measurements_fast,
}


def products(features: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """Every product of a feature and a tap, taps first: (f, n), (t, n) -> (t * f, n)."""
    return np.asarray((taps[:, None] * features[None]).reshape(-1, taps.shape[1]))


def side_rows(m: Measurements) -> np.ndarray:
    """What the difference from left to right is a sum of."""
    return np.concatenate(
        [
            products(m.shape, m.odd_x),
            products(m.axis, m.odd_x),
            products(m.tilt, m.odd_y),
            products(m.place, m.even * m.slope_x),
            products(m.place, m.odd_xy * m.slope_y),
        ]
    )


def corner_rows(m: Measurements) -> np.ndarray:
    """What the diagonal difference is a sum of."""
    return np.concatenate(
        [
            products(m.shape, m.odd_xy),
            products(m.tilt, m.even),
            products(m.place, m.odd_y * m.slope_x + m.odd_x * m.slope_y),
        ]
    )


def fit(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each file the numbers for the side differences and for the diagonal one."""
    sums: dict[tuple[str, int], tuple[np.ndarray, np.ndarray]] = {}
    for sample in samples(folder):
        root = np.sqrt(sample.weight)
        # The difference from top to bottom is the other one in the transposed picture.
        for number, order in enumerate((list(range(len(TAPS))), TRANSPOSED)):
            for name, measure in FORMS.items():
                m = measure(sample.window[order])
                goals = ((side_rows(m), sample.details[number]), (corner_rows(m), sample.details[2]))
                for place, (rows, target) in enumerate(goals):
                    weighted = rows * root
                    gram, right = sums.get((name, place), (0.0, 0.0))
                    sums[name, place] = gram + weighted @ weighted.T, right + weighted @ (target * root)
    return {name: (_solved(*sums[name, 0]), _solved(*sums[name, 1])) for name in FORMS}


def _solved(gram: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.linalg.solve(gram + np.diag(DAMPING * np.diag(gram) + 1e-12), right)


def constants(side: np.ndarray, corner: np.ndarray, m: Measurements) -> str:
    """The numbers as GLSL vectors and matrices: a column per tap, a row per feature."""
    odd, even, odd_xy = len(m.odd_x), len(m.even), len(m.odd_xy)
    lines = []
    for values, names in (
        (side, (("SHAPE_X", odd), ("AXIS_X", odd), ("TILT_Y", odd), ("PLACE_EVEN", even), ("PLACE_XY", odd_xy))),
        (corner, (("CORNER_SHAPE", odd_xy), ("CORNER_TILT", even), ("CORNER_PLACE", odd))),
    ):
        columns = values.reshape(-1, 4)
        for name, taps in names:
            width = 4 if taps % 4 == 0 else min(taps, 3)
            for part in range(0, taps, width):
                number = "" if taps == width else str(1 + part // width)
                lines.append(_constant(name + number, columns[part : part + width]))
            columns = columns[taps:]
    return "".join(lines)


def _constant(name: str, columns: np.ndarray) -> str:
    kind = {1: "vec4", 3: "mat3x4", 4: "mat4"}[len(columns)]
    rows = ",\n".join("    " + ", ".join(f"{value:.4f}" for value in column) for column in columns)
    return f"const {kind} {name} = {kind}(\n{rows});\n"


if __name__ == "__main__":
    main()
