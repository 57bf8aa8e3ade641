"""The section on twice the size: fidelity, halos, cost, soft gradients, and calm from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anime4k.modes.pack import pack_file
from anime4k.quality import metrics, scenes
from anime4k.quality.free_set import RELATED, Pair, halved

from . import material
from .bench import Bench, Pixels
from .chains import BILINEAR, LANCZOS, THIRD_PARTY, Chain, Task
from .render import Cost
from .tables import Column, Line, Table, excess

FRAMES = 4
STILL_SIGMA = 2.0
PAN_STEP = 1
MARGIN = 8
CLAMPED = "Upscale_CNN_x2_M"
FRAME_SIZE = (480, 270)


@dataclass(frozen=True)
class Score:
    """How close an enlarged picture is to the truth."""

    psnr: float
    rgb_psnr: float
    ssim: float
    gradient_psnr: float
    overshoot: metrics.Excess
    ringing: metrics.Excess


@dataclass(frozen=True)
class Scores:
    """One row: the scores by picture, and the cost per pixel of the small picture."""

    chain: Chain
    by_picture: dict[str, Score]
    cost: Cost

    def mean(self, name: str, without: str = "") -> float:
        """The mean of a figure over the pictures, or over all but one."""
        return float(np.mean([getattr(score, name) for key, score in self.by_picture.items() if key != without]))

    def excess(self, name: str) -> metrics.Excess:
        """Mean of the means and percentiles, and the largest of all."""
        parts = [getattr(score, name) for score in self.by_picture.values()]
        return metrics.Excess(
            float(np.mean([part.mean for part in parts])),
            float(np.mean([part.high for part in parts])),
            max(part.largest for part in parts),
        )


def score(picture: Pixels, pair: Pair) -> Score:
    """The figures of an enlarged picture."""
    return Score(
        metrics.psnr(picture, pair.large),
        metrics.rgb_psnr(picture, pair.large),
        metrics.ssim(picture, pair.large),
        metrics.gradient_psnr(picture, pair.large),
        metrics.overshoot(picture, pair.small),
        metrics.ringing(picture, pair.large),
    )


def rows(bench: Bench) -> tuple[Chain, ...]:
    """The rows of this section."""
    return (BILINEAR, LANCZOS, *bench.chains(Task.UPSCALE), *clamped(bench))


def clamped(bench: Bench) -> tuple[Chain, ...]:
    """The sharpest third-party file with the pack's clamp before it, when that exists."""
    clamp, network = pack_file("a4k-clamp"), bench.shaders[f"{THIRD_PARTY}{CLAMPED}.glsl"]
    return (
        () if clamp is None else (Chain(f"a4k-clamp, {THIRD_PARTY}{CLAMPED}".replace("_", " ", 1), (clamp, network)),)
    )


def measure(bench: Bench, chains: Sequence[Chain]) -> list[Scores]:
    """The scores of every row that can be drawn."""
    results = []
    for chain in chains:
        drawn = bench.draw_all(chain, {pair.name: pair.small for pair in bench.pairs}, 2)
        if drawn is None:
            continue
        pictures, cost = drawn
        results.append(Scores(chain, {p.name: score(pictures[p.name], p) for p in bench.pairs}, cost))
        bench.kept["enlarging", chain.label, bench.pairs[0].name] = pictures[bench.pairs[0].name]
    return results


def tables(bench: Bench, results: Sequence[Scores]) -> tuple[Table, ...]:
    """Fidelity and cost; PSNR by picture; overshoot and ringing."""
    names = [pair.name for pair in bench.pairs]
    related = [RELATED] if RELATED in names else []
    fidelity = Table(
        "Twice the size",
        "Each picture is halved (mean of 2x2 pixels) and enlarged again. Means over the pictures; PSNR, RGB PSNR and "
        "gradient PSNR in dB. Passes, texel reads and texels written are those of the shader files, per pixel of the "
        "small picture; reads in loops are counted once.",
        (
            Column("PSNR"), Column("RGB PSNR"), Column("SSIM", 4), Column("gradient PSNR"),
            Column("passes", 0), Column("reads", 1), Column("writes", 1),
        ),
        tuple(
            Line(
                row.chain.label,
                (
                    row.mean("psnr"), row.mean("rgb_psnr"), row.mean("ssim"), row.mean("gradient_psnr"),
                    row.cost.passes, row.cost.reads, row.cost.writes,
                ),
            )
            for row in results
        ),
    )  # fmt: skip
    by_picture = Table(
        "Twice the size, PSNR by picture",
        "Luma PSNR in dB.",
        (*(Column(name) for name in names), Column("mean"), *(Column(f"without {name}") for name in related)),
        tuple(
            Line(
                row.chain.label,
                (
                    *(row.by_picture[name].psnr for name in names), row.mean("psnr"),
                    *(row.mean("psnr", name) for name in related),
                ),
            )
            for row in results
        ),
    )  # fmt: skip
    halos = Table(
        "Twice the size, overshoot and ringing",
        "Overshoot: how far the luma leaves the range of the 3x3 source pixels around it, which bilinear scaling "
        "cannot. Ringing: how far it leaves the range of the truth's 3x3 pixels there. Mean / 99.9th percentile / "
        "largest, in 8-bit codes; the first two are averaged over the pictures.",
        (Column("overshoot"), Column("ringing")),
        tuple(
            Line(row.chain.label, (excess(row.excess("overshoot")), excess(row.excess("ringing")))) for row in results
        ),
    )
    return fidelity, by_picture, halos


def soft_and_calm(bench: Bench, chains: Sequence[Chain]) -> Table:
    """Banding on soft gradients, and change from frame to frame where nothing or only the camera moves."""
    width, height = (480, 320) if bench.quick else (960, 640)
    truths = {"gradients": scenes.gradients(width, height), "bokeh": scenes.bokeh(width, height)}
    sources = {name: scenes.rounded(scenes.halved(truth)) for name, truth in truths.items()}
    large = bench.pairs[0].large
    small = material.middle(bench.pairs[0].small, *(FRAME_SIZE if not bench.quick else (240, 136)))
    still = material.noisy_still(small, STILL_SIGMA, FRAMES)
    views = material.pan(large, min(large.shape[1] - FRAMES, FRAME_SIZE[0] * 2) // 2 * 2, 360, PAN_STEP, FRAMES)
    sources |= {f"still {number}": frame for number, frame in enumerate(still)}
    sources |= {f"pan {number}": halved(frame) for number, frame in enumerate(views)}
    lines = [
        Line(
            "the truth, rounded",
            (*_softness({name: scenes.rounded(truth) for name, truth in truths.items()}, truths), None, 0.0),
        )
    ]
    for chain in chains:
        drawn = bench.draw_all(chain, sources, 2)
        if drawn is not None:
            pictures = drawn[0]
            calm = metrics.frame_change([pictures[f"still {number}"] for number in range(FRAMES)])
            moving = [pictures[f"pan {number}"] for number in range(FRAMES)]
            lines.append(
                Line(
                    chain.label,
                    (*_softness(pictures, truths), calm, metrics.frame_change(moving, PAN_STEP, MARGIN)),
                )
            )
    before = metrics.frame_change(still)
    return Table(
        "Twice the size: soft gradients, calm pictures",
        "Banding: spread of the blurred error in smooth areas, which is what is left of steps when dither is not "
        "counted. False steps: root mean square of the second differences of the error there. Both in codes, against "
        f"unrounded gradients. Still: mean change from frame to frame of a still picture with noise of {STILL_SIGMA:g} "
        f"codes, which changes by {before:.2f} before it is enlarged. Pan: the same while the picture moves by half a "
        "source pixel a frame, after the frames are aligned; a perfect enlargement has 0, "
        "a sharper one has more of it than a soft one.",
        (
            Column("gradients: banding", 3), Column("false steps", 3),
            Column("bokeh: banding", 3), Column("false steps", 3), Column("still"), Column("pan"),
        ),
        tuple(lines),
    )  # fmt: skip


def _softness(pictures: dict[str, Pixels], truths: dict[str, scenes.Picture]) -> list[float]:
    figures = []
    for name, truth in truths.items():
        figures += [metrics.banding(pictures[name], truth), metrics.false_steps(pictures[name], truth)]
    return figures
