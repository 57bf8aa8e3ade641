"""Fitting a filter bank: it finds a bank that is known, obeys the symmetries of the square, and repeats itself."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import UsageError
from anime4k.networks.bank import PAIRS, TAPS, Bank, details, evaluate, read, spread, surroundings
from anime4k.networks.glsl.bank import shader
from anime4k.training.bank import Grid, Reduction, Samples, Sums, add, decibels, grid, halved, samples, solve, wanted
from anime4k.training.commands import bank as command
from anime4k.training.data.store import CROP_FIELDS, write_table

NODES = Grid(np.array([0, 0.7], np.float32), np.array([0.1, 0.8], np.float32), 8)


def plane(seed: int, height: int = 80, width: int = 80) -> np.ndarray:
    """Noise in the one half, blurred noise in the other."""
    rough = np.random.default_rng(seed).uniform(0, 1, (height, width))
    soft = sum(np.roll(rough, (y, x), (0, 1)) for y in range(3) for x in range(3)) / 9
    return np.where(np.arange(width) < width // 2, rough, soft).astype(np.float32)


def seen(around: np.ndarray, goal: np.ndarray) -> Samples:
    count = around.shape[1]
    return Samples(around, goal, np.ones(count, np.float32), np.zeros(count, np.intp))


def fitted(nodes: Grid, *parts: Samples, ridge: float = 1e-7) -> Bank:
    sums = Sums.zero(nodes)
    for part in parts:
        add(sums, nodes, part)
    return Bank("a4k-x", "x.", nodes.coherence, nodes.place, solve(sums, nodes, ridge))


def planted() -> Bank:
    """A bank that obeys the symmetries, by a formula."""
    filters = np.zeros((len(PAIRS), *NODES.shape, 4))
    for number, (after, _) in enumerate(PAIRS):
        y, x = TAPS[after]
        near = np.exp(-(x * x + y * y) / 3)
        for c, p, a in np.ndindex(NODES.shape):
            turn = 2 * np.pi * a / NODES.angles
            cos, sin = c * np.cos(turn), c * np.sin(turn)
            filters[number, c, p, a] = near * np.array([
                x * (0.2 + 0.1 * cos + 0.05 * p) + y * sin * (0.1 - 0.05 * cos),
                y * (0.2 - 0.1 * cos + 0.05 * p) + x * sin * (0.1 + 0.05 * cos),
                x * y * (0.1 + 0.03 * p) + sin * (0.05 + 0.02 * p),
                0.03 + 0.02 * p - 0.02 * (x * x - y * y) * cos,
            ])  # fmt: skip
    return Bank("a4k-x", "x.", NODES.coherence, NODES.place, filters.astype(np.float16).astype(np.float32))


def test_it_finds_the_bank_that_made_the_pictures() -> None:
    truth = planted()
    parts = []
    for seed in range(3):
        around = surroundings(plane(seed)).reshape(len(TAPS), -1)
        parts.append(seen(around, details(truth, around)))
    found = fitted(NODES, *parts)
    assert np.abs(found.filters - truth.filters).max() < 2e-3
    assert decibels(found, parts[0]) > 60


def test_sums_do_not_depend_on_the_parts() -> None:
    around = surroundings(plane(1, 20, 20)).reshape(len(TAPS), -1)
    goal = details(planted(), around)
    whole, halves = Sums.zero(NODES), Sums.zero(NODES)
    add(whole, NODES, seen(around, goal))
    for part in (slice(0, 150), slice(150, None)):
        add(halves, NODES, seen(around[:, part], goal[:, part]))
    for one, two in zip(whole.matrices + whole.sides, halves.matrices + halves.sides, strict=True):
        assert np.allclose(one, two, atol=1e-4)


def test_weights_count_like_copies() -> None:
    around = surroundings(plane(1, 12, 12)).reshape(len(TAPS), -1)
    goal = np.random.default_rng(1).normal(0, 0.1, (4, around.shape[1])).astype(np.float32)
    once = seen(around, goal)
    heavy, twice = Sums.zero(NODES), Sums.zero(NODES)
    add(heavy, NODES, replace(once, weight=np.full(len(once), 2, np.float32)))
    for _ in range(2):
        add(twice, NODES, once)
    assert np.allclose(heavy.matrices[0], twice.matrices[0], atol=1e-4)
    assert np.allclose(heavy.sides[1], twice.sides[1], atol=1e-4)


def test_the_result_obeys_the_symmetries_though_the_pictures_do_not() -> None:
    # What is wanted here is a shift to one side, which no symmetrical bank can give.
    around = surroundings(plane(4)).reshape(len(TAPS), -1)
    goal = np.stack([around[14], 0.3 * around[3], around[24] - around[2], around[7]])
    bank = fitted(NODES, seen(around, goal), ridge=1e-3)
    picture = np.random.default_rng(5).uniform(0, 1, (12, 12, 3)).astype(np.float32)
    found = evaluate(bank, picture)
    for turn in (lambda p: p[:, ::-1], lambda p: p[::-1], lambda p: p.swapaxes(0, 1)):
        assert np.abs(turn(evaluate(bank, turn(picture))) - found).max() < 2e-3


def test_a_strong_ridge_gives_one_filter_for_all() -> None:
    around = surroundings(plane(6, 30, 30)).reshape(len(TAPS), -1)
    bank = fitted(NODES, seen(around, details(planted(), around)), ridge=1e6)
    assert np.abs(bank.filters - bank.filters[:, :1, :1, :1]).max() < 1e-3


def test_halves() -> None:
    crop = np.arange(8 * 8 * 3).reshape(8, 8, 3).astype(np.uint8)
    assert halved(crop, Reduction.MEAN)[0, 0].tolist() == [
        (crop[0, 0, c] + int(crop[0, 1, c]) + crop[1, 0, c] + crop[1, 1, c] + 2) // 4 for c in range(3)
    ]
    flat = np.full((16, 16, 3), (10, 200, 255), np.uint8)
    for kind in Reduction:
        assert (halved(flat, kind) == (10, 200, 255)).all()
    edge = np.zeros((16, 16, 3), np.uint8)
    edge[:, 7:] = 200
    assert halved(edge, Reduction.MEAN)[4, 3, 0] == 100
    # Kernels with negative parts sharpen.
    assert np.ptp(halved(edge + 20, Reduction.LANCZOS)[4].astype(int)) > 200


def test_samples_are_the_pixels_of_the_crops() -> None:
    dice = np.random.default_rng(7)
    crops = dice.integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)
    crops[1] = 90
    (found,) = samples(crops, np.array([2, 1, 0]), ((Reduction.MEAN, 1.0),), 50, seed=1)
    assert np.unique(found.crop).tolist() == [0, 2] and len(found) == 100
    red, green, blue = (0.299, 0.587, 0.114)
    for number in (0, 2):
        small = halved(crops[number], Reduction.MEAN) / 255 @ np.array([red, green, blue])
        large = crops[number] / 255 @ np.array([red, green, blue])
        every = {}
        for y in range(4, 12):
            for x in range(4, 12):
                every[tuple(np.round((small[y - 2 : y + 3, x - 2 : x + 3] - small[y, x]).ravel(), 3))] = (y, x)
        chosen = np.flatnonzero(found.crop == number)
        places = set()
        for pixel in chosen:
            y, x = min(every.items(), key=lambda item: np.abs(item[0] - found.around[:, pixel]).max())[1]
            places.add((y, x))
            block = large[2 * y : 2 * y + 2, 2 * x : 2 * x + 2] - small[y, x]
            assert np.allclose(spread(found.wanted[:, pixel].reshape(4, 1, 1)), block, atol=1e-5)
        assert len(places) == 50
    again = next(samples(crops, np.array([2, 1, 0]), ((Reduction.MEAN, 1.0),), 50, seed=1))
    assert np.array_equal(again.around, found.around) and np.array_equal(again.weight, found.weight)


def test_busy_crops_count_less() -> None:
    dice = np.random.default_rng(8)
    crops = np.stack([dice.integers(0, 256, (32, 32, 3)), 100 + dice.integers(0, 40, (32, 32, 3))]).astype(np.uint8)
    (found,) = samples(crops, np.array([0, 1]), ((Reduction.MEAN, 1.0),), 50, seed=1)
    assert found.weight[found.crop == 0].max() < 0.5 * found.weight[found.crop == 1].min()


def test_wanted_is_what_spreads_to_the_pixels() -> None:
    blocks = np.random.default_rng(9).normal(0, 0.3, (4, 5)).astype(np.float32)
    back = spread(wanted(blocks).reshape(4, 1, 5))
    for number in range(5):
        assert np.allclose(back[:, 2 * number : 2 * number + 2].ravel(), blocks[:, number], atol=1e-6)


def test_the_nodes_follow_the_measures() -> None:
    around = surroundings(plane(2)).reshape(len(TAPS), -1)
    made = grid(around, 4, 3, 12)
    assert made.shape == (4, 3, 12) and made.coherence[0] == 0
    assert (np.diff(made.coherence) > 0).all() and (np.diff(made.place) > 0).all()
    assert made.coherence[-1] < 1 and made.place[-1] <= 1


def data_set(folder: Path) -> Path:
    """Crops of stripes and discs, two of them to check with."""
    folder.mkdir()
    y, x = np.mgrid[0:96, 0:96]
    crops = []
    for number in range(10):
        turn = number * 0.37
        stripes = np.sin((x * np.cos(turn) + y * np.sin(turn)) / (2 + number % 3))
        disc = np.hypot(x - 40 - number, y - 50) < 20 + number
        crops.append(np.rint(127 + 60 * np.clip(4 * stripes, -1, 1) + 60 * disc)[..., None].repeat(3, 2))
    np.save(folder / "crops.npy", np.asarray(crops, np.uint8))
    row = {"picture": "p", "kind": "drawn", "x": 0, "y": 0, "information": 1}
    rows = [{**row, "split": "check" if number > 7 else "train"} for number in range(10)]
    write_table(folder / "crops.csv", CROP_FIELDS, rows)
    return folder


def arguments(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


def test_the_command_makes_bank_and_shader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ANGLES", 8)
    data = data_set(tmp_path / "set")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert command.run(arguments(data, "--out", tmp_path / name, "--shaders", tmp_path / name)) == 0
    one, two = (read(tmp_path / name / "a4k-upscale-lite.npz") for name in ("one", "two"))
    assert np.array_equal(one[0].filters, two[0].filters)
    assert one[1].seed == 1 and one[1].settings["crops"] == 8 and 0 < one[1].settings["pixels"] <= 8 * command.PIXELS
    # The mean of the block alone, which is what the picture without details is, leaves much more error.
    assert one[1].settings["check_mean"] > 20
    text = (tmp_path / "one" / "a4k-upscale-lite.glsl").read_text(encoding="utf-8")
    assert text == shader(one[0])
    (tmp_path / "one" / "a4k-upscale-lite.glsl").unlink()
    again = arguments("--again", tmp_path / "one" / "a4k-upscale-lite.npz", "--shaders", tmp_path / "one")
    assert command.run(again) == 0
    assert (tmp_path / "one" / "a4k-upscale-lite.glsl").read_text(encoding="utf-8") == text


def test_the_command_wants_a_data_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="data set"):
        command.run(arguments("--out", tmp_path))
    flat = data_set(tmp_path / "flat")
    np.save(flat / "crops.npy", np.full((10, 96, 96, 3), 70, np.uint8))
    with pytest.raises(UsageError, match="flat"):
        command.run(arguments(flat, "--out", tmp_path))
