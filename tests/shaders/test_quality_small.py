"""What the pack promises about pictures, on one small drawing; the full figures are those of docs/quality.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.errors import FetchError
from anime4k.quality import metrics, scenes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from judge.bench import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """The comparison on the small picture; skipped offline unless ANIME4K_REQUIRE_PEERS is set."""
    from judge.bench import Bench

    from anime4k.gl.device import Device
    from anime4k.quality import free_set, wheels

    try:
        shaders, pairs = wheels.shaders(), free_set.load_small()
    except FetchError:
        if os.environ.get("ANIME4K_REQUIRE_PEERS"):
            raise
        pytest.skip("needs third-party shader files and art from the network")
    device = Device.standalone()
    yield Bench(device, shaders, pairs, quick=True)
    device.release()


@pytest.fixture(scope="module")
def enlarged(bench: Bench) -> dict[str, object]:
    """Row -> scores of twice the size."""
    from judge import chains, enlarging

    wanted = ("a4k-upscale", "Anime4K Upscale_Original_x2", "Anime4K Upscale_DoG_x2")
    rows = [chain for chain in bench.chains(chains.Task.UPSCALE) if chain.label.startswith(wanted)]
    return {row.chain.label: row for row in enlarging.measure(bench, [chains.BILINEAR, chains.LANCZOS, *rows])}


def gain(rows: dict[str, object], name: str, other: str) -> float:
    """By how many decibels a row is better than another."""
    return rows[name].mean("psnr") - rows[other].mean("psnr")  # type: ignore[attr-defined]


def test_the_pictures_of_other_programs_are_what_they_were(enlarged: dict[str, object]) -> None:
    # A guard of the comparison itself: these do not depend on the pack.
    assert gain(enlarged, "lanczos", "bilinear") == pytest.approx(1.52, abs=0.1)
    assert gain(enlarged, "Anime4K Upscale_DoG_x2", "bilinear") == pytest.approx(1.59, abs=0.1)
    assert gain(enlarged, "Anime4K Upscale_Original_x2", "bilinear") == pytest.approx(-0.67, abs=0.1)


def test_edge_directed_enlargement_beats_the_original_and_lanczos(enlarged: dict[str, object]) -> None:
    assert gain(enlarged, "a4k-upscale-edge", "Anime4K Upscale_Original_x2") >= 1.5
    assert gain(enlarged, "a4k-upscale-edge", "lanczos") >= 0.3


@pytest.mark.parametrize("name", ["a4k-upscale-dog", "a4k-upscale-dog-compute"])
def test_difference_of_gaussians_beats_the_original(enlarged: dict[str, object], name: str) -> None:
    assert gain(enlarged, name, "Anime4K Upscale_DoG_x2") > 0.3


def test_enlargements_overshoot_no_more_than_bilinear_and_a_code(enlarged: dict[str, object]) -> None:
    limit = enlarged["bilinear"].excess("overshoot").largest + 1  # type: ignore[attr-defined]
    for label, row in enlarged.items():
        if label.startswith("a4k-"):
            assert row.excess("overshoot").largest <= limit, label  # type: ignore[attr-defined]


def test_enlargements_keep_to_their_budget_of_reads(enlarged: dict[str, object]) -> None:
    from judge.checks import READS

    for name, limit in READS.items():
        assert 0 < enlarged[name].cost.reads <= limit, name  # type: ignore[attr-defined]


def test_promises_about_noise_hold(bench: Bench) -> None:
    from judge import checks, cleaning

    promises = checks.noise(cleaning.noise(bench)[0])
    assert {check.claim.split(",")[0].split(" ")[0] for check in promises} >= {"a4k-denoise", "a4k-denoise-nlm"}
    assert not [check for check in promises if not check.holds]


def test_thin_and_darken_leave_what_is_no_line(bench: Bench) -> None:
    from judge import chains, checks, cleaning

    size = (960, 540)
    drawn = {name: scenes.rounded(scenes.SCENES[name](*size)) for name in ("gradients", "bokeh", "shading", "lines")}
    for chain in cleaning.line_chains(bench):
        if not chain.label.startswith(("a4k-thin", "a4k-darken")):
            continue
        result = bench.draw_all(chain, drawn)
        assert result is not None, bench.failures
        for name in ("gradients", "bokeh", "shading"):
            assert metrics.difference(result[0][name], drawn[name]).high < checks.LEFT_ALONE_CODES + checks.TINY, (
                chain.label,
                name,
            )
        assert metrics.difference(result[0]["lines"], drawn["lines"]).high > 10, chain.label
    assert chains.own_files(chains.Task.LINES)


def test_debanding_takes_steps_out_of_gradients(bench: Bench) -> None:
    from judge import chains

    truth = scenes.gradients(480, 320)
    coarse = scenes.rounded(np.floor(truth / 4) * 4 + 1.5)
    (chain, *_) = chains.own(chains.Task.DEBAND)
    result = bench.draw_all(chain, {"coarse": coarse})
    assert result is not None, bench.failures
    assert metrics.banding(result[0]["coarse"], truth) < 0.9 * metrics.banding(coarse, truth)


def test_a_row_that_does_nothing_is_reported(bench: Bench) -> None:
    from judge import chains

    (chain, *_) = (chain for chain in chains.own(chains.Task.UPSCALE) if chain.label == "a4k-upscale-dog")
    before = len(bench.failures)
    assert bench.draw_all(chain, {"face": bench.pairs[0].small}, scale=1) is None
    assert "does nothing" in bench.failures[before]
