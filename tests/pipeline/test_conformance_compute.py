"""Compute passes: dispatch, stores, shared memory, visibility, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from tests.pipeline.support import (
    ANY_DEVICE,
    PLAIN,
    Bench,
    block,
    computes,
    float_rgb,
    pixels,
    plan,
    ramp,
    ran,
    shade,
    step_named,
)

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)
ID = "ivec2(gl_GlobalInvocationID.xy)"


@pytest.fixture(autouse=True)
def needs_compute(device: Device) -> None:
    if not device.compute:
        pytest.skip("this context has no compute shaders")


# 79
@pytest.mark.parametrize(
    ("numbers", "size", "groups", "threads"),
    [
        ("32 32 8 8", (500, 500), (16, 16), (8, 8)),
        ("32 8", (33, 9), (2, 2), (32, 8)),
        ("64 16 32 8", (64, 16), (1, 1), (32, 8)),
        ("96 24 32 8", (97, 24), (2, 1), (32, 8)),
        ("32 32", (7, 5), (1, 1), (32, 32)),
    ],
)
def test_dispatch(
    bench: MakeBench, numbers: str, size: tuple[int, int], groups: tuple[int, int], threads: tuple[int, int]
) -> None:
    code = f"imageStore(out_image, {ID}, vec4(gl_NumWorkGroups.xy, gl_WorkGroupSize.xy));"
    made = bench(SMALL, computes(code, numbers, f"WIDTH {size[0]}", f"HEIGHT {size[1]}", "SAVE X", desc="seen"))
    assert step_named(made.plan, "seen").groups == groups
    assert made.draw().pixel("seen") == [*groups, *threads]


# 80
def test_threads_that_store_blocks_leave_no_holes(bench: MakeBench) -> None:
    code = """
    ivec2 base = 2 * ivec2(gl_GlobalInvocationID.xy);
    for (int y = 0; y < 2; ++y) for (int x = 0; x < 2; ++x)
        imageStore(out_image, base + ivec2(x, y), vec4(base + ivec2(x, y), 0, 1));"""
    made = bench(SMALL, computes(code, "64 16 32 8", "WIDTH 99", "HEIGHT 37", "SAVE X", desc="seen")).draw()
    y, x = np.mgrid[0:37, 0:99]
    assert np.array_equal(made.at("seen")[..., :2], np.stack([x, y], axis=-1))


# 81
def test_shared_memory_sized_by_the_work_group(bench: MakeBench) -> None:
    code = """
const ivec2 extent = ivec2(gl_WorkGroupSize.xy) + 2;
shared float tile[gl_WorkGroupSize.y + 2][gl_WorkGroupSize.x + 2];
void hook() {
    ivec2 origin = ivec2(gl_WorkGroupID.xy * gl_WorkGroupSize.xy) - 1;
    int threads = int(gl_WorkGroupSize.x * gl_WorkGroupSize.y);
    for (int i = int(gl_LocalInvocationIndex); i < extent.x * extent.y; i += threads) {
        ivec2 at = ivec2(i % extent.x, i / extent.x);
        tile[at.y][at.x] = HOOKED_tex(HOOKED_map(origin + at)).r;
    }
    barrier();
    ivec2 me = ivec2(gl_LocalInvocationID.xy) + 1;
    float sum = tile[me.y][me.x - 1] + tile[me.y][me.x + 1];
    imageStore(out_image, ivec2(gl_GlobalInvocationID.xy), vec4(sum, HOOKED_pos, 1));
}"""
    text = block("HOOK MAIN", "BIND HOOKED", "COMPUTE 8 4", "DESC seen", code=code)
    made = bench(float_rgb(21, 9), text).draw(ramp(21, 9))
    x = np.arange(21)
    expected = (np.clip(x - 1, 0, 20) + np.clip(x + 1, 0, 20)) / 64
    assert np.allclose(made.at("seen")[4, :, 0], expected, atol=1e-5)
    assert made.pixel("seen", 20, 8)[1:3] == pytest.approx([20.5 / 21, 8.5 / 9])


# 82
def test_map_goes_by_the_output(bench: MakeBench) -> None:
    code = f"imageStore(out_image, {ID}, vec4(HOOKED_map({ID}), HOOKED_map(gl_GlobalInvocationID)));"
    made = bench(SMALL, computes(code, "8 8", "WIDTH HOOKED.w 3 *", "SAVE X", desc="seen")).draw()
    assert made.pixel("seen", 20, 4) == pytest.approx([20.5 / 21, 0.9, 20.5 / 21, 0.9])


# 83
def test_stores_outside_are_harmless_and_unwritten_texels_are_zero(bench: MakeBench) -> None:
    code = f"""ivec2 at = {ID};
    imageStore(out_image, at + ivec2(100000, 0), vec4(9)); imageStore(out_image, at - 100, vec4(9));
    if (at.x == 3) imageStore(out_image, at, vec4(1));"""
    made = bench(SMALL, computes(code, "8 8", desc="seen"))
    for _ in range(2):
        expected = np.zeros((5, 7, 4))
        expected[:, 3] = 1
        assert np.array_equal(made.draw(np.ones((5, 7, 3))).at("seen"), expected)


# 84
def test_stores_are_visible_to_the_next_passes(bench: MakeBench) -> None:
    half = computes(f"imageStore(out_image, {ID}, HOOKED_texOff(0) * 0.5);", "8 8", desc="half")
    made = bench(float_rgb(100, 40), half + shade("HOOKED_texOff(0) + 0.25", desc="after") + half)
    made.draw(ramp(100, 40))
    x = np.arange(100) / 64
    assert np.allclose(made.at("after")[7, :, 0], x / 2 + 0.25, atol=1e-6)
    assert np.allclose(made.picture[7, :, 0], np.clip((x / 2 + 0.25) / 2, 0, 1), atol=2e-5)


# 85, 86
def test_packed_feature_maps_in_textures_with_keyword_names(bench: MakeBench) -> None:
    code = f"""ivec2 at = {ID};
    for (int j = 0; j < 4; ++j) imageStore(out_image, ivec2(at.x * 4 + j, at.y), vec4(at, j, LUMA_tex(LUMA_pt).x));"""
    text = computes(code, "32 8 8 8", "WIDTH LUMA.w 4 *", "SAVE in", hook="LUMA", bind="LUMA")
    text += computes(
        f"""ivec2 at = {ID}; vec4 sum = vec4(0);
    for (int j = 0; j < 4; ++j) sum += texelFetch(in_raw, ivec2(at.x * 4 + j, at.y), 0) * in_mul;
    imageStore(out_image, at, sum + vec4(0, 0, in_size.x * in_pt.x, 0));""",
        "8 8", "SAVE var", hook="LUMA", bind="in LUMA", desc="sum")  # fmt: skip
    text += shade("var_tex(var_pos)", "SAVE X", hook="LUMA", bind="var", desc="read")
    made = bench(pixels("yuv420p", 8, 6), text)
    made.draw(np.full((6, 8), 51, np.uint8), np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8))
    assert made.pixel("read", 5, 3) == pytest.approx([20, 12, 7, 0.8], abs=1e-5)


def test_frag_coord_exists_in_compute(bench: MakeBench) -> None:
    code = f"imageStore(out_image, {ID}, vec4(gl_FragCoord.xy, HOOKED_texOff(vec2(1, 0)).r, 1));"
    made = bench(SMALL, computes(code, "8 8", desc="seen")).draw(ramp(7, 5))
    assert made.pixel("seen", 4, 3) == pytest.approx([4.5, 3.5, 5 / 64, 1])


def test_subgroup_extensions_are_asked_for_where_a_body_speaks_of_them(bench: MakeBench) -> None:
    store = f"imageStore(out_image, {ID}, vec4"
    code = f"#ifdef GL_KHR_shader_subgroup_basic\n{store}(gl_SubgroupSize > 0u));\n#else\n{store}(1));\n#endif\n"
    made = bench(SMALL, computes("\n" + code, "8 8", desc="it")).draw()
    assert made.pixel("it") == [1] * 4
    asked = step_named(made.plan, "it").program.extensions
    assert "#extension GL_KHR_shader_subgroup_arithmetic : enable" in asked
    assert step_named(plan(SMALL, computes("", "8 8", desc="c")), "c").program.extensions == ()


def test_half_float_output(bench: MakeBench) -> None:
    code = f"imageStore(out_image, {ID}, vec4(-3, 1.0 / 3.0, 1000, 1));"
    made = bench(SMALL, computes(code, "8 8", desc="seen"), settings=replace(PLAIN, float32=False)).draw()
    seen = made.pixel("seen")
    assert seen[0] == -3 and seen[2] == 1000 and seen[1] in (0.333251953125, 0.33349609375)


def test_too_many_threads_disable_the_file_with_numbers() -> None:
    text = computes("", "64 64", desc="big")
    made = plan(SMALL, text, shade("vec4(0)", desc="other"))
    assert ran(made) == ["other"]
    assert made.disabled[0].reason == "a.glsl:1: COMPUTE asks for 4096 threads a group, the device allows 1024"


def test_without_compute_the_file_is_refused_by_name() -> None:
    made = plan(SMALL, computes("", "8 8", desc="c"), shade("vec4(0)", desc="other"),
                device=replace(ANY_DEVICE, compute=False, glsl=410))  # fmt: skip
    assert ran(made) == ["other"]
    assert made.disabled[0].path == "a.glsl"
    assert "a.glsl:1: a compute pass needs OpenGL 4.3" in made.disabled[0].reason
