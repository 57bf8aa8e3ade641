"""What leaves the renderer: Y'CbCr planes, depths, dithering."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.colour import ChromaSite, Range
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.media.format import Component
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler
from tests.pipeline import reference as ref
from tests.pipeline.drawing import MATRICES, PLAIN, draw, planes_of, random_codes, source

RGB = (Component.R, Component.G, Component.B)
YUV = (Component.Y, Component.CB, Component.CR)
RANGES = {False: Range.LIMITED, True: Range.FULL}
ROUNDING = 0.51
"""Half a code of rounding and float32 arithmetic."""
HALF_FLOAT = 0.51 + 0.13
"""8-bit Y'CbCr is made of a picture in half floats: 2^-11 below 1 is an eighth of a code."""


def wanted_planes(
    rgb: np.ndarray, matrix: str, depth: int, full: bool, sub: tuple[int, int], site: tuple[float, float]
) -> list[np.ndarray]:
    """Unrounded planes: chroma is averaged so that its centre of gravity lies on the site."""
    yuv = ref.rgb_to_yuv(rgb, matrix, depth, full)
    height, width = rgb.shape[:2]

    def filtered(plane: np.ndarray, axis: int, step: int, offset: float) -> np.ndarray:
        """The mean over `step` pixels around the site, in eighths of a pixel, edges repeated."""
        if step == 1:
            return plane
        count, fine = plane.shape[axis], 8
        parts = []
        for block in range(-(-count // step)):
            begin = (block + 0.5) * step + offset - step / 2
            places = begin + (np.arange(step * fine) + 0.5) / fine
            index = np.clip(np.floor(places).astype(int), 0, count - 1)
            parts.append(np.take(plane, index, axis).mean(axis=axis))
        return np.stack(parts, axis=axis)

    assert (width, height) == rgb.shape[1::-1]
    planes = [yuv[..., 0]]
    for k in (1, 2):
        planes.append(filtered(filtered(yuv[..., k], 1, sub[0], site[0]), 0, sub[1], site[1]))
    most = 2**depth - 1
    return [np.clip(plane, 0, most) for plane in planes]


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", ["601", "709", "2020"])
@pytest.mark.parametrize("depth", [8, 10, 12])
@pytest.mark.parametrize("sub", [(1, 1), (2, 1), (2, 2)], ids=["444", "422", "420"])
def test_planes_of_an_rgb_picture(device: Device, sub: tuple[int, int], depth: int, matrix: str, full: bool) -> None:
    form = source("rgb48le", 13, 9)
    codes = random_codes(form, RGB)
    out = OutputFormat(depth=depth, matrix=MATRICES[matrix], range=RANGES[full], subsampling=sub)
    planes = draw(device, form, planes_of(form, codes), settings=PLAIN, output=out)
    rgb = np.stack([codes[c] for c in RGB], axis=-1) / 65535
    wanted = wanted_planes(rgb, matrix, depth, full, sub, ChromaSite.LEFT.offset)
    assert [p.shape for p in planes] == [p.shape for p in wanted]
    for plane, exact in zip(planes, wanted, strict=True):
        assert np.abs(plane - exact).max() <= (HALF_FLOAT if depth == 8 else ROUNDING)


GRIDS = [((12, 8), (2, 2)), ((5, 5), (2, 2)), ((1, 1), (2, 2)), ((13, 9), (4, 1)), ((9, 9), (1, 2))]


@pytest.mark.parametrize("site", list(ChromaSite), ids=lambda s: s.label)
@pytest.mark.parametrize(("size", "sub"), GRIDS, ids=str)
def test_chroma_sites(device: Device, site: ChromaSite, size: tuple[int, int], sub: tuple[int, int]) -> None:
    form = source("rgb48le", *size)
    codes = random_codes(form, RGB)
    out = OutputFormat(
        depth=10, matrix=MATRICES["709"], range=Range.LIMITED, subsampling=sub, chroma_site=site
    )
    planes = draw(device, form, planes_of(form, codes), settings=PLAIN, output=out)
    rgb = np.stack([codes[c] for c in RGB], axis=-1) / 65535
    for plane, exact in zip(planes, wanted_planes(rgb, "709", 10, False, sub, site.offset), strict=True):
        assert np.abs(plane - exact).max() <= ROUNDING


def smooth(width: int, height: int, depth: int) -> dict[Component, np.ndarray]:
    """Slow waves well inside the range, chroma sampled at the left site."""
    unit = 2.0 ** (depth - 8)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    yc, xc = np.mgrid[0 : -(-height // 2), 0 : -(-width // 2)] * 2.0 + 1.0
    xc = xc - 0.5
    return {
        Component.Y: np.rint((120 + 60 * np.sin(x / 19) * np.cos(y / 23)) * unit).astype(np.uint16),
        Component.CB: np.rint((128 + 20 * np.sin(xc / 29 + yc / 31)) * unit).astype(np.uint16),
        Component.CR: np.rint((128 + 20 * np.cos(xc / 27 - yc / 37)) * unit).astype(np.uint16),
    }


@pytest.mark.parametrize("dither", list(Dither), ids=lambda d: d.value)
@pytest.mark.parametrize("scaler", [Scaler.BILINEAR, Scaler.LANCZOS, Scaler.SPLINE36], ids=lambda s: s.value)
@pytest.mark.parametrize(("pixel_format", "depth"), [("yuv420p", 8), ("yuv420p10le", 10), ("p010le", 10)])
def test_video_to_video_at_its_own_size(
    device: Device, pixel_format: str, depth: int, scaler: Scaler, dither: Dither
) -> None:
    """Y'CbCr 4:2:0 to R'G'B' and back: within a code where the picture is smooth."""
    form = source(pixel_format, 64, 48, matrix=MATRICES["601"])
    codes = smooth(64, 48, depth)
    out = OutputFormat(depth=depth, matrix=MATRICES["601"], range=Range.LIMITED, subsampling=(2, 2))
    settings = RenderSettings(scaler=scaler, dither=dither)
    planes = draw(device, form, planes_of(form, codes), settings=settings, output=out)
    for plane, component in zip(planes, YUV, strict=True):
        inside = (slice(1, -1), slice(1, -1))  # at the edge a repeated texel bends the waves
        assert np.abs(plane - codes[component].astype(np.int64))[inside].max() <= 1, component


def test_video_to_video_without_subsampling_keeps_every_legal_code(device: Device) -> None:
    form = source("yuv444p10le", 64, 48, matrix=MATRICES["709"])
    rng = np.random.default_rng(2)
    rgb = rng.uniform(0, 1, (48, 64, 3))
    yuv = np.rint(ref.rgb_to_yuv(rgb, "709", 10, False)).astype(np.uint16)
    codes = {c: yuv[..., k] for k, c in enumerate(YUV)}
    out = OutputFormat(depth=10, matrix=MATRICES["709"], range=Range.LIMITED)
    planes = draw(device, form, planes_of(form, codes), output=out)
    for plane, component in zip(planes, YUV, strict=True):
        assert np.array_equal(plane, codes[component])


def test_codes_outside_black_and_white_survive_from_video_to_video(device: Device) -> None:
    form = source("yuv444p10le", 5, 1, matrix=MATRICES["709"])
    luma = np.array([[4, 30, 64, 980, 1019]])
    grey = np.full((1, 5), 512)
    planes = planes_of(form, {Component.Y: luma, Component.CB: grey, Component.CR: grey})
    out = OutputFormat(depth=10, matrix=MATRICES["709"], range=Range.LIMITED)
    assert draw(device, form, planes, output=out)[0].tolist() == luma.tolist()


def test_ten_bits_stay_ten_bits_when_scaled(device: Device) -> None:
    """A slow ramp of 10-bit luma uses far more than 256 codes after scaling, in steps of one or two."""
    form = source("yuv420p10le", 600, 4)
    ramp = np.broadcast_to(100 + np.arange(600), (4, 600)).astype(np.uint16)
    grey = np.full((2, 300), 512, np.uint16)
    planes = planes_of(form, {Component.Y: ramp, Component.CB: grey, Component.CR: grey})
    out = OutputFormat(depth=10, matrix=MATRICES["709"], range=Range.LIMITED, subsampling=(2, 2))
    luma, cb, cr = draw(device, form, planes, (1200, 8), RenderSettings(dither=Dither.NONE), out)
    assert len(np.unique(luma)) >= 595
    assert set(np.diff(luma[4])) <= {0, 1}
    assert np.unique(cb).tolist() == [512] and np.unique(cr).tolist() == [512]


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_grey_rgb_has_neutral_chroma(device: Device, full: bool) -> None:
    form = source("rgb24", 256, 2)
    ramp = np.broadcast_to(np.arange(256), (2, 256))
    out = OutputFormat(depth=8, matrix=MATRICES["709"], range=RANGES[full], subsampling=(2, 2))
    for dither in Dither:
        luma, cb, cr = draw(
            device, form, planes_of(form, dict.fromkeys(RGB, ramp)), settings=RenderSettings(dither=dither), output=out
        )
        assert np.unique(cb).tolist() == [128] and np.unique(cr).tolist() == [128]
        assert luma[0, 0] == (0 if full else 16) and luma[0, 255] == (255 if full else 235)


def test_ringing_at_black_makes_no_codes_below_black(device: Device) -> None:
    form = source("rgb24", 16, 8)
    codes = np.zeros((8, 16), np.int64)
    codes[:, 8:] = 200
    out = OutputFormat(depth=10, matrix=MATRICES["709"], range=Range.LIMITED)
    for size in ((32, 16), (12, 6)):
        luma = draw(device, form, planes_of(form, dict.fromkeys(RGB, codes)), size, PLAIN, out)[0]
        assert luma.min() == 64


# -- strength ----------------------------------------------------------------------------------------------

WHITEN = """//!HOOK MAIN
//!BIND HOOKED
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
vec4 hook() { return vec4(vec3(0.75), 1.0); }
"""


@pytest.mark.parametrize("strength", [0.0, 0.25, 0.5, 1.0])
def test_strength_mixes_the_chain_with_the_plain_scaler(device: Device, strength: float) -> None:
    form = source("yuv420p", 16, 10)
    planes = planes_of(form, random_codes(form, YUV))
    file = parse_text(WHITEN, "whiten.glsl")
    (plain,) = draw(device, form, planes, (32, 20), output=OutputFormat(depth=10))
    settings = RenderSettings(dither=Dither.NONE, strength=strength)
    (mixed,) = draw(device, form, planes, (32, 20), settings, OutputFormat(depth=10), [file])
    wanted = (1 - strength) * plain + strength * 0.75 * 1023
    assert np.abs(mixed - wanted).max() <= 1.01  # each side is rounded to a code


# -- dithering ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [8, 10])
def test_dither_keeps_the_mean_of_every_8x8_block(device: Device, depth: int) -> None:
    """64 thresholds: the mean of a flat block is exact to half a threshold step, 1/128 of a code."""
    most = 2**depth - 1
    levels = np.linspace(0.03, 0.97, 24) + 0.37 / most
    codes = np.repeat(np.repeat(np.rint(levels * 65535)[None, :], 8, axis=1), 16, axis=0).astype(np.int64)
    form = source("rgb48le", codes.shape[1], 16)
    settings = RenderSettings(dither=Dither.ORDERED)
    (picture,) = draw(
        device, form, planes_of(form, dict.fromkeys(RGB, codes)), settings=settings, output=OutputFormat(depth=depth)
    )
    exact = codes / 65535 * most
    assert np.abs(picture - exact[..., None]).max() < 1
    means = picture[..., 1].reshape(2, 8, 24, 8).mean(axis=(1, 3))
    assert np.abs(means - exact[::8, ::8]).max() <= 1 / 128 + 1e-3


def test_dither_is_the_same_every_time_and_off_when_off(device: Device) -> None:
    form = source("rgb48le", 64, 48)
    planes = planes_of(form, random_codes(form, RGB))
    dithered = [draw(device, form, planes, settings=RenderSettings(dither=Dither.ORDERED))[0] for _ in range(2)]
    assert np.array_equal(*dithered)
    plain = draw(device, form, planes, settings=PLAIN)[0]
    exact = np.stack([planes[0][..., k] for k in range(3)], axis=-1) / 65535 * 255
    assert np.array_equal(plain, np.rint(exact))
    assert not np.array_equal(plain, dithered[0])


@pytest.mark.parametrize("depth", [8, 9, 10, 12, 14, 16])
def test_white_is_the_largest_code_and_black_is_zero(device: Device, depth: int) -> None:
    form = source("rgb24", 16, 16)
    codes = np.zeros((16, 16), np.int64)
    codes[:, 8:] = 255
    for dither in Dither:
        settings = RenderSettings(dither=dither)
        planes = planes_of(form, dict.fromkeys(RGB, codes))
        (picture,) = draw(device, form, planes, settings=settings, output=OutputFormat(depth=depth))
        assert np.unique(picture[:, :8]).tolist() == [0]
        assert np.unique(picture[:, 8:]).tolist() == [2**depth - 1]


@pytest.mark.parametrize("dither", list(Dither), ids=lambda d: d.value)
@pytest.mark.parametrize("shaders", [False, True], ids=["plain", "hooked"])
def test_opaque_stays_opaque(device: Device, dither: Dither, shaders: bool) -> None:
    """Half floats may leave alpha at 1 - 2^-11, which dither must not turn into 254."""
    form = source("rgba", 16, 16)
    codes = random_codes(form, RGB) | {Component.A: np.full((16, 16), 255)}
    copy = parse_text("//!HOOK OUTPUT\n//!BIND HOOKED\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n", "copy.glsl")
    settings, out = RenderSettings(dither=dither), OutputFormat(depth=8, alpha=True)
    (picture,) = draw(device, form, planes_of(form, codes), (37, 31), settings, out, [copy] if shaders else [])
    assert np.unique(picture[..., 3]).tolist() == [255]
