"""Where the picture lies: OFFSET, ALIGN, sizes of stages, the way back to the output grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.colour import ChromaSite
from anime4k.media.format import Crop
from anime4k.pipeline.plan import Size
from anime4k.pipeline.settings import Scaler
from tests.pipeline.support import PLAIN, Array, Bench, float_rgb, pixels, plan, ramp, ran, shade, step_named

MakeBench = Callable[..., Bench]
WIDE = float_rgb(24, 16)
LANCZOS = replace(PLAIN, scaler=Scaler.LANCZOS)

SHIFTED = "HOOKED_tex(HOOKED_pos + 0.25 * HOOKED_pt)"
"""A doubler that draws the picture half an output pixel too far left and up, as ravu does."""
TWICE = ("WIDTH HOOKED.w 2 *", "HEIGHT HOOKED.h 2 *")


def blob(width: int, height: int, x: float, y: float, sigma: float = 1.6) -> Array:
    """A round spot, (h, w, 3), with its centre at (x, y) in pixels."""
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
    return np.repeat(spot[..., None], 3, axis=2).astype(np.float32)


def centroid(picture: Array) -> tuple[float, float]:
    """Centre of the light of a picture, in pixels."""
    light = picture[..., 0]
    rows, columns = np.mgrid[0 : light.shape[0], 0 : light.shape[1]] + 0.5
    return float((light * columns).sum() / light.sum()), float((light * rows).sum() / light.sum())


# 60
@pytest.mark.parametrize("settings", [PLAIN, LANCZOS], ids=["bilinear", "lanczos"])
def test_offset_puts_the_picture_back(bench: MakeBench, settings: object) -> None:
    spot = blob(24, 16, 11.3, 7.8)
    plain = centroid(bench(WIDE, size=(72, 48), settings=settings).draw(spot).picture)
    text = shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5")
    moved = centroid(bench(WIDE, text, size=(72, 48), settings=settings).draw(spot).picture)
    assert moved == pytest.approx(plain, abs=0.03)  # 0.01 source pixels
    without = centroid(bench(WIDE, shade(SHIFTED, *TWICE), size=(72, 48), settings=settings).draw(spot).picture)
    assert np.subtract(without, plain) == pytest.approx([-0.75, -0.75], abs=0.03)


# 61
def test_offsets_accumulate(bench: MakeBench) -> None:
    text = shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5") * 2 + shade("vec4(HOOKED_off, MAIN_off)", "SAVE X", desc="seen")
    assert bench(WIDE, text).draw().pixel("seen") == [-1.5, -1.5, -1.5, -1.5]
    spot = blob(24, 16, 11.3, 7.8)
    text = shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5") * 2
    assert centroid(bench(WIDE, text, size=(120, 80)).draw(spot).picture) == pytest.approx((56.5, 39.0), abs=0.05)


# 62
def test_offset_of_a_saving_pass_moves_nothing(bench: MakeBench) -> None:
    spot = blob(24, 16, 11.3, 7.8)
    text = shade("vec4(0)", "SAVE X", "OFFSET 5 5")
    assert np.array_equal(
        bench(WIDE, text, size=(72, 48)).draw(spot).picture, bench(WIDE, size=(72, 48)).draw(spot).picture
    )


# 63
def test_no_blur_at_the_own_size(bench: MakeBench) -> None:
    """A fraction of a pixel is dropped when nothing has to be scaled."""
    stripes = np.zeros((16, 24, 3), np.float32)
    stripes[:, ::2] = 1
    text = shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5", "SAVE MAIN", desc="double")
    made = bench(WIDE, text, size=(48, 32)).draw(stripes)
    assert np.allclose(made.picture, made.at("double")[..., :3], atol=2e-5)


@pytest.mark.parametrize(("offset", "shift"), [("-1 0", -1), ("3 0", 3), ("-1.5 0", -1)])
def test_whole_pixels_are_a_crop_with_repeated_edge(bench: MakeBench, offset: str, shift: int) -> None:
    made = bench(WIDE, shade("HOOKED_texOff(0)", f"OFFSET {offset}")).draw(ramp(24, 16))
    expected = np.clip(np.arange(24) + shift, 0, 23) / 64
    assert made.picture[3, :, 0] == pytest.approx(expected, abs=2e-5)


def chroma_frame(width: int, height: int, subsampled: tuple[int, int] = (2, 2)) -> tuple[Array, Array, Array]:
    """Luma and chroma (left-sited) that both tell the column: luma = 1000 + 100 x, Cb = Cr = 2000 + 100 x."""
    sx, sy = subsampled
    x = np.arange(width)
    luma = np.tile(1000 + 100 * x, (height, 1)).astype(np.uint16)
    columns = np.arange(-(-width // sx)) * sx
    chroma = np.tile(2000 + 100 * columns, (-(-height // sy), 1)).astype(np.uint16)
    return luma, chroma, chroma.copy()


DEEP_YUV = pixels("yuv420p16le", 24, 16)


def columns_seen(native: Array, row: int = 5) -> tuple[Array, Array]:
    """Column (from 0) that luma and chroma of a NATIVE picture show."""
    codes = native[row] * 65535
    return (codes[:, 0] - 1000) / 100, (codes[:, 1] - 2000) / 100


# 64, 66
def test_align_shifts_the_hooked_image_only(bench: MakeBench) -> None:
    text = shade("vec4(HOOKED_pos.x * 48.0, CHROMA_pos.x * 48.0, LUMA_pos.x * 48.0, HOOKED_pos.y * 16.0)",
                 "WIDTH LUMA.w 2 *", "HEIGHT LUMA.h", "OFFSET ALIGN", hook="CHROMA", bind="HOOKED LUMA",
                 desc="seen")  # fmt: skip
    seen = bench(DEEP_YUV, text).draw().at("seen")
    x = np.arange(48) + 0.5
    assert np.allclose(seen[3, :, 0], x + 0.25 * 48 / 12, atol=1e-4)
    assert np.allclose(seen[3, :, 1], x + 0.25 * 48 / 12, atol=1e-4)
    assert np.allclose(seen[3, :, 2], x, atol=1e-4)
    assert np.allclose(seen[:, 3, 3], np.arange(16) + 0.5, atol=1e-4)


def test_align_does_not_shift_a_saving_pass(bench: MakeBench) -> None:
    text = shade("vec4(HOOKED_pos * vec2(12, 8), 0, 0)", "OFFSET ALIGN", "SAVE X", hook="CHROMA", desc="seen")
    assert bench(DEEP_YUV, text).draw().pixel("seen", 2, 1)[:2] == pytest.approx([2.5, 1.5], abs=1e-4)


def test_map_is_shifted_like_pos(bench: MakeBench) -> None:
    text = shade("vec4(HOOKED_pos - HOOKED_map(ivec2(gl_FragCoord.xy)), LUMA_map(uvec3(1, 2, 3)) * LUMA_size)",
                 "OFFSET ALIGN", hook="CHROMA", bind="HOOKED LUMA", desc="seen")  # fmt: skip
    assert bench(DEEP_YUV, text).draw().pixel("seen", 4, 3) == pytest.approx([0, 0, 3, 5], abs=1e-5)


# 65
def test_align_resets_the_offset(bench: MakeBench) -> None:
    text = shade("HOOKED_tex(HOOKED_pos)", "WIDTH LUMA.w", "HEIGHT LUMA.h", "OFFSET ALIGN", hook="CHROMA",
                 bind="HOOKED LUMA", desc="up")  # fmt: skip
    text += shade("vec4(CHROMA_off, 0, 0)", "SAVE X", hook="CHROMA", bind="CHROMA", desc="off")
    text += shade("HOOKED_texOff(0)", hook="CHROMA_SCALED", desc="scaled")
    text += shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")
    made = bench(DEEP_YUV, text).draw(*chroma_frame(24, 16))
    assert made.pixel("off")[:2] == [0, 0]
    assert np.array_equal(made.at("scaled")[..., :2], made.at("up")[..., :2])
    luma, chroma = columns_seen(made.at("native"))
    assert np.allclose(luma[2:-2], chroma[2:-2], atol=0.05)


def test_chroma_lies_where_luma_lies_without_passes(bench: MakeBench) -> None:
    made = bench(DEEP_YUV, shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")).draw(*chroma_frame(24, 16))
    luma, chroma = columns_seen(made.at("native"))
    assert np.allclose(luma, np.arange(24), atol=1e-3)
    assert np.allclose(chroma[1:-2], luma[1:-2], atol=0.05)


@pytest.mark.parametrize("site", list(ChromaSite))
def test_chroma_sites(bench: MakeBench, site: ChromaSite) -> None:
    """Cb is drawn for the site, so its ramp must meet luma's whatever the site is."""
    source = pixels("yuv420p16le", 24, 16, chroma_site=site)
    cx, cy = site.offset
    luma = np.zeros((16, 24), np.uint16)
    across = 2 * np.arange(12) + 0.5 + cx  # column of a sample, in pixels counted from the first centre
    down = 2 * np.arange(8) + 0.5 + cy
    cb = np.tile(2000 + 100 * across, (8, 1)).astype(np.uint16)
    cr = np.tile((2000 + 100 * down)[:, None], (1, 12)).astype(np.uint16)
    made = bench(source, shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")).draw(luma, cb, cr)
    native = made.at("native") * 65535
    assert np.allclose(native[8, 2:-2, 1], 2000 + 100 * np.arange(2, 22), atol=8)
    assert np.allclose(native[2:-2, 8, 2], 2000 + 100 * np.arange(2, 14), atol=8)


# 67
def test_chroma_follows_a_shifted_luma_doubler(bench: MakeBench) -> None:
    text = shade("LUMA_tex(LUMA_pos + 0.25 * LUMA_pt)", *TWICE, "OFFSET -0.5 -0.5", hook="LUMA", bind="LUMA")
    text += shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")
    made = bench(DEEP_YUV, text, size=(48, 32)).draw(*chroma_frame(24, 16))
    assert step_named(made.plan, "native").size == Size(48, 32)
    luma, chroma = columns_seen(made.at("native"), 10)
    assert np.allclose(luma[4:-6], chroma[4:-6], atol=0.06)
    assert luma[10] == pytest.approx(10.5 / 2 - 0.5 + 0.25, abs=0.03)


# 68
def test_odd_sizes_round_chroma_up_and_keep_the_nominal_scale(bench: MakeBench) -> None:
    source = pixels("yuv420p16le", 5, 5)
    text = shade("vec4(CHROMA_size, CHROMA_off)", "SAVE X", hook="CHROMA", bind="CHROMA", desc="chroma")
    text += shade("HOOKED_texOff(0)", hook="NATIVE", desc="native")
    made = bench(source, text).draw(*chroma_frame(5, 5))
    assert made.pixel("chroma") == [3, 3, 0.25, 0]
    luma, chroma = columns_seen(made.at("native"), 2)
    assert luma == pytest.approx(range(5), abs=1e-3)
    assert chroma == pytest.approx(range(5), abs=0.05)


# 69
@pytest.mark.parametrize(
    "stage", ["CHROMA_SCALED", "LINEAR", "SIGMOID", "PREKERNEL", "POSTKERNEL", "SCALED", "PREOUTPUT", "OUTPUT"]
)
def test_overwriting_with_another_size_at_a_fixed_stage_disables_the_file(stage: str) -> None:
    text = shade("vec4(1)", "WIDTH HOOKED.w 2 *", hook=stage, desc="resize")
    made = plan(DEEP_YUV, text, shade("vec4(0)", hook="OUTPUT", desc="other"), size=(48, 32))
    assert ran(made) == ["other"]
    assert f"resizes the image of {stage}" in made.disabled[0].reason
    made = plan(DEEP_YUV, shade("vec4(1)", "WIDTH HOOKED.w 2 *", "SAVE X", hook=stage, desc="saves"), size=(48, 32))
    assert ran(made) == ["saves"] and not made.disabled


@pytest.mark.parametrize("stage", ["LUMA", "CHROMA", "NATIVE", "MAIN"])
def test_resizable_stages(stage: str) -> None:
    made = plan(DEEP_YUV, shade("vec4(1)", "WIDTH HOOKED.w 2 *", hook=stage, desc="resize"))
    assert ran(made) == ["resize"] and not made.disabled


# 70, 95
def test_input_size_follows_prescaling(bench: MakeBench) -> None:
    look = "vec4(input_size, target_size)"
    text = shade(look, "SAVE A", hook="RGB", desc="rgb")
    text += shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5")
    text += shade(look, "SAVE B", "WIDTH NATIVE_CROPPED.w", hook="POSTKERNEL", desc="post")
    text += shade("vec4(tex_offset, 0, 0)", "SAVE C", hook="POSTKERNEL", desc="offset")
    made = bench(WIDE, text, size=(72, 48)).draw()
    assert made.pixel("rgb") == [24, 16, 72, 48]
    assert made.pixel("post") == [48, 32, 72, 48]
    assert made.pixel("offset")[:2] == [-0.5, -0.5]
    assert step_named(made.plan, "post").size == Size(48, 48)


def test_indexing_the_scalers_input_by_input_size_is_right_after_a_prescaler(bench: MakeBench) -> None:
    """What SSim* shaders do: position in the picture to position in PREKERNEL."""
    text = shade(SHIFTED, *TWICE, "OFFSET -0.5 -0.5")
    text += shade("PREKERNEL_tex((HOOKED_pos * input_size + tex_offset) / PREKERNEL_size)", "SAVE X",
                  hook="POSTKERNEL", bind="HOOKED PREKERNEL", desc="indexed")  # fmt: skip
    made = bench(WIDE, text, size=(72, 48)).draw(blob(24, 16, 11.3, 7.8))
    assert np.allclose(made.at("indexed")[8:-8, 8:-8, :3], made.picture[8:-8, 8:-8], atol=1e-3)


# 71
def test_one_axis(bench: MakeBench) -> None:
    text = shade("HOOKED_tex(HOOKED_pos)", "HEIGHT HOOKED.h 2 *", "OFFSET 0 -0.5")
    text += shade("vec4(HOOKED_size, HOOKED_off)", "SAVE X", desc="seen")
    made = bench(WIDE, text, size=(24, 32)).draw(ramp(24, 16))
    assert made.pixel("seen") == [24, 32, 0, -0.5]
    assert made.picture[9, :, 0] == pytest.approx(np.arange(24) / 64, abs=1e-4)


def test_cropped_source_keeps_the_full_frame_until_the_scaler(bench: MakeBench) -> None:
    source = float_rgb(24, 16, crop=Crop(4, 2, 20, 14))
    look = "vec4(HOOKED_size, tex_offset)"
    text = shade(look, "SAVE A", desc="main") + shade("vec4(input_size, HOOKED_size)", "SAVE B", hook="OUTPUT",
                                                      desc="output")  # fmt: skip
    made = bench(source, text, size=(32, 24)).draw(blob(24, 16, 12, 8))
    assert made.pixel("main") == [24, 16, 4, 2]
    assert made.pixel("output") == [16, 12, 32, 24]
    assert centroid(made.picture) == pytest.approx((16, 12), abs=0.05)


def test_rotation_happens_after_the_last_stage(bench: MakeBench) -> None:
    source = float_rgb(24, 16, rotation=90)
    text = shade("HOOKED_texOff(0)", hook="OUTPUT", desc="last")
    made = bench(source, text, size=(16, 24)).draw(blob(24, 16, 8, 6))
    assert step_named(made.plan, "last").size == Size(24, 16)
    assert made.picture.shape == (24, 16, 3)
    assert centroid(made.picture) == pytest.approx((10, 8), abs=0.05)


def test_rows_are_top_down_everywhere(bench: MakeBench) -> None:
    text = shade("vec4(gl_FragCoord.xy, HOOKED_pos.y, 1)", desc="seen")
    assert bench(WIDE, text).draw().pixel("seen", 3, 0) == pytest.approx([3.5, 0.5, 0.5 / 16, 1])
    top = np.zeros((16, 24, 3), np.float32)
    top[0] = 1
    assert bench(WIDE, shade("HOOKED_texOff(0)")).draw(top).picture[:2, 0, 0].tolist() == [1, 0]
