"""Values that survive textures, sampling macros, and user textures of every kind."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.compat import Compat
from anime4k.pipeline.programs import StepFailure
from tests.pipeline.support import PLAIN, Bench, block, float_rgb, ramp, shade

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)
HALF = replace(PLAIN, float32=False)


def half_spacing(value: float) -> float:
    return float(np.spacing(np.float16(value)))


# 43, 44, 45
def test_half_float_range_and_precision(bench: MakeBench) -> None:
    text = shade("vec4(-3, 7.5, 1000, 1.0 / 3.0)", "SAVE X") + shade("X_texOff(0)", bind="X", desc="seen")
    signed = bench(SMALL, text, settings=HALF).draw().pixel("seen")
    assert signed[:3] == [-3, 7.5, 1000]
    assert signed[3] in (0.333251953125, 0.33349609375)
    text = shade("vec4(70000, -70000, 65504, 0)", "SAVE X") + shade("X_texOff(0)", bind="X", desc="seen")
    over = bench(SMALL, text, settings=HALF).draw().pixel("seen")
    assert over[0] in (65504, float("inf")) and over[1] in (-65504, float("-inf")) and over[2] == 65504


def test_float32_intermediates_keep_24_bits(bench: MakeBench) -> None:
    text = shade("vec4(1.0 / 3.0, 70000, 16777213, 1e-30)", "SAVE X") + shade("X_texOff(0)", bind="X", desc="seen")
    seen = bench(SMALL, text).draw().pixel("seen")
    assert seen[0] == pytest.approx(1 / 3, rel=1e-7)
    assert seen[1:] == [70000, 16777213, pytest.approx(1e-30, rel=1e-6)]


# 46
def test_saved_textures_are_filtered_linearly(bench: MakeBench) -> None:
    text = shade("vec4(HOOKED_texOff(0).r * 8.0)", "SAVE X")
    text += shade("X_tex(vec2(3.0, 0.5) * X_pt)", bind="X", desc="seen")
    assert bench(SMALL, text).draw(ramp(7, 5)).pixel("seen")[0] == pytest.approx(2.5 / 8, abs=1e-4)


# 47
@pytest.mark.parametrize(("offset", "x"), [(-100, 0), (100, 6)])
def test_coordinates_are_clamped_to_the_edge(bench: MakeBench, offset: int, x: int) -> None:
    text = shade("HOOKED_texOff(0)", "SAVE X")
    text += shade(f"X_texOff(vec2({offset}, 0))", bind="X", desc="saved")
    text += shade(f"HOOKED_tex(HOOKED_pos + vec2({offset}, 0) * HOOKED_pt)", "SAVE Y", desc="stage")
    made = bench(SMALL, text).draw(ramp(7, 5))
    for name in ("saved", "stage"):
        assert np.array_equal(made.at(name)[:, :, 0], np.full((5, 7), x / 64))


# 48
def test_texoff_takes_scalars_and_vectors(bench: MakeBench) -> None:
    value = "vec4(HOOKED_texOff(0).r, HOOKED_texOff(vec2(1, 0)).r, HOOKED_texOff(ivec2(0, 1)).g, HOOKED_texOff(1).r)"
    made = bench(SMALL, shade(value, desc="seen")).draw(ramp(7, 5))
    assert made.pixel("seen", 3, 2) == pytest.approx([3 / 64, 4 / 64, 3 / 64, 4 / 64], abs=1e-6)


# 49
def test_position_size_and_texel_of_differently_sized_textures(bench: MakeBench) -> None:
    text = shade("vec4(0)", "SAVE X", "WIDTH 3", "HEIGHT 2")
    text += shade("vec4(X_pos, HOOKED_pos) * vec4(11, 13, 11, 13)", "SAVE P", "WIDTH 11", "HEIGHT 13",
                  bind="HOOKED X", desc="pos")  # fmt: skip
    text += shade("vec4(X_size * X_pt, HOOKED_size * HOOKED_pt)", "SAVE Q", bind="HOOKED X", desc="one")
    text += shade("vec4(X_mul, X_rot[0], X_rot[1].y)", bind="X", desc="rest")
    made = bench(SMALL, text).draw()
    y, x = np.mgrid[0:13, 0:11] + 0.5
    assert np.allclose(made.at("pos"), np.stack([x, y, x, y], axis=-1), atol=1e-5)
    assert made.pixel("one") == pytest.approx([1] * 4, abs=1e-6)
    assert made.pixel("rest") == [1, 1, 0, 1]


GATHER = "HOOKED_gather(vec2(1.0) * HOOKED_pt, 0)"


# 50
def test_gather_order(bench: MakeBench) -> None:
    unique = np.array([[[0.1], [0.2]], [[0.3], [0.4]]], np.float32).repeat(3, axis=2)
    code = f"#ifndef HOOKED_gather\n#error no gather\n#endif\nvec4 hook() {{ return {GATHER}; }}"
    text = block("HOOK MAIN", "BIND HOOKED", "DESC seen", code=code)
    assert bench(float_rgb(2, 2), text).draw(unique).pixel("seen") == pytest.approx([0.3, 0.4, 0.2, 0.1])


def test_gather_of_other_components(bench: MakeBench) -> None:
    text = shade("vec4(HOOKED_gather(vec2(1.0) * HOOKED_pt, 1).xw, textureGather(HOOKED_raw, HOOKED_pt, 2).yz)",
                 desc="seen")  # fmt: skip
    made = bench(SMALL, text).draw(ramp(7, 5))
    assert made.pixel("seen") == pytest.approx([1 / 64, 0, 0.5, 0.5])


# 51
def test_gather_at_texel_centres_begins_at_the_own_texel(bench: MakeBench) -> None:
    width, height = 853, 480
    index = np.zeros((height, width, 3), np.float32)
    index[..., 0] = np.arange(width * height).reshape(height, width)
    seen = bench(float_rgb(width, height), shade("HOOKED_gather(HOOKED_pos, 0)", desc="seen")).draw(index).at("seen")
    assert np.array_equal(seen[..., 3], index[..., 0])
    assert np.array_equal(seen[:-1, :-1, 1], index[1:, 1:, 0])


# 52
def test_gather_with_offsets(bench: MakeBench) -> None:
    code = """
const ivec2 around[4] = ivec2[4](ivec2(-1, 0), ivec2(1, 0), ivec2(0, -1), ivec2(0, 1));
vec4 hook() {
    vec4 a = textureGatherOffset(HOOKED_raw, HOOKED_pos, ivec2(2, 1), 0);
    vec4 b = textureGather(HOOKED_raw, HOOKED_pos + vec2(2, 1) * HOOKED_pt, 0);
    vec4 c = textureGatherOffsets(HOOKED_raw, HOOKED_pos, around, 0);
    return vec4(distance(a, b), a.w, c.x, c.y);
}"""
    made = bench(SMALL, block("HOOK MAIN", "BIND HOOKED", "DESC seen", code=code)).draw(ramp(7, 5))
    assert made.pixel("seen", 3, 2) == [0, 5 / 64, 2 / 64, 4 / 64]


# 53
@pytest.mark.parametrize("place", ["-1, 0", "0, -1", "7, 0", "0, 5"])
def test_fetch_outside_is_zero(bench: MakeBench, place: str) -> None:
    made = bench(SMALL, shade(f"texelFetch(HOOKED_raw, ivec2({place}), 0)", desc="seen"))
    assert made.draw(np.ones((5, 7, 3))).pixel("seen")[:3] == [0, 0, 0]


# -- user textures ---------------------------------------------------------------------------------------

NINE = "".join(f"{value:02x}000000" for value in range(0, 90, 10))


def lookup(coordinate: str, *header: str, payload: str = NINE, wide: int = 16, call: str = "lut_tex") -> str:
    text = block("TEXTURE lut", *header, code=payload)
    return text + shade(f"vec4({call}({coordinate}))", f"WIDTH {wide}", "SAVE X", bind="HOOKED lut", desc="seen")


# 54
def test_repeating_nearest_pattern(bench: MakeBench) -> None:
    where = "(vec2(gl_FragCoord.x, 1.5) - vec2(6, 0)) / 3.0"
    text = lookup(where, "SIZE 3 3", "FORMAT rgba8", "FILTER NEAREST", "BORDER REPEAT")
    seen = bench(SMALL, text).draw().at("seen")[0, :, 0] * 255
    assert seen == pytest.approx([(30, 40, 50)[(x - 6) % 3] for x in range(16)])


# 59
@pytest.mark.parametrize(
    ("border", "expected"),
    [("MIRROR", [2, 1, 0, 0, 1, 2, 2, 1, 0]), ("CLAMP", [0, 0, 0, 0, 1, 2, 2, 2, 2]), ("REPEAT", [0, 1, 2] * 3)],
)
def test_borders(bench: MakeBench, border: str, expected: list[int]) -> None:
    text = lookup("vec2((gl_FragCoord.x - 3.0) / 3.0, 0.1)", "SIZE 3 3", "FORMAT rgba8", f"BORDER {border}", wide=9)
    seen = bench(SMALL, text).draw().at("seen")[0, :, 0] * 25.5
    assert seen == pytest.approx(expected)


# 55
def test_half_float_textures_take_float32_or_half_payloads(bench: MakeBench) -> None:
    values = (1 / 3, -2.5, 70.0, 1e-3)
    full, half = struct.pack("<4f", *values).hex(), struct.pack("<4e", *values).hex()
    nearest = [float(np.float16(value)) for value in values]
    for name, payload in (("rgba16f", full), ("rgba16hf", half)):
        text = lookup("vec2(0.5)", "SIZE 1 1", f"FORMAT {name}", payload=payload)
        assert bench(SMALL, text).draw().pixel("seen") == nearest
    text = lookup("vec2(0.5)", "SIZE 1 1", "FORMAT rgba32f", payload=full)
    assert bench(SMALL, text).draw().pixel("seen") == pytest.approx(values, rel=1e-7)


# 56
def test_one_dimensional_texture(bench: MakeBench) -> None:
    text = block("TEXTURE lut", "SIZE 4", "FORMAT r8", code="00 33 66 99")
    text += shade("vec4(lut_tex((gl_FragCoord.x) / 4.0).r, texture(lut, 0.9).r, textureSize(lut, 0), 0)", "WIDTH 4",
                  "SAVE X", bind="lut", desc="seen")  # fmt: skip
    seen = bench(SMALL, text).draw().at("seen")[0]
    assert seen[:, 0] == pytest.approx([0, 0.2, 0.4, 0.6])
    assert seen[0, 1:3] == pytest.approx([0.6, 4])


def test_one_dimensional_texture_filtered(bench: MakeBench) -> None:
    text = block("TEXTURE lut", "SIZE 2", "FORMAT r32f", "FILTER LINEAR", code=struct.pack("<2f", 1, 3).hex())
    text += shade("vec4(lut_tex(0.5).r)", bind="lut", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen")[0] == pytest.approx(2, abs=1e-2)


@pytest.mark.parametrize(("size", "depth"), [("2 2 2", 2), ("4 2 1", 1)])
def test_three_dimensional_texture(bench: MakeBench, size: str, depth: int) -> None:
    """Three extents make a 3D texture, also when the last is 1."""
    text = block("TEXTURE lut", f"SIZE {size}", "FORMAT r8", code="00 11 22 33 44 55 66 77")
    text += shade("vec4(texelFetch(lut, ivec3(1, 1, textureSize(lut, 0).z - 1), 0).r * 15.0, textureSize(lut, 0))",
                  bind="lut", desc="seen")  # fmt: skip
    last = 7 if depth == 2 else 5
    assert bench(SMALL, text).draw().pixel("seen") == pytest.approx([last, *map(int, size.split())])


def test_three_dimensional_repeat_in_depth(bench: MakeBench) -> None:
    text = block("TEXTURE lut", "SIZE 1 1 2", "FORMAT r8", "BORDER REPEAT", code="33 ff")
    text += shade("vec4(lut_tex(vec3(0.5, 0.5, 1.25)).r, lut_tex(vec3(0.5, 0.5, -0.25)).r, 0, 0)", bind="lut",
                  desc="seen")  # fmt: skip
    assert bench(SMALL, text).draw().pixel("seen")[:2] == pytest.approx([0.2, 1.0])


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("rgba8u", "01 02 03 ff", [1, 2, 3, 255]),
        ("rgba8ui", "01 02 03 ff", [1, 2, 3, 255]),
        ("rg16u", "0102 ffff", [513, 65535, 0, 1]),
        ("r32u", "00000001", [16777216, 0, 0, 1]),
        ("r32i", "fdffffff", [-3, 0, 0, 1]),
        ("rg8i", "ff 7f", [-1, 127, 0, 1]),
        ("rg8s", "81 7f", [-1, 1, 0, 1]),
        ("rg16", "ffff 0080", [1, 32768 / 65535, 0, 1]),
        ("rgb8", "ff 33 00", [1, 0.2, 0, 1]),
        ("r16f", "0000c03f", [1.5, 0, 0, 1]),
    ],
)
def test_texture_formats(bench: MakeBench, name: str, payload: str, expected: list[float]) -> None:
    text = block("TEXTURE lut", "SIZE 1 1", f"FORMAT {name}", code=payload)
    text += shade("vec4(texelFetch(lut, ivec2(0), 0))", bind="lut", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen") == pytest.approx(expected, abs=1e-6)


# 58
@pytest.mark.parametrize(
    ("compat", "header", "expected"),
    [
        (Compat.NEXT, (), 1.0),
        (Compat.GPU, (), 0.5),
        (Compat.NEXT, ("FILTER LINEAR",), 0.5),
        (Compat.GPU, ("FILTER NEAREST",), 1.0),
    ],
)
def test_default_filter(bench: MakeBench, compat: Compat, header: tuple[str, ...], expected: float) -> None:
    text = lookup("vec2(0.5, 0.5)", "SIZE 2 1", "FORMAT r8", *header, payload="00 ff")
    made = bench(SMALL, text.replace("SAVE X", "SAVE X\n//!COMPONENTS 4"), settings=replace(PLAIN, compat=compat))
    assert made.draw().pixel("seen")[0] == pytest.approx(expected, abs=1e-2)


def test_user_texture_wins_over_a_stage_of_its_name(bench: MakeBench) -> None:
    text = block("TEXTURE MAIN", "SIZE 1 1", "FORMAT r8", code="33")
    text += shade("texture(MAIN, vec2(0.5))", bind="MAIN", desc="seen")
    assert bench(SMALL, text).draw(np.ones((5, 7, 3))).pixel("seen")[0] == pytest.approx(0.2)


def test_textures_of_two_files_with_one_name(bench: MakeBench) -> None:
    texts = [lookup("vec2(0.5)", "SIZE 1 1", "FORMAT r8", payload=byte).replace("seen", byte) for byte in ("33", "66")]
    made = bench(SMALL, *texts).draw()
    assert [made.pixel("33")[0], made.pixel("66")[0]] == pytest.approx([0.2, 0.4])


def test_sixteen_textures_in_one_pass(device: Device, bench: MakeBench) -> None:
    assert device.info.max_texture_units >= 16
    text = "".join(shade(f"vec4({n})", f"SAVE T{n}") for n in range(15))
    names = [f"T{n}" for n in range(15)]
    total = " + ".join(f"{name}_texOff(0).r" for name in names)
    text += shade(f"vec4({total} + HOOKED_texOff(0).r)", bind=" ".join(["HOOKED", *names]), desc="seen")
    assert bench(SMALL, text).draw(ramp(7, 5)).pixel("seen", 4, 0)[0] == pytest.approx(105 + 4 / 64)


def test_texture_that_the_device_cannot_hold_switches_its_file_off(device: Device) -> None:
    """3D textures have smaller limits than a shader file may ask for."""
    too_deep = lookup("vec3(0.5)", "SIZE 1 1 32768", "FORMAT r8", payload="00" * 32768)
    with pytest.raises(StepFailure, match=r"a\.glsl:1: the texture lut cannot be made: .* 1 x 1 x 32768") as failure:
        Bench(device, SMALL, too_deep)
    assert failure.value.file == 0
