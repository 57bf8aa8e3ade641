"""Vector art."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from anime4k.training.data import vectors
from anime4k.training.data.pictures import opened

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" '


def art(folder: Path, attributes: str) -> Path:
    """A red square in the left half of something twice as wide as high."""
    path = folder / "art.svg"
    path.write_text(f'{HEAD}{attributes}><rect width="50" height="50" fill="#ff0000"/></svg>')
    return path


@pytest.mark.parametrize(
    ("attributes", "ratio"),
    [
        ('viewBox="0 0 100 50"', 2.0),
        ('viewBox="-5,-5 40,80" width="3" height="3"', 0.5),
        ('width="120.5pt" height="60.25pt"', 2.0),
        ("", 0.0),
        ('width="100"', 0.0),
        ('viewBox="0 0 100 0"', 0.0),
    ],
)
def test_proportions_are_read_from_the_head(tmp_path: Path, attributes: str, ratio: float) -> None:
    assert vectors.proportions(art(tmp_path, attributes)) == pytest.approx(ratio)


def test_without_the_library_vector_art_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not vectors.available()
    assert opened(art(tmp_path, 'viewBox="0 0 100 50"')) is None


def test_slender_and_broken_art_is_left_out(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    assert vectors.drawn(art(tmp_path, 'viewBox="0 0 500 50"')) is None
    (tmp_path / "broken.svg").write_text(f'{HEAD} viewBox="0 0 10 10"><rect')
    assert vectors.drawn(tmp_path / "broken.svg") is None


def test_art_is_drawn_large_and_cut_to_what_is_there(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    path = art(tmp_path, 'viewBox="0 0 100 50"')
    picture = vectors.drawn(path)
    assert picture is not None
    assert picture.size == (vectors.LONGEST, vectors.LONGEST // 2)
    cut = opened(path)
    assert cut is not None
    assert np.asarray(cut)[:600, :600, :3].reshape(-1, 3).tolist()[0] == [255, 0, 0]
    assert cut.width == vectors.LONGEST // 2 + 8  # the square and a margin on one side
