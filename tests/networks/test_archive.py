"""Files of trained numbers: what they refuse to hold and to give back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import MediaError, OutputError, UsageError
from anime4k.networks import archive, bank
from anime4k.networks.store import Record
from anime4k.networks.trained import trained_folder


def test_what_is_written_is_found(tmp_path: Path) -> None:
    path, arrays = tmp_path / "x.npz", {"a": np.arange(6.0).reshape(2, 3), "b": np.ones(4, np.float16)}
    for packed in (False, True):
        archive.save(path, "thing", {"version": 3, "name": "é"}, arrays, packed=packed)
        with archive.opened(path, "thing", 3) as (about, found):
            assert about == {"version": 3, "name": "é"} and set(found) == {"a", "b"}
            assert all(np.array_equal(found[name], array) for name, array in arrays.items())


def test_a_mistake_in_the_contents_is_one_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    archive.save(path, "thing", {"version": 3}, {})
    with pytest.raises(MediaError, match="no thing of ours: 'wanted'"), archive.opened(path, "thing", 3) as (about, _):
        about["wanted"]
    with pytest.raises(MediaError, match="version 3, this program reads 4"), archive.opened(path, "thing", 4):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_what_was_there_survives_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    archive.save(path, "thing", {"version": 3}, {})
    before = path.read_bytes()
    (tmp_path / "x.npz.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left"):
        archive.save(path, "thing", {"version": 3}, {"a": np.ones(1 << 16)})
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="JSON"):
        archive.save(tmp_path / "x.npz", "thing", {"loss": float("nan")}, {})
    shipped, _ = bank.read(trained_folder() / "a4k-upscale-lite.npz")
    filters = shipped.filters.copy()
    filters[3, 1, 1, 5, 2] = np.nan
    bank.write(tmp_path / "y.npz", replace(shipped, filters=filters), Record())
    with pytest.raises(MediaError, match="no number"):
        bank.read(tmp_path / "y.npz")
