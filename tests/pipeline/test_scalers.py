"""Every scaler against a direct sum in float64, at depths where nothing can hide."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.colour import Transfer
from anime4k.gl.device import Device
from anime4k.media.format import Component
from anime4k.pipeline.builtin import kernels
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler
from tests.pipeline import reference as ref
from tests.pipeline.drawing import draw, planes_of, source

RGB = (Component.R, Component.G, Component.B)
SCALERS = list(Scaler)
DEEP = OutputFormat(depth=16)
NEAR = {scaler: 2.0 for scaler in Scaler} | {
    # The polar kernel is read from a table of 512 entries, between which the texture unit interpolates:
    # an eighth of (step^2 x curvature) is 2e-5 a weight, and a dozen weights matter.
    Scaler.EWA_LANCZOSSHARP: 8.0,
}
"""Codes of 16 bits: half a code of rounding, the rest float32 sums."""


def plain(scaler: Scaler, antialias: bool = True) -> RenderSettings:
    return RenderSettings(
        scaler=scaler, antialias=antialias, sigmoid=False, linear_downscale=False, dither=Dither.NONE
    )


def picture(width: int, height: int, low: float = 0.25, high: float = 0.75, seed: int = 5) -> np.ndarray:
    """Noise that no kernel can drive out of [0, 1], as 16-bit codes (h, w, 3)."""
    values = np.random.default_rng(seed).uniform(low, high, (height, width, 3))
    return np.rint(values * 65535).astype(np.int64)


def scaled(
    device: Device, codes: np.ndarray, size: tuple[int, int], settings: RenderSettings, output: OutputFormat = DEEP,
    transfer: Transfer = Transfer.BT1886,
) -> np.ndarray:  # fmt: skip
    height, width = codes.shape[:2]
    form = source("rgb48le", width, height, transfer=transfer)
    planes = planes_of(form, {c: codes[..., k] for k, c in enumerate(RGB)})
    return draw(device, form, planes, size, settings, output)[0]


def by_id(scaler: Scaler) -> str:
    return scaler.value


# -- the kernels themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize("scaler", [s for s in SCALERS if s is not Scaler.EWA_LANCZOSSHARP], ids=by_id)
def test_separable_kernels_are_the_textbook_ones(scaler: Scaler) -> None:
    kernel = kernels.separable(scaler)
    assert kernel is not None
    weight, radius = ref.KERNELS[scaler.value]
    assert kernel.radius == radius
    places = np.linspace(-radius - 0.5, radius + 0.5, 901)
    assert np.allclose(kernel.weight(places), [weight(float(x)) for x in places], atol=1e-12)


def test_the_polar_kernel_is_jinc_windowed_by_jinc() -> None:
    assert kernels.separable(Scaler.EWA_LANCZOSSHARP) is None
    places = np.linspace(0, 3.5, 501)
    assert np.allclose(kernels.ewa_weight(places), [ref.ewa_lanczossharp(float(x)) for x in places], atol=1e-9)
    assert abs(kernels.EWA_RADIUS - ref.jinc_zero(3)) < 1e-9


@pytest.mark.parametrize("scaler", [s for s in SCALERS if s is not Scaler.EWA_LANCZOSSHARP], ids=by_id)
@pytest.mark.parametrize(("count", "out"), [(10, 37), (37, 10), (10, 10), (1, 5), (5, 1)])
def test_weights_sum_to_one(scaler: Scaler, count: int, out: int) -> None:
    kernel = kernels.separable(scaler)
    assert kernel is not None
    axis = kernels.taps(kernel, out, 0.0, count / out, True)
    assert np.allclose(axis.weights.sum(axis=1), 1.0, atol=1e-12)
    folded = np.zeros((out, count))
    for tap in range(axis.weights.shape[1]):
        np.add.at(folded, (np.arange(out), np.clip(axis.start + tap, 0, count - 1)), axis.weights[:, tap])
    if count != out:
        assert np.allclose(folded, ref.axis_weights(scaler.value, count, out, 0.0, count / out, True), atol=1e-9)


# -- pictures ----------------------------------------------------------------------------------------------

SIZES = {
    "double": ((11, 9), (22, 18)),
    "fractional up": ((11, 9), (24, 13)),
    "down": ((29, 23), (11, 9)),
    "half": ((24, 16), (12, 8)),
    "three to two": ((12, 8), (18, 12)),
    "nine to four": ((12, 8), (27, 18)),
    "only width": ((13, 11), (31, 11)),
    "only height": ((13, 11), (13, 25)),
    "mixed": ((13, 21), (31, 9)),
}


@pytest.mark.parametrize("antialias", [True, False], ids=["antialias", "alias"])
@pytest.mark.parametrize("name", list(SIZES))
@pytest.mark.parametrize("scaler", SCALERS, ids=by_id)
def test_scaling_is_the_direct_sum(device: Device, scaler: Scaler, name: str, antialias: bool) -> None:
    small, large = SIZES[name]
    codes = picture(*small)
    result = scaled(device, codes, large, plain(scaler, antialias))
    wanted = ref.resample(codes / 65535, large, scaler.value, antialias)
    assert np.abs(result - wanted * 65535).max() <= NEAR[scaler]


@pytest.mark.parametrize("scaler", SCALERS, ids=by_id)
def test_8_bit_output_through_half_floats_stays_within_a_code(device: Device, scaler: Scaler) -> None:
    """Three stores of 11 bits cost at most 3/8 of a code each way, and rounding half a code."""
    codes = picture(12, 10)
    result = scaled(device, codes, (27, 23), plain(scaler), OutputFormat())
    wanted = ref.resample(codes / 65535, (27, 23), scaler.value)
    assert np.abs(result - wanted * 255).max() <= 0.5 + 3 / 8 + 0.01


@pytest.mark.parametrize("size", [(23, 17), (5, 4)], ids=["up", "down"])
@pytest.mark.parametrize("scaler", SCALERS, ids=by_id)
def test_a_constant_picture_stays_constant(device: Device, scaler: Scaler, size: tuple[int, int]) -> None:
    codes = np.broadcast_to(np.array([50000, 30000, 257]), (9, 11, 3))
    for settings in (plain(scaler), RenderSettings(scaler=scaler, dither=Dither.NONE)):
        result = scaled(device, codes, size, settings)
        # Light curves there and back are float32 powers: dark codes move by a few of 65535.
        assert np.abs(result - [50000, 30000, 257]).max() <= 3


RIPPLE = {
    # Neither reproduces straight lines: the ripple of the kernel, in parts of the step between two texels.
    Scaler.LANCZOS: 0.03,
    Scaler.EWA_LANCZOSSHARP: 0.05,
}


@pytest.mark.parametrize("width", [80, 98, 20], ids=["2x", "2.45x", "half"])
@pytest.mark.parametrize("scaler", SCALERS, ids=by_id)
def test_a_ramp_stays_a_ramp_inside(device: Device, scaler: Scaler, width: int) -> None:
    slope = 1500.0
    row = 2000 + slope * (np.arange(40) + 0.5)
    codes = np.broadcast_to(row[None, :, None], (12, 40, 3)).astype(np.int64)
    step = 40 / width
    size = (width, round(12 / step))
    result = scaled(device, codes, size, plain(scaler)).astype(np.float64)
    place = (np.arange(width) + 0.5) * step
    reach = 3.3 * max(1.0, step) + 0.5
    inside = (place > reach) & (place < 40 - reach)
    assert inside.sum() >= 10
    error = np.abs(result[:, inside] - (2000 + slope * place[inside])[None, :, None])
    assert error.max() <= 2 + slope * RIPPLE.get(scaler, 0.0)


@pytest.mark.parametrize("size", [(30, 26), (45, 39), (5, 13)], ids=["2x", "3x", "third and same"])
@pytest.mark.parametrize("scaler", SCALERS, ids=by_id)
def test_a_dot_stays_where_it_is(device: Device, scaler: Scaler, size: tuple[int, int]) -> None:
    """Half-pixel shifts move the centre of gravity."""
    codes = np.full((13, 15, 3), 20000)
    codes[6, 7] = 60000
    result = scaled(device, codes, size, plain(scaler)).astype(np.float64)[..., 0] - 20000
    ys, xs = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
    centre = ((result * xs).sum() / result.sum(), (result * ys).sum() / result.sum())
    assert centre == pytest.approx((size[0] / 2, size[1] / 2), abs=0.01)


@pytest.mark.parametrize("scaler", [s for s in SCALERS if s is not Scaler.EWA_LANCZOSSHARP], ids=by_id)
def test_an_axis_that_stays_is_left_alone(device: Device, scaler: Scaler) -> None:
    codes = picture(9, 8)
    codes[:] = codes[:1]
    result = scaled(device, codes, (9, 20), plain(scaler))
    assert np.abs(result - codes[:1]).max() <= 1


# -- light -------------------------------------------------------------------------------------------------

CURVES = {
    Transfer.BT1886: (ref.bt1886_to_light, ref.light_to_bt1886),
    Transfer.SRGB: (ref.srgb_to_light, ref.light_to_srgb),
    Transfer.GAMMA22: (lambda v: v**2.2, lambda light: np.maximum(light, 0) ** (1 / 2.2)),
    Transfer.GAMMA28: (lambda v: v**2.8, lambda light: np.maximum(light, 0) ** (1 / 2.8)),
    Transfer.LINEAR: (lambda v: v, lambda light: light),
}


@pytest.mark.parametrize("transfer", list(CURVES), ids=lambda t: t.label)
def test_downscaling_happens_in_linear_light(device: Device, transfer: Transfer) -> None:
    codes = picture(24, 18, 0.0, 1.0)
    settings = RenderSettings(scaler=Scaler.MITCHELL, dither=Dither.NONE)
    result = scaled(device, codes, (10, 7), settings, transfer=transfer)
    to_light, from_light = CURVES[transfer]
    wanted = from_light(ref.resample(to_light(codes / 65535), (10, 7), "mitchell"))
    # float32 powers: 2^-24 relative, a few operations, steepest where the curve is (dark).
    assert np.abs(result - ref.in_codes(wanted, 16)).max() <= 4


@pytest.mark.parametrize("scaler", [Scaler.LANCZOS, Scaler.BILINEAR, Scaler.EWA_LANCZOSSHARP], ids=by_id)
@pytest.mark.parametrize("transfer", [Transfer.BT1886, Transfer.SRGB], ids=lambda t: t.label)
def test_upscaling_happens_in_sigmoidal_light(device: Device, transfer: Transfer, scaler: Scaler) -> None:
    codes = picture(9, 8, 0.02, 1.0)
    result = scaled(device, codes, (20, 17), RenderSettings(scaler=scaler, dither=Dither.NONE), transfer=transfer)
    to_light, from_light = CURVES[transfer]
    value = ref.resample(ref.sigmoid(to_light(codes / 65535)), (20, 17), scaler.value)
    wanted = ref.in_codes(from_light(ref.unsigmoid(value)), 16)
    # As above; the curves there and back multiply what the kernel leaves by up to 4 in the dark.
    assert np.abs(result - wanted).max() <= 4 * NEAR[scaler]


def test_a_fine_chequer_keeps_its_light_when_shrunk(device: Device) -> None:
    """Half the pixels white is half the light, not half the code."""
    ys, xs = np.mgrid[0:16, 0:16]
    codes = np.repeat(((xs + ys) % 2 * 65535)[..., None], 3, axis=2)
    settings = RenderSettings(scaler=Scaler.BILINEAR, dither=Dither.NONE)
    result = scaled(device, codes, (8, 8), settings)[3:5, 3:5]
    half = (float(ref.bt1886_to_light(np.array(1.0))) + float(ref.bt1886_to_light(np.array(0.0)))) / 2
    assert result / 65535 == pytest.approx(float(ref.light_to_bt1886(np.array(half))), abs=2e-4)
    assert scaled(device, codes, (8, 8), plain(Scaler.BILINEAR))[3:5, 3:5] / 65535 == pytest.approx(0.5, abs=2e-4)


def test_sigmoid_rings_less_than_plain_light(device: Device) -> None:
    codes = np.zeros((12, 12, 3), np.int64) + 6000
    codes[:, 6:] = 60000
    soft = scaled(device, codes, (36, 36), RenderSettings(scaler=Scaler.LANCZOS, dither=Dither.NONE))
    hard = scaled(device, codes, (36, 36), plain(Scaler.LANCZOS))
    assert hard.max() - 60000 > 2000
    assert soft.max() - 60000 < (hard.max() - 60000) * 0.75


REPEATS = [(10, 20, 2), (20, 10, 1), (12, 18, 3), (10, 40, 4), (12, 27, 0), (11, 24, 0), (7, 7, 1)]


@pytest.mark.parametrize(("count", "out", "phases"), REPEATS)
def test_weights_repeat_where_the_ratio_is_simple(count: int, out: int, phases: int) -> None:
    kernel = kernels.separable(Scaler.LANCZOS)
    assert kernel is not None
    for origin in (0.0, 0.25):
        axis = kernels.taps(kernel, out, origin, count / out, True)
        assert kernels.period(axis, count / out, 4) == phases
