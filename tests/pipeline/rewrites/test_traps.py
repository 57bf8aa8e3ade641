"""Texts that tell less than they seem to: what a rewrite makes of them draws what the file says, in little time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.journey import make_plan
from anime4k.pipeline.parts import Block
from anime4k.pipeline.plan import StepKind
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import effects, optimise, optimised_plan
from tests.pipeline.support import (
    NO_FOLD,
    PLAIN,
    Bench,
    block,
    float_rgb,
    pixels,
    plan,
    ran,
    request,
    shade,
    user_steps,
)

MakeBench = Callable[..., Bench]
ALL = NO_FOLD | {"exact-fetch", "fusion", "blocks"}
WIDTH, HEIGHT = 29, 17
MODERN = Capabilities(glsl=450, compute=True, block=Block((4, 1), (16, 4)))
OTHER = "vec4 hook() { return HOOKED_texOff(vec2(0, 1)) * 2.0; }"
FOUR = "HOOKED_texOff(0) + HOOKED_texOff(vec2(1, 0)) + HOOKED_texOff(vec2(2, 0)) + HOOKED_texOff(vec2(-1, 0))"
TWICE = ("WIDTH HOOKED.w 2 *", "HEIGHT HOOKED.h 2 *")


def one(code: str, *directives: str) -> str:
    """A pass called it."""
    return block("HOOK MAIN", "BIND HOOKED", "DESC it", *directives, code=code)


def two(first: str, second: str = OTHER) -> str:
    """Two passes over the same picture that are saved as X and Y."""
    codes = (("X", first), ("Y", second))
    return "".join(block("HOOK MAIN", "BIND HOOKED", f"SAVE {name}", f"DESC {name}", code=code) for name, code in codes)


def check(bench: MakeBench, text: str, *names: str) -> None:
    """With and without rewrites the results of these passes are the same."""
    source, frame = float_rgb(WIDTH, HEIGHT), np.random.default_rng(3).uniform(0, 1, (HEIGHT, WIDTH, 3))
    plain = bench(source, text, settings=replace(PLAIN, no_rewrites=ALL)).draw(frame)
    made = bench(source, text, settings=PLAIN).draw(frame)
    for name in names:
        assert np.allclose(made.at(name), plain.at(name), rtol=1e-4, atol=1e-4), name


# -- names that the driver defines -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    ["ifdef GL_core_profile", "ifdef GL_FRAGMENT_PRECISION_HIGH", "ifdef GL_ARB_gpu_shader5", "if defined(__VERSION__)",
     "if 010 == 8"],
)  # fmt: skip
def test_a_condition_on_what_the_driver_defines(bench: MakeBench, condition: str) -> None:
    code = f"vec4 hook() {{\n#{condition}\nreturn HOOKED_texOff(0);\n#else\nreturn vec4(0.0);\n#endif\n}}"
    check(bench, two(code), "X", "Y")


def test_a_global_variable_behind_such_a_condition(bench: MakeBench) -> None:
    text = "#ifdef GL_core_profile\nfloat n = 0.0;\n#else\nconst float n = 0.0;\n#endif\nvec4 hook() {\n"
    text += "#ifdef GL_core_profile\nn += 1.0;\n#endif\n"
    check(bench, one(f"{text}return {FOUR} + n; }}"), "it")


# -- passes in one program ---------------------------------------------------------------------------------


def test_a_pass_that_discards_does_not_discard_the_other(bench: MakeBench) -> None:
    check(bench, two("vec4 hook() { if (HOOKED_pos.x < 0.5) discard; return HOOKED_texOff(0); }"), "Y")


def test_a_local_name_that_is_a_macro_of_a_texture_of_the_other(bench: MakeBench) -> None:
    text = block("HOOK MAIN", "BIND HOOKED", "SAVE Z", "DESC Z", "WIDTH HOOKED.w 1 *", code=OTHER)
    first = "vec4 hook() { return Z_texOff(0) + HOOKED_texOff(0); }"
    text += block("HOOK MAIN", "BIND HOOKED", "BIND Z", "SAVE X", "DESC X", code=first)
    second = "vec4 hook() { vec2 Z_pos = vec2(0.25); return HOOKED_texOff(0) + Z_pos.xyxy; }"
    text += block("HOOK MAIN", "BIND HOOKED", "SAVE Y", "DESC Y", code=second)
    check(bench, text, "X", "Y")


def test_a_macro_called_like_a_selection(bench: MakeBench) -> None:
    check(bench, two("#define xy yx\nvec4 hook() { return HOOKED_texOff(0).xy.xxyy; }"), "X", "Y")


@pytest.mark.parametrize(
    "hiding",
    ["#define textureLod(s, p, l) vec4(0.25)", "vec4 textureLod(sampler2D s, vec2 p, float l) { return vec4(0.5); }"],
)
def test_a_name_that_our_macros_use(bench: MakeBench, hiding: str) -> None:
    filtered = "vec4 hook() { return HOOKED_tex(HOOKED_pos + 0.001); }"
    check(bench, two(f"{hiding}\n{filtered}", filtered), "X", "Y")


# -- fetches -----------------------------------------------------------------------------------------------

CENTRE = "X_tex((vec2(0.5) - f) * X_pt + X_pos)"


@pytest.mark.parametrize("change", ["f.x = 0.0;", "f[0] = 0.0;", "f++;", "turn(f);"])
def test_a_fraction_that_becomes_something_else(bench: MakeBench, change: str) -> None:
    code = "void turn(inout vec2 v) { v = vec2(0.0); }\n"
    code += f"vec4 hook() {{ vec2 f = fract(X_pos * X_size); {change} return {CENTRE}; }}"
    check(bench, one(code.replace("X_", "HOOKED_"), *TWICE), "it")


def test_a_fraction_and_a_parameter_of_its_name(bench: MakeBench) -> None:
    code = f"vec4 other(vec2 f) {{ return {CENTRE}; }}\n"
    code += "vec4 hook() { vec2 f = fract(X_pos * X_size); return other(vec2(1.5)) + f.xyxy; }"
    check(bench, one(code.replace("X_", "HOOKED_"), *TWICE), "it")


@pytest.mark.parametrize("offset", [1.75, -1.75])
def test_a_fraction_in_a_moved_picture(bench: MakeBench, offset: float) -> None:
    """ALIGN moves coordinates beyond the edges, where a fetch is undefined and a filtered read is not."""
    text = block("HOOK MAIN", "BIND HOOKED", f"OFFSET {offset} 0.0", code=OTHER)
    code = f"vec4 hook() {{ vec2 f = fract(X_pos * X_size); return {CENTRE}; }}".replace("X_", "HOOKED_")
    check(bench, text + one(code, *TWICE, "OFFSET ALIGN"), "it")


def test_a_position_that_was_defined_anew(bench: MakeBench) -> None:
    code = "#undef HOOKED_pos\n#define HOOKED_pos vec2(0.1)\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }"
    check(bench, one(code), "it")


# -- what people are told, and what it costs ---------------------------------------------------------------


def test_effects_are_those_of_the_plan_that_is_drawn() -> None:
    """Two passes that are too large to be blocks together stay apart, and nobody says otherwise."""
    taps = "".join(f"s += mat4(0.1) * HOOKED_texOff(vec2({n % 3 - 1}, {n // 3 % 3 - 1}));\n" for n in range(36))
    code = f"vec4 hook() {{ vec4 s = vec4(0.0);\n{taps}return s; }}"
    asked = request(float_rgb(WIDTH, HEIGHT), two(code, code), device=MODERN)
    assert [step.kind for step in user_steps(optimised_plan(asked))] == [StepKind.COMPUTE] * 2
    told = effects(make_plan(asked), MODERN)
    assert [text.split(":")[0] for text in told] == ["exact-fetch", "blocks", "tiles"]


def test_a_refused_program_does_not_make_resizing_compile(device: Device) -> None:
    pure = "vec4 hook() { return HOOKED_texOff(0) + HOOKED_texOff(1) + HOOKED_texOff(2) * N * HOOKED_texOff(-1); }"
    text = "".join(one(pure.replace("N", f"{n}.5")) for n in range(30))
    text += one(pure.replace("N", "textureQueryLod(HOOKED_raw, HOOKED_pos).x"))
    renderer = Renderer(device, [parse_text(text, "a.glsl")], settings=PLAIN)
    renderer.configure(float_rgb(WIDTH, HEIGHT), (WIDTH, HEIGHT))
    before = renderer.executor.compiled
    for width in (30, 31, 32):
        renderer.configure(float_rgb(width, HEIGHT), (width, HEIGHT))
    compiled = renderer.executor.compiled - before
    renderer.release()
    assert compiled == 0


HOSTILE = {
    "braces after a long word": "a" * 100_000 + "{}" * 100_000,
    "nested conditions": "#if 1\n" * 100_000,
    "blanks in a line of a conditional body": "#if 1\n#endif\n#define x" + " " * 300_000 + "y\n",
    "blanks after defined": "#if defined" + " " * 100_000 + "!\n",
    "fractions": "".join(f"vec2 f{n} = fract(HOOKED_pos * HOOKED_size);\n" for n in range(10_000)),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_rewriting_takes_time_in_proportion_to_the_body(name: str) -> None:
    value = "HOOKED_texOff(0) + HOOKED_texOff(1) + HOOKED_texOff(2) + HOOKED_texOff(3)"
    text = shade(value, "SAVE X", desc="mine") + HOSTILE[name] + "\n" + shade(value, "SAVE Y", desc="other")
    made = optimise(plan(pixels("gray", 8, 8), text, device=MODERN), MODERN)
    assert ran(made) == ["mine", "other"]
