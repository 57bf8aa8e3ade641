"""The three recipes: what each kind of network learns to undo, and what it learns to leave alone."""

from __future__ import annotations

from anime4k.media.roundtrip import Codec
from anime4k.quality.resample import Kernel
from anime4k.training.damage.recipe import (
    Blur,
    Compression,
    Grain,
    Halving,
    Jpeg,
    Look,
    Odds,
    Range,
    Recipe,
    Resample,
    Ringing,
    Video,
)

X264_PRESETS = ("veryfast", "faster", "fast", "medium")
X265_PRESETS = ("superfast", "veryfast", "fast", "medium")
AV1_PRESETS = ("7", "8", "10")
GROUP_OF_PICTURES = (("bf", "2"), ("g", "12"))

DOWN: Odds[Kernel] = (
    (35, Kernel.CATMULL_ROM),
    (15, Kernel.SHARP_CUBIC),
    (20, Kernel.LANCZOS3),
    (15, Kernel.BOX),
    (8, Kernel.MITCHELL),
    (7, Kernel.SPLINE36),
)
UP: Odds[Kernel] = (
    (35, Kernel.CATMULL_ROM),
    (10, Kernel.SHARP_CUBIC),
    (30, Kernel.TRIANGLE),
    (13, Kernel.LANCZOS3),
    (6, Kernel.MITCHELL),
    (6, Kernel.SPLINE36),
)
PRODUCTION = Resample(
    # 720 of 1080 lines, 864 of 1080 (and 576 of 720), and all the sizes in between that studios have worked at.
    factors=((35, Range(0.65, 0.68)), (25, Range(0.78, 0.82)), (40, Range(0.55, 0.9))),
    down=DOWN,
    up=UP,
    one_axis=0.05,
)
HALOS = Ringing(
    round_trip=0.65, factor=Range(0.6, 0.9), mask=0.7, amount=Range(0.2, 0.6), sigma=Range(0.8, 2.0)
)


def _x264(low: float, high: float) -> Video:
    return Video(Codec.X264, "crf", Range(low, high), X264_PRESETS, tune=0.3)


def _x265(low: float, high: float) -> Video:
    return Video(Codec.X265, "crf", Range(low, high), X265_PRESETS, tune=0.15)


def _av1(low: float, high: float) -> Video:
    return Video(Codec.AV1, "crf", Range(low, high), AV1_PRESETS)


def _mpeg2(low: float, high: float) -> Video:
    return Video(Codec.MPEG2, "q", Range(low, high), fixed=GROUP_OF_PICTURES)


_MILD: Odds[Compression] = (
    (55, _x264(16, 24)),
    (20, _x265(16, 24)),
    (10, _av1(18, 30)),
    (15, Jpeg(Range(85, 97), full_chroma=0.4)),
)

UNTOUCHED = "untouched"
"""The look of pairs that are only made smaller, or not even that."""

RESTORE = Recipe(
    name="restore",
    summary="Pictures produced at a smaller size or blurred; compression is there to be left alone.",
    halving=None,
    looks=(
        (15, Look(UNTOUCHED, (), codec=0.0)),
        (8, Look("coded", (), codec=1.0)),
        (50, Look("production", (PRODUCTION,), codec=0.35)),
        (12, Look("blur", (Blur(Range(0.3, 1.0), uneven=0.4),), codec=0.35)),
        (15, Look("ringing", (HALOS,), codec=0.35)),
    ),
    codecs=_MILD,
)

CLEAN = Recipe(
    name="clean",
    summary="Pictures with the marks of compression, halos and slight grain.",
    halving=None,
    looks=(
        (20, Look(UNTOUCHED, (), codec=0.0)),
        (40, Look("coded", (), codec=1.0)),
        (18, Look("ringing", (HALOS,), codec=0.5)),
        (12, Look("grain", (Grain(Range(1, 4), coarse=0.4),), codec=0.7)),
        # Slight only: lost detail costs far more than compression does and would make a sharpener of the network.
        (10, Look("resampled", (Resample(((1, Range(0.85, 0.97)),), DOWN, UP),), codec=0.85)),
    ),
    codecs=(
        (40, _x264(16, 32)),
        (26, Jpeg(Range(60, 95), full_chroma=0.4)),
        (16, _x265(18, 32)),
        (8, _av1(22, 48)),
        (10, _mpeg2(3, 12)),
    ),
)

DENOISE = Recipe(
    name="denoise",
    summary="Small pictures as they are, compressed, or with grain, beside large clean ones.",
    halving=Halving(
        kernels=((70, Kernel.BOX), (8, Kernel.CATMULL_ROM), (6, Kernel.MITCHELL), (6, Kernel.LANCZOS3)),
        blurred=0.1,
        sigma=Range(0.2, 0.6),
    ),
    # Few untouched ones: `fit --clean` mixes the data set in, with its own kernels.
    looks=(
        (10, Look(UNTOUCHED, (), codec=0.0)),
        (75, Look("coded", (), codec=1.0)),
        (15, Look("grain", (Grain(Range(1, 4), coarse=0.4),), codec=0.6)),
    ),
    codecs=(
        (40, _x264(16, 28)),
        (45, Jpeg(Range(65, 93), full_chroma=0.4)),
        (15, _x265(16, 28)),
    ),
)

RECIPES = (RESTORE, CLEAN, DENOISE)
