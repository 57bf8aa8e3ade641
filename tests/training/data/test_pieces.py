"""Preparing pictures and choosing crops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.training.data.area import averaged, region
from anime4k.training.data.crops import SIDE, Candidates, candidates, draw, information, lost, quotas
from anime4k.training.data.kinds import Kind
from anime4k.training.data.pictures import factors, opened, prepared
from anime4k.training.data.sources import Rule

RULE = Rule(Kind.PORTRAIT, "", factors=(1.0, 0.5))


def grey(values: np.ndarray) -> np.ndarray:
    """An RGB picture of these codes."""
    return np.repeat(values.astype(np.uint8)[:, :, None], 3, 2)


def test_averaging_is_the_mean_of_codes_by_the_area_covered() -> None:
    codes = np.random.default_rng(1).integers(0, 256, (140, 200, 3)).astype(np.uint8)
    # Ten times 0.7 is seven: each result covers 10x10 of the entries of a picture that is repeated seven times.
    fine = np.repeat(np.repeat(codes.astype(float), 7, 0), 7, 1).reshape(98, 10, 140, 10, 3).mean((1, 3))
    assert np.abs(averaged(codes, 0.7) - fine).max() <= 0.51
    halves = codes.astype(float).reshape(70, 2, 100, 2, 3).mean((1, 3))
    assert np.abs(averaged(codes, 0.5) - halves).max() <= 0.5
    assert averaged(codes, 1.0) is codes


def test_a_region_is_cut_and_averaged_at_once() -> None:
    values = np.random.default_rng(2).random((60, 70)).astype(np.float32)
    assert region(values, (5, 7), (1, 1), 20) == pytest.approx(values[7:27, 5:25], abs=1e-6)
    means = values[10:50, 6:46].reshape(20, 2, 20, 2).mean((1, 3))
    assert region(values, (6, 10), (2, 2), 20) == pytest.approx(means, abs=1e-6)
    assert region(values, (-4, 0), (1, 1), 20)[:, :5] == pytest.approx(np.repeat(values[:20, :1], 5, 1), abs=1e-6)


def test_copies_that_are_hardly_smaller_or_too_small_are_left_out() -> None:
    assert factors(Rule(Kind.STORY, "", largest=0.75, sides=(960, 640)), (1920, 1080)) == [0.5, 640 / 1920]
    assert factors(Rule(Kind.STORY, "", largest=0.75, sides=(960, 640)), (700, 500)) == [0.75]
    assert factors(RULE, (400, 180)) == [1.0]
    assert factors(RULE, (400, 100)) == []


def test_opaque_parts_keep_their_colour_and_the_rest_gets_a_background(tmp_path: Path) -> None:
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[20:180, 20:180] = (200, 40, 90, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    picture = opened(tmp_path / "a.png")
    assert picture is not None
    assert picture.size == (176, 176)  # the opaque part and a margin of 8
    rng = np.random.default_rng(3)
    other = Image.new("RGB", (300, 300), (1, 2, 3))
    copies = [dict(prepared(picture, RULE, [other], rng))[1.0] for _ in range(40)]
    for copy in copies:
        assert (copy[8:-8, 8:-8] == (200, 40, 90)).all()
    assert len({copy[0, 0].tobytes() for copy in copies}) > 20
    assert any((copy[0, 0] == (1, 2, 3)).all() for copy in copies)


def test_palettes_masks_and_nearly_empty_pictures_are_of_no_use(tmp_path: Path) -> None:
    solid = Image.new("RGB", (200, 200), (9, 8, 7))
    solid.convert("P").save(tmp_path / "palette.png")
    solid.convert("L").save(tmp_path / "mask.png")
    Image.new("RGBA", (200, 200)).save(tmp_path / "empty.png")
    thin = Image.new("RGBA", (200, 200))
    thin.paste((255, 0, 0, 255), (0, 0, 200, 6))
    thin.paste((255, 0, 0, 255), (0, 194, 200, 200))
    thin.save(tmp_path / "thin.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    solid.save(tmp_path / "good.png")
    useful = [path.stem for path in sorted(tmp_path.iterdir()) if opened(path) is not None]
    assert useful == ["good"]


def test_nothing_is_lost_of_flat_areas_and_all_of_a_checkerboard() -> None:
    board = np.indices((96, 96)).sum(0) % 2 * 200 + 20
    assert lost(grey(np.full((96, 96), 77))).max() < 1e-6
    assert np.sqrt(lost(grey(board))).mean() == pytest.approx(100, rel=1e-4)


def test_information_is_the_mean_over_exactly_the_crop() -> None:
    codes = np.random.default_rng(5).integers(0, 256, (150, 170, 3)).astype(np.uint8)
    places = np.array([(0, 0), (13, 31), (74, 54)])
    expected = [np.sqrt(lost(codes)[y : y + SIDE, x : x + SIDE].mean()) for x, y in places]
    assert information(codes, places) == pytest.approx(expected, rel=1e-4)


def test_candidates_lie_inside_the_picture() -> None:
    found = candidates(np.zeros((97, 250, 3), np.uint8), np.random.default_rng(1))
    assert len(found.places) > 5
    assert (found.places >= 0).all()
    assert (found.places + SIDE <= (250, 97)).all()
    assert len(candidates(np.zeros((95, 250, 3), np.uint8), np.random.default_rng(1)).places) == 0


def test_busy_places_are_drawn_first_and_none_twice() -> None:
    values = np.array([1.0] * 500 + [9.0] * 500)
    among = Candidates(np.zeros((1000, 2), np.int64), values)
    drawn = draw(among, np.arange(1000), 300, np.random.default_rng(2))
    assert len(set(drawn.tolist())) == 300
    # One in ten would be calm if the draw went by information alone; with 500 of each, at most a few more.
    assert 0.75 < (values[drawn] == 9).mean() < 0.97


@pytest.mark.parametrize("budget", [0, 7, 100, 253, 1000])
def test_quotas_fill_the_budget_within_the_capacities(budget: int) -> None:
    capacities = np.array([0, 1, 4, 9, 40, 200])
    given = quotas(capacities, budget)
    assert given.sum() == min(budget, 254)
    assert ((given >= 0) & (given <= capacities)).all()
    assert (np.diff(given) >= 0).all()
