"""HDR and wide gamut: shown as SDR BT.709, by the published curves, and said so."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.colour import Primaries, Transfer
from anime4k.gl.device import Device
from anime4k.media.format import Component
from anime4k.pipeline.builtin.tonemap import primaries_matrix
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.settings import OutputFormat
from tests.pipeline import reference as ref
from tests.pipeline.drawing import MATRICES, PLAIN, draw, planes_of, source

RGB = (Component.R, Component.G, Component.B)
BLACK_NITS = ref.WHITE_NITS / ref.CONTRAST
DEEP = OutputFormat(depth=16)
PRECISION = 12 / 65535
"""float32 with the exponents of PQ (up to 79) and the slope of the display's curve: 2^-24 x 79 x a few."""


def show(
    device: Device, values: np.ndarray, transfer: Transfer, primaries: Primaries = Primaries.BT709, peak: float = 0.0
) -> np.ndarray:
    """Display values [0, 1] of encoded R'G'B' (h, w, 3), which is rounded to 16 bits first."""
    height, width = values.shape[:2]
    form = source("rgb48le", width, height, transfer=transfer, primaries=primaries, max_luminance=peak)
    codes = np.rint(values * 65535).astype(np.int64)
    (picture,) = draw(device, form, planes_of(form, {c: codes[..., k] for k, c in enumerate(RGB)}), output=DEEP)
    return picture / 65535


def coded(nits: np.ndarray) -> np.ndarray:
    """PQ as 16-bit codes can hold it."""
    return np.rint(ref.nits_to_pq(nits) * 65535) / 65535


def mapped(nits: np.ndarray, peak: float) -> np.ndarray:
    """Display values of absolute linear light, by the curve on the largest component."""
    most = np.maximum(nits.max(axis=-1, keepdims=True), 1e-9)
    light = nits / most * ref.bt2390(most, peak, ref.WHITE_NITS, BLACK_NITS) / ref.WHITE_NITS
    return np.clip(ref.light_to_bt1886(light), 0, 1)


# -- the reference agrees with the standards' own tables -----------------------------------------------------


def test_the_reference_knows_published_points() -> None:
    assert ref.nits_to_pq(100.0) == pytest.approx(0.508, abs=5e-4)  # BT.2408: 51 %
    assert ref.nits_to_pq(203.0) == pytest.approx(0.581, abs=5e-4)  # BT.2408: 58 %
    assert ref.pq_to_nits(np.array(1.0)) == pytest.approx(10000)
    white = ref.hlg_to_nits(np.full((1, 3), 0.75))
    assert white == pytest.approx(203, abs=1)  # BT.2408: 75 % HLG
    assert ref.hlg_to_nits(np.ones((1, 3))) == pytest.approx(1000, rel=1e-4)


# -- PQ ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("peak", [0.0, 400.0, 1000.0, 4000.0, 10000.0])
def test_grey_pq_follows_bt2390(device: Device, peak: float) -> None:
    grey = np.repeat(np.linspace(0, 1, 256)[None, :, None], 3, axis=2)
    encoded = np.rint(grey * 65535) / 65535
    result = show(device, encoded, Transfer.PQ, peak=peak)
    assert np.abs(result - mapped(ref.pq_to_nits(encoded), peak or 1000.0)).max() <= PRECISION
    line = result[0, :, 1]
    assert (np.diff(line) >= 0).all()
    assert line[0] == 0.0 and line[-1] == 1.0
    assert np.abs(result - line[None, :, None]).max() == 0


def test_peak_is_white_and_reference_white_is_below_it(device: Device) -> None:
    nits = np.array([0.0, 203.0, 1000.0, 4000.0])
    result = show(device, coded(np.repeat(nits[None, :, None], 3, axis=2)), Transfer.PQ, peak=1000.0)[0, :, 0]
    assert result[0] == 0.0 and result[2] == result[3] == 1.0
    assert 0.8 < result[1] < 0.95
    assert result[1] == pytest.approx(float(mapped(np.array([[203.0] * 3]), 1000.0)[0, 0]), abs=1e-4)


def test_material_that_fits_is_not_compressed(device: Device) -> None:
    """Mastered at reference white: highlights keep their light; only the display's black is made room for."""
    nits = np.array([50.0, 100.0, 203.0])
    result = show(device, coded(np.repeat(nits[None, :, None], 3, axis=2)), Transfer.PQ, peak=203.0)[0, :, 0]
    assert ref.bt1886_to_light(result) * 203 == pytest.approx(nits, rel=0.03)
    assert result[2] == pytest.approx(1.0, abs=1e-4)  # 203 cd/m2 lies between two codes of PQ


def test_shadows_are_kept(device: Device) -> None:
    """Levels below the black of an SDR display (0.2 cd/m2) still differ."""
    nits = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.5])
    result = show(device, coded(np.repeat(nits[None, :, None], 3, axis=2)), Transfer.PQ)[0, :, 0]
    assert (np.diff(result) > 1 / 1023).all()


def test_hue_is_kept(device: Device) -> None:
    """The ratios of linear R, G and B come out as they went in, however bright."""
    ratios = np.array([1.0, 0.4, 0.15])
    nits = np.array([20, 100, 203, 500, 1000.0])[None, :, None] * ratios
    encoded = coded(nits)
    result = show(device, encoded, Transfer.PQ)
    light = ref.bt1886_to_light(result)
    exact = ref.pq_to_nits(encoded)
    # At the peak the room made for black takes the curve 0.2 % past white, where red is clipped.
    assert light / light[..., :1] == pytest.approx(exact / exact[..., :1], rel=2.5e-3)
    assert light[:, :-1] / light[:, :-1, :1] == pytest.approx(exact[:, :-1] / exact[:, :-1, :1], rel=2e-4)
    assert np.abs(result - mapped(exact, 1000.0)).max() <= PRECISION


# -- HLG -----------------------------------------------------------------------------------------------------


def test_hlg_goes_through_the_ootf(device: Device) -> None:
    rng = np.random.default_rng(4)
    encoded = np.rint(rng.uniform(0, 1, (8, 32, 3)) * 65535) / 65535
    encoded[0] = np.linspace(0, 1, 32)[:, None]
    encoded = np.rint(encoded * 65535) / 65535
    result = show(device, encoded, Transfer.HLG)
    assert np.abs(result - mapped(ref.hlg_to_nits(encoded), 1000.0)).max() <= PRECISION
    assert result[0, 0].tolist() == [0.0] * 3 and result[0, -1].tolist() == [1.0] * 3


# -- primaries -----------------------------------------------------------------------------------------------


def test_primaries_matrices() -> None:
    assert np.abs(np.array(primaries_matrix(Primaries.BT2020, Primaries.BT709)) - ref.BT2020_TO_BT709).max() < 1e-4
    for source_primaries in Primaries:
        matrix = np.array(primaries_matrix(source_primaries, Primaries.BT709))
        assert matrix.sum(axis=1) == pytest.approx(1.0, abs=1e-9)  # white stays white
        back = np.array(primaries_matrix(Primaries.BT709, source_primaries))
        assert matrix @ back == pytest.approx(np.eye(3), abs=1e-9)


@pytest.mark.parametrize("transfer", [Transfer.BT1886, Transfer.SRGB], ids=lambda t: t.label)
def test_bt2020_in_sdr_is_converted_in_linear_light(device: Device, transfer: Transfer) -> None:
    rng = np.random.default_rng(6)
    encoded = np.rint(rng.uniform(0.45, 0.65, (6, 20, 3)) * 65535) / 65535
    bt1886 = transfer is Transfer.BT1886
    light = ref.bt1886_to_light(encoded) if bt1886 else ref.srgb_to_light(encoded)
    wanted = light @ ref.BT2020_TO_BT709.T
    assert wanted.min() > 0 and wanted.max() < 1
    result = show(device, encoded, transfer, Primaries.BT2020)
    exact = ref.light_to_bt1886(wanted) if bt1886 else ref.light_to_srgb(wanted)
    # The published matrix has four decimals.
    assert np.abs(result - exact).max() <= 3e-4


def test_what_bt709_cannot_show_keeps_luminance_and_order(device: Device) -> None:
    encoded = np.array([[[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0], [0.2, 0.9, 0.1], [1, 0.2, 0.9]]], float)
    light = ref.srgb_to_light(encoded) @ ref.BT2020_TO_BT709.T
    assert ((light < -0.001) | (light > 1.001)).any(axis=-1).all()
    result = show(device, encoded, Transfer.SRGB, Primaries.BT2020)
    shown = ref.srgb_to_light(result)
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert shown @ weights == pytest.approx(light @ weights, abs=1e-3)
    assert (np.argsort(shown, axis=-1)[..., -1] == np.argsort(light, axis=-1)[..., -1]).all()


def test_hdr_video_end_to_end(device: Device) -> None:
    """10-bit PQ BT.2020 video: matrix, PQ, tone curve, primaries, in this order."""
    form = source("yuv444p10le", 16, 6, matrix=MATRICES["2020"], transfer=Transfer.PQ, primaries=Primaries.BT2020)
    rng = np.random.default_rng(8)
    encoded = 0.35 + rng.uniform(0, 0.2, (6, 16, 1)) + rng.uniform(0, 0.03, (6, 16, 3))
    yuv = np.rint(ref.rgb_to_yuv(encoded, "2020", 10, False)).astype(np.uint16)
    parts = {Component.Y: yuv[..., 0], Component.CB: yuv[..., 1], Component.CR: yuv[..., 2]}
    (picture,) = draw(device, form, planes_of(form, parts), output=DEEP)
    nits = ref.pq_to_nits(ref.yuv_to_rgb(yuv.astype(np.float64), "2020", 10, False))
    most = nits.max(axis=-1, keepdims=True)
    light = nits / most * ref.bt2390(most, 1000.0, ref.WHITE_NITS, BLACK_NITS) / ref.WHITE_NITS
    wanted = ref.light_to_bt1886(light @ ref.BT2020_TO_BT709.T)
    assert wanted.min() > 0 and wanted.max() < 1
    assert np.abs(picture / 65535 - wanted).max() <= 5e-4


# -- said so -------------------------------------------------------------------------------------------------


def test_the_plan_says_what_was_converted() -> None:
    hdr = source("yuv420p10le", 64, 48, matrix=MATRICES["2020"], transfer=Transfer.PQ, primaries=Primaries.BT2020)
    notes = " / ".join(plan_for(hdr, (64, 48)).notes)
    assert "PQ" in notes and "BT.2390" in notes and "BT.2020" in notes
    hlg = hdr.with_changes(transfer=Transfer.HLG)
    assert "HLG" in " / ".join(plan_for(hlg, (64, 48)).notes)
    wide = source("rgb24", 64, 48, primaries=Primaries.DISPLAY_P3)
    assert "Display P3" in " / ".join(plan_for(wide, (64, 48)).notes)
    assert plan_for(source("yuv420p", 64, 48), (64, 48)).notes == ()


@pytest.mark.parametrize("size", [(16, 12), (40, 30), (7, 5)], ids=["same", "up", "down"])
@pytest.mark.parametrize("transfer", [Transfer.PQ, Transfer.HLG], ids=lambda t: t.label)
def test_flat_hdr_pictures_look_the_same_at_every_size(
    device: Device, transfer: Transfer, size: tuple[int, int]
) -> None:
    form = source("rgb48le", 16, 12, transfer=transfer, primaries=Primaries.BT2020)
    levels = {Component.R: 40000, Component.G: 30000, Component.B: 25000}
    planes = planes_of(form, {c: np.full((12, 16), v) for c, v in levels.items()})
    (same,) = draw(device, form, planes, settings=PLAIN, output=DEEP)
    (other,) = draw(device, form, planes, size, settings=PLAIN, output=DEEP)
    assert np.abs(other - same[0, 0]).max() <= 12
