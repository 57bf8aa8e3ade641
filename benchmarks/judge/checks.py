"""What the pack promises, as figures: each promise is held against the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anime4k.quality import metrics
from anime4k.quality.free_set import RELATED

from .cleaning import CLEAN_LOSS
from .enlarging import Scores
from .tables import Table

EDGE, EDGE_FAST = "a4k-upscale-edge", "a4k-upscale-edge-fast"
DOG, DOG_COMPUTE = "a4k-upscale-dog", "a4k-upscale-dog-compute"
READS = {EDGE: 40.0, EDGE_FAST: 40.0, DOG: 24.0, DOG_COMPUTE: 12.0}
"""Texel reads per pixel of the small picture that a file may take."""
EDGE_MARGINS_DB = (("Anime4K Upscale_Original_x2", 1.5), ("lanczos", 0.3))
MARGINS_DB = (
    *((name, other, margin) for name in (EDGE, EDGE_FAST) for other, margin in EDGE_MARGINS_DB),
    (DOG, "Anime4K Upscale_DoG_x2", 0.0),
)
"""(row, the row that it beats, by at least how many decibels)."""
CLEAN_LOSS_DB = 0.3
"""What a filter may cost when the picture was clean and is then enlarged with lanczos."""
LEFT_ALONE = ("gradients", "bokeh", "text", "shading")
"""Scenes without lines."""
LEFT_ALONE_CODES = 1.0
TINY = 1e-6
"""What sums of floats may add."""


@dataclass(frozen=True)
class Check:
    """One promise.

    Attributes:
        claim: what is promised.
        figure: what was measured.
        holds: whether that is enough.
    """

    claim: str
    figure: str
    holds: bool


def both(check: Check, unrelated: Check) -> Check:
    """A promise must hold with the picture that is related to those of tuning, and without it."""
    assert check.claim == unrelated.claim
    figure = f"{check.figure}, without {RELATED} {unrelated.figure}"
    return Check(check.claim, figure, check.holds and unrelated.holds)


def enlarging(results: Sequence[Scores]) -> list[Check]:
    """The promises about twice the size; those about files that do not exist are left out."""
    rows = {row.chain.label: row for row in results}
    checks = []
    for name, other, margin in MARGINS_DB:
        if name in rows and other in rows:
            gain = rows[name].mean("psnr") - rows[other].mean("psnr")
            unrelated = rows[name].mean("psnr", RELATED) - rows[other].mean("psnr", RELATED)
            least = f"by at least {margin:g} dB" if margin else ""
            check = Check(f"{name} beats {other} {least}".strip(), f"{gain:+.2f} dB", gain > margin)
            if RELATED in rows[name].by_picture:
                check = both(check, Check(check.claim, f"{unrelated:+.2f} dB", unrelated > margin))
            checks.append(check)
    bilinear = rows["bilinear"].excess("overshoot").largest
    for name, limit in READS.items():
        if name in rows:
            largest, reads = rows[name].excess("overshoot").largest, rows[name].cost.reads
            claim = f"{name} overshoots at most one code more than bilinear ({bilinear:.1f})"
            checks.append(Check(claim, f"{largest:.1f} codes", largest <= bilinear + 1 + TINY))
            checks.append(Check(f"{name} reads at most {limit:g} texels", f"{reads:.1f}", reads <= limit))
    return checks


def noise(psnr: Table, unrelated: Table | None = None) -> list[Check]:
    """The promises about noise, from the tables of PSNR: of all pictures, and without the related one."""
    if unrelated is not None:
        return [both(*pair) for pair in zip(noise(psnr), noise(unrelated), strict=True)]
    names = [column.name for column in psnr.columns]
    figures = {line.label: dict(zip(names, line.values, strict=True)) for line in psnr.lines}
    third = [label for label in figures if label.startswith("Anime4K")]
    checks = []
    for label in figures:
        if not label.startswith("a4k-"):
            continue
        for damage in names:
            mine, before = figures[label][damage], figures["input"][damage]
            if not isinstance(mine, float):
                continue
            if damage == CLEAN_LOSS:
                claim = f"{label} costs a clean picture less than {CLEAN_LOSS_DB:g} dB when it is enlarged"
                checks.append(Check(claim, f"{mine:.2f} dB", mine < CLEAN_LOSS_DB))
            elif damage == "sigma 5" and isinstance(before, float):
                claim = f"{label} does not make noise of sigma 5 worse"
                checks.append(Check(claim, f"{mine - before:+.2f} dB", mine >= before))
            elif damage != "clean":
                best = max(value for name in third if isinstance(value := figures[name][damage], float))
                claim = f"{label} is better than the third-party bilateral filters on {damage}"
                checks.append(Check(claim, f"{mine - best:+.2f} dB", mine > best))
    return checks


def lines(changes: Mapping[tuple[str, str], metrics.Excess]) -> list[Check]:
    """The promises about thinning and darkening, from the change by (row, scene)."""
    worst: dict[str, float] = {}
    for (label, scene), change in changes.items():
        if label.startswith(("a4k-thin", "a4k-darken")) and scene in LEFT_ALONE:
            worst[label] = max(worst.get(label, 0.0), change.high)
    scenes = f"{', '.join(LEFT_ALONE[:-1])} and {LEFT_ALONE[-1]}"
    claim = f"leaves {scenes} alone (99.9 % of the pixels change by at most {LEFT_ALONE_CODES:g} code)"
    return [
        Check(f"{label} {claim}", f"{high:.1f} codes", high <= LEFT_ALONE_CODES + TINY) for label, high in worst.items()
    ]
