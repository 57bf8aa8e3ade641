"""RGB sources that are shown to luma and chroma passes as Y'CbCr."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.hooks.stages import Stage
from anime4k.media.format import Component
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler
from tests.pipeline import reference as ref
from tests.pipeline.drawing import draw, planes_of, random_codes, source

RGB = (Component.R, Component.G, Component.B)
AS_YUV = RenderSettings(dither=Dither.NONE, rgb_as_yuv=True)
PRECISE = RenderSettings(dither=Dither.NONE, rgb_as_yuv=True, float32=True)

SHOW = """//!HOOK {stage}
//!BIND HOOKED
//!SAVE SEEN
//!COMPONENTS 4
vec4 hook() {{ return HOOKED_tex(HOOKED_pos); }}
//!HOOK OUTPUT
//!BIND SEEN
vec4 hook() {{ return vec4(SEEN_tex(SEEN_pos).{channel}); }}
"""
TOUCH = """//!HOOK {stage}
//!BIND HOOKED
vec4 hook() {{ return HOOKED_tex(HOOKED_pos); }}
"""


def rgb_source(width: int = 24, height: int = 14, pixel_format: str = "rgb24"):  # type: ignore[no-untyped-def]
    form = source(pixel_format, width, height)
    codes = random_codes(form, (*RGB, Component.A))
    return form, codes, planes_of(form, codes)


@pytest.mark.parametrize(
    ("stage", "channel", "index"), [("LUMA", "x", 0), ("CHROMA", "x", 1), ("CHROMA", "y", 2), ("NATIVE", "z", 2)]
)
def test_passes_see_limited_bt709_codes(device: Device, stage: str, channel: str, index: int) -> None:
    form, codes, planes = rgb_source()
    file = parse_text(SHOW.format(stage=stage, channel=channel), "show.glsl")
    (seen,) = draw(device, form, planes, None, PRECISE, OutputFormat(depth=16), [file])
    rgb = np.stack([codes[c] for c in RGB], axis=-1) / 255
    wanted = ref.rgb_to_yuv(rgb, "709", 8, False)[..., index] / 255
    assert np.abs(seen[..., 0] / 65535 - wanted).max() <= 2 / 65535


def test_black_and_white_at_luma(device: Device) -> None:
    form = source("rgb24", 2, 1)
    planes = planes_of(form, dict.fromkeys(RGB, np.array([[0, 255]])))
    file = parse_text(SHOW.format(stage="LUMA", channel="x"), "show.glsl")
    (seen,) = draw(device, form, planes, None, PRECISE, OutputFormat(depth=8), [file])
    assert seen[0, :, 0].tolist() == [16, 235]


@pytest.mark.parametrize("pixel_format", ["rgb24", "gbrp", "rgb48le", "bgr24"])
@pytest.mark.parametrize("stage", ["", "LUMA", "CHROMA", "NATIVE", "MAIN"])
def test_there_and_back_within_a_code(device: Device, stage: str, pixel_format: str) -> None:
    """In half floats, the default: Y', Cb and Cr are each 2^-11 off at most, Cb counts 1.86 x 255 / 224 in blue."""
    form, codes, planes = rgb_source(pixel_format=pixel_format)
    files = [parse_text(TOUCH.format(stage=stage), "touch.glsl")] if stage else []
    (picture,) = draw(device, form, planes, None, AS_YUV, shaders=files)
    exact = np.stack([codes[c] for c in RGB], axis=-1) / (2**form.depth - 1) * 255
    assert np.abs(picture - exact).max() <= 1 + (0 if form.depth == 8 else 0.5)


def test_alpha_survives(device: Device) -> None:
    form, codes, planes = rgb_source(pixel_format="rgba")
    (picture,) = draw(device, form, planes, None, AS_YUV, OutputFormat(alpha=True))
    assert np.array_equal(picture[..., 3], codes[Component.A])
    opaque = codes[Component.A] == 255
    solid = {**codes, Component.A: np.full_like(codes[Component.A], 255)}
    (picture,) = draw(device, form, planes_of(form, solid), None, AS_YUV, OutputFormat(alpha=True))
    assert np.abs(picture[..., :3] - np.stack([codes[c] for c in RGB], axis=-1)).max() <= 1
    assert opaque.shape == picture.shape[:2]


def test_only_when_asked() -> None:
    form = source("rgb24", 8, 8)
    file = parse_text(TOUCH.format(stage="LUMA"), "touch.glsl")
    fires = [
        any(step.stage is Stage.LUMA for step in plan_for(form, (8, 8), [file], settings=settings).steps)
        for settings in (RenderSettings(), RenderSettings(rgb_as_yuv=True))
    ]
    assert fires == [False, True]


def test_scaling_is_the_same_either_way(device: Device) -> None:
    form, _, planes = rgb_source()
    deep = OutputFormat(depth=10)
    plain = RenderSettings(dither=Dither.NONE, scaler=Scaler.CATMULL_ROM)
    as_yuv = RenderSettings(dither=Dither.NONE, scaler=Scaler.CATMULL_ROM, rgb_as_yuv=True)
    (first,) = draw(device, form, planes, (50, 31), plain, deep)
    (second,) = draw(device, form, planes, (50, 31), as_yuv, deep)
    assert np.abs(first - second).max() <= 2
