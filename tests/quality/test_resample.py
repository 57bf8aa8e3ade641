"""Resampling against PIL, whose filters are the same functions, and against what phases and borders must be."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from anime4k.quality import free_set
from anime4k.quality.resample import Kernel, half, resize, rounded, taps

PIL_FILTERS = {
    Kernel.BOX: Image.Resampling.BOX,
    Kernel.TRIANGLE: Image.Resampling.BILINEAR,
    Kernel.LANCZOS3: Image.Resampling.LANCZOS,
}
"""PIL's bicubic is Catmull-Rom as well, since its slope is -0.5."""
PIL_FILTERS[Kernel.CATMULL_ROM] = Image.Resampling.BICUBIC
SIZES = [(40, 30), (120, 90), (53, 41), (64, 48), (80, 60), (160, 120), (117, 91)]


def noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32)


@pytest.mark.parametrize("kernel", PIL_FILTERS)
@pytest.mark.parametrize("size", SIZES)
def test_the_inside_of_a_picture_is_what_pil_makes_of_it(kernel: Kernel, size: tuple[int, int]) -> None:
    source = noise(80, 60)
    expected = np.asarray(Image.fromarray(source).resize(size, PIL_FILTERS[kernel]))
    # At borders PIL leaves out the samples that are missing, instead of repeating the last one.
    margin = 1 + int(np.ceil(kernel.reach * max(1.0, size[0] / 80)))
    inner = (slice(margin, -margin), slice(margin, -margin))
    assert resize(source, size, kernel)[inner] == pytest.approx(expected[inner], abs=2e-3)


@pytest.mark.parametrize("kernel", list(Kernel))
@pytest.mark.parametrize("size", SIZES)
def test_a_spot_stays_where_it_is(kernel: Kernel, size: tuple[int, int]) -> None:
    if kernel is Kernel.BOX and size[0] % 80 and 80 % size[0]:
        pytest.skip("a box has no exact phase between whole ratios")
    y, x = np.mgrid[:60, :80] + 0.5
    spot = np.exp(-((x - 37.3) ** 2 + (y - 28.9) ** 2) / (2 * 5.0**2))
    small = resize(spot, size, kernel)
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    centroid = (columns * small).sum() / small.sum() * 80 / size[0], (rows * small).sum() / small.sum() * 60 / size[1]
    assert centroid == pytest.approx((37.3, 28.9), abs=0.02)


@pytest.mark.parametrize("kernel", list(Kernel))
def test_flat_pictures_stay_flat_to_the_border_and_ramps_stay_straight(kernel: Kernel) -> None:
    assert resize(np.full((9, 7, 3), 200, np.uint8), (11, 5), kernel) == pytest.approx(200)
    numbers, weights = taps(64, 96, kernel)
    assert weights.sum(1) == pytest.approx(np.ones(96)) and numbers.min() == 0 and numbers.max() == 63
    if kernel in (Kernel.TRIANGLE, Kernel.CATMULL_ROM, Kernel.MITCHELL):  # These reproduce straight lines exactly.
        ramp = resize(np.arange(64.0)[None, :], (96, 1), kernel)[0]
        assert ramp[6:-6] == pytest.approx(((np.arange(96) + 0.5) * 64 / 96 - 0.5)[6:-6])


def test_known_weights() -> None:
    distances = np.array([0.0, 0.5, 1.0, 1.5, 2.5])
    assert Kernel.CATMULL_ROM(distances) == pytest.approx([1, 0.5625, 0, -0.0625, 0])
    assert Kernel.MITCHELL(distances) == pytest.approx([8 / 9, 77 / 144, 1 / 18, -5 / 144, 0])
    assert Kernel.LANCZOS3(distances)[1] == pytest.approx(np.sinc(0.5) * np.sinc(0.5 / 3))
    # The spline passes through the samples, and its parts meet.
    joints = np.array([1 - 1e-6, 1 + 1e-6, 2 - 1e-6, 2 + 1e-6, 3 - 1e-6])
    assert Kernel.SPLINE36(joints) == pytest.approx(np.zeros(5), abs=1e-5)
    assert Kernel.SPLINE36(np.array([0.0, 0.5, 1.5, 2.5])) == pytest.approx(
        [1, 1 - 1.5 / 209 - 453 / 836 + 13 / 88, -3 / 44 + 135 / 418 - 78 / 209, 1 / 88 - 45 / 836 + 13 / 209]
    )


def test_the_box_half_is_the_mean_of_blocks_to_the_code() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (58, 34, 3), np.uint8)
    assert np.array_equal(half(picture), free_set.halved(picture))


def test_rounding_is_half_up_and_clips() -> None:
    assert rounded(np.array([-3.0, 0.49, 0.5, 1.5, 254.5, 300.0])).tolist() == [0, 0, 1, 2, 255, 255]
