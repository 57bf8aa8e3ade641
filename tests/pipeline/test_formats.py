"""Layouts without subsampling: grey, planar and packed RGB at 8 to 16 bit, alpha."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.colour import Range
from anime4k.errors import PlanError
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.media.format import Component
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings
from tests.pipeline import reference as ref
from tests.pipeline.drawing import PLAIN, draw, planes_of, random_codes, source

RGB = (Component.R, Component.G, Component.B)


def as_picture(codes: dict[Component, np.ndarray], components: tuple[Component, ...]) -> np.ndarray:
    return np.stack([codes[c].astype(np.int64) for c in components], axis=-1)


@pytest.mark.parametrize("dither", list(Dither), ids=lambda d: d.value)
@pytest.mark.parametrize(
    "pixel_format", ["rgb24", "bgr24", "rgba", "bgra", "rgb0", "bgr0", "gbrp", "gbrp10le", "gbrp12le", "pal8", "gbrap"]
)
def test_rgb_at_its_own_depth_is_exact(device: Device, pixel_format: str, dither: Dither) -> None:
    """Codes that exist in the output are not moved, with dither neither."""
    form = source(pixel_format, 19, 7)
    codes = random_codes(form, RGB)
    codes[Component.A] = np.full((7, 19), 2**form.depth - 1, np.uint16)
    settings = RenderSettings(dither=dither)
    out = OutputFormat(depth=form.depth)
    (picture,) = draw(device, form, planes_of(form, codes, padding=5), settings=settings, output=out)
    assert np.array_equal(picture, as_picture(codes, RGB))


@pytest.mark.parametrize("pixel_format", ["rgb48le", "rgba64le", "gbrp16le"])
def test_rgb_of_16_bits_within_a_code(device: Device, pixel_format: str) -> None:
    """One code of 16 bits is 2^-16, and float32 arithmetic near 1 resolves 2^-24: nothing else may be lost."""
    form = source(pixel_format, 64, 48)
    codes = random_codes(form, RGB)
    codes[Component.A] = np.full((48, 64), 65535, np.uint16)
    (picture,) = draw(device, form, planes_of(form, codes), output=OutputFormat(depth=16))
    assert np.abs(picture - as_picture(codes, RGB)).max() == 0


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("pixel_format", ["gray", "gray10le", "gray12le", "gray16le"])
def test_grey(device: Device, pixel_format: str, full: bool) -> None:
    form = source(pixel_format, 17, 5, range=Range.FULL if full else Range.LIMITED)
    codes = random_codes(form, (Component.Y,))
    depth = min(form.depth, 12)
    (picture,) = draw(device, form, planes_of(form, codes, padding=1), output=OutputFormat(depth=depth))
    black, white, _, _ = ref.levels(form.depth, full)
    wanted = ref.in_codes((codes[Component.Y] - black) / (white - black), depth)
    assert np.abs(picture - wanted[..., None]).max() <= 0.51  # rounding and float32


# -- alpha -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pixel_format", ["rgba", "gbrap", "bgra"])
def test_alpha_comes_back_straight(device: Device, pixel_format: str) -> None:
    """Multiplied in and divided out again: opaque to nearly transparent pixels keep their colour."""
    form = source(pixel_format, 16, 16)
    codes = random_codes(form, RGB)
    codes[Component.A] = np.arange(256, dtype=np.uint16).reshape(16, 16)
    (picture,) = draw(device, form, planes_of(form, codes), output=OutputFormat(alpha=True))
    assert picture.shape == (16, 16, 4)
    assert np.array_equal(picture[..., 3], codes[Component.A])
    seen = codes[Component.A] > 0
    assert np.array_equal(picture[..., :3][seen], as_picture(codes, RGB)[seen])
    assert not picture[..., :3][~seen].any()


def test_without_alpha_output_the_picture_lies_on_black(device: Device) -> None:
    form = source("rgba", 3, 1)
    codes = {c: np.array([[200, 200, 200]]) for c in RGB} | {Component.A: np.array([[255, 51, 0]])}
    (picture,) = draw(device, form, planes_of(form, codes))
    assert picture[0].tolist() == [[200] * 3, [40] * 3, [0] * 3]


def test_premultiplied_sources_are_not_multiplied_again(device: Device) -> None:
    form = source("rgba", 1, 1, premultiplied=True)
    codes = {c: np.array([[100]]) for c in RGB} | {Component.A: np.array([[128]])}
    (picture,) = draw(device, form, planes_of(form, codes))
    assert picture[0, 0].tolist() == [100] * 3
    (picture,) = draw(device, form, planes_of(form, codes), output=OutputFormat(alpha=True))
    assert picture[0, 0].tolist() == [round(100 * 255 / 128)] * 3 + [128]


@pytest.mark.parametrize("pixel_format", ["yuva444p", "yuva420p10le"])
def test_alpha_of_yuv_is_full_range(device: Device, pixel_format: str) -> None:
    form = source(pixel_format, 4, 2)
    most = 2**form.depth - 1
    levels = np.array([[0, most // 3, most * 2 // 3, most]] * 2)
    small = np.full(form.plane_size(1)[::-1], 2 ** (form.depth - 1))
    codes = {Component.Y: np.full((2, 4), 235 << (form.depth - 8)), Component.CB: small, Component.CR: small}
    planes = planes_of(form, {**codes, Component.A: levels})
    (picture,) = draw(device, form, planes, output=OutputFormat(alpha=True, depth=form.depth))
    assert np.array_equal(picture[..., 3], levels)
    assert np.array_equal(picture[:, 1:, :3], np.full((2, 3, 3), most))


def test_transparent_pixels_do_not_bleed_when_scaled(device: Device) -> None:
    """The colour of a pixel that nobody sees must not tint its neighbours: white beside transparent green."""
    form = source("rgba", 8, 4)
    opaque = np.zeros((4, 8), np.int64)
    opaque[:, :4] = 255
    codes = {Component.R: opaque, Component.G: np.full((4, 8), 255), Component.B: opaque, Component.A: opaque}
    settings = RenderSettings(dither=Dither.NONE, sigmoid=False)
    (picture,) = draw(device, form, planes_of(form, codes), (16, 8), settings, OutputFormat(alpha=True))
    seen = picture[..., 3] > 8
    assert seen.sum() >= 64
    # White in, white out; three codes of slack where alpha itself has few codes left (8 of 255 is 3 %).
    assert picture[..., :3][seen].min() >= 252


@pytest.mark.parametrize("size", [(24, 12), (5, 3), (8, 9)], ids=["up", "down", "one axis"])
@pytest.mark.parametrize("pixel_format", ["rgba", "rgba64le"])
def test_half_transparent_edges_have_no_fringe(device: Device, pixel_format: str, size: tuple[int, int]) -> None:
    """A grey of one level under an edge of alpha stays that grey in every light."""
    form = source(pixel_format, 10, 6)
    most = 2**form.depth - 1
    alpha = np.zeros((6, 10), np.int64)
    alpha[:, 3:7], alpha[2:4, 7:] = most, most // 2
    levels = {Component.R: 0.5, Component.G: 0.25, Component.B: 0.8}
    codes = {c: np.full((6, 10), round(v * most)) for c, v in levels.items()} | {Component.A: alpha}
    out = OutputFormat(alpha=True, depth=16)
    (picture,) = draw(device, form, planes_of(form, codes), size, RenderSettings(dither=Dither.NONE), out)
    seen = picture[..., 3] > 65535 // 16
    assert 0 < seen.sum() < seen.size
    wanted = np.array([codes[c][0, 0] for c in RGB]) / most
    assert np.abs(picture[..., :3][seen] / 65535 - wanted).max() <= 1e-3  # premultiplied codes of a small alpha


def test_planes_that_do_not_fit_are_refused(device: Device) -> None:
    form = source("yuv420p", 8, 6)
    planes = planes_of(form, random_codes(form, (Component.Y, Component.CB, Component.CR)))
    with pytest.raises(PlanError, match="plane of"):
        draw(device, form, [planes[0][:5], *planes[1:]], settings=PLAIN)
    with pytest.raises(PlanError, match="3 planes"):
        draw(device, form, planes[:2], settings=PLAIN)
    with pytest.raises(PlanError, match="uint8"):
        draw(device, form, [planes[0].astype(np.uint16), *planes[1:]], settings=PLAIN)


@pytest.mark.parametrize("size", [(20, 12), (10, 6), (4, 3)], ids=["up", "same", "down"])
@pytest.mark.parametrize("pixel_format", ["rgba", "yuv420p", "gray"])
@pytest.mark.parametrize("stage", ["MAIN", "NATIVE", "CHROMA", "LUMA", "OUTPUT", "LINEAR"])
def test_declared_components_do_not_take_channels_away(
    device: Device, stage: str, pixel_format: str, size: tuple[int, int]
) -> None:
    """A pass that says COMPONENTS 1 and returns everything changes nothing."""
    form = source(pixel_format, 10, 6)
    parts = [c for layout in form.planes for c in layout.components]
    planes = planes_of(form, random_codes(form, parts))
    texts = [
        f"//!HOOK {stage}\n//!BIND HOOKED\n{line}vec4 hook() {{ return HOOKED_tex(HOOKED_pos); }}\n"
        for line in ("", "//!COMPONENTS 1\n")
    ]
    out = OutputFormat(alpha=True)
    pictures = [draw(device, form, planes, size, PLAIN, out, [parse_text(text, "same.glsl")])[0] for text in texts]
    assert np.array_equal(*pictures)
