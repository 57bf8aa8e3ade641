"""Pair stores: shapes, tables, the same bytes for the same seed, and the command that makes them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.errors import MediaError, UsageError
from anime4k.training.commands import damage as command
from anime4k.training.damage.choose import places, turns
from anime4k.training.damage.recipe import Recipe
from anime4k.training.damage.recipes import DENOISE, RESTORE
from anime4k.training.damage.store import build, load_pairs, picture, split

MakeWindows = Callable[[int], Path]


@pytest.mark.parametrize("recipe", [RESTORE, DENOISE], ids=lambda recipe: recipe.name)
def test_a_store_holds_twins_out_of_its_windows(make_windows: MakeWindows, tmp_path: Path, recipe: Recipe) -> None:
    windows = sorted((make_windows(4) / "windows").iterdir())
    build(windows, tmp_path, recipe, 20, seed=3)
    store = load_pairs(tmp_path)
    assert store.clean.shape == (20, 96, 96, 3)
    assert store.damaged.shape == (20, 96 // recipe.scale, 96 // recipe.scale, 3)
    assert store.scale == recipe.scale and isinstance(store.clean, np.memmap)
    assert {row["recipe"] for row in store.rows} == {recipe.name}
    pixels = {path.stem: np.asarray(Image.open(path).convert("RGB")) for path in windows}
    assert {row["window"] for row in store.rows} == set(pixels)
    for number, row in enumerate(store.rows):
        whole = np.lib.stride_tricks.sliding_window_view(pixels[row["window"]], (96, 96), axis=(0, 1))
        crop = store.clean[number].transpose(2, 0, 1)
        # The few places with the right first pixel are compared in full.
        corners = np.argwhere((whole[..., 0, 0] == crop[..., 0, 0]).all(-1))
        assert any(np.array_equal(whole[y, x], crop) for y, x in corners)
        assert row["picture"] == row["window"].rsplit("-", 2)[0]
        assert int(row["y"]) % recipe.scale == int(row["x"]) % recipe.scale == 0
        assert store.check[number] == (row["split"] == "check") == (not store.train[number])
        untouched = row["look"] == "untouched" and recipe.scale == 1
        assert np.array_equal(store.clean[number], store.damaged[number]) == untouched


def test_the_seed_decides_every_byte(make_windows: MakeWindows, tmp_path: Path) -> None:
    windows = sorted((make_windows(3) / "windows").iterdir())
    for name, seed, order in (("a", 1, windows), ("b", 1, windows[::-1]), ("c", 2, windows)):
        build(order, tmp_path / name, RESTORE, 12, seed)
    files = [{path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())} for name in "abc"]
    assert set(files[0]) == {"clean.npy", "damaged.npy", "pairs.csv"}
    assert files[0] == files[1]
    assert all(files[0][name] != files[2][name] for name in files[0])


def test_one_picture_is_never_in_both_parts() -> None:
    names = [f"wesnoth-{number:04}-{x}-{2 * x}" for number in range(3000) for x in (0, 17, 160)]
    parts: dict[str, set[str]] = {}
    for name in names:
        parts.setdefault(picture(name), set()).add(split(name))
    assert len(parts) == 3000 and all(len(part) == 1 for part in parts.values())
    share = sum(part == {"check"} for part in parts.values()) / 3000
    assert share == pytest.approx(0.04, abs=0.012)


def test_an_unfinished_store_is_not_loaded(make_windows: MakeWindows, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no whole pair store"):
        load_pairs(tmp_path)
    build(sorted((make_windows(1) / "windows").iterdir()), tmp_path, RESTORE, 3)
    lines = (tmp_path / "pairs.csv").read_text().splitlines()
    (tmp_path / "pairs.csv").write_text("\n".join(lines[:-1]))
    with pytest.raises(MediaError, match="differ in length"):
        load_pairs(tmp_path)
    with pytest.raises(UsageError, match="at least one window"):
        build([], tmp_path, RESTORE, 3)


def test_busy_windows_are_taken_more_often_within_bounds() -> None:
    ramps = [np.tile((step * np.arange(64)).astype(np.uint8), (64, 1)) for step in (0, 1, 1, 1, 2, 3)]
    windows = [np.repeat(ramp[..., None], 3, axis=2) for ramp in ramps]
    counts = np.bincount(turns(windows, 1800, np.random.default_rng(0)))
    # Shares of 1/4 (the least), 1, 1, 1, 2 and 2 (the most).
    assert np.abs(counts - 1800 * np.array([0.25, 1, 1, 1, 2, 2]) / 7.25).max() <= 1


def test_crops_are_cut_where_there_are_lines() -> None:
    drawing = np.full((200, 200, 3), 90, np.uint8)
    drawing[100:, 100:][np.indices((100, 100)).sum(0) % 7 < 2] = 10
    chosen = [place for seed in range(40) for place in places(drawing, 64, 2, 2, np.random.default_rng(seed))]
    assert all(0 <= y <= 136 and 0 <= x <= 136 and y % 2 == x % 2 == 0 for y, x in chosen)
    inside = sum(y + 64 > 110 and x + 64 > 110 for y, x in chosen)
    assert 0.9 * len(chosen) <= inside
    # Crops of one frame are spread: they do not lie on each other.
    pairs = list(zip(chosen[0::2], chosen[1::2], strict=True))
    apart = sum(max(abs(a[0] - b[0]), abs(a[1] - b[1])) >= 32 for a, b in pairs)
    assert apart >= 0.85 * len(pairs)


def test_the_command_makes_a_store_and_a_sheet(
    make_windows: MakeWindows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    sheet = tmp_path / "sheet.png"
    words = [make_windows(2), tmp_path / "out", "--recipe", "denoise", "--pairs", "7", "--sheet", sheet]
    assert command.run(parser.parse_args(list(map(str, words)))) == 0
    assert len(load_pairs(tmp_path / "out").rows) == 7
    assert "7 pairs from 2 windows" in capsys.readouterr().err
    pixels = np.asarray(Image.open(sheet).convert("RGB"))
    first = pixels[26 : 26 + 192, :192]
    assert np.array_equal(first[::2, ::2], load_pairs(tmp_path / "out").clean[0])
    with pytest.raises(UsageError, match="holds no PNG files"):
        command.run(parser.parse_args([str(tmp_path), str(tmp_path / "x"), "--recipe", "clean"]))
