"""The section on whole chains: the modes of the player on clean, soft and compressed pictures."""

from __future__ import annotations

import numpy as np

from anime4k.modes.pack import pack_file
from anime4k.modes.table import MODES, Mode
from anime4k.quality import metrics

from . import material
from .bench import Bench
from .chains import BILINEAR, LANCZOS, SHARP, THIRD_PARTY, Chain
from .tables import Column, Line, Table, excess

SOFT_SIGMA = 0.8
JPEG_QUALITY = 50
THIRD_PARTY_MODES = (
    ("mode A fast", ("Restore_CNN_M", "Upscale_CNN_x2_M")),
    ("mode B fast", ("Restore_CNN_Soft_M", "Upscale_CNN_x2_M")),
    ("mode C fast", ("Upscale_Denoise_CNN_x2_M",)),
)
"""The usual lists of the third-party files, as far as they run at twice the size."""


def mode_chain(mode: Mode) -> Chain | None:
    """A mode as a row; None while a file of it is missing."""
    paths = [pack_file(name) for name in mode.shaders]
    if not paths or None in paths:
        return None
    return Chain(f"mode {mode.name}", tuple(path for path in paths if path is not None), settings=SHARP, ours=True)


def rows(bench: Bench) -> list[Chain]:
    """Scalers, third-party lists, then every mode that can be built."""
    chains = [BILINEAR, LANCZOS]
    for label, names in THIRD_PARTY_MODES:
        files = tuple(bench.shaders[f"{THIRD_PARTY}{name}.glsl"] for name in names)
        chains.append(Chain(f"Anime4K {label}", files, settings=SHARP))
    own = (mode_chain(mode) for mode in MODES)
    return [*chains, *(chain for chain in own if chain is not None)]


def modes(bench: Bench) -> Table:
    """Every mode at twice the size, on three kinds of source."""
    sources = {}
    for pair in bench.pairs:
        sources["clean", pair.name] = pair.small
        sources["soft", pair.name] = material.blurred(pair.small, SOFT_SIGMA)
        sources["JPEG", pair.name] = material.jpeg(pair.small, JPEG_QUALITY)
    lines = []
    for chain in rows(bench):
        drawn = bench.draw_all(chain, sources, 2)
        if drawn is None:
            continue
        pictures, cost = drawn
        figures: list[float | str | None] = [
            float(np.mean([metrics.psnr(pictures[kind, pair.name], pair.large) for pair in bench.pairs]))
            for kind in ("clean", "soft", "JPEG")
        ]
        similar = [metrics.ssim(pictures["clean", pair.name], pair.large) for pair in bench.pairs]
        halos = [metrics.overshoot(pictures["clean", pair.name], pair.small) for pair in bench.pairs]
        worst = metrics.Excess(
            float(np.mean([halo.mean for halo in halos])),
            float(np.mean([halo.high for halo in halos])),
            max(halo.largest for halo in halos),
        )
        figures += [float(np.mean(similar)), excess(worst), cost.passes, cost.reads]
        lines.append(Line(chain.label, tuple(figures)))
    return Table(
        "Modes, twice the size",
        f"PSNR against the large truth in dB, when the small picture is clean, soft (Gaussian blur of sigma "
        f"{SOFT_SIGMA:g}), or a JPEG of quality {JPEG_QUALITY} with halved chroma; SSIM and overshoot are those of the "
        "clean one. The scaler under the chains is lanczos.",
        (
            Column("clean"), Column("soft"), Column("JPEG"), Column("clean SSIM", 4), Column("overshoot"),
            Column("passes", 0), Column("reads", 1),
        ),
        tuple(lines),
    )  # fmt: skip
