"""Parameters, uniforms, buffers, storage images: what reaches a pass besides textures."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from anime4k.colour import ChromaSite
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import (
    DEEP,
    PLAIN,
    Bench,
    block,
    computes,
    float_rgb,
    pixels,
    plan,
    ran,
    reasons,
    shade,
    zeros,
)

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)


# 87
def test_scalar_kinds(bench: MakeBench) -> None:
    text = block("PARAM f", "TYPE float", "MINIMUM 0", "MAXIMUM 9", code="2.5")
    text += block("PARAM i", "TYPE int", code="-3") + block("PARAM u", "TYPE uint", code="4000000000")
    text += block("PARAM d", "TYPE DYNAMIC float", code="0.125")
    text += block("HOOK MAIN", "DESC seen", code="""
uint check = u;
vec4 hook() { return vec4(f, i, float(check / 1000000u), d); }""")  # fmt: skip
    assert bench(SMALL, text).draw().pixel("seen") == [2.5, -3, 4000, 0.125]
    changed = bench(SMALL, text, overrides=[("f", "7.5"), ("i", "12"), ("d", "-1"), ("u", "5000000")])
    assert changed.draw().pixel("seen") == [7.5, 12, 5, -1]


def test_constant_is_a_constant_expression_and_define_reaches_the_preprocessor(bench: MakeBench) -> None:
    text = block("PARAM n", "TYPE CONSTANT int", code="3") + block("PARAM scale", "TYPE CONSTANT float", code="1e3")
    text += block("PARAM big", "TYPE CONSTANT uint", code="7") + block("PARAM fast", "TYPE DEFINE", code="2")
    text += block("HOOK MAIN", "DESC seen", code="""
const float weights[n] = {1.0, 2.0, 3.0};
const uint doubled = big * 2u;
#if fast > 1
#define VALUE float(fast)
#else
#error fast is not 2
#endif
vec4 hook() { float sum = 0.0; for (int i = 0; i < n; ++i) sum += weights[i];
    return vec4(sum, scale, doubled, VALUE); }""")  # fmt: skip
    assert bench(SMALL, text).draw().pixel("seen") == [6, 1000, 14, 2]


def test_params_are_known_to_every_pass_before_and_after(bench: MakeBench) -> None:
    text = shade("vec4(late)", "SAVE X", desc="before") + block("PARAM late", "TYPE float", code="0.75")
    text += shade("vec4(late)", "SAVE Y", desc="after")
    made = bench(SMALL, text).draw()
    assert made.pixel("before") == made.pixel("after") == [0.75] * 4


# 88
ENUM = block("PARAM mode", "TYPE ENUM int", code="linear\nleft\nright")


def test_enum_labels_are_macros(bench: MakeBench) -> None:
    text = ENUM + shade("vec4(mode, linear, left, right)", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen") == [0, 0, 1, 2]
    for value in ("right", "2"):
        assert bench(SMALL, text, overrides=[("mode", value)]).draw().pixel("seen")[0] == 2


def test_enum_define_selects_code(bench: MakeBench) -> None:
    text = block("PARAM mode", "TYPE ENUM DEFINE", code="soft\nhard")
    text += block("HOOK MAIN", "DESC seen", code="""
vec4 hook() {
#if mode == hard
    return vec4(1);
#else
    return vec4(0.5);
#endif
}""")  # fmt: skip
    assert bench(SMALL, text).draw().pixel("seen")[0] == 0.5
    assert bench(SMALL, text, overrides=[("mode", "hard")]).draw().pixel("seen")[0] == 1


@pytest.mark.parametrize("label", ["color", "us", "texture", "clamp", "mul", "size", "random", "frame", "vec"])
def test_labels_cannot_break_what_we_declare(bench: MakeBench, label: str) -> None:
    """A label is a macro over the whole body, never over our own text."""
    text = block("PARAM mode", "TYPE ENUM int", code=f"zero\n{label}")
    text += shade(f"linearize(HOOKED_texOff(0)) + HOOKED_gather(HOOKED_pos, 0) * 0.0 + vec4({label})", desc="seen")
    assert bench(SMALL, text).draw(np.ones((5, 7, 3))).pixel("seen")[:3] == pytest.approx([2, 2, 2])


# 89
def test_override_scopes_and_refusals(device: Device) -> None:
    text = block("PARAM x", "TYPE float", "MINIMUM 0", "MAXIMUM 1", code="0.25") + shade("vec4(x)")
    one, two = parse_text(text, "dir/one.glsl"), parse_text(text, "dir/two.glsl")

    def picture(files: list[object], overrides: list[tuple[str, str]]) -> tuple[float, list[str]]:
        renderer = Renderer(device, files, overrides=overrides, settings=PLAIN, output=DEEP)  # type: ignore[arg-type]
        renderer.configure(SMALL, (7, 5))
        renderer.render(zeros(SMALL))
        value, messages = float(renderer.read()[0][0, 0, 0]) / 65535, renderer.messages
        renderer.release()
        return value, messages

    assert picture([one], [("x", "0.5")]) == (pytest.approx(0.5, abs=1e-4), [])
    assert picture([one], [("two/x", "0.5")])[0] == pytest.approx(0.25, abs=1e-4)
    assert picture([one, two], [("two/x", "0.75"), ("x", "0.5")])[0] == pytest.approx(0.5, abs=1e-4)
    assert picture([one, two], [("x", "0.5"), ("two/x", "0.75")])[0] == pytest.approx(0.75, abs=1e-4)
    value, messages = picture([one], [("x", "1.5")])
    assert value == pytest.approx(0.25, abs=1e-4)
    assert len(messages) == 1 and "x=1.5 is ignored" in messages[0]


# 91
def test_uniform_block_layout(bench: MakeBench) -> None:
    """std140: vec3 aligns to 16, elements of float[3] are 16 bytes apart, a mat2 has two columns of 16."""
    payload = struct.pack("<f12x3f4xf12xf12xf12x2f8x2f8x", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
    text = block("BUFFER data", "VAR float a", "VAR vec3 b", "VAR float c[3]", "VAR mat2 m", code=payload.hex())
    text += shade("vec4(a, b)", "SAVE A", bind="data", desc="first")
    text += shade("vec4(c[0], c[1], c[2], 0)", "SAVE B", bind="data", desc="second")
    text += shade("vec4(m[0], m[1])", "SAVE C", bind="data", desc="third")
    made = bench(SMALL, text).draw()
    assert made.pixel("first") == [1, 2, 3, 4]
    assert made.pixel("second") == [5, 6, 7, 0]
    assert made.pixel("third") == [8, 9, 10, 11]


def test_two_blocks_in_one_pass(bench: MakeBench) -> None:
    text = block("BUFFER one", "VAR float p", code=struct.pack("<f", 0.25).hex())
    text += block("BUFFER two", "VAR vec2 q", "STORAGE", code=struct.pack("<2f", 0.5, 0.75).hex())
    text += block("BUFFER three", "VAR ivec3 r", code=struct.pack("<3i", -1, 2, 3).hex())
    text += shade("vec4(p, q, float(r.x + r.y + r.z))", bind="two one three", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen") == [0.25, 0.5, 0.75, 4]


def test_members_are_unknown_to_passes_that_do_not_bind() -> None:
    text = block("BUFFER data", "VAR float a", code="0000803f")
    text += block("HOOK MAIN", "DESC own", code="const float a = 0.5;\nvec4 hook() { return vec4(a); }")
    assert ran(plan(SMALL, text)) == ["own"]
    assert "us_block_data" not in plan(SMALL, text).steps[0].program.text


# 92
def test_storage_buffer_counts_frames(bench: MakeBench) -> None:
    text = block("BUFFER state", "VAR uint count", "VAR float sum[4]", "STORAGE")
    count = "if (gl_GlobalInvocationID == uvec3(0)) { count += 2u; sum[3] += 0.5; }"
    text += computes(count, "8 8", "SAVE X", bind="HOOKED state")
    text += shade("vec4(count, sum[3], sum[0], 0)", "SAVE Y", bind="state", desc="seen")
    made = bench(SMALL, text)
    seen = [made.draw().pixel("seen")[:3] for _ in range(3)]
    assert seen == [[2, 0.5, 0], [4, 1, 0], [6, 1.5, 0]]


def test_storage_buffer_begins_with_its_payload_and_outlives_a_resize(device: Device) -> None:
    text = block("BUFFER state", "VAR uint count", "STORAGE", code="0a000000")
    text += computes("if (gl_GlobalInvocationID == uvec3(0)) count += 1u;", "8 8", "SAVE X", bind="HOOKED state")
    text += shade("vec4(float(count) / 100.0)", hook="OUTPUT", bind="HOOKED state", desc="seen")
    renderer = Renderer(device, [parse_text(text, "count.glsl")], settings=PLAIN, output=DEEP)
    seen = []
    for size in ((7, 5), (14, 10), (7, 5)):
        renderer.configure(SMALL, size)
        renderer.render(zeros(SMALL))
        seen.append(round(float(renderer.read()[0][0, 0, 0]) / 655.35))
    renderer.release()
    assert seen == [11, 12, 13]


# 93
@pytest.mark.parametrize("kind", ["fragment", "compute"])
def test_storage_image_remembers_the_previous_frame(bench: MakeBench, kind: str) -> None:
    text = block("TEXTURE past", "SIZE 7 5", "FORMAT rgba32f", "STORAGE")
    if kind == "fragment":
        text += block("HOOK MAIN", "BIND HOOKED", "BIND past", "DESC seen", code="""
vec4 hook() { ivec2 at = ivec2(gl_FragCoord.xy); vec4 old = imageLoad(past, at);
    imageStore(past, at, HOOKED_texOff(0)); return old; }""")  # fmt: skip
    else:
        code = """ivec2 at = ivec2(gl_GlobalInvocationID.xy); imageStore(out_image, at, imageLoad(past, at));
        if (at.x < 7 && at.y < 5) imageStore(past, at, HOOKED_texOff(0));"""
        text += computes(code, "8 8", bind="HOOKED past", desc="seen")
    made = bench(SMALL, text)
    seen = [made.draw(np.full((5, 7, 3), value)).pixel("seen", 6, 4)[0] for value in (0.25, 0.5, 0.75)]
    assert seen == [0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("size", "coordinate", "format_", "declared"),
    [("4", "2", "r32f", "image1D"), ("2 2 2", "ivec3(1, 1, 1)", "rg16f", "image3D"), ("2 2", "ivec2(1)", "r32u", "u")],
)
def test_storage_images_of_other_shapes(
    bench: MakeBench, size: str, coordinate: str, format_: str, declared: str
) -> None:
    one = "uvec4(1)" if declared == "u" else "vec4(1)"
    text = block("TEXTURE past", f"SIZE {size}", f"FORMAT {format_}", "STORAGE")
    count = f"imageStore(past, {coordinate}, imageLoad(past, {coordinate}) + {one});"
    text += computes(f"if (gl_GlobalInvocationID == uvec3(0)) {count}", "8 8", "SAVE X", bind="HOOKED past")
    text += shade(f"vec4(imageLoad(past, {coordinate}))", "SAVE Y", bind="past", desc="seen")
    made = bench(SMALL, text)
    assert [made.draw().pixel("seen")[0] for _ in range(3)] == [1, 2, 3]


# 94
def test_frame_counts_from_one_and_is_equal_in_all_passes(bench: MakeBench) -> None:
    text = shade("vec4(frame)", "SAVE X", desc="first") + shade("vec4(frame)", "SAVE Y", hook="OUTPUT", desc="second")
    made = bench(SMALL, text)
    assert [(made.draw().pixel("first")[0], made.pixel("second")[0]) for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]


def test_random_is_new_for_every_pass_and_reproducible(bench: MakeBench) -> None:
    text = shade("vec4(random)", "SAVE X", desc="a") + shade("vec4(random)", "SAVE Y", desc="b")

    def numbers(seed: int) -> list[float]:
        made = bench(SMALL, text, seed=seed)
        return [made.draw().pixel(name)[0] for _ in range(3) for name in "a"] + [made.pixel("b")[0]]

    first = numbers(0)
    assert len(set(first)) == 4 and all(0 <= value < 1 for value in first)
    assert numbers(0) == first and numbers(1) != first


def test_pts_reaches_passes_and_expressions(device: Device) -> None:
    text = block("PARAM PTS", "TYPE DYNAMIC float", code="0")
    text += shade("vec4(PTS / 100.0)") + shade("HOOKED_texOff(0) + 0.5", "WHEN PTS 3 >", desc="late")
    renderer = Renderer(device, [parse_text(text, "t.glsl")], settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    seen = []
    for pts in (1.0, 2.5, 4.0, 2.0):
        renderer.render(zeros(SMALL), pts)
        seen.append(float(renderer.read()[0][0, 0, 0]) / 65535)
    renderer.release()
    assert seen == pytest.approx([0.01, 0.025, 0.54, 0.02], abs=2e-5)


def test_pts_as_an_integer_is_rounded(bench: MakeBench) -> None:
    text = block("PARAM PTS", "TYPE int", code="0") + shade("vec4(PTS)", desc="seen")
    made = bench(SMALL, text)
    assert [made.draw(pts=pts).pixel("seen")[0] for pts in (0.0, 1.6, 3.2)] == [0, 2, 3]


@pytest.mark.parametrize("kind", ["CONSTANT float", "DYNAMIC int", "DEFINE"])
def test_pts_changes_with_every_frame_whatever_its_kind(bench: MakeBench, kind: str) -> None:
    text = block("PARAM PTS", f"TYPE {kind}", code="0") + shade("vec4(PTS)", desc="seen")
    made = bench(SMALL, text)
    compiled = made.executor.compiled
    assert [made.draw(pts=pts).pixel("seen")[0] for pts in (0.0, 2.0, 3.0)] == [0, 2, 3]
    assert made.executor.compiled == compiled


def test_chroma_offset_parameters(bench: MakeBench) -> None:
    text = "".join(block(f"PARAM chroma_offset_{axis}", "TYPE float", code="9") for axis in "xy")
    text += block("PARAM max_luma", "TYPE float", code="0")
    text += shade("vec4(chroma_offset_x, chroma_offset_y, max_luma, 0)", "SAVE X", desc="seen")
    for site, expected in (
        (ChromaSite.LEFT, (-0.5, 0)),
        (ChromaSite.CENTER, (0, 0)),
        (ChromaSite.TOPLEFT, (-0.5, -0.5)),
    ):
        made = bench(pixels("yuv420p", 8, 6, chroma_site=site), text).draw()
        assert made.pixel("seen")[:3] == [*expected, 0]
    assert bench(SMALL, text).draw().pixel("seen")[:2] == [0, 0]


# 102
def test_pass_that_uses_nothing_of_ours(bench: MakeBench) -> None:
    text = block("PARAM unused", "TYPE float", code="1") + block("BUFFER data", "VAR float a", code="0000803f")
    text += block("TEXTURE lut", "SIZE 1 1", "FORMAT r8", code="ff")
    text += shade("vec4(0.5)", bind="HOOKED MAIN RGB lut data", desc="seen")
    text += shade("RGB_texOff(0)", "SAVE X", hook="RGB", bind="RGB", desc="rgb")
    assert bench(SMALL, text).draw().pixel("seen") == [0.5] * 4


def test_unknown_label_in_when_is_told() -> None:
    made = plan(SMALL, ENUM + shade("vec4(0)", "WHEN mode middle =", desc="it"))
    assert '"middle"' in reasons(made)["it"] and "is no parameter of this file" in reasons(made)["it"]
