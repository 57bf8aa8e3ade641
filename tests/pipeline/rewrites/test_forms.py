"""Fused passes and blocks of pixels: the same picture, and hands off where that is not sure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.execute import capabilities
from anime4k.pipeline.parts import Block
from anime4k.pipeline.plan import Plan, StepKind
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import optimised_plan
from tests.pipeline.support import (
    NO_FOLD,
    PLAIN,
    Array,
    Bench,
    block,
    float_rgb,
    ran,
    request,
    result_of,
    step_named,
    user_steps,
)

MakeBench = Callable[..., Bench]
SIZES = [(29, 17), (4, 4), (1, 1), (3, 2), (65, 5)]
ODD = float_rgb(29, 17)
MODERN = Capabilities(glsl=450, compute=True, block=Block((4, 1), (16, 4)))
FUSION, BLOCKS = NO_FOLD | {"blocks"}, NO_FOLD | {"fusion"}
NEITHER = FUSION | BLOCKS

NEAR = """#define near(x, y) (max(HOOKED_texOff(vec2(x, y)), 0.0))
const vec4 BIAS = vec4(0.25, -0.5, 0.125, 0.75);
float weight(float x) { return x * WEIGHT; }
vec4 hook() {
    vec4 sum = BIAS;
    for (int i = 0; i < 1; i++) { float near_sum = weight(1.5); sum += near_sum; }
    sum += near(-1.0, 0.0) * 0.3 - near(0, 1) * 0.7 + near(1, -1.0) * near(0, 0);
    return sum;
}"""
"""A pass of a layer: macros, a constant, a function, and a local name that looks like a macro."""


def layer(*weights: str, tail: str = "vec4 hook() { return A0_texOff(0) - A1_texOff(vec2(1, 0)); }") -> str:
    """As many passes over the same picture as there are weights, then one that reads the first two."""
    passes = [
        block("HOOK MAIN", "BIND HOOKED", f"SAVE A{n}", f"DESC {n}", code=NEAR.replace("WEIGHT", weight))
        for n, weight in enumerate(weights)
    ]
    return "".join(passes) + block("HOOK MAIN", "BIND A0", "BIND A1", "DESC end", code=tail)


def two(first: str, second: str, *directives: str, binds: str = "HOOKED", before: str = "") -> str:
    """Two passes over the same picture that are saved as X and Y."""
    lines = [f"BIND {name}" for name in binds.split()]
    return before + "".join(
        block("HOOK MAIN", *lines, f"SAVE {name}", f"DESC {name}", *directives, code=code)
        for name, code in (("X", first), ("Y", second))
    )


def optimised(text: str, device: Capabilities = MODERN, without: frozenset[str] = frozenset()) -> Plan:
    return optimised_plan(request(ODD, text, settings=replace(PLAIN, no_rewrites=without), device=device))


def noise(width: int, height: int) -> Array:
    return np.random.default_rng(7).uniform(-2, 2, (height, width, 3)).astype(np.float32)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("without", [FUSION, BLOCKS, NO_FOLD], ids=["fusion", "blocks", "both"])
@pytest.mark.parametrize("float32", [False, True])
def test_the_picture_is_the_same(
    bench: MakeBench, size: tuple[int, int], without: frozenset[str], float32: bool
) -> None:
    text, frame = layer("0.5", "-2.0", "3.0"), noise(*size)
    settings = replace(PLAIN, float32=float32)
    plain = bench(float_rgb(*size), text, settings=replace(settings, no_rewrites=NEITHER)).draw(frame)
    made = bench(float_rgb(*size), text, settings=replace(settings, no_rewrites=without)).draw(frame)
    assert made.plan != plain.plan
    # Compilers may sum in another order in another program: one unit in the last place.
    unit = 2.0**-22 if float32 else 2.0**-10
    for name in ("0", "1", "2", "end"):
        assert np.allclose(made.at(name), plain.at(name), rtol=unit, atol=unit), name


def test_passes_of_a_layer_are_drawn_together() -> None:
    made = optimised(layer("0.5", "-2.0", "3.0"), without=FUSION)
    assert [len(step.outputs) for step in user_steps(made)] == [3, 1]
    assert ran(made) == ["0", "1", "2", "end"]
    assert len({result_of(made, name) for name in "012"}) == 3


def test_memory_is_assigned_for_what_is_drawn_together() -> None:
    """Apart, the third result takes the place of nothing; together all three are alive at once."""
    second = layer("3.0", "1.0").replace("SAVE A", "SAVE B").replace("A0", "B0").replace("A1", "B1")
    text = layer("0.5", "-2.0") + second
    made = optimised(text, without=FUSION)
    for step in user_steps(made):
        slots = [made.slots[texture] for texture in (*step.outputs, *(s.texture for s in step.samplers))]
        used = [slot for slot in slots if slot >= 0]
        assert len(used) == len(set(used)), step.desc


def test_more_passes_than_render_targets_are_drawn_in_two() -> None:
    made = optimised(layer(*(f"{n}.5" for n in range(11))), without=FUSION)
    assert [len(step.outputs) for step in user_steps(made)] == [8, 3, 1]


OTHER = "vec4 hook() { return HOOKED_texOff(vec2(0, 1)) * 2.0; }"
APART = {
    "reads the first": two(OTHER, "vec4 hook() { return X_texOff(0) + HOOKED_texOff(0); }").replace(
        "SAVE Y", "BIND X\n//!SAVE Y"
    ),
    "other size": two(OTHER, OTHER).replace("SAVE Y", "WIDTH HOOKED.w 2 *\n//!SAVE Y"),
    "random": two(OTHER, "vec4 hook() { return HOOKED_texOff(0) * random; }"),
    "replaces the picture": two(OTHER, OTHER).replace("//!SAVE X\n", ""),
    "pasted names": two("#define read(n) n##_texOff(0)\nvec4 hook() { return read(HOOKED); }", OTHER),
    "unknown condition": two(OTHER, "#if __VERSION__ > 100 && 1\n#endif\n" + OTHER),
    "other textures": two(OTHER, "vec4 hook() { return Z_texOff(0); }", before=block(
        "HOOK MAIN", "BIND HOOKED", "SAVE Z", "WIDTH HOOKED.w 2 *", "DESC Z", code=OTHER)).replace(
        "BIND HOOKED\n//!SAVE Y", "BIND Z\n//!SAVE Y"),
    "filtered and fetched": two(OTHER, "vec4 hook() { return HOOKED_texOff(vec2(0.5, 0)); }"),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_passes_that_stay_apart(device: Device, name: str) -> None:
    made = optimised(APART[name], without=FUSION)
    assert len(step_named(made, "X").outputs) == len(step_named(made, "Y").outputs) == 1
    Bench(device, ODD, APART[name]).draw(noise(29, 17))


def test_passes_of_two_files_stay_apart() -> None:
    text = two(OTHER, OTHER)
    first, second = text[: text.index("//!HOOK", 5)], text[text.index("//!HOOK", 5) :]
    asked = request(ODD, first, second, device=MODERN, settings=replace(PLAIN, no_rewrites=FUSION))
    assert [len(step.outputs) for step in user_steps(optimised_plan(asked))] == [1, 1]


IMPURE = {
    "global": "vec4 last = vec4(0.0);\nvec4 hook() { last += HOOKED_texOff(0); return last + HOOKED_texOff(1)"
    " + HOOKED_texOff(2); }",
    "place": "vec4 hook() { return HOOKED_texOff(0) + HOOKED_texOff(1) + HOOKED_texOff(2) + gl_FragCoord; }",
    "derivative": "vec4 hook() { vec4 a = HOOKED_texOff(0) + HOOKED_texOff(1); return a + dFdx(HOOKED_texOff(2)); }",
    "level of detail": "vec4 hook() { return texture(HOOKED_raw, HOOKED_pos) + HOOKED_texOff(1) + HOOKED_texOff(2)"
    " + HOOKED_texOff(3); }",
    "discard": "vec4 hook() { if (HOOKED_texOff(0).x > 9.0) discard; return HOOKED_texOff(1) + HOOKED_texOff(2); }",
}
PURE = "vec4 hook() { return HOOKED_texOff(0) + HOOKED_texOff(1) + HOOKED_texOff(2) * HOOKED_texOff(-1); }"


@pytest.mark.parametrize("name", IMPURE)
def test_passes_that_stay_fragments(device: Device, name: str) -> None:
    text = block("HOOK MAIN", "BIND HOOKED", "DESC it", code=IMPURE[name])
    assert step_named(optimised(text), "it").kind is StepKind.FRAGMENT
    Bench(device, ODD, text).draw(noise(29, 17))


def test_blocks_are_made_where_the_device_asks_for_them() -> None:
    text = block("HOOK MAIN", "BIND HOOKED", "DESC it", code=PURE)
    assert step_named(optimised(text), "it").kind is StepKind.COMPUTE
    for device in (replace(MODERN, block=None), replace(MODERN, compute=False)):
        assert step_named(optimised(text, device), "it").kind is StepKind.FRAGMENT
    assert step_named(optimised(text, without=frozenset({"blocks"})), "it").kind is StepKind.FRAGMENT


def test_long_texts_stay_fragments() -> None:
    """Compilers take minutes for a block of them."""
    long = PURE.replace("return", "float x = 0.0;" + "x += 0.5;" * 4000 + "return vec4(x) +")
    text = block("HOOK MAIN", "BIND HOOKED", "DESC it", code=long)
    assert step_named(optimised(text), "it").kind is StepKind.FRAGMENT


def test_a_file_whose_rewritten_program_is_refused_runs_as_it_was_written(device: Device) -> None:
    """`textureQueryLod` exists in fragment programs only, which the rewrite does not know."""
    code = PURE.replace("return", "vec2 lod = textureQueryLod(HOOKED_raw, HOOKED_pos); return vec4(lod, lod) * 0.0 +")
    text = block("HOOK MAIN", "BIND HOOKED", "DESC it", code=code)
    if capabilities(device).block is None:
        pytest.skip("this device makes no blocks")
    renderer = Renderer(device, [parse_text(text, "a.glsl")], settings=PLAIN)
    made = renderer.configure(ODD, (29, 17))
    renderer.render([noise(29, 17)])
    drawn = renderer.read()[0].copy()
    assert not renderer.disabled and step_named(made, "it").kind is StepKind.FRAGMENT
    renderer.set_shaders([parse_text(text.replace(code, PURE), "a.glsl")])
    assert step_named(renderer.configure(ODD, (29, 17)), "it").kind is StepKind.COMPUTE
    renderer.render([noise(29, 17)])
    assert np.array_equal(renderer.read()[0], drawn)
    renderer.release()


def test_the_place_within_a_larger_picture_is_fetched(bench: MakeBench) -> None:
    """Depth to space: what a network ends with."""
    frame = np.random.default_rng(5).integers(0, 64, (16, 32, 3)).astype(np.float32) / 64
    code = """vec4 hook() {
    vec2 f0 = fract(X_pos * X_size);
    ivec2 i0 = ivec2(f0 * vec2(2.0));
    float c0 = X_tex((vec2(0.5) - f0) * X_pt + X_pos)[i0.y * 2 + i0.x];
    return vec4(c0, c0, c0, 1.0) + HOOKED_tex(HOOKED_pos) * 0.0;
}"""
    text = block("HOOK MAIN", "BIND HOOKED", "SAVE X", "DESC X", code="vec4 hook() { return HOOKED_texOff(0); }")
    double = ("WIDTH HOOKED.w 2 *", "HEIGHT HOOKED.h 2 *")
    text += block("HOOK MAIN", "BIND HOOKED", "BIND X", *double, "DESC it", code=code)
    made = bench(float_rgb(32, 16), text, size=(64, 32)).draw(frame)
    assert "texelFetch" in step_named(made.plan, "it").program.text
    seen = made.at("it")[..., 0]
    expected = np.zeros((32, 64))
    for y in (0, 1):
        for x in (0, 1):
            channel = y * 2 + x
            expected[y::2, x::2] = frame[..., channel] if channel < 3 else 1.0
    assert np.array_equal(seen, expected)
