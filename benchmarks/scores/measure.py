"""Drawing and scoring, with every score kept: a file and a picture that were seen before are not drawn again."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

import numpy as np
import numpy.typing as npt
from judge.chains import BILINEAR, LANCZOS, PLAIN, Chain
from judge.render import Drawing, drawing, picture_format

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.pipeline.planning import plan_for
from anime4k.quality import downloads, metrics

from .candidates import Candidate, weights_in
from .classes import Condition, Group
from .inputs import Case
from .results import Cost, Row, Score, digest, score_in, score_out

Pixels = npt.NDArray[np.uint8]
Draw = Callable[[Pixels], Pixels]

HARNESS = "1"
"""To be raised whenever the same file would get other scores."""


def score(picture: Pixels, case: Case) -> Score:
    """The figures of a picture: all of them where tables show all, since they take longer than small networks."""
    psnr, truth = metrics.psnr(picture, case.truth), case.truth
    if case.condition is not Condition.MEAN:
        return Score(psnr)
    return Score(psnr, metrics.ssim(picture, truth), metrics.gradient_psnr(picture, truth))


def scored(cases: Sequence[Case], identity: Sequence[bytes | str], draw: Draw) -> dict[Case, Score]:
    """The score of every case, from the cache folder where it is there.

    Args:
        cases: pictures.
        identity: everything besides the picture that decides what `draw` makes.
        draw: gives the picture whose score is wanted; not called for scores that are known.
    """
    folder = downloads.folder() / "scores"
    folder.mkdir(exist_ok=True)
    found = {}
    for case in cases:
        whole = repr(case.condition is Condition.MEAN)
        name = downloads.key(HARNESS, whole, *identity, case.digest)
        path = folder / f"{name}.json"
        if path.is_file():
            found[case] = score_in(json.loads(path.read_text()))
            continue
        found[case] = score(draw(case.source), case)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps(score_out(found[case]), allow_nan=False))
        partial.replace(path)
    return found


def through(device: Device, chain: Chain, group: Group, cases: Sequence[Case]) -> dict[Case, Score]:
    """The scores of a chain of shader files; it is only set up when something has to be drawn.

    Raises:
        RenderError: a file does not compile, or does nothing.
    """
    texts = [path.read_bytes() for path in chain.files]
    settings = (device.info.renderer, device.info.version, repr(chain.settings), repr(chain.parameters), group.name)
    with ExitStack() as stack:
        ready: list[Drawing] = []

        def draw(picture: Pixels) -> Pixels:
            if not ready:
                ready.append(stack.enter_context(drawing(device, chain)))
            return ready[0](picture, group.value)

        return scored(cases, [*texts, *settings], draw)


def cost(candidate: Candidate) -> Cost:
    """What a file costs per pixel of a source of 640x360."""
    width, height, scale = 640, 360, candidate.flavour.group.value
    source = picture_format(np.zeros((height, width, 3), np.uint8))
    plan = plan_for(source, (width * scale, height * scale), [parse_file(candidate.path)], settings=PLAIN)
    steps = [step for step in plan.steps if step.origin is not None]
    area = width * height
    multiplications, weights = candidate.multiplications, candidate.weights
    return Cost(
        round(sum(step.multiply_adds for step in steps) / area if multiplications is None else multiplications, 2),
        len(steps),
        round(sum(step.reads for step in steps) / area, 2),
        round(sum(step.writes for step in steps) / area, 2),
        weights_in(candidate.path) if weights is None else weights,
    )


def row(device: Device, candidate: Candidate, cases: Mapping[Group, Sequence[Case]]) -> Row:
    """A file's row."""
    group = candidate.flavour.group
    found = through(device, Chain(candidate.name, (candidate.path,)), group, cases[group])
    return Row(
        candidate.name, group, candidate.flavour, candidate.size, candidate.official,
        digest(candidate.path), cost(candidate), _by_name(found),
    )  # fmt: skip


def baselines(device: Device, cases: Mapping[Group, Sequence[Case]]) -> list[Row]:
    """The rows of what there is without any network."""
    rows = []
    for chain in (BILINEAR, LANCZOS):
        found = through(device, chain, Group.UPSCALE, cases[Group.UPSCALE])
        rows.append(Row(chain.label, Group.UPSCALE, None, None, False, "", None, _by_name(found)))
    found = scored(cases[Group.RESTORE], ["input"], lambda picture: picture)
    return [*rows, Row("input", Group.RESTORE, None, None, False, "", None, _by_name(found))]


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)


def _by_name(found: Mapping[Case, Score]) -> dict[tuple[Condition, str], Score]:
    return {(case.condition, case.picture): score for case, score in found.items()}
