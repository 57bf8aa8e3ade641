"""The rewrite that reads texel centres as texels: same picture, and hands off where an offset may not be whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.rewrites import optimise
from tests.pipeline.support import (
    NO_FOLD,
    PLAIN,
    Array,
    Bench,
    block,
    computes,
    float_rgb,
    pixels,
    plan,
    shade,
    step_named,
    zeros,
)

MakeBench = Callable[..., Bench]
WIDTH, HEIGHT = 29, 17
ODD = float_rgb(WIDTH, HEIGHT)


def noise(seed: int = 3) -> Array:
    return np.random.default_rng(seed).uniform(-2, 2, (HEIGHT, WIDTH, 3)).astype(np.float32)


def body(code: str, *directives: str, bind: str = "HOOKED") -> str:
    lines = ["HOOK MAIN", *(f"BIND {name}" for name in bind.split()), "DESC it", *directives]
    return block(*lines, code=code)


def rewritten(made: Plan) -> bool:
    return "us_at" in step_named(optimise(made, Capabilities(), NO_FOLD), "it").program.text


GO = "#define go(x) HOOKED_texOff(vec2(x, 0))\n"

WHOLE = {
    "centre": "vec4 hook() { return HOOKED_tex(HOOKED_pos) + 2.0 * HOOKED_texOff(0); }",
    "vectors": "vec4 hook() { return HOOKED_texOff(vec2(-1, 1.0)) - HOOKED_texOff(ivec2(2, -3)); }",
    "bare point": "vec4 hook() { return HOOKED_texOff(vec2(2., +1.00)); }",
    "scalar": "vec4 hook() { return HOOKED_texOff(1) * HOOKED_texOff(-2); }",
    "far outside": "vec4 hook() { return HOOKED_texOff(vec2(-100, 3)) + HOOKED_texOff(vec2(40, 99)); }",
    "macro": "#define go(x, y) (MAIN_texOff(vec2(x, y)))\n"
    "vec4 hook() { return go(-1.0, 0) + go(1, -1) * go( 0 , 2.0 ); }",
    "macro over lines": """#define cross(x) (HOOKED_texOff(vec2(x, 0)) + \\
    HOOKED_texOff(vec2(0, x)))
vec4 hook() { return cross(1) + cross(-1.0); }""",
    "like networks": """#define go_0(x_off, y_off) (max((MAIN_texOff(vec2(x_off, y_off))), 0.0))
#define go_1(x_off, y_off) (max(-(MAIN_texOff(vec2(x_off, y_off))), 0.0))
vec4 hook() {
    mat4 weights = mat4(0.1, 0.2, -0.3, 0.4, -0.5, 0.6, 0.7, -0.8, 0.9, 1.0, -1.1, 1.2, 1.3, -1.4, 1.5, 1.6);
    vec4 result = weights * go_0(-1.0, -1.0);
    result += mat4(0.3) * go_1(1.0, 0.0);
    return result + vec4(0.1, 0.2, 0.3, 0.4);
}""",
}

BROKEN = {
    "half": "vec4 hook() { return HOOKED_texOff(vec2(0.5, 0)); }",
    "one of two": "vec4 hook() { return HOOKED_texOff(0) + HOOKED_texOff(vec2(0, 1.25)); }",
    "variable": "vec4 hook() { vec2 o = vec2(0.5); return HOOKED_texOff(o); }",
    "function": "vec4 at(vec2 o) { return HOOKED_texOff(o); }\nvec4 hook() { return at(vec2(0.25)); }",
    "loop": "vec4 hook() { vec4 s = vec4(0);\nfor (float i = 0.0; i < 1.1; i += 0.5) s += HOOKED_texOff(vec2(i, 0));\n"
    "return s; }",
    "macro argument": GO + "vec4 hook() { return go(1) + go(0.5); }",
    "macro text": "#define go(x) HOOKED_texOff(vec2(x, 0.5))\nvec4 hook() { return go(1); }",
    "macro arithmetic": "#define go(x) HOOKED_texOff(vec2(x / 2.0, 0))\nvec4 hook() { return go(1); }",
    "macro of macro": GO + "#define half(y) go(y * 0.5)\nvec4 hook() { return half(1); }",
    "macro named elsewhere": GO + "#define call(f) f(0.5)\nvec4 hook() { return call(go); }",
    "handed on": "#define call(f) f(vec2(0.5))\nvec4 hook() { return call(HOOKED_texOff); }",
    "pasted": "#define read(n, o) n##_texOff(o)\nvec4 hook() { return read(HOOKED, vec2(0.5)) + HOOKED_texOff(0); }",
    "alias": "#define AT HOOKED_texOff\nvec4 hook() { return AT(vec2(0.5)) + HOOKED_texOff(0); }",
    "literal behind a name": "#define HALF 0.5\nvec4 hook() { return HOOKED_texOff(HALF); }",
    "shadowed": GO + "vec4 hook() { float x = 0.5; return go(x); }",
    "defined twice": "#if 1\n#define go(x) HOOKED_texOff(vec2(x, 0.5))\n#else\n#define go(x) HOOKED_texOff(x)\n#endif\n"
    "vec4 hook() { return go(1); }",
    "exponent": "vec4 hook() { return HOOKED_texOff(vec2(1e-1, 0)); }",
    "comment inside": "vec4 hook() { return HOOKED_texOff(vec2(0.5 /* not 1 */, 0)); }",
}


def pictures(bench: MakeBench, text: str, frame: Array) -> tuple[Array, Array]:
    plain = bench(ODD, text, settings=replace(PLAIN, no_rewrites=NO_FOLD | {"exact-fetch"})).draw(frame).at("it")
    return plain, bench(ODD, text).draw(frame).at("it")


@pytest.mark.parametrize("name", WHOLE)
def test_whole_offsets_give_the_same_picture_up_to_the_edges(bench: MakeBench, name: str) -> None:
    text = body(WHOLE[name])
    assert rewritten(plan(ODD, text))
    plain, fast = pictures(bench, text, noise())
    # Filtering at a texel centre errs by the rounding of coordinates; fetching does not.
    assert np.allclose(plain, fast, rtol=0, atol=2e-3)
    assert np.allclose(plain[[0, -1]], fast[[0, -1]], rtol=0, atol=2e-3)


@pytest.mark.parametrize("name", WHOLE)
def test_small_pictures_give_the_very_same_texels(bench: MakeBench, name: str) -> None:
    """At power-of-two sizes coordinates have no rounding, so both ways must agree exactly."""
    source, text = float_rgb(32, 16), body(WHOLE[name])
    frame = np.random.default_rng(5).integers(-64, 64, (16, 32, 3)).astype(np.float32) / 64
    plain = bench(source, text, settings=replace(PLAIN, no_rewrites=NO_FOLD | {"exact-fetch"})).draw(frame).at("it")
    assert np.array_equal(bench(source, text).draw(frame).at("it"), plain)


@pytest.mark.parametrize("name", BROKEN)
def test_other_offsets_are_left_alone(name: str) -> None:
    made = plan(ODD, body(BROKEN[name]))
    assert not rewritten(made)
    assert optimise(made, Capabilities(), NO_FOLD | {"tiles"}) == made


def test_shaders_that_must_be_left_alone_are_shaders(bench: MakeBench) -> None:
    """A body that does not compile would prove nothing."""
    text = "".join(body(code).replace("DESC it", f"DESC {name}") for name, code in BROKEN.items())
    assert np.isfinite(bench(ODD, text).draw(noise()).picture).all()


def test_texel_centres_are_exact(bench: MakeBench) -> None:
    """What the rewrite is for: neighbours come out as they were stored."""
    frame = noise()
    seen = bench(ODD, body("vec4 hook() { return HOOKED_texOff(vec2(1, -1)); }")).draw(frame).at("it")
    rows, columns = np.clip(np.arange(HEIGHT) - 1, 0, None), np.clip(np.arange(WIDTH) + 1, None, WIDTH - 1)
    assert np.array_equal(seen[..., :3], frame[rows][:, columns])


def test_other_sizes_shifts_and_compute_are_left_alone() -> None:
    half = body("vec4 hook() { return HOOKED_texOff(0); }", "WIDTH HOOKED.w 2 *")
    assert not rewritten(plan(ODD, half))
    align = shade("HOOKED_texOff(0)", "OFFSET ALIGN", hook="CHROMA", desc="it")
    assert not rewritten(plan(pixels("yuv420p", 8, 6), align))
    code = "imageStore(out_image, ivec2(gl_GlobalInvocationID.xy), HOOKED_texOff(0));"
    assert not rewritten(plan(ODD, computes(code, "8 8", desc="it")))


def test_only_the_texture_with_whole_offsets_is_rewritten(bench: MakeBench) -> None:
    text = shade("HOOKED_texOff(0) * 0.5", "SAVE X")
    text += body("vec4 hook() { return X_texOff(vec2(1, 0)) + HOOKED_texOff(vec2(0.5, 0)); }", bind="X HOOKED")
    head = step_named(optimise(plan(ODD, text), Capabilities(), NO_FOLD), "it").program.text
    assert "vec4 us_at0(" in head and "vec4 us_at1(" not in head
    plain, fast = pictures(bench, text, noise())
    assert np.allclose(plain, fast, rtol=0, atol=2e-3)


def test_normalised_planes_keep_their_factor(bench: MakeBench) -> None:
    source = pixels("yuv420p10le", 16, 8)
    planes = zeros(source)
    planes[0][:] = np.arange(128).reshape(8, 16) * 8
    text = shade("LUMA_texOff(vec2(1, 0)) + LUMA_tex(LUMA_pos)", "SAVE X", hook="LUMA", bind="LUMA", desc="it")
    made = bench(source, text)
    assert rewritten(made.plan)
    y = planes[0].astype(float)
    expected = (y + np.hstack([y[:, 1:], y[:, -1:]])) * 64 / 65535
    assert np.allclose(made.draw(*planes).at("it")[..., 0], expected, atol=1e-6)


def test_errors_keep_their_lines_when_rewritten() -> None:
    text = body("\n\nvec4 hook() { return HOOKED_texOff(0); }")
    before = step_named(plan(ODD, text), "it").program.text
    after = step_named(optimise(plan(ODD, text), Capabilities(), NO_FOLD), "it").program.text
    assert before.partition("\n#line ")[2] == after.partition("\n#line ")[2]


def test_plans_without_user_passes_are_returned_as_they_are() -> None:
    made = plan(ODD, size=(58, 34))
    assert optimise(made, Capabilities(), NO_FOLD | {"tiles"}) == made
    assert optimise(made, Capabilities(), frozenset({"exact-fetch", "tiles"})) is made
