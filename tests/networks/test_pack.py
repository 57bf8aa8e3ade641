"""The networks of the pack and the files that were made of them belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.modes.pack import pack_files
from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.numpy import evaluate
from anime4k.networks.store import read
from anime4k.networks.trained import trained_files
from tests.networks.shipped import smallest
from tests.pipeline.support import PLAIN, QUICK
from tests.shaders.measures import cel_drawing

if TYPE_CHECKING:
    from tests.networks.conftest import Shown

FILES = {path.stem: path for path in pack_files() if "-cnn-" in path.stem}


@pytest.mark.parametrize("path", trained_files(), ids=lambda path: path.stem)
def test_the_shader_files_are_what_the_export_writes(path: Path) -> None:
    network, _ = read(path)
    assert network.name == path.stem
    assert FILES[network.name].read_text() == fragment(network)
    assert FILES[f"{network.name}-compute"].read_text() == compute(network)


def test_every_network_file_comes_from_a_trained_network() -> None:
    names = {path.stem for path in trained_files()}
    assert names, "the pack has networks"
    assert {name.removesuffix("-compute") for name in FILES} == names


@pytest.mark.parametrize("path", trained_files(), ids=lambda path: path.stem)
def test_every_network_says_how_it_was_trained_and_on_what(path: Path) -> None:
    network, record = read(path)
    assert record.recipe == network.name and record.steps > 0 and record.seconds > 0
    assert record.machine and record.date
    rows = record.settings["data"]
    assert rows and all(row["package"] and row["licence"] and row["pictures"] > 0 for row in rows)
    assert not any("thequestion" in row["package"] for row in rows)  # it is the test set


@pytest.mark.timeout(300)
@pytest.mark.parametrize("form", ["fragment", "compute"])
@pytest.mark.parametrize("path", trained_files(), ids=lambda path: path.stem)
def test_every_file_shows_what_numpy_computes(path: Path, form: str, shown: Shown) -> None:
    network, _ = read(path)
    text = FILES[network.name + ("-compute" if form == "compute" else "")].read_text()
    picture = cel_drawing()[20:63, 30:95].astype(np.float32) / 255
    expected = evaluate(network, picture)
    # Rounding to half floats depends on the weights. Without it only the writer counts: one of each family will do.
    small = network.name in smallest()
    exact = ((True, 1e-4),) if small else ()
    for single, tolerance in (*exact, (False, 1 / 255)):
        settings = replace(PLAIN if small else QUICK, float32=single)
        found = shown("modern", picture, text, scale=network.scale, settings=settings)
        assert np.abs(found - expected).max() < tolerance
