"""Quality measures against slow direct formulas and pictures whose figures are known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest

from anime4k.quality import metrics, scenes

WEIGHTS = (0.299, 0.587, 0.114)


def picture(seed: int, height: int = 20, width: int = 23) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def plain_luma(rgb: np.ndarray) -> list[list[float]]:
    return [[sum(w * float(v) for w, v in zip(WEIGHTS, pixel, strict=True)) for pixel in row] for row in rgb]


def test_psnr_is_that_of_the_unrounded_luma() -> None:
    first, second = picture(1), picture(2)
    a, b = plain_luma(first), plain_luma(second)
    errors = [(p - q) ** 2 for row, other in zip(a, b, strict=True) for p, q in zip(row, other, strict=True)]
    assert metrics.psnr(first, second) == pytest.approx(10 * math.log10(255**2 / (sum(errors) / len(errors))))


def test_psnr_of_known_errors() -> None:
    grey = np.full((8, 8, 3), 100, np.uint8)
    assert metrics.psnr(grey, grey + np.uint8(5)) == pytest.approx(20 * math.log10(255 / 5))
    assert metrics.psnr(grey, grey) == math.inf
    blue = grey.copy()
    blue[..., 2] += 10
    assert metrics.psnr(grey, blue) == pytest.approx(20 * math.log10(255 / 1.14))
    assert metrics.rgb_psnr(grey, blue) == pytest.approx(10 * math.log10(255**2 / (100 / 3)))


def test_unsigned_codes_do_not_wrap_around() -> None:
    dark, bright = np.zeros((12, 12, 3), np.uint8), np.full((12, 12, 3), 255, np.uint8)
    assert metrics.psnr(dark, bright) == metrics.rgb_psnr(dark, bright) == pytest.approx(0.0, abs=1e-9)
    assert metrics.difference(dark, bright).largest == pytest.approx(255)


def test_ssim_follows_its_definition() -> None:
    first, second = picture(3, 14, 13), picture(4, 14, 13)
    second = ((first.astype(int) * 3 + second) // 4).astype(np.uint8)
    a, b = np.array(plain_luma(first)), np.array(plain_luma(second))
    window = np.array([[math.exp(-((i - 5) ** 2 + (j - 5) ** 2) / (2 * 1.5**2)) for j in range(11)] for i in range(11)])
    window /= window.sum()
    values = []
    for y in range(14 - 10):
        for x in range(13 - 10):
            p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
            cov = (window * (p - mp) * (q - mq)).sum()
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            values.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    assert metrics.ssim(first, second) == pytest.approx(sum(values) / len(values), abs=1e-9)
    assert metrics.ssim(first, first) == pytest.approx(1.0)


def test_ssim_refuses_pictures_smaller_than_its_window() -> None:
    with pytest.raises(ValueError, match="too small"):
        metrics.ssim(picture(1, 10, 30), picture(2, 10, 30))


def test_gradient_psnr_ignores_a_constant_error_and_counts_slopes() -> None:
    flat = np.full((10, 10), 50.0)
    assert metrics.gradient_psnr(flat, flat + 9) == math.inf
    # A column raised by 6 makes two horizontal slopes of 6 in each of 10 rows, among 90 + 90 differences.
    ridge = flat.copy()
    ridge[:, 4] += 6
    assert metrics.gradient_psnr(ridge, flat) == pytest.approx(10 * math.log10(255**2 / (20 * 36 / 180)))


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_known_overshoot_is_measured(sign: int) -> None:
    source = np.full((16, 16), 100.0)
    source[:, 8:] = 180.0
    result = source.repeat(2, 0).repeat(2, 1)
    assert metrics.overshoot(result, source) == metrics.Excess(0.0, 0.0, 0.0)
    row, column, edge = (5, 20, 180.0) if sign > 0 else (5, 12, 100.0)
    result[row, column] = edge + sign * 7
    measured = metrics.overshoot(result, source)
    assert measured.largest == pytest.approx(7) and measured.mean == pytest.approx(7 / 32**2)


def test_overshoot_allows_what_lies_in_the_neighbouring_source_pixels() -> None:
    source = np.full((8, 8), 100.0)
    source[4, 4] = 200.0
    near, far = np.full((16, 16), 100.0), np.full((16, 16), 100.0)
    near[6, 6] = 200.0  # belongs to source pixel (3, 3), whose neighbour (4, 4) is bright
    far[4, 6] = 200.0  # belongs to source pixel (2, 3), which has no bright neighbour
    assert metrics.overshoot(near, source).largest == 0
    assert metrics.overshoot(far, source).largest == pytest.approx(100)
    with pytest.raises(ValueError, match="multiple"):
        metrics.overshoot(near[:15], source)


def test_ringing_is_measured_against_the_truth_around_the_pixel() -> None:
    truth = np.full((40, 40), 100.0)
    truth[:, 20:] = 180.0
    assert metrics.ringing(metrics.blurred(truth, 1.0), truth).largest < 50
    halo = truth.copy()
    halo[:, 25] = 187.0
    measured = metrics.ringing(halo, truth)
    assert measured.largest == pytest.approx(7) and measured.mean == pytest.approx(7 / 40)


def test_high_percentile_leaves_out_single_pixels() -> None:
    plane = np.zeros((100, 100))
    plane[0, :5] = 30.0
    outside = metrics.excess(plane, np.zeros_like(plane), np.zeros_like(plane))
    assert outside.largest == 30 and outside.high == 0
    plane[1, :20] = 30.0
    assert metrics.excess(plane, np.zeros_like(plane), np.zeros_like(plane)).high == 30


def test_a_slowly_rounded_gradient_has_the_banding_of_rounding() -> None:
    # Two codes over 400 pixels: the blur takes only a little of the steps' sawtooth away.
    ramp = np.tile(np.linspace(60, 62, 400), (40, 1))
    assert metrics.banding(ramp, ramp) == 0
    assert metrics.banding(np.rint(ramp), ramp) == pytest.approx(1 / math.sqrt(12), rel=0.05)
    assert metrics.banding(np.rint(ramp / 2) * 2, ramp) == pytest.approx(2 / math.sqrt(12), rel=0.05)


def test_dither_is_no_banding() -> None:
    ramp = np.tile(np.linspace(60, 68, 400), (40, 1))
    dithered = np.floor(ramp + np.random.default_rng(5).random(ramp.shape))
    assert metrics.banding(dithered, ramp) < 0.4 * metrics.banding(np.rint(ramp), ramp)


def test_false_steps_counts_the_bends_that_the_truth_does_not_have() -> None:
    ramp = np.tile(np.linspace(60, 68, 400), (40, 1))
    assert metrics.false_steps(ramp + 3, ramp) < 1e-9
    stepped = ramp.copy()
    stepped[:, 200:] += 2
    # One step of 2 codes bends twice by 2 in each row; 40 x 398 horizontal and 38 x 400 vertical bends.
    expected = math.sqrt(40 * 2 * 4 / (40 * 398 + 38 * 400))
    assert metrics.false_steps(stepped, ramp) == pytest.approx(expected)


def test_banding_looks_at_smooth_areas_only() -> None:
    checks = np.indices((40, 40)).sum(0) % 2 * 200.0
    assert not metrics.smooth(checks).any()
    assert metrics.banding(checks + 50, checks) == metrics.false_steps(checks[::-1], checks) == 0


def test_frame_change_is_the_mean_change_and_follows_a_pan() -> None:
    still = picture(6).astype(float)
    assert metrics.frame_change([still, still + 2, still + 1]) == pytest.approx(1.5)
    wide = picture(7, 20, 60)
    pan = [wide[:, start : start + 40] for start in (0, 3, 6)]
    assert metrics.frame_change(pan, shift=3) == 0
    assert metrics.frame_change(pan) > 10
    marked = [frame.copy() for frame in pan]
    marked[1][0, 0] = 255 - marked[1][0, 0]
    assert metrics.frame_change(marked, shift=3, margin=1) == 0


@pytest.mark.parametrize("name", list(scenes.SCENES))
def test_scenes_are_deterministic_pictures_of_the_size_asked_for(name: str) -> None:
    scene = scenes.SCENES[name](97, 64)
    assert scene.shape == (64, 97, 3) and scene.min() >= 0 and scene.max() <= 255
    assert np.array_equal(scene, scenes.SCENES[name](97, 64))


def test_gradient_scene_is_smooth_and_the_line_scene_is_not() -> None:
    assert metrics.smooth(scenes.gradients(480, 320)).mean() > 0.95
    assert metrics.smooth(scenes.lines(480, 320)).mean() < 0.8


def test_a_line_covers_its_width() -> None:
    x, y = np.meshgrid(np.arange(40) + 0.5, np.arange(40) + 0.5)
    for width in (0.5, 1.0, 2.5, 4.0):
        coverage = scenes.line(x, y, (20.0, -50.0), (20.0, 90.0), width)
        assert coverage.sum(1) == pytest.approx(width, abs=0.02)


def test_halving_and_noise() -> None:
    scene = scenes.bokeh(32, 16)
    assert np.allclose(scenes.halved(scene)[2, 3], scene[4:6, 6:8].mean((0, 1)))
    grey = np.full((100, 100, 3), 128, np.uint8)
    noise = scenes.noisy(grey, 5.0, seed=1).astype(float) - 128
    assert noise.std() == pytest.approx(5, rel=0.03) and abs(noise.mean()) < 0.1
    assert np.array_equal(scenes.noisy(grey, 5.0, 1), scenes.noisy(grey, 5.0, 1))
