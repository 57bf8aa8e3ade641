"""The check of the shipped networks: it believes nothing, finds what is wrong, and keeps what it knows."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.errors import FetchError, UsageError
from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.graph import Network
from anime4k.networks.numpy import evaluate
from anime4k.quality import free_set
from tests.networks.nets import random_network
from tests.networks.shipped import NETWORKS

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from proof.check import Checker
    from proof.files import Proven

    from anime4k.gl.device import Device

NETWORK = random_network(width=4, depth=2, amount=0.05, name="a4k-random-cnn-s")
OTHER = random_network(width=4, depth=2, amount=0.05, seed=5, name="a4k-random-cnn-s")


@pytest.fixture
def checker(devices: dict[str, Device], peer_display: str, tmp_path: Path) -> Checker:
    from proof.check import Checker

    try:
        free_set.load_small()
    except FetchError:
        if os.environ.get("ANIME4K_REQUIRE_PEERS"):
            raise
        pytest.skip("needs a picture from the network")
    return Checker(devices["modern"], devices["baseline"], peer_display, tmp_path)


def file(folder: Path, text: str, expected: Network = NETWORK, twin: str | None = None) -> Proven:
    """A file to check."""
    from proof.files import Proven

    path, other = folder / "a4k-random-cnn-s.glsl", folder / "a4k-random-cnn-s-compute.glsl"
    path.write_text(text)
    if twin is not None:
        other.write_text(twin)
    return Proven(path.stem, path, path, None if twin is None else other, expected.scale, partial(evaluate, expected))


def test_a_good_file_holds(checker: Checker, tmp_path: Path) -> None:
    found = checker.result(file(tmp_path, fragment(NETWORK), twin=compute(NETWORK)), (33, 24))
    assert found.faults == ()
    assert 0 < found.half < 1 / 255 and found.single < 1e-4 and found.old == pytest.approx(found.half, abs=1e-4)
    assert found.twin is not None and found.twin < 1 / 255
    assert min(found.mpv, found.libplacebo) >= 50


def test_other_weights_and_other_forms_are_found(checker: Checker, tmp_path: Path) -> None:
    found = checker.result(file(tmp_path, fragment(NETWORK), OTHER, compute(OTHER)), (32, 24))
    assert [fault.split(": ")[1].split()[-1] for fault in found.faults[1:2]] == ["bits"]
    assert len(found.faults) == 4 and "the two forms differ" in found.faults[3]
    assert all(fault.startswith("32x24: ") for fault in found.faults)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("vec4 hook()", "vec4 hock()", "no function with name 'hook'"), ("HOOKED.w / 1.2", "HOOKED.w / 9", "WHEN")],
)
def test_files_that_do_not_run_are_found(checker: Checker, tmp_path: Path, old: str, new: str, said: str) -> None:
    found = checker.result(file(tmp_path, fragment(NETWORK).replace(old, new)), (32, 24))
    assert found.faults and found.half > 1
    assert said in found.faults[0]


def test_pictures_are_cut_from_a_drawing(checker: Checker) -> None:
    from proof.check import drawing

    whole = free_set.load_small()[0].small
    for width, height in ((64, 48), (117, 65), (320, 180), (401, 203)):
        found = drawing(width, height)
        assert found.shape == (height, width, 3) and found.dtype == np.float32
        assert found.std() > 0.1
    assert np.array_equal(drawing(320, 180), whole.astype(np.float32) / 255)


def test_every_trained_file_is_checked() -> None:
    from proof.files import LITE, chosen

    assert {each.name for each in chosen([])} == {*NETWORKS, LITE}
    assert {each.name for each in chosen(["*-lite"])} == {LITE}
    twins = {each.name: each.twin for each in chosen([])}
    assert twins["a4k-upscale-cnn-m"] == NETWORKS["a4k-upscale-cnn-m-compute"]
    assert twins["a4k-upscale-cnn-m-compute"] == NETWORKS["a4k-upscale-cnn-m"]
    with pytest.raises(UsageError, match="no network of the pack is called a4k-x"):
        chosen(["a4k-x"])


def test_results_are_kept_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from proof.check import Result
    from proof.results import keep, row

    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(tmp_path / "cache"))
    calls: list[tuple[int, int]] = []

    def check(size: tuple[int, int]) -> Result:
        calls.append(size)
        return Result(0.001, 1e-6, None, None, 60.0 - len(calls), 70.0, ("wrong",) if size[0] == 9 else ())

    made = file(tmp_path, "one")
    first, known = row(made, [(8, 8), (9, 9)], ["mpv 1"], check)
    assert not known and first.result.faults == ("wrong",) and first.result.mpv == 58.0
    assert row(made, [(8, 8), (9, 9)], ["mpv 1"], check) == (first, True)
    assert calls == [(8, 8), (9, 9)]
    assert not row(made, [(8, 8)], ["mpv 2"], check)[1]
    second, known = row(file(tmp_path, "two"), [(8, 8)], ["mpv 1"], check)
    assert not known and second.digest != first.digest

    target = tmp_path / "rows.json"
    keep(target, [first], {"date": "2026-01-01"}, {first.name: first.digest})
    keep(target, [], {"date": "2026-01-02"}, {first.name: first.digest})
    data = json.loads(target.read_text())
    assert data["date"] == "2026-01-02"
    assert [(each["name"], each["date"]) for each in data["rows"]] == [(first.name, "2026-01-01")]
    keep(target, [], {"date": "2026-01-02"}, {first.name: "of another content"})
    assert json.loads(target.read_text())["rows"] == []
