"""The pictures that the program draws."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.training.data.crops import BUSY, candidates
from anime4k.training.data.procedural.canvas import Canvas
from anime4k.training.data.procedural.curves import oval, ribbon, smooth, tapered, wander
from anime4k.training.data.procedural.draw import drawings
from anime4k.training.data.procedural.scenes import HEIGHT, SCENES, WIDTH, picture


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_the_same_for_the_same_seed_only(scene: str) -> None:
    first, again, other = (picture(scene, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert 0.79 * WIDTH <= first.shape[1] <= WIDTH
    assert 0.79 * HEIGHT <= first.shape[0] <= HEIGHT


@pytest.mark.parametrize("scene", ["heads", "cels", "page", "caption"])
def test_most_of_a_scene_is_worth_training_on(scene: str) -> None:
    rng = np.random.default_rng(11)
    busy = np.concatenate([candidates(picture(scene, rng), rng).information > BUSY for _ in range(3)])
    assert busy.mean() > 0.5


def test_a_page_is_mostly_white_and_without_colour_bias() -> None:
    page = np.mean([picture("page", np.random.default_rng(seed)).mean((0, 1)) for seed in range(4)], 0)
    assert page.min() > 150
    assert np.ptp(page) < 40


def test_a_picture_depends_on_seed_and_number_only() -> None:
    two, three = list(drawings(2, 9)), list(drawings(3, 9))
    assert [scene for scene, _ in two] == [scene for scene, _ in three[:2]]
    assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(two, three, strict=False))


def test_edges_are_as_soft_as_the_samples_make_them() -> None:
    canvas = Canvas(64, 64, (0, 0, 0))
    canvas.fill(oval(40, 40, 200) + (32, 32), (255, 255, 255))
    disc = canvas.finished()[:, :, 0] / 255
    assert disc.sum() == pytest.approx(np.pi * 20**2, rel=0.02)
    edge = (disc > 0) & (disc < 1)
    assert 80 <= edge.sum() <= 260
    assert len(np.unique(disc[edge])) > 8


def test_a_stroke_thins_towards_its_ends() -> None:
    canvas = Canvas(100, 40, (0, 0, 0))
    canvas.line(np.linspace((5, 20), (95, 20), 60), (255, 255, 255), 8.0, 0.4, 0.4)
    across = canvas.finished()[:, :, 0].sum(0) / 255
    assert across[50] == pytest.approx(8, abs=0.4)
    assert across[8] < 4 < across[35]
    assert across[92] < 4


def test_the_second_tone_lies_on_the_side_away_from_the_light() -> None:
    canvas = Canvas(80, 80, (0, 0, 0))
    shape = oval(60, 60, 100) + (40, 40)
    canvas.fill(shape, (200, 200, 200))
    canvas.shade(shape, (90, 90, 90), (12, 0))
    pixels = canvas.finished()[40, :, 0]
    assert pixels[15] == 200
    assert pixels[66] == 90
    assert pixels[5] == 0


def test_curves_pass_through_their_points_and_have_their_length() -> None:
    points = np.array([(0.0, 0.0), (10.0, 5.0), (20.0, -3.0)])
    curve = smooth(points, 8)
    assert all(np.abs(curve - point).sum(1).min() < 1e-9 for point in points)
    path = wander(np.random.default_rng(1), (3.0, 4.0), 0.5, 100.0, 1.0)
    assert np.hypot(*np.diff(path, axis=0).T).sum() == pytest.approx(100)
    assert tapered(21, 3.0).max() == pytest.approx(3.0)
    assert len(ribbon(path, tapered(len(path), 2.0))) == 2 * len(path)
