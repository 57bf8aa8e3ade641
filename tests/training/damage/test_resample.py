"""Resampling for damage: no picture moves, and sizes agree with another library."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from anime4k.quality.resample import Kernel
from anime4k.training.damage.filters import blur, grain, unsharp
from anime4k.training.damage.resample import resize, round_trip, weights

RATIOS = [(320, 213), (321, 187), (215, 172), (213, 320), (187, 321), (96, 48)]


def blob(size: int, centre: float) -> npt.NDArray[np.float32]:
    """A soft dot on a plane of `size`, `centre` being a share of it."""
    place = (np.arange(size) + 0.5) / size
    line = np.exp(-0.5 * ((place - centre) / 0.06) ** 2)
    return np.repeat((200 * np.outer(line, line))[..., None], 3, axis=2).astype(np.float32)


def centre(picture: npt.NDArray[np.float32]) -> tuple[float, float]:
    """The centroid as shares of the height and of the width."""
    plane = picture[..., 1].astype(float)
    rows, columns = ((np.arange(size) + 0.5) / size for size in plane.shape)
    return float(np.average(rows, weights=plane.sum(1))), float(np.average(columns, weights=plane.sum(0)))


@pytest.mark.parametrize("kernel", Kernel)
@pytest.mark.parametrize(("old", "new"), RATIOS)
def test_no_kernel_moves_the_picture(kernel: Kernel, old: int, new: int) -> None:
    small = resize(blob(old, 0.47), new, new, kernel)
    assert small.shape == (new, new, 3)
    # A box that enlarges takes the nearest sample, which cannot be better than it is.
    assert np.allclose(centre(small), 0.47, atol=0.05 / old)


@pytest.mark.parametrize("down", Kernel)
@pytest.mark.parametrize("up", [kernel for kernel in Kernel if kernel is not Kernel.BOX])
@pytest.mark.parametrize("size", [96, 97])
def test_there_and_back_nothing_moves(down: Kernel, up: Kernel, size: int) -> None:
    for factor in (0.55, 2 / 3, 0.8, 0.9):
        back = round_trip(blob(size, 0.53), factor, factor, down, up)
        assert np.allclose(centre(back), 0.53, atol=0.05 / size)


@pytest.mark.parametrize("kernel", Kernel)
@pytest.mark.parametrize(("old", "new"), RATIOS)
def test_weights_keep_flat_areas(kernel: Kernel, old: int, new: int) -> None:
    assert np.allclose(weights(old, new, kernel).sum(1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("kernel", "other"),
    [
        (Kernel.TRIANGLE, Image.Resampling.BILINEAR),
        (Kernel.CATMULL_ROM, Image.Resampling.BICUBIC),
        (Kernel.LANCZOS3, Image.Resampling.LANCZOS),
    ],
)
@pytest.mark.parametrize("size", [(107, 97), (128, 61), (200, 250)])
def test_sizes_are_those_of_pillow(
    window: npt.NDArray[np.uint8], kernel: Kernel, other: Image.Resampling, size: tuple[int, int]
) -> None:
    picture = window // 2 + 64  # Pillow clips between its two directions.
    ours = resize(picture.astype(np.float32), size[1], size[0], kernel)
    theirs = np.asarray(Image.fromarray(picture).resize(size, other))
    inside = (slice(8, -8), slice(8, -8))
    assert np.abs(ours - theirs)[inside].max() < 1.6


def test_a_box_weighs_areas(window: npt.NDArray[np.uint8]) -> None:
    """160 to 120: repeat each sample three times, and take the mean of four."""
    fine = window.astype(float).repeat(3, 0).repeat(3, 1)
    expected = fine.reshape(120, 4, 120, 4, 3).mean((1, 3))
    assert np.allclose(resize(window.astype(np.float32), 120, 120, Kernel.BOX), expected, atol=1e-3)


def test_blur_is_a_gaussian_on_each_axis() -> None:
    point = np.zeros((41, 41, 3), np.float32)
    point[20, 20] = 255
    soft = blur(point, 0.6, 1.0)[..., 0].astype(float)
    places = np.arange(41) - 20
    assert soft.sum() == pytest.approx(255, rel=1e-5)
    for axis, sigma in ((0, 0.6), (1, 1.0)):
        profile = soft.sum(1 - axis) / 255
        assert np.average(places, weights=profile) == pytest.approx(0, abs=1e-5)
        samples = np.exp(-0.5 * (places / sigma) ** 2)
        assert np.allclose(profile, samples / samples.sum(), atol=1e-3)
    assert np.array_equal(blur(point, 0, 0), point)


def test_a_mask_overshoots_on_both_sides_of_an_edge() -> None:
    edge = np.full((8, 40, 3), 80, np.float32)
    edge[:, 20:] = 160
    sharp = unsharp(edge, 0.5, 1.5)[4, :, 0]
    assert sharp[19] < 75 and sharp[20] > 165
    assert sharp[19] - 80 == pytest.approx(160 - sharp[20], abs=1e-3)
    assert sharp[0] == pytest.approx(80, abs=1e-3) and sharp[-1] == pytest.approx(160, abs=1e-3)


@pytest.mark.parametrize("coarse", [False, True])
def test_grain_has_its_strength_and_no_colour(coarse: bool) -> None:
    flat = np.full((128, 128, 3), 128, np.float32)
    noise = grain(flat, 3.0, coarse, np.random.default_rng(1)) - flat
    assert np.allclose(noise[..., 0], noise[..., 1], atol=1e-4)
    assert noise[..., 0].std() == pytest.approx(3, rel=0.03)
    neighbours = float(np.corrcoef(noise[:, :-1, 0].ravel(), noise[:, 1:, 0].ravel())[0, 1])
    assert neighbours > 0.6 if coarse else abs(neighbours) < 0.05
