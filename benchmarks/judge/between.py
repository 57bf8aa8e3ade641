"""The section on one and a half times the size: doubled, then brought to the output's size."""

from __future__ import annotations

import numpy as np

from anime4k.modes.pack import pack_file
from anime4k.quality import metrics, scenes
from anime4k.quality.free_set import halved

from . import material
from .bench import Bench, Pixels
from .chains import LANCZOS, SHARP, THIRD_PARTY, Chain
from .tables import Column, Line, Table

LARGE = (960, 600)
DOUBLER = "Upscale_CNN_x2_M"
FACTOR = 1.5
DOWN, DOWN_OWN = "AutoDownscalePre_x2", "a4k-autodownscale-x2"


def three_quarters(picture: Pixels) -> scenes.Picture:
    """A picture at 3/4 of its size, each pixel the exact mean of the area it covers; sides are multiples of 4."""
    fine = picture.astype(np.float64).repeat(3, 0).repeat(3, 1)
    height, width = picture.shape[0] * 3 // 4, picture.shape[1] * 3 // 4
    result: scenes.Picture = fine.reshape(height, 4, width, 4, 3).mean((1, 3))
    return result


def rows(bench: Bench) -> list[Chain]:
    """The scaler alone, then ways to come down after one doubling."""
    doubler = bench.shaders[f"{THIRD_PARTY}{DOUBLER}.glsl"]
    name = f"{THIRD_PARTY}{DOUBLER}".replace("_", " ", 1)
    down, own = bench.shaders[f"{THIRD_PARTY}{DOWN}.glsl"], pack_file(DOWN_OWN)
    chains = [
        LANCZOS,
        Chain(f"{name}, lanczos", (doubler,), settings=SHARP),
        Chain(f"{name}, {DOWN}", (doubler, down), settings=SHARP),
    ]
    return chains if own is None else [*chains, Chain(f"{name}, {DOWN_OWN}", (doubler, own), settings=SHARP)]


def table(bench: Bench) -> Table:
    """Every row at 1.5 times the size."""
    larges = {pair.name: material.middle(pair.large, *LARGE) for pair in bench.pairs}
    larges = {name: large[: large.shape[0] // 4 * 4, : large.shape[1] // 4 * 4] for name, large in larges.items()}
    truths = {name: three_quarters(large) for name, large in larges.items()}
    lines = []
    for chain in rows(bench):
        drawn = bench.draw_all(chain, {name: halved(large) for name, large in larges.items()}, FACTOR)
        if drawn is not None:
            pictures, cost = drawn
            figures = [
                float(np.mean([measure(pictures[name], truth) for name, truth in truths.items()]))
                for measure in (metrics.psnr, metrics.ssim, metrics.gradient_psnr)
            ]
            halo = max(metrics.ringing(pictures[name], truth).largest for name, truth in truths.items())
            lines.append(Line(chain.label, (*figures, halo, cost.passes, cost.reads)))
    return Table(
        "One and a half times the size",
        "The middles of the pictures, halved and brought to 3/4 of their size, against the exact means of the areas "
        "that the pixels cover; PSNR in dB, ringing in codes outside the range of the truth's 3x3 pixels.",
        (
            Column("PSNR"), Column("SSIM", 4), Column("gradient PSNR"), Column("ringing max", 1),
            Column("passes", 0), Column("reads", 1),
        ),
        tuple(lines),
    )  # fmt: skip
