"""The sections at the same size: noise, blur, lines that only should change, bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from anime4k.hooks.parse import parse_file
from anime4k.modes.pack import pack_file
from anime4k.quality import metrics, scenes
from anime4k.quality.free_set import RELATED

from . import material
from .bench import Bench, Pixels
from .chains import LANCZOS, THIRD_PARTY, Chain, Task, own, with_parameter
from .tables import Column, Line, Table, excess

CROP = (720, 480)
QUICK_CROP = (320, 240)
SCENE = (960, 1080)
SIGMAS = (5, 10)
CLEAN_LOSS = "clean x2 loss"
FRAMES = 6
STILL_SIGMA, CODED_SIGMA = 3.0, 2.0
BAND_CODES = (2, 4)
STRENGTH = "strength"
PROTECTION, PROTECTED = "a4k-text", ("Thin_HQ", "Darken_HQ")
FULL = 100


@dataclass(frozen=True)
class Cleaned:
    """One row: what became of every damaged picture. Values are keyed by (damage, picture)."""

    label: str
    pictures: Mapping[tuple[str, str], Pixels]


def crops(bench: Bench) -> dict[str, Pixels]:
    """The middles of the large pictures."""
    size = QUICK_CROP if bench.quick else CROP
    return {pair.name: material.middle(pair.large, *size) for pair in bench.pairs}


def damaged(truths: Mapping[str, Pixels]) -> dict[tuple[str, str], Pixels]:
    """(damage, picture) -> a damaged picture, for the section on noise."""
    result: dict[tuple[str, str], Pixels] = {}
    for number, (name, truth) in enumerate(truths.items()):
        result["clean", name] = truth
        for sigma in SIGMAS:
            result[f"sigma {sigma}", name] = scenes.noisy(truth, sigma, seed=number)
        result[f"JPEG {material.JPEG_QUALITY}", name] = material.jpeg(truth)
    return result


def results(bench: Bench, chains: tuple[Chain, ...], sources: Mapping[tuple[str, str], Pixels]) -> list[Cleaned]:
    """The sources themselves, then every row that can be drawn."""
    rows = [Cleaned("input", sources)]
    for chain in chains:
        drawn = bench.draw_all(chain, sources)
        if drawn is not None:
            rows.append(Cleaned(chain.label, drawn[0]))
    return rows


def denoise_chains(bench: Bench) -> tuple[Chain, ...]:
    """The rows of the section on noise; a file with a choice of methods has a row for each."""
    chains: list[Chain] = []
    for chain in bench.chains(Task.DENOISE):
        choices = [param for param in parse_file(chain.files[0]).params if param.name in CHOICES] if chain.ours else []
        if choices:
            (choice,) = choices[:1]
            values = range(int(choice.minimum), int(choice.maximum) + 1)
            chains += [with_parameter(chain, choice.name, value) for value in values]
        else:
            chains.append(chain)
    return tuple(chains)


CHOICES = ("mode", "method", "kind", "choice", "statistic", "average")
"""Names of parameters that choose a method."""


def mean_of(row: Cleaned, damage: str, measure: object, truths: Mapping[str, Pixels]) -> float:
    """A measure's mean over the pictures with one kind of damage."""
    assert callable(measure)
    return float(np.mean([measure(row.pictures[damage, name], truth) for name, truth in truths.items()]))


def noise(bench: Bench) -> tuple[Table, ...]:
    """Noise and JPEG against a clean picture."""
    truths = crops(bench)
    sources = damaged(truths)
    damages = list(dict.fromkeys(damage for damage, _ in sources))
    rows = results(bench, denoise_chains(bench), sources)
    first = bench.pairs[0].name
    for row in rows:
        for damage in damages:
            bench.kept["noise", row.label, damage] = row.pictures[damage, first]
    bench.kept["noise", "truth", ""] = truths[first]
    losses = clean_losses(bench)
    tables = []
    kinds = [("PSNR", metrics.psnr, 2, truths), ("RGB PSNR", metrics.rgb_psnr, 2, truths)]
    kinds += [("SSIM", metrics.ssim, 4, truths)]
    if RELATED in truths:
        others = {name: truth for name, truth in truths.items() if name != RELATED}
        kinds += [(f"PSNR without {RELATED}", metrics.psnr, 2, others)]
    for title, measure, digits, chosen in kinds:
        lines: list[tuple[str, tuple[float | None, ...]]] = [
            (row.label, tuple(mean_of(row, damage, measure, chosen) for damage in damages)) for row in rows
        ]
        columns = tuple(Column(damage, digits) for damage in damages)
        text = (
            "Gaussian noise in every sample of red, green and blue, and JPEG of quality "
            f"{material.JPEG_QUALITY} with halved chroma. Means over the middles of the pictures, at their size."
        )
        if title.startswith("PSNR"):
            columns = (*columns, Column(CLEAN_LOSS))
            means = {label: float(np.mean([loss[name] for name in chosen])) for label, loss in losses.items()}
            lines = [(label, (*values, means.get(label))) for label, values in lines]
            text += (
                " The last column is what the filter costs a clean picture that is then enlarged with lanczos: the "
                "PSNR against the large truth without the filter, less that with it."
            )
        tables.append(Table(f"Noise, {title}", text, columns, tuple(Line(*line) for line in lines)))
    return tuple(tables)


def clean_losses(bench: Bench) -> dict[str, dict[str, float]]:
    """Row -> picture -> decibels that the filter costs before lanczos makes a clean picture twice as large."""
    smalls = {pair.name: pair.small for pair in bench.pairs}
    plain = bench.draw_all(LANCZOS, smalls, 2)
    assert plain is not None
    result = {}
    for chain in denoise_chains(bench):
        drawn = bench.draw_all(replace(chain, settings=LANCZOS.settings), smalls, 2)
        if drawn is not None:
            result[chain.label] = {
                pair.name: metrics.psnr(plain[0][pair.name], pair.large) - metrics.psnr(drawn[0][pair.name], pair.large)
                for pair in bench.pairs
            }
    return result


def calm(bench: Bench) -> Table:
    """Change from frame to frame of a still picture under noise, and after a video codec."""
    truth = next(iter(crops(bench).values()))
    clips = {"noise": material.noisy_still(truth, STILL_SIGMA, FRAMES)}
    clips["H.264"] = material.coded(material.noisy_still(truth, CODED_SIGMA, FRAMES))
    sources = {(kind, str(number)): frame for kind, clip in clips.items() for number, frame in enumerate(clip)}
    lines = []
    for row in results(bench, denoise_chains(bench), sources):
        figures = []
        for kind in clips:
            shown = [row.pictures[kind, str(number)] for number in range(FRAMES)]
            figures += [metrics.frame_change(shown), float(np.mean([metrics.psnr(frame, truth) for frame in shown]))]
        lines.append(Line(row.label, tuple(figures)))
    return Table(
        "Noise, change from frame to frame",
        f"A still picture with noise of {STILL_SIGMA:g} codes in every frame, and one with noise of {CODED_SIGMA:g} "
        f"after H.264 (crf {material.CODED_CRF}, 4:2:0): the mean change of the luma from frame to frame in codes, and "
        "the PSNR against the clean picture in dB.",
        tuple(column for kind in clips for column in (Column(f"{kind}: change"), Column("PSNR"))),
        tuple(lines),
    )


def blur(bench: Bench) -> Table:
    """A blurred picture against the sharp one."""
    truths = crops(bench)
    sources = {("blurred", name): material.blurred(truth) for name, truth in truths.items()}
    sources |= {("clean", name): truth for name, truth in truths.items()}
    lines = []
    for row in results(bench, bench.chains(Task.DEBLUR), sources):
        figures = [mean_of(row, "blurred", m, truths) for m in (metrics.psnr, metrics.ssim, metrics.gradient_psnr)]
        halo = [metrics.ringing(row.pictures["blurred", name], truth) for name, truth in truths.items()]
        largest = max(part.largest for part in halo)
        change = [metrics.difference(row.pictures["clean", name], truth).mean for name, truth in truths.items()]
        lines.append(
            Line(row.label, (*figures, float(np.mean([h.high for h in halo])), largest, float(np.mean(change))))
        )
        bench.kept["blur", row.label, ""] = row.pictures["blurred", bench.pairs[0].name]
    bench.kept["blur", "truth", ""] = truths[bench.pairs[0].name]
    return Table(
        "Blur",
        f"The picture under a Gaussian blur of sigma {material.BLUR_SIGMA:g} pixel, at its size, against the sharp "
        "one; ringing in codes outside the range of the truth's 3x3 pixels. The last column is the mean change of the "
        "sharp picture itself.",
        (
            Column("PSNR"), Column("SSIM", 4), Column("gradient PSNR"), Column("ringing 99.9 %", 1),
            Column("ringing max", 1), Column("change of clean"),
        ),
        tuple(lines),
    )  # fmt: skip


def line_chains(bench: Bench) -> tuple[Chain, ...]:
    """The rows of the section on lines: the pack's files at their default and at full strength, and protected text."""
    chains: list[Chain] = []
    for chain in bench.chains(Task.LINES):
        chains.append(chain)
        if chain.ours:
            strengths = [p for p in parse_file(chain.files[0]).params if p.name == STRENGTH]
            if strengths and strengths[0].default != FULL:
                chains.append(with_parameter(chain, STRENGTH, FULL))
    protection = pack_file(PROTECTION)
    if protection is not None:
        for name in PROTECTED:
            label = f"{PROTECTION}, {THIRD_PARTY}{name}".replace("_", " ", 1)
            chains.append(Chain(label, (protection, bench.shaders[f"{THIRD_PARTY}{name}.glsl"])))
    return tuple(chains)


def lines_only(bench: Bench) -> tuple[Table, dict[tuple[str, str], metrics.Excess]]:
    """How much thinning and darkening change what is no line; also (row, scene) -> change."""
    width, height = SCENE
    pictures = {
        ("gradients", ""): scenes.rounded(scenes.gradients(width, height)),
        ("bokeh", ""): scenes.rounded(scenes.bokeh(width, height)),
        ("text", ""): scenes.rounded(material.letters(width, height)),
        ("shading", ""): scenes.rounded(scenes.shading(width, height)),
        ("lines", ""): scenes.rounded(scenes.lines(width, height)),
    }
    lines: list[Line] = []
    changes: dict[tuple[str, str], metrics.Excess] = {}
    for row in results(bench, line_chains(bench), pictures):
        for (scene, _), picture in row.pictures.items():
            bench.kept["lines", row.label, scene] = picture
        if row.label == "input":
            continue
        for key, picture in pictures.items():
            changes[row.label, key[0]] = metrics.difference(row.pictures[key], picture)
        lines.append(Line(row.label, tuple(excess(changes[row.label, scene]) for scene, _ in pictures)))
    table = Table(
        "Thin and darken: what changes",
        f"Change of the luma in codes (mean / 99.9th percentile / largest) on drawn scenes of {width}x{height}. Only "
        "the last scene has lines to work on; the others should stay as they are.",
        tuple(Column(scene) for scene, _ in pictures),
        tuple(lines),
    )
    return table, changes


def bands(bench: Bench) -> Table | None:
    """Gradients in coarse steps, and what debanding makes of them and of drawings; None without such a file."""
    chains = own(Task.DEBAND)
    if not chains:
        return None
    width, height = (480, 320) if bench.quick else (960, 640)
    truth = scenes.gradients(width, height)
    sources = {
        ("steps", str(codes)): scenes.rounded(np.floor(truth / codes) * codes + (codes - 1) / 2) for codes in BAND_CODES
    }
    arts = crops(bench)
    text = scenes.rounded(material.letters(width, height))
    sources |= {("art", name): art for name, art in arts.items()} | {("text", ""): text}
    exact = scenes.rounded(truth)
    rows = results(bench, chains, sources)
    rows.insert(0, Cleaned("the truth, rounded", dict.fromkeys((("steps", str(codes)) for codes in BAND_CODES), exact)))
    lines = []
    for row in rows:
        figures: list[float | None] = []
        for codes in BAND_CODES:
            picture = row.pictures["steps", str(codes)]
            bench.kept["bands", row.label, str(codes)] = picture
            figures += [metrics.banding(picture, truth), metrics.false_steps(picture, truth)]
        if ("text", "") in row.pictures:
            figures.append(float(np.mean([metrics.psnr(row.pictures["art", n], art) for n, art in arts.items()])))
            figures.append(metrics.difference(row.pictures["text", ""], text).largest)
        else:
            figures += [None, None]
        lines.append(Line(row.label, tuple(figures)))
    shown = " and ".join(str(codes) for codes in BAND_CODES)
    return Table(
        "Bands",
        f"Soft gradients in steps of {shown} codes; banding and false steps in codes as above, against the unrounded "
        "gradients. Then the PSNR of the clean pictures after the filter, and the largest change of letters in codes.",
        (
            *(Column(f"{codes} codes: {part}", 3) for codes in BAND_CODES for part in ("banding", "false steps")),
            Column("clean PSNR", 1),
            Column("text max", 1),
        ),
        tuple(lines),
    )  # fmt: skip
