"""What the text of a body tells: its names, and the branches of conditions that hold."""

from __future__ import annotations

import pytest

from anime4k.pipeline.rewrites.conditions import resolved
from anime4k.pipeline.rewrites.names import Defined, defined


def names(macros: str = "", functions: str = "", constants: str = "", variables: str = "") -> Defined:
    return Defined(*(frozenset(text.split()) for text in (macros, functions, constants, variables)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("vec4 hook() { vec4 a = vec4(0); return a; }", names(functions="hook")),
        ("#define go(x) (x)\n#define N 3\nvec4 hook() { return go(N); }", names("go N", "hook")),
        ("#define go(x) (x + \\\n y)\nvec4 hook() { return go(1); }", names("go", "hook")),
        ("const float w[2] = float[2](1.0, 2.0);\nconst vec3 G = vec3(1, 2, 3);\nvec4 hook() { return w; }",
         names(functions="hook", constants="w G")),
        ("const float[] w = float[](1.0, 2.0);\nvec4 hook() {}", names(functions="hook", constants="w")),
        ("float sum;\nvec4 last = vec4(0);\nfloat f(float x);\nvoid f(int x) { sum += x; }\nvec4 hook() {}",
         names(functions="f hook", variables="sum last")),
        ("highp float f(in highp vec2 p) { for (int i = 0; i < 3; i++) { p += 1.0; } return p.x; }",
         names(functions="f")),
    ],
)  # fmt: skip
def test_names_of_the_outermost_level(code: str, expected: Defined) -> None:
    assert defined(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "float a, b;\nvec4 hook() {}",
        "const float a = 1.0, b = 2.0;\nvec4 hook() {}",
        "struct S { float a; };\nvec4 hook() {}",
        "#define read(n) n##_tex\nvec4 hook() {}",
        "#if 1\nfloat a;\n#endif\nvec4 hook() {}",
        "uniform float a;\nvec4 hook() {}",
        "precision highp float;\nvec4 hook() {}",
        "layout(location = 1) out vec4 x;\nvec4 hook() {}",
        "vec4 hook() {",
    ],
)
def test_texts_that_do_not_tell_their_names(code: str) -> None:
    assert defined(code) is None


def test_what_stands_within_functions_is_not_a_name_of_the_outermost_level() -> None:
    made = defined("vec4 hook() { float a = 1.0; { float b; } return vec4(a); }\nfloat after() { return 1.0; }")
    assert made is not None and made.all == {"hook", "after"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a\n#if 1\nb\n#else\nc\n#endif\nd", "a\n\nb\n\n\n\nd"),
        ("#ifndef strength\n#define strength 5\n#endif\n#if strength == 0\na\n#else\nb\n#endif", "\n\n\n\n\n\nb\n"),
        ("#ifdef X\n#if Y\na\n#endif\n#elif 2 > 1\nb\n#else\nc\n#endif", "\n\n\n\n\nb\n\n\n"),
        ("#if defined(strength)\na\n#endif\n#if !defined X\nb\n#endif", "\na\n\n\nb\n"),
        ("#if 1\n#define N 2\n#endif\n#if N >= 2\na\n#endif", "\n#define N 2\n\n\na\n"),
    ],
)
def test_conditions_are_resolved_and_lines_keep_their_numbers(code: str, expected: str) -> None:
    assert resolved(code, {"strength": "100"}) == expected


@pytest.mark.parametrize(
    "code",
    [
        "#if N + 1 > 2\na\n#endif",
        "#if UNKNOWN == 1\na\n#endif",
        "#if 1\na",
        "#ifdef A\n#endif\n#undef B",
        "#if __VERSION__ >= 430 && 1\na\n#endif",
    ],
)
def test_conditions_that_cannot_be_told(code: str) -> None:
    assert resolved(code, {}) is None


def test_a_condition_in_a_branch_that_does_not_hold_is_not_looked_at() -> None:
    assert resolved("#ifdef X\n#if f(3)\na\n#endif\n#endif\nb", {}) == "\n\n\n\n\nb"
