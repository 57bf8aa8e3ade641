"""One window of a drawing under one history: the damaged frame, its exact clean twin, and crops of both."""

from __future__ import annotations

import enum
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.colour import Matrix
from anime4k.errors import UsageError
from anime4k.media.roundtrip import Codec, roundtrip
from anime4k.quality.resample import Kernel
from anime4k.training.damage import filters
from anime4k.training.damage.recipe import (
    Blur,
    Compression,
    Damage,
    Grain,
    Halving,
    Jpeg,
    Odds,
    Recipe,
    Resample,
    Ringing,
    draw,
)
from anime4k.training.damage.resample import Picture, resize, round_trip

Codes = npt.NDArray[np.uint8]

LENGTHS = (4, 8)
"""Fewest and most frames of a clip."""
MARGIN = 16
"""Pixels of the damaged picture by which a frame is smaller than it, so that clips can move."""
SPEED = (1, 2)
"""Slowest and fastest move in pixels of the damaged picture."""


class Motion(enum.Enum):
    """How a clip moves: not at all, every second frame ("on twos"), or in every frame."""

    STILL = "still"
    HELD = "held"
    PAN = "pan"


MOTIONS: Odds[Motion] = ((35, Motion.STILL), (25, Motion.HELD), (40, Motion.PAN))


@dataclass(frozen=True)
class History:
    """What happened to a frame, in words for records.

    Attributes:
        look: name of the look.
        damage: the steps before the codec.
        codec: "none", "jpeg", or the encoder.
        parameters: of the codec, and which frame of which clip this is.
    """

    look: str
    damage: str
    codec: str
    parameters: str


@dataclass(frozen=True, eq=False)
class Damaged:
    """A frame after its history.

    Attributes:
        clean: (height * scale, width * scale, 3) 8-bit RGB.
        damaged: (height, width, 3) 8-bit RGB.
        history: what happened.
    """

    clean: Codes
    damaged: Codes
    history: History


def damage(window: Codes, recipe: Recipe, random: np.random.Generator) -> Damaged:
    """A window after a history that is drawn from a recipe.

    Raises:
        UsageError: the window is too small, or an encoder is missing.
    """
    scale = recipe.scale
    height, width = (size // (2 * scale) * 2 - MARGIN for size in window.shape[:2])
    if min(height, width) < MARGIN:
        raise UsageError(f"A window of {window.shape[1]}x{window.shape[0]} is too small to be damaged.")
    steps: list[str] = []
    picture = window.astype(np.float32)
    if recipe.halving:
        picture = _halved(window, recipe.halving, random, steps)
    look = draw(recipe.looks, random)
    for step in look.damages:
        if not isinstance(step, Grain):
            picture = _damaged(picture, step, random, steps)
    grains = [step for step in look.damages if isinstance(step, Grain)]
    compression = draw(recipe.codecs, random) if random.random() < look.codec else None
    motion = draw(MOTIONS, random) if compression and not isinstance(compression, Jpeg) else Motion.STILL
    places = _places(picture.shape[0] - height, picture.shape[1] - width, motion, random)
    if compression is None or isinstance(compression, Jpeg):
        places = places[:1]
    noises = [(grain.sigma.draw(random), bool(random.random() < grain.coarse)) for grain in grains]
    steps += [f"grain {sigma:.2f}{' coarse' if coarse else ''}" for sigma, coarse in noises]
    frames: list[Codes] = []
    for number, (y, x) in enumerate(places):
        if number and places[number - 1] == (y, x) and not noises:
            frames.append(frames[-1])
            continue
        frame = picture[y : y + height, x : x + width]
        for sigma, coarse in noises:
            frame = filters.grain(frame, sigma, coarse, random)
        frames.append(rounded(frame))
    codec, parameters, chosen, result = _compressed(frames, compression, recipe.bt601, random)
    if codec not in ("none", "jpeg"):
        parameters += f" motion={motion.value}"
    y, x = places[chosen]
    clean = window[y * scale : (y + height) * scale, x * scale : (x + width) * scale]
    return Damaged(clean, result, History(look.name, " + ".join(steps), codec, parameters))


def rounded(picture: Picture) -> Codes:
    """Nearest codes, halves rounded up."""
    result: Codes = np.clip(np.floor(picture + 0.5), 0, 255).astype(np.uint8)
    return result


def jpeg(picture: Codes, quality: int, full_chroma: bool) -> Codes:
    """A picture through JPEG, with 4:4:4 or 4:2:0 chroma."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling=0 if full_chroma else 2)
    return np.asarray(Image.open(file).convert("RGB"))


def _halved(window: Codes, halving: Halving, random: np.random.Generator, steps: list[str]) -> Picture:
    height, width = window.shape[0] // 2, window.shape[1] // 2
    picture = window[: 2 * height, : 2 * width].astype(np.float32)
    kernel = draw(halving.kernels, random)
    if random.random() < halving.blurred:
        sigma = halving.sigma.draw(random)
        picture = filters.blur(picture, sigma, sigma)
        steps.append(f"blur {sigma:.2f}")
    steps.append(f"half {kernel.label}")
    # Whoever halves a picture stores it with 8 bits.
    return rounded(resize(picture, height, width, kernel)).astype(np.float32)


def _damaged(picture: Picture, step: Damage, random: np.random.Generator, steps: list[str]) -> Picture:
    match step:
        case Resample():
            factor = draw(step.factors, random).draw(random)
            down, up = draw(step.down, random), draw(step.up, random)
            one_axis = random.random() < step.one_axis
            steps.append(f"{'width' if one_axis else 'size'} {factor:.3f} {down.label} {up.label}")
            return round_trip(picture, 1.0 if one_axis else factor, factor, down, up)
        case Blur():
            sigma = step.sigma.draw(random), step.sigma.draw(random)
            if random.random() >= step.uneven:
                sigma = sigma[0], sigma[0]
            steps.append(f"blur {sigma[0]:.2f} {sigma[1]:.2f}")
            return filters.blur(picture, *sigma)
        case Ringing():
            scaled = random.random() < step.round_trip
            if scaled:
                factor = step.factor.draw(random)
                steps.append(f"size {factor:.3f} lanczos3 lanczos3")
                picture = round_trip(picture, factor, factor, Kernel.LANCZOS3, Kernel.LANCZOS3)
            if not scaled or random.random() < step.mask:
                amount, radius = step.amount.draw(random), step.sigma.draw(random)
                steps.append(f"unsharp {amount:.2f} {radius:.2f}")
                picture = filters.unsharp(picture, amount, radius)
    return picture


def _places(free_y: int, free_x: int, motion: Motion, random: np.random.Generator) -> list[tuple[int, int]]:
    """Top left corners of a clip's frames, within what is free."""
    count = int(random.integers(LENGTHS[0], LENGTHS[1] + 1))
    speed = int(random.integers(SPEED[0], SPEED[1] + 1))
    direction = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1))[int(random.integers(6))]
    moved = [{Motion.STILL: 0, Motion.HELD: number // 2, Motion.PAN: number}[motion] * speed for number in range(count)]
    last = moved[-1]
    starts = []
    for free, sign in zip((free_y, free_x), direction, strict=True):
        start = int(random.integers(0, free - last * abs(sign) + 1))
        starts.append(start + last if sign < 0 else start)
    return [(starts[0] + direction[0] * move, starts[1] + direction[1] * move) for move in moved]


def _compressed(
    frames: list[Codes], compression: Compression | None, bt601: float, random: np.random.Generator
) -> tuple[str, str, int, Codes]:
    """(codec, parameters, which frame, the frame)."""
    if compression is None:
        return "none", "", 0, frames[0]
    quality = round(compression.quality.draw(random))
    if isinstance(compression, Jpeg):
        full = bool(random.random() < compression.full_chroma)
        text = f"quality={quality} chroma={'444' if full else '420'}"
        return "jpeg", text, 0, jpeg(frames[0], quality, full)
    options = [(compression.option, str(quality))]
    if compression.presets:
        options.append(("preset", compression.presets[int(random.integers(len(compression.presets)))]))
    if random.random() < compression.tune:
        options.append(("tune", "animation"))
    options += compression.fixed
    matrix = Matrix.BT601 if compression.codec is Codec.MPEG2 or random.random() < bt601 else Matrix.BT709
    chosen = int(random.integers(len(frames)))
    frame = roundtrip(frames, compression.codec, options, matrix)[chosen]
    text = " ".join(f"{name}={value}" for name, value in options)
    text += f" matrix={matrix.label} frame={chosen + 1}/{len(frames)} type={frame.type.value}"
    return compression.codec.encoder, text, chosen, frame.picture


