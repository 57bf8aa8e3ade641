"""Plan to plan rewrites that make frames cheaper without changing the picture.

Each rewrite has a name under which it can be switched off (`RenderSettings.no_rewrites`, `--no-opt NAME`), and a bound
on what it may change, which a test shows to hold on every shader of the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.journey import PlanRequest, make_plan
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.rewrites.blocks import blocks
from anime4k.pipeline.rewrites.fetch import exact_fetch
from anime4k.pipeline.rewrites.fold import fold
from anime4k.pipeline.rewrites.fusion import fusion
from anime4k.pipeline.rewrites.tiles import tiles
from anime4k.pipeline.rewrites.winograd import winograd
from anime4k.pipeline.settings import RenderSettings


@dataclass(frozen=True)
class Rewrite:
    """One of them.

    Attributes:
        name: by which it is switched off.
        apply: does it; the same plan when there is nothing to do.
        summary: what it does, for people.
        bound: what it may change, for people.
        patient: whether its programs take so long to compile that only many frames make up for it.
    """

    name: str
    apply: Callable[[Plan, Capabilities], Plan]
    summary: str
    bound: str
    patient: bool = False


_ROUNDING = "the order in which the compiler sums: one unit in the last place of a float"

REWRITES: tuple[Rewrite, ...] = (
    Rewrite(
        "exact-fetch", exact_fetch,
        "reads texel centres as texels instead of filtering them",
        "one unit in the last place of the texture's format",
    ),
    Rewrite("fusion", fusion, "draws passes that read the same textures together", _ROUNDING),
    Rewrite(
        "fold", fold,
        "lets the last pass of a picture also do what follows at the same pixel, such as rounding to 8 bit",
        f"one code where a value lies between two: packHalf2x16 for the store of a half float, and {_ROUNDING}",
    ),
    Rewrite(
        "winograd", winograd,
        "computes convolutions of 3x3 in blocks with a third of the multiplications",
        "what rounds in 32-bit floats: about 1e-6 of the largest term",
        patient=True,
    ),
    Rewrite("blocks", blocks, "lets one invocation make several neighbouring pixels", _ROUNDING, patient=True),
    Rewrite("tiles", tiles, "draws only what depends on parts of the frame that have changed", "nothing"),
)  # fmt: skip
"""All of them, in the order in which they apply."""
PATIENCE_PIXELS = 6_000_000
"""Source pixels from which on the patient rewrites pay.

`benchmarks/patience.py`, 2026-11-22: what they cost before the first pixel is saved by 14 million pixels, and where the
driver has kept compiled programs by half a million.
"""


def optimise(
    plan: Plan,
    capabilities: Capabilities,
    without: frozenset[str] = frozenset(),
    untouched: frozenset[int] = frozenset(),
) -> Plan:
    """Apply every rewrite whose name is not in `without` to the passes of all files but those in `untouched`."""
    if untouched:
        # Rewrites work on the parts of a step; one without parts stays as it is.
        plan = replace(plan, steps=tuple(replace(s, parts=()) if s.file in untouched else s for s in plan.steps))
    return [plan, *(after for _, _, after in _rewriting(plan, capabilities, without))][-1]


def effects(plan: Plan, capabilities: Capabilities, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What each rewrite does to a plan, in words; one that is left out or finds nothing to do is not named."""
    found: list[str] = []
    for rewrite, before, after in _rewriting(plan, capabilities, without):
        if after.tiling is not None and before.tiling is None:
            found.append(f"{rewrite.name}: only what depends on changed parts of a frame is drawn")
        elif len(after.steps) < len(before.steps):
            found.append(f"{rewrite.name}: {len(before.steps)} draws become {len(after.steps)}")
        elif after != before:
            changed = sum(one != other for one, other in zip(before.steps, after.steps, strict=True))
            found.append(f"{rewrite.name}: changes {changed} of {len(after.steps)} draws")
    return tuple(found)


def _rewriting(
    plan: Plan, capabilities: Capabilities, without: frozenset[str]
) -> Iterator[tuple[Rewrite, Plan, Plan]]:
    """Every rewrite that is not in `without`, with the plan before and after it."""
    if "blocks" in without:  # on which fusion has an eye
        capabilities = replace(capabilities, block=None)
    if "winograd" in without:
        capabilities = replace(capabilities, winograd=None)
    for rewrite in REWRITES:
        if rewrite.name not in without:
            before, plan = plan, rewrite.apply(plan, capabilities)
            yield rewrite, before, plan


def impatient(settings: RenderSettings, pixels: int) -> RenderSettings:
    """Settings for a work of which the end is known, such as one picture.

    Args:
        settings: those that the user has chosen.
        pixels: of all sources together.

    Returns:
        The same without the patient rewrites, where they would take longer than they save.
    """
    if pixels >= PATIENCE_PIXELS:
        return settings
    patient = frozenset(rewrite.name for rewrite in REWRITES if rewrite.patient)
    return replace(settings, no_rewrites=settings.no_rewrites | patient)


def optimised_plan(request: PlanRequest) -> Plan:
    """The plan of a request with all rewrites that its settings allow.

    Raises:
        PlanError: the sizes are impossible.
    """
    without, untouched = request.settings.no_rewrites, frozenset(request.untouched)
    return optimise(make_plan(request), request.capabilities, without, untouched)
