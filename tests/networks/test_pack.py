"""The networks of the pack and the files that were made of them belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from anime4k.modes.pack import pack_files
from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.store import read
from anime4k.networks.trained import trained_files

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
