"""The GLSL around a body: hoisted extensions, macro hygiene, names that bodies take, places of errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import DEEP, PLAIN, Bench, block, float_rgb, ramp, shade, zeros

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)


def body(code: str, *directives: str) -> str:
    return block("HOOK MAIN", "BIND HOOKED", "DESC seen", *directives, code=code)


# 96
def test_extensions_after_code_are_hoisted(bench: MakeBench) -> None:
    code = """
const float one = 1.0;
#extension GL_ARB_shader_bit_encoding : enable
  #  extension GL_MADE_UP_float16 : enable
#ifdef GL_MADE_UP_float16
vec4 hook() { return vec4(nonsense); }
#else
vec4 hook() { return vec4(one, uintBitsToFloat(floatBitsToUint(0.25)), 0, 1); }
#endif"""
    assert bench(SMALL, body(code)).draw().pixel("seen")[:2] == [1, 0.25]


def test_required_extension_that_is_missing_names_its_line(device: Device) -> None:
    code = "\n\n#extension GL_MADE_UP_thing : require\nvec4 hook() { return vec4(1); }"
    assert failure(device, body(code)) == (6, "GL_MADE_UP_thing")


def test_guarded_requirement_of_a_missing_extension_takes_the_other_branch(bench: MakeBench) -> None:
    code = """
#ifdef GL_MADE_UP_thing
#extension GL_MADE_UP_thing : require
vec4 hook() { return made_up(); }
#else
vec4 hook() { return vec4(0.25); }
#endif"""
    assert bench(SMALL, body(code)).draw().pixel("seen")[0] == 0.25


# 97
def test_bodies_may_define_what_they_like(bench: MakeBench) -> None:
    names = "T V P R S M N C c L offset axis pos sample_ val get sat color in_ x y w h id p s o tex size pt mul"
    code = "".join(f"#define {name} 0.5\n" for name in names.split())
    code += "#define us(x) 3\nvec4 hook() { return HOOKED_tex(HOOKED_pos) + HOOKED_texOff(vec2(1, 0)) + vec4(T + V); }"
    assert bench(SMALL, body(code)).draw(ramp(7, 5)).pixel("seen", 2, 1)[0] == pytest.approx(5 / 64 + 1)


def test_function_like_macros_and_a_variable_named_like_a_texture(bench: MakeBench) -> None:
    code = """
#define var(x, y) (x - y)
vec4 hook() { float var = var(3.0, 1.0); return vec4(var) + var_tex(var_pos); }"""
    text = shade("vec4(0.25)", "SAVE var") + block("HOOK MAIN", "BIND var", "DESC seen", code=code)
    assert bench(SMALL, text).draw().pixel("seen")[0] == 2.25


# 98
def test_globals_may_be_initialised_by_textures(bench: MakeBench) -> None:
    code = """
vec4 here = HOOKED_tex(HOOKED_pos);
vec2 where = HOOKED_pos * HOOKED_size + input_size * 0.0;
vec4 hook() { return vec4(here.rg, where); }"""
    assert bench(SMALL, body(code)).draw(ramp(7, 5)).pixel("seen", 4, 3) == pytest.approx([4 / 64, 3 / 64, 4.5, 3.5])


# 99
def test_derivatives(bench: MakeBench) -> None:
    made = bench(float_rgb(8, 6), shade("vec4(fwidth(HOOKED_tex(HOOKED_pos)).rg, dFdx(HOOKED_texOff(0).r), 0)",
                                        desc="seen")).draw(ramp(8, 6))  # fmt: skip
    assert np.allclose(made.at("seen")[..., :3], 1 / 64, atol=1e-5)


# 101
@pytest.mark.parametrize(
    "code",
    [
        "float random(vec2 p) { return fract(p.x); }\nvec4 hook() { return vec4(random(vec2(1.25))); }",
        "#define random(x) 0.25\nvec4 hook() { return vec4(random(1)); }",
        "vec4 hook() { float random = 0.25; int frame = 0; return vec4(random + float(frame)); }",
        "vec4 linearize(vec4 c) { return c * 0.5; }\nvec4 hook() { return linearize(vec4(0.5)); }",
        "vec4 delinearize(vec4 c) { return c * 0.5; }\n"
        "vec4 hook() { return delinearize(vec4(0.5)) + 0.0 * linearize(vec4(1)); }",
        "#define tex1D(a, b) vec4(0.25)\nvec4 hook() { return tex1D(1, 2); }",
        "vec4 hook() { vec2 input_size = vec2(0.25); return input_size.xyxy; }",
    ],
)
def test_bodies_may_take_the_names_of_built_ins(bench: MakeBench, code: str) -> None:
    assert bench(SMALL, body(code)).draw().pixel("seen")[0] == 0.25


def test_members_of_buffers_may_take_the_names_of_built_ins(bench: MakeBench) -> None:
    text = block("BUFFER data", "VAR float random", "VAR float frame", code="0000803e" * 2)
    text += shade("vec4(random + frame)", bind="data", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen")[0] == 0.5


def test_helpers_of_old_shaders(bench: MakeBench) -> None:
    text = block("TEXTURE line", "SIZE 2", "FORMAT r8", code="00 33")
    text += shade("vec4(tex1D(line, 0.9).r, LUT_POS(0.0, 4.0), LUT_POS(1.0, 4.0), 0)", bind="line", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen")[:3] == pytest.approx([0.2, 0.125, 0.875])


def test_harmless_preprocessor_lines(bench: MakeBench) -> None:
    code = """
#pragma optionNV(fastmath on)
precision highp float;
#if __VERSION__ < 400
#error too old
#endif
vec4 hook() { return vec4(0.25); }"""
    assert bench(SMALL, body(code)).draw().pixel("seen")[0] == 0.25


def test_body_without_a_last_line_end_in_a_comment(bench: MakeBench) -> None:
    text = "//!HOOK MAIN\n//!DESC seen\nvec4 hook() { return vec4(0.25); } // the end"
    assert bench(SMALL, text).draw().pixel("seen")[0] == 0.25


# -- files as they come (1 to 5) --------------------------------------------------------------------------


def picture(device: Device, *texts: str | bytes) -> tuple[Any, dict[str, str]]:
    """The picture of a ramp through these files, and which were switched off."""
    files = [parse_text(text, f"{number}.glsl") for number, text in enumerate(texts)]
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    renderer.render((ramp(7, 5),))
    pixels, disabled = renderer.read()[0].copy(), dict(renderer.disabled)
    renderer.release()
    return pixels, disabled


MACRO = "#define twice(x) ((x) + \\\n  (x))\nvec4 hook() { return twice(HOOKED_texOff(0)); }\n"


def test_text_before_the_first_block_is_ignored(device: Device) -> None:
    plain, _ = picture(device, body(MACRO))
    assert plain[2, 3, 0] / 65535 == pytest.approx(6 / 64, abs=2e-5)
    licence = "\ufeff// Copyright, not code {\n\n/* HOOK */\n"
    assert np.array_equal(picture(device, licence + body(MACRO))[0], plain)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(device: Device, end: str) -> None:
    plain, _ = picture(device, body(MACRO))
    changed, disabled = picture(device, body(MACRO).replace("\n", end).encode())
    assert not disabled and np.array_equal(changed, plain)


def test_file_without_blocks_changes_nothing(device: Device) -> None:
    assert np.array_equal(picture(device, "vec4 hook() { return vec4(1); }")[0], picture(device)[0])


def test_blank_line_in_a_header_switches_the_file_off(device: Device) -> None:
    """The first half is a pass without code, the second one without HOOK."""
    text = "//!HOOK MAIN\n\n//!BIND HOOKED\nvec4 hook() { return vec4(1); }\n"
    pixels, disabled = picture(device, text)
    assert np.array_equal(pixels, picture(device)[0])
    assert "hook" in disabled["0.glsl"]


def test_the_same_file_twice_runs_twice_and_shares_its_state(device: Device) -> None:
    text = block("TEXTURE past", "SIZE 1 1", "FORMAT r32f", "STORAGE")
    text += block("HOOK MAIN", "BIND HOOKED", "BIND past", code="""
vec4 hook() {
    if (ivec2(gl_FragCoord.xy) == ivec2(0)) imageStore(past, ivec2(0), imageLoad(past, ivec2(0)) + 0.125);
    return HOOKED_texOff(0) + 0.25;
}""")  # fmt: skip
    text += shade("imageLoad(past, ivec2(0))", hook="OUTPUT", bind="HOOKED past")
    file = parse_text(text, "same.glsl")
    renderer = Renderer(device, [file, file], settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    renderer.render((ramp(7, 5),))
    assert len([step for step in renderer.plan.steps if step.origin]) == 4
    assert renderer.read()[0][2, 2, 0] / 65535 == pytest.approx(0.25, abs=2e-5)
    renderer.release()


def test_equal_text_used_twice_keeps_two_sets_of_sizes(device: Device) -> None:
    """0 becomes 7/64, then 2 * 7/64 + 14/64."""
    text = shade("HOOKED_tex(HOOKED_pos) * 2.0 + HOOKED_size.x / 64.0", "WIDTH HOOKED.w 2 *")
    file = parse_text(text, "same.glsl")
    renderer = Renderer(device, [file, file], settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (28, 5))
    for _ in range(2):
        renderer.render(zeros(SMALL))
    assert renderer.read()[0][2, 2, 0] / 65535 == pytest.approx(28 / 64, abs=2e-5)
    renderer.release()


# -- errors -----------------------------------------------------------------------------------------------


def failure(device: Device, text: str) -> tuple[int | None, str]:
    """Line and the words of a compile error that matter."""
    with pytest.raises(StepFailure) as caught:
        Bench(device, SMALL, text)
    error = caught.value.error
    assert error.path == "a.glsl" and str(error).startswith("a.glsl:")
    return error.line, error.reason if "GL_MADE_UP_thing" not in error.reason else "GL_MADE_UP_thing"


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("vec4 hook() {\n    return nonsense;\n}", 5, "nonsense"),
        ("#define A 1\n\n\nvec4 hook() { return vec4(B); }", 7, "B"),
        ("vec4 hook() { return HOOKED_tex(); }", 4, ""),
        ("vec4 hook() {\n\n  return vec4(undefined_function(1.0));\n}", 6, "undefined_function"),
        ("vec4 hook() { return vec4(1) }", 4, "syntax error"),
        ("vec4 hook() {\n#if 1\n return vec4(1);\n}", 4, ""),
        (
            "float f(float x) { return x; }\nvec4 hook() {\n return vec4(HOOKED_texOff(vec2(0)) + f(vec3(1)));\n}",
            6,
            "f",
        ),
        ("void main() { }\nvec4 hook() { return vec4(1); }", 6, "main"),
        ("#error my own words\nvec4 hook() { return vec4(1); }", 4, "my own words"),
    ],
)
def test_errors_name_the_line_in_the_file(device: Device, code: str, line: int, words: str) -> None:
    found, reason = failure(device, body(code))
    if "#if 1" not in code:  # an unterminated #if is told at its start or at the end of the file
        assert found == line
    assert words in reason


def test_error_behind_hoisted_extensions_keeps_its_line(device: Device) -> None:
    code = "#extension GL_ARB_shader_bit_encoding : enable\n\nvec4 hook() { return vec4(wrong); }"
    assert failure(device, body(code))[0] == 6


def test_missing_hook_is_told(device: Device) -> None:
    line, reason = failure(device, body("vec4 other() { return vec4(1); }"))
    assert "hook" in reason and line is not None


def test_second_pass_of_a_file_has_lines_of_the_file(device: Device) -> None:
    first = shade("HOOKED_texOff(0)")
    line, _ = failure(device, first + body("\nvec4 hook() { return vec4(wrong); }"))
    assert line == len(first.splitlines()) + 5


# 100
def test_broken_file_is_left_out_entirely_and_others_run(device: Device) -> None:
    good = shade("HOOKED_texOff(0) + 0.25")
    broken = good + shade("vec4(0)", "SAVE X") + shade("vec4(missing)", bind="HOOKED X", desc="third")
    files = [parse_text(broken, "shaders/A.glsl"), parse_text(good, "shaders/B.glsl")]
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    made = renderer.configure(SMALL, (7, 5))
    renderer.render((ramp(7, 5),))
    picture = renderer.read()[0] / 65535
    assert picture[2, 4, :2] == pytest.approx([4 / 64 + 0.25, 2 / 64 + 0.25], abs=2e-5)  # once, by B
    assert list(renderer.disabled) == ["shaders/A.glsl"]
    message = renderer.disabled["shaders/A.glsl"]
    assert message.startswith("shaders/A.glsl:12: ") and "third" in message and "missing" in message
    assert {step.origin.path for step in made.steps if step.origin} == {"shaders/B.glsl"}

    renderer.set_shaders([parse_text(good, "C.glsl")])
    renderer.configure(SMALL, (7, 5))
    assert not renderer.disabled
    renderer.render((ramp(7, 5),))
    assert np.array_equal(renderer.read()[0], (picture * 65535).round())
    renderer.release()


def test_several_broken_files_are_all_told(device: Device) -> None:
    bad = shade("vec4(missing)")
    files = [parse_text(bad, f"{name}.glsl") for name in "abc"]
    files.insert(1, parse_text(shade("vec4(0.5)"), "good.glsl"))
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    renderer.render(zeros(SMALL))
    assert sorted(renderer.disabled) == ["a.glsl", "b.glsl", "c.glsl"]
    assert renderer.read()[0][0, 0, 0] == pytest.approx(32768, abs=1)
    renderer.release()
