"""Decoding at 1:1: every code of every format arrives within one code of the standards' arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.colour import ChromaSite, Range
from anime4k.gl.device import Device
from anime4k.hooks.compat import Compat
from anime4k.hooks.parse import parse_text
from anime4k.media.format import Component
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler
from tests.pipeline import reference as ref
from tests.pipeline.drawing import MATRICES, PLAIN, draw, planes_of, random_codes, source

YUV = (Component.Y, Component.CB, Component.CR)
ROUNDING = 0.5 + 0.01
"""Rounding to a code is half a code; the rest is float32 arithmetic (2^-24 of 2^10 codes, several operations)."""
DITHER = 1.0 + 0.01
RANGES = {False: Range.LIMITED, True: Range.FULL}


def expected(codes: dict[Component, np.ndarray], matrix: str, depth: int, full: bool, out_depth: int) -> np.ndarray:
    yuv = np.stack([codes[c].astype(np.float64) for c in YUV], axis=-1)
    return ref.in_codes(ref.yuv_to_rgb(yuv, matrix, depth, full), out_depth)


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", ["601", "709", "2020", "240"])
@pytest.mark.parametrize(
    ("pixel_format", "depth"),
    [("yuv444p", 8), ("yuv444p9le", 9), ("yuv444p10le", 10), ("yuv444p12le", 12), ("yuv444p14le", 14),
     ("yuv444p16le", 16)],
)  # fmt: skip
def test_every_matrix_range_and_depth(device: Device, pixel_format: str, depth: int, matrix: str, full: bool) -> None:
    form = source(pixel_format, 48, 33, matrix=MATRICES[matrix], range=RANGES[full])
    codes = random_codes(form, YUV)
    out = OutputFormat(depth=min(depth, 10))
    (picture,) = draw(device, form, planes_of(form, codes), output=out)
    error = np.abs(picture - expected(codes, matrix, depth, full, out.depth))
    assert error.max() <= ROUNDING


@pytest.mark.parametrize("pixel_format", ["yuv444p", "yuv444p10le"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_ordered_dither_is_never_more_than_a_code_away(device: Device, pixel_format: str, full: bool) -> None:
    form = source(pixel_format, 48, 33, matrix=MATRICES["709"], range=RANGES[full])
    codes = random_codes(form, YUV)
    settings = RenderSettings(dither=Dither.ORDERED)
    out = OutputFormat(depth=form.depth)
    (picture,) = draw(device, form, planes_of(form, codes), settings=settings, output=out)
    error = np.abs(picture - expected(codes, "709", form.depth, full, form.depth))
    assert error.max() <= DITHER


@pytest.mark.parametrize("depth", [8, 10])
def test_black_white_and_beyond(device: Device, depth: int) -> None:
    """Limited range: codes below black and above white are clipped at the end, not in the middle."""
    form = source("yuv444p" if depth == 8 else "yuv444p10le", 6, 1, matrix=MATRICES["709"])
    unit = 2 ** (depth - 8)
    luma = np.array([[1, 16, 126, 235, 250, 254]]) * unit
    grey = np.full_like(luma, 128 * unit)
    (picture,) = draw(device, form, planes_of(form, {Component.Y: luma, Component.CB: grey, Component.CR: grey}))
    assert picture[0].tolist() == [[0] * 3, [0] * 3, [128] * 3, [255] * 3, [255] * 3, [255] * 3]


def test_super_white_luma_keeps_its_colour_difference(device: Device) -> None:
    """Y above white with a negative colour difference comes back into range: clipping Y early would show here."""
    form = source("yuv444p", 1, 1, matrix=MATRICES["601"])
    codes = {Component.Y: np.array([[254]]), Component.CB: np.array([[90]]), Component.CR: np.array([[100]])}
    (picture,) = draw(device, form, planes_of(form, codes))
    wanted = ref.in_codes(ref.yuv_to_rgb(np.array([[[254.0, 90.0, 100.0]]]), "601", 8, False), 8)
    assert 0 < wanted.min() < 255
    assert np.abs(picture - wanted).max() <= ROUNDING


# -- subsampled chroma -------------------------------------------------------------------------------------

SITES = list(ChromaSite)
CHROMA_TOLERANCE = {
    # Rounding; beyond that: the texture unit's own precision in the chroma path is none, weights are float32,
    # and half of the kernel's sum passes through a float texture.
    Scaler.BILINEAR: ROUNDING,
    Scaler.LANCZOS: ROUNDING + 0.05,
    Scaler.SPLINE36: ROUNDING + 0.05,
    Scaler.EWA_LANCZOSSHARP: ROUNDING + 0.1,
}


def upsampled(
    form_size: tuple[int, int], codes: dict[Component, np.ndarray], sub: tuple[int, int], site: ChromaSite, kernel: str
) -> np.ndarray:
    chroma = [
        ref.chroma_to_luma(codes[c].astype(np.float64), form_size, sub, site.offset, kernel)
        for c in (Component.CB, Component.CR)
    ]
    return np.stack([codes[Component.Y].astype(np.float64), *chroma], axis=-1)


def check_chroma(
    device: Device, pixel_format: str, size: tuple[int, int], site: ChromaSite, scaler: Scaler,
    tolerance: float | None = None, depth: int | None = None, padding: int = 0, full: bool = False,
) -> None:  # fmt: skip
    form = source(pixel_format, *size, matrix=MATRICES["709"], chroma_site=site, range=RANGES[full])
    codes = random_codes(form, YUV, seed=3)
    out = OutputFormat(depth=depth or form.depth)
    settings = RenderSettings(dither=Dither.NONE, chroma_scaler=scaler)
    (picture,) = draw(device, form, planes_of(form, codes, padding), settings=settings, output=out)
    yuv = upsampled(size, codes, form.subsampling, site, scaler.value)
    wanted = ref.in_codes(ref.yuv_to_rgb(yuv, "709", form.depth, full), out.depth)
    assert np.abs(picture - wanted).max() <= (tolerance or CHROMA_TOLERANCE[scaler])


@pytest.mark.parametrize("site", SITES, ids=lambda s: s.label)
@pytest.mark.parametrize("scaler", [Scaler.BILINEAR, Scaler.LANCZOS], ids=lambda s: s.value)
@pytest.mark.parametrize("pixel_format", ["yuv420p", "nv12", "p010le"])
def test_chroma_of_420_at_every_site(device: Device, pixel_format: str, scaler: Scaler, site: ChromaSite) -> None:
    check_chroma(device, pixel_format, (18, 14), site, scaler)


@pytest.mark.parametrize("scaler", [Scaler.BILINEAR, Scaler.SPLINE36], ids=lambda s: s.value)
@pytest.mark.parametrize("pixel_format", ["yuv422p", "yuv440p", "yuv411p", "yuv410p", "yuv422p10le", "yuv420p10le"])
def test_chroma_of_other_subsamplings(device: Device, pixel_format: str, scaler: Scaler) -> None:
    check_chroma(device, pixel_format, (22, 18), ChromaSite.LEFT, scaler)


def test_chroma_by_the_polar_kernel(device: Device) -> None:
    check_chroma(device, "yuv420p", (13, 11), ChromaSite.LEFT, Scaler.EWA_LANCZOSSHARP)


@pytest.mark.parametrize("size", [(5, 5), (1, 1), (2, 1), (1, 7), (853, 3)], ids=str)
@pytest.mark.parametrize("scaler", [Scaler.BILINEAR, Scaler.LANCZOS], ids=lambda s: s.value)
def test_odd_sizes(device: Device, size: tuple[int, int], scaler: Scaler) -> None:
    check_chroma(device, "yuv420p", size, ChromaSite.LEFT, scaler)


PADDED = ["yuv420p", "nv12", "yuv420p10le", "p010le", "p012le", "p016le", "yuv420p16le"]


@pytest.mark.parametrize("pixel_format", PADDED)
def test_padded_rows_and_high_depths(device: Device, pixel_format: str) -> None:
    for scaler in (Scaler.BILINEAR, Scaler.LANCZOS):
        check_chroma(device, pixel_format, (7, 5), ChromaSite.LEFT, scaler, depth=10, padding=3)


def test_default_chroma_scaler_is_the_scaler(device: Device) -> None:
    form = source("yuv420p", 12, 10)
    planes = planes_of(form, random_codes(form, YUV))
    for scaler in (Scaler.BILINEAR, Scaler.MITCHELL):
        same = draw(device, form, planes, settings=RenderSettings(scaler=scaler))
        named = draw(device, form, planes, settings=RenderSettings(scaler=scaler, chroma_scaler=scaler))
        assert np.array_equal(same[0], named[0])
    assert PLAIN.chroma_scaler is None


def test_full_range_420(device: Device) -> None:
    for pixel_format in ("yuvj420p", "yuv420p10le"):
        check_chroma(device, pixel_format, (18, 14), ChromaSite.CENTER, Scaler.LANCZOS, full=True)


@pytest.mark.parametrize("compat", list(Compat), ids=lambda c: c.value)
@pytest.mark.parametrize("hooked", ["", "LUMA", "CHROMA", "CHROMA_SCALED", "NATIVE"])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le", "p010le"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_normalisation_and_decoding_belong_together(
    device: Device, compat: Compat, hooked: str, pixel_format: str, full: bool
) -> None:
    """Both ways of normalising codes, with and without a pass in between, lead to the same colours."""
    form = source(pixel_format, 14, 10, range=RANGES[full])
    codes = random_codes(form, YUV)
    text = f"//!HOOK {hooked}\n//!BIND HOOKED\nvec4 hook() {{ return HOOKED_tex(HOOKED_pos); }}\n"
    shaders = [parse_text(text, "same.glsl")] if hooked else []
    settings = RenderSettings(dither=Dither.NONE, compat=compat, float32=True, chroma_scaler=Scaler.MITCHELL)
    out = OutputFormat(depth=10)
    (picture,) = draw(device, form, planes_of(form, codes), settings=settings, output=out, shaders=shaders)
    yuv = upsampled((14, 10), codes, (2, 2), ChromaSite.LEFT, "mitchell")
    assert np.abs(picture - ref.in_codes(ref.yuv_to_rgb(yuv, "709", form.depth, full), 10)).max() <= ROUNDING
