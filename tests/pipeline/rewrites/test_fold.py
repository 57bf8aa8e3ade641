"""What follows a pass at the same pixel is drawn with it: the same codes, and apart where somebody else reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.execute import capabilities
from anime4k.pipeline.parts import Block, Kept
from anime4k.pipeline.plan import Plan, StepKind
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import effects, optimised_plan
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings
from tests.pipeline.support import (
    ANY_DEVICE,
    NO_FOLD,
    PLAIN,
    Array,
    Bench,
    block,
    files,
    float_rgb,
    plan,
    request,
    shade,
)

MakeBench = Callable[..., Bench]
WIDTH, HEIGHT = 37, 19
ODD = float_rgb(WIDTH, HEIGHT)
LONELY = frozenset({"exact-fetch", "fusion", "winograd", "blocks", "tiles"})
"""Every other rewrite."""
FOLDING = replace(PLAIN, no_rewrites=LONELY)
APART = replace(PLAIN, no_rewrites=LONELY | NO_FOLD)
BRIGHTER = shade("HOOKED_texOff(0) * 1.37 - 0.05", desc="it")
OUTPUTS = [OutputFormat(), OutputFormat(depth=16), OutputFormat(depth=10)]


def noise(seed: int = 5, channels: int = 3) -> Array:
    return np.random.default_rng(seed).uniform(-0.5, 1.5, (HEIGHT, WIDTH, channels)).astype(np.float32)


def made(text: str, settings: RenderSettings = FOLDING, device: Capabilities = ANY_DEVICE) -> Plan:
    return optimised_plan(request(ODD, text, settings=settings, device=device))


def codes(bench: Bench) -> Array:
    return bench.executor.read(0)


def kept(plan: Plan) -> Kept | None:
    """What the last step does with a colour before it ends."""
    ending = plan.steps[-1].parts[0].ending
    return ending.kept if ending else None


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: f"{output.depth} bit")
@pytest.mark.parametrize("dither", Dither)
@pytest.mark.parametrize("float32", [False, True])
def test_the_codes_are_the_same(bench: MakeBench, output: OutputFormat, dither: Dither, float32: bool) -> None:
    """Half floats between the two are cut or rounded as the texture did it: not one code differs."""
    frame = noise()
    apart, together = (
        bench(ODD, BRIGHTER, settings=replace(settings, dither=dither, float32=float32), output=output).draw(frame)
        for settings in (APART, FOLDING)
    )
    assert len(together.plan.steps) == len(apart.plan.steps) - 1
    assert np.array_equal(codes(together), codes(apart))


def test_half_floats_are_seen_in_codes(bench: MakeBench) -> None:
    """What the test above would miss if 16 and 32 bits between the two gave the same codes."""
    drawn = [
        codes(bench(ODD, BRIGHTER, settings=replace(FOLDING, float32=wide), output=OUTPUTS[1]).draw(noise()))
        for wide in (False, True)
    ]
    assert not np.array_equal(drawn[0], drawn[1])


def test_transparency_is_divided_in_the_same_draw(bench: MakeBench) -> None:
    source, output = float_rgb(WIDTH, HEIGHT, alpha=True), OutputFormat(alpha=True)
    frame = np.clip(noise(channels=4), 0, 1)
    apart = bench(source, BRIGHTER, settings=APART, output=output).draw(frame)
    together = bench(source, BRIGHTER, settings=FOLDING, output=output).draw(frame)
    assert len(together.plan.steps) == len(apart.plan.steps) - 1
    assert np.array_equal(codes(together), codes(apart))


BEYOND = {
    "below the normal ones": "HOOKED_texOff(0) * 1e-5",
    "some of them": "HOOKED_texOff(0) * HOOKED_texOff(0) * vec4(1e-4, 1e-4, 1e-4, 1.0)",
    "above the largest": "HOOKED_texOff(0) * 1e5",
    "infinities": "HOOKED_texOff(0) / floor(HOOKED_texOff(0) * 2.0)",
    "no numbers": "uintBitsToFloat(uvec4(0x7F800001u, 0x7FC00000u, 0xFF800001u, 0x7F801000u)) * HOOKED_texOff(0)",
    "bits of no numbers": "uintBitsToFloat(uvec4(0x7F800001u, 0x7FC00000u, 0xFF800001u, 0x7F801000u))",
}


@pytest.mark.parametrize("dither", Dither)
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("name", BEYOND)
def test_what_is_not_a_normal_half_float_is_kept_as_the_texture_did(
    bench: MakeBench, name: str, depth: int, dither: Dither
) -> None:
    """Divided by alpha, the smallest values and the largest make whole codes."""
    source, output = float_rgb(WIDTH, HEIGHT, alpha=True), OutputFormat(depth=depth, alpha=True)
    frame, text = np.clip(noise(channels=4), 0, 1), shade(BEYOND[name], desc="it")
    apart, together = (
        bench(source, text, settings=replace(settings, float32=False, dither=dither), output=output).draw(frame)
        for settings in (APART, FOLDING)
    )
    assert len(together.plan.steps) == len(apart.plan.steps) - 1
    assert np.array_equal(codes(together), codes(apart))


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: f"{output.depth} bit")
@pytest.mark.parametrize("float32", [False, True])
def test_passes_in_blocks_write_codes(
    bench: MakeBench, device: Device, output: OutputFormat, float32: bool
) -> None:
    """A compute program stores what the picture is made of."""
    near = " + ".join(f"HOOKED_texOff(vec2({x}, {y})) * 0.{n}" for n, (x, y) in enumerate([(0, 0), (1, 0), (-1, 1)], 2))
    able = replace(capabilities(device), block=Block((4, 1), (16, 4)), winograd=None)
    settings = replace(PLAIN, float32=float32, no_rewrites=NO_FOLD | {"tiles"})
    apart = bench(ODD, shade(near, desc="it"), settings=settings, output=output, able=able).draw(noise())
    settings = replace(PLAIN, float32=float32, no_rewrites=frozenset({"tiles"}))
    together = bench(ODD, shade(near, desc="it"), settings=settings, output=output, able=able).draw(noise())
    assert together.plan.steps[-1].kind is StepKind.COMPUTE
    assert np.array_equal(codes(together), codes(apart))


@pytest.mark.parametrize("output", OUTPUTS[:2], ids=lambda output: f"{output.depth} bit")
def test_layers_in_fewer_multiplications_write_codes(bench: MakeBench, device: Device, output: OutputFormat) -> None:
    numbers = np.random.default_rng(2).normal(0, 0.2, (18, 16))
    terms = " + ".join(
        f"mat4({', '.join(f'{v:.4f}' for v in numbers[n])})"
        f" * max({'-' if n > 8 else ''}HOOKED_texOff(vec2({n % 3 - 1}, {n % 9 // 3 - 1})), 0.0)"
        for n in range(18)
    )
    able = replace(capabilities(device), block=None, winograd=Block((4, 2), (16, 4)))
    pictures = []
    for without in (NO_FOLD | {"tiles"}, frozenset({"tiles"})):
        settings = replace(PLAIN, no_rewrites=without)
        drawn = bench(ODD, shade(terms, desc="it"), settings=settings, output=output, able=able).draw(noise())
        assert any(step.kind is StepKind.COMPUTE for step in drawn.plan.steps)
        pictures.append((len(drawn.plan.steps), codes(drawn).astype(np.int64)))
    assert pictures[1][0] == pictures[0][0] - 1
    # The compiler may sum in another order where more follows.
    assert np.abs(pictures[0][1] - pictures[1][1]).max() <= (1 if output.depth == 16 else 0)


SEVERAL = {
    "the result is larger than the picture": shade("HOOKED_texOff(0)", "WIDTH HOOKED.w 2 *", desc="it"),
    "it may leave pixels out": block(
        "HOOK MAIN", "BIND HOOKED", "DESC it",
        code="vec4 hook() { if (HOOKED_pos.x < 0.5) discard; return HOOKED_texOff(0); }",
    ),
    "a later pass reads it as well": shade("HOOKED_texOff(0)", "SAVE X", desc="first")
    + shade("HOOKED_texOff(0) * 0.5", desc="it")
    + shade("X_texOff(0)", "BIND MAIN", "SAVE Y", hook="PREOUTPUT", bind="X", desc="late"),
    "it is a compute shader of the file": block(
        "HOOK MAIN", "BIND HOOKED", "COMPUTE 8 8", "DESC it",
        code="void hook() { imageStore(out_image, ivec2(gl_GlobalInvocationID), vec4(0.25)); }",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
def test_it_stays_apart_where(bench: MakeBench, name: str) -> None:
    apart, together = made(SEVERAL[name], APART), made(SEVERAL[name])
    assert together == apart
    frame = noise()
    drawn = [codes(bench(ODD, SEVERAL[name], settings=settings).draw(frame)) for settings in (APART, FOLDING)]
    assert np.array_equal(drawn[0], drawn[1])


def test_a_picture_that_is_turned_or_split_into_planes_stays_apart() -> None:
    turned = replace(ODD, rotation=90)
    both = [
        optimised_plan(request(turned, BRIGHTER, settings=settings, size=(HEIGHT, WIDTH)))
        for settings in (FOLDING, APART)
    ]
    assert both[0] == both[1]


def test_old_shading_languages_keep_the_texture_of_half_floats() -> None:
    halves = replace(FOLDING, float32=False)
    old = replace(ANY_DEVICE, glsl=410)
    assert made(BRIGHTER, halves, old) == made(BRIGHTER, replace(halves, no_rewrites=LONELY | NO_FOLD), old)
    assert kept(made(BRIGHTER, halves)) is Kept.ROUNDED
    assert kept(made(BRIGHTER, halves, replace(ANY_DEVICE, cuts_halves=True))) is Kept.CUT
    assert kept(made(BRIGHTER, device=old)) is Kept.WHOLE


def test_the_texture_between_takes_no_memory_and_no_traffic() -> None:
    apart, together = made(BRIGHTER, APART), made(BRIGHTER)
    texels = WIDTH * HEIGHT
    assert apart.cost.peak_bytes - together.cost.peak_bytes == 16 * texels
    assert (apart.cost.reads - together.cost.reads, apart.cost.writes - together.cost.writes) == (texels, texels)


@pytest.mark.parametrize("left_out", [LONELY, frozenset[str]()], ids=["alone", "results stay"])
def test_the_texture_between_is_not_made(device: Device, left_out: frozenset[str]) -> None:
    made = []
    for without in (NO_FOLD, frozenset[str]()):
        renderer = Renderer(device, files([BRIGHTER]), settings=replace(PLAIN, no_rewrites=left_out | without))
        drawn = renderer.configure(ODD, (WIDTH, HEIGHT))
        made.append((renderer.stock_counts.textures, drawn.cost.peak_bytes, renderer.executor.stock.pool.peak_bytes))
        renderer.release()
    one = 16 * WIDTH * HEIGHT
    assert made[1] == (made[0][0] - 1, made[0][1] - one, made[0][2] - one)


OWN_PLACES = {
    "a macro": "#define gl_FragCoord vec4(3.5)\n",
    "rows from the other end": "layout(origin_upper_left) in vec4 gl_FragCoord;\n",
}


@pytest.mark.parametrize("name", OWN_PLACES)
def test_a_body_that_moves_its_pixel_does_not_move_the_pattern_of_the_dither(device: Device, name: str) -> None:
    """A driver refuses to look at the pixel before the body turns it; then the file is drawn as it was written."""
    text = block(
        "HOOK MAIN", "BIND HOOKED", "DESC it",
        code=f"{OWN_PLACES[name]}vec4 hook() {{ return HOOKED_texOff(0) * 0.3 + gl_FragCoord.y * 0.004; }}",
    )  # fmt: skip
    drawn = []
    for settings in (APART, FOLDING):
        renderer = Renderer(device, files([text]), settings=replace(settings, dither=Dither.ORDERED))
        renderer.configure(ODD, (WIDTH, HEIGHT))
        renderer.render([noise()])
        assert not renderer.disabled
        drawn.append(renderer.read()[0])
        renderer.release()
    assert np.array_equal(drawn[0], drawn[1])


def test_names_of_the_body_do_not_meet_those_of_the_ending(bench: MakeBench) -> None:
    text = block(
        "HOOK MAIN", "BIND HOOKED", "DESC it",
        code="#define color HOOKED_texOff(0)\n#define floor ceil\nfloat us = 0.5;\nvec4 hook() { return color * us; }",
    )  # fmt: skip
    drawn = [codes(bench(ODD, text, settings=settings).draw(noise())) for settings in (APART, FOLDING)]
    assert np.array_equal(drawn[0], drawn[1])


def test_the_plan_says_so() -> None:
    before = plan(ODD, BRIGHTER)
    said = [line for line in effects(before, ANY_DEVICE, LONELY) if line.startswith("fold")]
    assert said == [f"fold: {len(before.steps)} draws become {len(before.steps) - 1}"]
    assert "it, output" in made(BRIGHTER).steps[-1].desc
