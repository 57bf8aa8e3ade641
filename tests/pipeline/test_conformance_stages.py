"""Which hook points occur, in which order, and what their images hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.colour import Range, Transfer
from anime4k.hooks.compat import Compat
from anime4k.hooks.stages import Stage
from anime4k.media.format import SourceFormat
from tests.pipeline.support import (
    PLAIN,
    Bench,
    float_rgb,
    pixels,
    plan,
    ran,
    reasons,
    request,
    shade,
    user_steps,
    zeros,
)

MakeBench = Callable[..., Bench]
RGB = float_rgb(8, 6)
YUV = pixels("yuv420p", 8, 6)

ALL = "".join(shade("HOOKED_texOff(0)", hook=stage.text, desc=stage.text) for stage in reversed(Stage))
"""One pass at every stage, written in reverse order."""

LATE = ["NATIVE", "MAIN", "LINEAR", "SIGMOID", "PREKERNEL", "POSTKERNEL", "SCALED", "PREOUTPUT", "OUTPUT"]


# 72
@pytest.mark.parametrize("size", [(16, 12), (8, 6), (4, 3)], ids=["up", "same", "down"])
@pytest.mark.parametrize(
    ("source", "planes"),
    [
        (RGB, ["RGB"]),
        (YUV, ["LUMA", "CHROMA", "CHROMA_SCALED"]),
        (pixels("yuv444p", 8, 6), ["LUMA", "CHROMA", "CHROMA_SCALED"]),
        (pixels("nv12", 8, 6), ["LUMA", "CHROMA", "CHROMA_SCALED"]),
        (pixels("gray", 8, 6), ["LUMA"]),
        (pixels("yuva420p", 8, 6), ["LUMA", "CHROMA", "ALPHA", "CHROMA_SCALED", "ALPHA_SCALED"]),
    ],
    ids=["rgb", "420", "444", "nv12", "gray", "yuva"],
)
def test_order_of_stages(source: SourceFormat, planes: list[str], size: tuple[int, int]) -> None:
    made = plan(source, ALL, size=size)
    order = ran(made)
    late = [name for name in order if name in LATE]
    assert late == LATE
    assert sorted(name for name in order if name not in LATE) == sorted(planes)
    assert [name for name in order if name in ("LUMA", "CHROMA", "ALPHA")] == [
        name for name in ("LUMA", "CHROMA", "ALPHA") if name in planes
    ]
    missing = {stage.text for stage in Stage} - {*planes, *LATE}
    assert set(reasons(made)) == missing
    sizes = {step.desc: (step.size.width, step.size.height) for step in user_steps(made)}
    assert sizes["PREKERNEL"] == (8, 6) and sizes["POSTKERNEL"] == sizes["OUTPUT"] == size


def test_copying_every_stage_changes_nothing(bench: MakeBench) -> None:
    source = pixels("yuva420p", 8, 6)
    planes = [
        np.random.default_rng(n).integers(40, 200, plane.shape, np.uint8) for n, plane in enumerate(zeros(source))
    ]
    settings = replace(PLAIN, sigmoid=True)  # hooking LINEAR and SIGMOID asks for them
    plain = bench(source, size=(16, 12), settings=settings).draw(*planes).picture
    assert np.allclose(bench(source, ALL, size=(16, 12), settings=settings).draw(*planes).picture, plain, atol=1e-4)


def test_stages_that_nobody_wants_cost_nothing() -> None:
    assert len(plan(RGB).steps) == 1
    assert len(plan(YUV).steps) == 1


def test_reasons_for_stages_that_do_not_occur() -> None:
    text = shade("vec4(0)", hook="LUMA", desc="luma") + shade("vec4(0)", hook="NOWHERE", desc="typo")
    text += shade("vec4(0)", hook="XYZ", desc="xyz")
    found = reasons(plan(RGB, text))
    assert found["luma"] == "the source is RGB and has no LUMA image (--source yuv makes one)"
    assert found["typo"] == "no stage is called NOWHERE"
    assert found["xyz"] == "the source is not XYZ"


def test_luma_binding_chroma_is_skipped_and_chroma_sees_luma() -> None:
    text = shade("vec4(0)", "SAVE X", hook="LUMA", bind="CHROMA", desc="too early")
    text += shade("vec4(0)", "SAVE X", hook="CHROMA", bind="LUMA", desc="in time")
    made = plan(YUV, text)
    assert ran(made) == ["in time"]
    assert reasons(made)["too early"] == "it binds CHROMA, which has no image yet"


# 73
CODES = "vec4(LUMA_tex(LUMA_pos).x, LUMA_mul, 0, 0)"


@pytest.mark.parametrize(
    ("pixel_format", "compat", "black", "white", "mul"),
    [
        ("yuv420p", Compat.NEXT, 16 / 255, 235 / 255, 1),
        ("yuv420p10le", Compat.NEXT, 64 * 64 / 65535, 940 * 64 / 65535, 64),
        ("yuv420p12le", Compat.NEXT, 256 * 16 / 65535, 3760 * 16 / 65535, 16),
        ("yuv420p16le", Compat.NEXT, 4096 / 65535, 60160 / 65535, 1),
        ("p010le", Compat.NEXT, 64 * 64 / 65535, 940 * 64 / 65535, 1),
        ("yuv420p", Compat.GPU, 16 / 255, 235 / 255, 1),
        ("yuv420p10le", Compat.GPU, 64 / 1020, 940 / 1020, 64.25),
        ("p010le", Compat.GPU, 64 / 1020, 940 / 1020, 257 / 256),
    ],
)
def test_luma_normalisation(
    bench: MakeBench, pixel_format: str, compat: Compat, black: float, white: float, mul: float
) -> None:
    source = pixels(pixel_format, 8, 6)
    made = bench(source, shade(CODES, "SAVE X", "COMPONENTS 4", hook="LUMA", desc="seen"),
                 settings=replace(PLAIN, compat=compat))  # fmt: skip
    planes = zeros(source)
    unit = 2 ** (source.depth - 8) << source.shift
    planes[0][:, :4], planes[0][:, 4:] = 16 * unit, 235 * unit
    made.draw(*planes)
    assert made.pixel("seen", 0, 0)[:2] == pytest.approx([black, mul], rel=1e-6)
    assert made.pixel("seen", 7, 0)[:2] == pytest.approx([white, mul], rel=1e-6)


def test_full_range_ten_bit_luma(bench: MakeBench) -> None:
    source = pixels("yuv420p10le", 8, 6, range=Range.FULL)
    planes = zeros(source)
    planes[0][:] = 1023
    seen = bench(source, shade(CODES, "SAVE X", hook="LUMA", desc="seen")).draw(*planes).pixel("seen")
    assert seen[:2] == pytest.approx([1, 65535 / 1023], rel=1e-6)


def test_missing_components_read_as_zero_and_one(bench: MakeBench) -> None:
    planes = zeros(YUV)
    planes[0][:], planes[1][:], planes[2][:] = 51, 102, 153
    text = shade("LUMA_tex(LUMA_pos)", "SAVE X", hook="LUMA", bind="LUMA", desc="luma")
    text += shade("CHROMA_tex(CHROMA_pos)", "SAVE Y", hook="CHROMA", bind="CHROMA", desc="chroma")
    made = bench(YUV, text).draw(*planes)
    assert made.pixel("luma") == pytest.approx([0.2, 0, 0, 1], abs=1e-6)
    assert made.pixel("chroma") == pytest.approx([0.4, 0.6, 0, 1], abs=1e-6)


# 74
@pytest.mark.parametrize(
    ("codes", "rgb"),
    [
        ((16, 128, 128), (0, 0, 0)),
        ((235, 128, 128), (1, 1, 1)),
        ((255, 128, 128), (239 / 219,) * 3),
        ((81, 90, 240), None),
        ((0, 128, 128), (-16 / 219,) * 3),
    ],
)
def test_main_is_decoded_and_not_clamped(
    bench: MakeBench, codes: tuple[int, ...], rgb: tuple[float, ...] | None
) -> None:
    source = pixels("yuv444p", 8, 6)
    if rgb is None:  # BT.709 by the book
        y, cb, cr = (codes[0] - 16) / 219, (codes[1] - 128) / 224, (codes[2] - 128) / 224
        rgb = (y + 1.5748 * cr, y - 0.187324 * cb - 0.468124 * cr, y + 1.8556 * cb)
    made = bench(source, shade("HOOKED_texOff(0)", desc="main")).draw(*(np.full((6, 8), c, np.uint8) for c in codes))
    assert made.pixel("main")[:3] == pytest.approx(rgb, abs=1e-5)


# 75
def test_sigmoid_and_back(bench: MakeBench) -> None:
    """Grey of linear 0.25 at SIGMOID by the formula, and linear again at SCALED."""
    text = "".join(shade("HOOKED_texOff(0)", hook=stage, desc=stage) for stage in ("LINEAR", "SIGMOID", "SCALED"))
    grey = np.full((6, 8, 3), 0.25 ** (1 / 2.2), np.float32)
    made = bench(RGB, text, size=(16, 12), settings=replace(PLAIN, sigmoid=True)).draw(grey)
    assert made.pixel("LINEAR")[0] == pytest.approx(0.25, abs=1e-4)
    o = 1 / (1 + math.exp(6.5 * 0.75))
    k = 1 / (1 + math.exp(6.5 * (0.75 - 1))) - o
    assert made.pixel("SIGMOID")[0] == pytest.approx(0.75 - math.log(1 / (0.25 * k + o) - 1) / 6.5, abs=1e-4)
    assert made.pixel("SCALED")[0] == pytest.approx(0.25, abs=1e-4)
    assert made.picture[3, 3, 0] == pytest.approx(0.25 ** (1 / 2.2), abs=1e-4)


# 76
@pytest.mark.parametrize(
    ("size", "light"),
    [((16, 12), 0.25), ((8, 6), 0.25 ** (1 / 2.2)), ((4, 3), 0.25)],
    ids=["up", "same", "down"],
)
def test_light_at_scaled(bench: MakeBench, size: tuple[int, int], light: float) -> None:
    grey = np.full((6, 8, 3), 0.25 ** (1 / 2.2), np.float32)
    settings = replace(PLAIN, sigmoid=True, linear_downscale=True)
    made = bench(RGB, shade("HOOKED_texOff(0)", hook="SCALED", desc="seen"), size=size, settings=settings).draw(grey)
    assert made.pixel("seen")[0] == pytest.approx(light, abs=1e-4)


def test_hooking_linear_forces_linear_light(bench: MakeBench) -> None:
    grey = np.full((6, 8, 3), 0.5, np.float32)
    text = shade("HOOKED_texOff(0) * 2.0", hook="LINEAR")
    made = bench(RGB, text).draw(grey)
    assert made.picture[3, 3, 0] == pytest.approx((2 * 0.5**2.2) ** (1 / 2.2), abs=1e-4)


def test_linearize_uses_the_sources_curve(bench: MakeBench) -> None:
    value = "vec4(linearize(vec4(0.5)).x, delinearize(vec4(0.25)).x, delinearize(linearize(vec4(0.3))).x, 1)"
    made = bench(RGB, shade(value, desc="seen")).draw()
    assert made.pixel("seen")[:3] == pytest.approx([0.5**2.2, 0.25 ** (1 / 2.2), 0.3], abs=1e-5)
    video = bench(pixels("gbrp", 8, 6, transfer=Transfer.BT1886), shade("linearize(vec4(0.0))", desc="seen")).draw()
    assert video.pixel("seen")[0] == pytest.approx(1 / 1000, rel=1e-3)  # the black of a 1000:1 display


# 77
def test_alpha_is_multiplied_in_before_main(bench: MakeBench) -> None:
    source = pixels("rgba", 8, 6)
    text = shade("HOOKED_texOff(0)", hook="RGB", desc="rgb") + shade("HOOKED_texOff(0)", desc="main")
    made = bench(source, text).draw(np.full((6, 8, 4), (255, 102, 51, 51), np.uint8))
    assert made.pixel("rgb") == pytest.approx([1, 0.4, 0.2, 0.2], abs=1e-6)
    assert made.pixel("main") == pytest.approx([0.2, 0.08, 0.04, 0.2], abs=1e-6)


# 78
def test_alpha_written_by_a_pass_does_not_reach_an_opaque_picture(bench: MakeBench) -> None:
    made = bench(RGB, shade("vec4(0.5, 0.5, 0.5, 0)")).draw()
    codes = made.executor.read(0)
    assert (codes[..., 3] == 65535).all()
    assert codes[0, 0, 0] == pytest.approx(32768, abs=1)


def test_channel_order_is_always_rgb(bench: MakeBench) -> None:
    text = shade("HOOKED_texOff(0)", hook="RGB", desc="rgb") + shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")
    packed = bench(pixels("bgr24", 8, 6), text).draw(np.full((6, 8, 3), (51, 102, 153), np.uint8))
    planar = bench(pixels("gbrp", 8, 6), text).draw(*(np.full((6, 8), code, np.uint8) for code in (102, 51, 153)))
    for made in (packed, planar):
        for name in ("rgb", "native"):
            assert made.pixel(name)[:3] == pytest.approx([0.6, 0.4, 0.2], abs=1e-6)


def test_rgb_as_yuv_fires_luma_and_chroma(bench: MakeBench) -> None:
    text = shade("HOOKED_texOff(0)", hook="LUMA", desc="luma") + shade("HOOKED_texOff(0)", hook="CHROMA", desc="chroma")
    made = bench(RGB, text, settings=replace(PLAIN, rgb_as_yuv=True))
    red = np.zeros((6, 8, 3), np.float32)
    red[..., 0] = 1
    made.draw(red)
    assert made.pixel("luma")[0] == pytest.approx((16 + 219 * 0.2126) / 255, abs=1e-5)
    assert made.pixel("chroma")[:2] == pytest.approx(
        [(128 - 224 * 0.5 * 0.2126 / 0.9278) / 255, (128 + 112) / 255], abs=1e-5
    )
    assert made.picture[2, 2] == pytest.approx([1, 0, 0], abs=1e-4)


def test_equal_requests_make_equal_plans() -> None:
    first, second = (request(YUV, ALL, size=(16, 12)) for _ in range(2))
    assert first == second and hash(first) == hash(second)
    one, two = (plan(YUV, ALL, size=(16, 12)) for _ in range(2))
    assert one == two and hash(one) == hash(two)
    assert plan(YUV, ALL, size=(16, 13)) != one
    assert plan(YUV, ALL, size=(16, 12), settings=replace(PLAIN, sigmoid=True)) == one  # SIGMOID is hooked anyway


@pytest.mark.parametrize("transfer", Transfer)
def test_delinearize_undoes_linearize(bench: MakeBench, transfer: Transfer) -> None:
    value = "vec4(delinearize(linearize(vec4(HOOKED_pos.x, HOOKED_pos.x * 0.5, HOOKED_pos.x * 0.25, 1))).rgb, 1)"
    seen = bench(float_rgb(32, 2, transfer=transfer), shade(value, desc="seen")).draw().at("seen")
    at = (np.arange(32) + 0.5) / 32
    assert seen[0, :, :3] == pytest.approx(np.stack([at, at / 2, at / 4], axis=-1), abs=3e-5)
