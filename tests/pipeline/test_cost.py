"""Costs counted in shader text."""

from __future__ import annotations

import pytest

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.cost import count
from anime4k.pipeline.rewrites import optimise
from tests.pipeline.support import pixels, plan, ran, shade


@pytest.mark.parametrize(
    ("body", "reads", "adds"),
    [
        ("vec4 hook() { return vec4(1.0); }", 0, 0),
        ("vec4 hook() { return HOOKED_tex(HOOKED_pos); }", 1, 0),
        ("vec4 hook() { return MAIN_texOff(vec2(1, 0)) + MAIN_texOff(0) + LUMA_tex (LUMA_pos); }", 3, 0),
        ("texelFetch(a, b, 0) + texture(a, p) + textureLod(a, p, 0.0) + textureGrad(a, p, x, y)", 4, 0),
        ("textureGather(HOOKED_raw, p, 0) + HOOKED_gather(p, 1)", 8, 0),
        ("textureGatherOffset(HOOKED_raw, p, ivec2(1))", 4, 0),
        ("// MAIN_tex(MAIN_pos)\n/* MAIN_tex(MAIN_pos)\nMAIN_tex(p) */ MAIN_tex(MAIN_pos)", 1, 0),
        ("#define go(x, y) (MAIN_texOff(vec2(x, y)))\nvec4 hook() { return go(0, 1) + go(1, 0) + go(1, 1); }", 3, 0),
        ("#define two(x) \\\n (A_tex(x) + \\\n B_tex(x))\nvec4 hook() { return two(p) + two(q); }", 4, 0),
        ("#define a(x) A_tex(x)\n#define b(x) (a(x) + a(-x) + B_tex(x))\nvec4 hook() { return b(p) + b(q); }", 6, 0),
        ("vec4 f(vec2 p) { return A_tex(p); }\nvec4 hook() { return f(p) + f(q) + f(r); }", 3, 0),
        ("vec4 f(vec2 p) { return A_tex(p); }\nvec4 hook() { return vec4(0.0); }", 0, 0),
        ("#define a(x) A_tex(x)\nvec4 f(vec2 p) { if (b) { return a(p); } return a(-p); }\n"
         "const vec4 first = f(o);\nvoid hook() { c = f(p); }", 4, 0),
        ("#if x\nvec4 f() { return A_tex(p); }\n#else\nvec4 f() { return A_tex(q); }\n#endif\n"
         "vec4 hook() { return f(); }", 2, 0),
        ("mat2 f() { return mat2(1.0) * mat2(2.0); }\nvec4 hook() { f(); f(); }", 0, 16),
        ("#define g (max(A_tex(p), 0.0))\n#define h (max(B_tex(p), 0.0))\nvec4 hook() { return g + h; }", 2, 0),
        ("struct S { vec4 a; };\nconst float w[2] = float[2](1.0, 2.0);\nvec4 hook() { return A_tex(p); }", 1, 0),
        ("mat4(1.0, 2.0) * v + mat4(3.0) * w", 0, 32),
        ("mat3(1.0) * v + mat2(1.0) * w", 0, 13),
        ("mat4x3(1.0) * v", 0, 12),
        ("r += vec4(.1, -.2, 3., 0.) * p.x;\nr += vec4(.5) * s; q += vec2(1.0, -.5) * p.y; t += -.25 * s;", 0, 10),
        ("r += vec4(a, b, 1.0, 1.0) + x; r += vec4(f(x)) * 2.0; r *= vec4(2.0) * x; r += x * vec4(2.0);", 0, 0),
    ],
)
def test_count(body: str, reads: int, adds: int) -> None:
    assert count(body) == (reads, adds)


HOSTILE = {
    "one word": "a" * 2_000_000,
    "open comments": "/* " * 500_000,
    "macros": "".join(f"#define m{number}(x) HOOKED_texOff(x)\n" for number in range(40_000)),
    "open calls": "HOOKED_texOff(" * 100_000,
    "calls in calls": "HOOKED_texOff(" * 50_000 + ")" * 50_000,
    "blanks": "HOOKED_texOff" + " " * 2_000_000,
    "open braces": "{" * 1_000_000,
    "functions": "".join(f"vec4 f{number}(vec2 p) {{ return HOOKED_tex(p); }}\n" for number in range(40_000)),
    "heads without end": "f(" * 100_000 + "{}" * 100_000,
    "open sums": "+= vec4(" * 100_000,
    "sums of blanks": ("+=" + " " * 100) * 10_000 + "+= vec4(" + "1," * 500_000,
    "continued lines": "#define m(x) x \\\n" * 100_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("glsl", [410, 450])
def test_planning_takes_time_in_proportion_to_the_body(name: str, glsl: int) -> None:
    """Far above linear time and far below quadratic time; the pass itself is read and rewritten, or left alone."""
    device = Capabilities(glsl=glsl, compute=glsl > 420, exact_gather=False)
    text = shade("HOOKED_texOff(0)", desc="mine") + HOSTILE[name]
    made = optimise(plan(pixels("gray", 8, 8), text, device=device), device)
    assert ran(made) == ["mine"] and made.cost.reads > 0


def test_a_convolution_layer() -> None:
    """3x3 taps of four channels with both signs: the shape of the usual network layers."""
    taps = [f"mat4(0.1, 0.2, 0.3) * go_{k}({x}.0, {y}.0)" for k in (0, 1) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    body = (
        "#define go_0(x_off, y_off) (max(T_texOff(vec2(x_off, y_off)), 0.0))\n"
        "#define go_1(x_off, y_off) (max(-T_texOff(vec2(x_off, y_off)), 0.0))\n"
        "vec4 hook() { vec4 result = " + " + ".join(taps) + "; return result + vec4(0.01); }\n"
    )
    assert count(body) == (18, 18 * 16)
