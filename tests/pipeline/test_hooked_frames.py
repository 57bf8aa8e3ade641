"""Frames after the first: nothing is compiled or allocated, foreign GL state does no harm, resizing is cheap."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import moderngl
import numpy as np
import pytest

from anime4k.errors import GLError, PlanError
from anime4k.gl import pool
from anime4k.gl.device import Device
from anime4k.gl.texture import picture_texture
from anime4k.hooks.parse import parse_text
from anime4k.media.format import SourceFormat
from anime4k.pipeline.costs import Watch
from anime4k.pipeline.plan import Size, StepKind
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import OutputFormat, RenderSettings, Scaler
from tests.pipeline.support import DEEP, PLAIN, Array, block, computes, float_rgb, pixels, ramp, shade, zeros

SMALL = float_rgb(7, 5)
MakeRenderer = Callable[..., Renderer]

DOUBLE = shade(
    "MAIN_tex(MAIN_pos) * 0.5", "WIDTH MAIN.w 2 *", "HEIGHT MAIN.h 2 *", "WHEN OUTPUT.w MAIN.w / 1.2 >", bind="MAIN"
)
BLUR = shade("0.5 * HOOKED_texOff(0) + 0.25 * (HOOKED_texOff(vec2(1, 0)) + HOOKED_texOff(vec2(-1, 0)))")
STORE = computes("imageStore(out_image, ivec2(gl_GlobalInvocationID.xy), HOOKED_texOff(0) + 0.125);", "8 8")

STATE = block("BUFFER state", "VAR float count", "STORAGE") + block("TEXTURE past", "SIZE 2", "FORMAT r32f", "STORAGE")
STATE += shade("vec4(count++ + imageLoad(past, 0).x)", bind="HOOKED state past")


@pytest.fixture
def renderer(device: Device) -> Iterator[MakeRenderer]:
    """Makes renderers of shader texts; they are released afterwards."""
    made: list[Renderer] = []

    def make(*texts: str, settings: RenderSettings = PLAIN, output: OutputFormat = DEEP) -> Renderer:
        files = [parse_text(text, f"{number}.glsl") for number, text in enumerate(texts)]
        made.append(Renderer(device, files, settings=settings, output=output))
        return made[-1]

    yield make
    for one in made:
        one.release()


def picture(renderer: Renderer, source: SourceFormat, size: tuple[int, int], *planes: Array) -> Array:
    renderer.configure(source, size)
    renderer.render(planes or zeros(source))
    return renderer.read()[0]


def counters(renderer: Renderer) -> tuple[int, int]:
    return renderer.executor.compiled, renderer.executor.allocated


@pytest.mark.parametrize("texts", [(), (DOUBLE,), (BLUR, STORE, DOUBLE)], ids=["plain", "one", "three"])
def test_second_frame_compiles_and_allocates_nothing(renderer: MakeRenderer, texts: tuple[str, ...]) -> None:
    made = renderer(*texts, settings=RenderSettings(scaler=Scaler.LANCZOS))
    source = pixels("yuv420p", 16, 12)
    first = picture(made, source, (32, 24))
    before, plan = counters(made), made.plan
    for _ in range(3):
        assert np.array_equal(picture(made, source, (32, 24)), first)
    assert counters(made) == before
    assert made.plan is plan


def test_every_new_program_is_drawn_once_before_the_first_frame(device: Device, renderer: MakeRenderer) -> None:
    """Drivers finish compiling at the first draw; that a file behind does not compile changes nothing."""
    made = renderer(BLUR, DOUBLE, shade("nonsense"))
    with device.ctx.query(primitives=True) as query:
        made.configure(SMALL, (14, 10))
    drawn = sum(step.kind is StepKind.FRAGMENT for step in made.plan.steps)
    assert list(made.disabled) == ["2.glsl"] and query.primitives == drawn
    with device.ctx.query(primitives=True) as query:
        made.configure(SMALL, (15, 10))
        made.configure(SMALL, (14, 10))
    assert query.primitives < drawn


def test_configure_is_free_until_something_changes(renderer: MakeRenderer) -> None:
    made = renderer(BLUR)
    first = made.configure(SMALL, (14, 10))
    assert made.configure(SMALL, (14, 10)) is first
    assert made.configure(SMALL, (14, 11)) is not first
    assert made.configure(SMALL, (14, 10)) == first
    made.set_settings(RenderSettings(scaler=Scaler.BICUBIC))
    assert made.configure(SMALL, (14, 10)) != first


def test_resizing_compiles_nothing_that_does_not_depend_on_the_size(renderer: MakeRenderer) -> None:
    made = renderer(BLUR, DOUBLE)
    picture(made, SMALL, (28, 20), ramp(7, 5))
    compiled, allocated = counters(made)
    picture(made, SMALL, (21, 15), ramp(7, 5))
    assert made.executor.compiled == compiled
    resized = [texture for texture in made.plan.textures if texture.size == Size(21, 15)]
    assert made.executor.allocated == allocated + len(resized)  # planes and the images before the scaler are kept
    assert len(resized) < len(made.plan.textures) / 2
    picture(made, SMALL, (28, 20), ramp(7, 5))
    assert made.executor.compiled == compiled


def test_resizing_gives_the_picture_of_a_fresh_renderer(renderer: MakeRenderer) -> None:
    used = renderer(BLUR, STORE, DOUBLE)
    for size in ((28, 20), (7, 5), (13, 19), (28, 20)):
        fresh = picture(renderer(BLUR, STORE, DOUBLE), SMALL, size, ramp(7, 5))
        assert np.array_equal(picture(used, SMALL, size, ramp(7, 5)), fresh)


def test_overrides_and_settings_give_a_refused_file_another_chance(renderer: MakeRenderer) -> None:
    text = block("PARAM count", "TYPE CONSTANT int", code="4") + shade("vec4(float[count](1.0, 1.0, 1.0, 1.0)[0])")
    made = renderer(text)
    made.set_overrides([("count", "-1")])
    assert picture(made, SMALL, (7, 5)).max() == 0 and "0.glsl" in made.disabled
    made.set_overrides([])
    assert picture(made, SMALL, (7, 5)).min() == 65535 and not made.disabled
    made.set_overrides([("count", "-1")])
    picture(made, SMALL, (7, 5))
    assert "0.glsl" in made.disabled


def test_a_refused_program_is_not_compiled_again(renderer: MakeRenderer) -> None:
    made = renderer(shade("nonsense"))
    picture(made, SMALL, (7, 5))
    before = made.executor.compiled
    made.set_shaders([parse_text(shade("nonsense"), "0.glsl")])
    picture(made, SMALL, (7, 5))
    made.set_settings(RenderSettings(scaler=Scaler.BILINEAR, seed=1))
    made.set_settings(PLAIN)
    picture(made, SMALL, (7, 5))
    assert made.executor.compiled == before and "nonsense" in made.disabled["0.glsl"]


def test_file_without_room_comes_back_with_a_smaller_picture(
    renderer: MakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the device had no memory for results wider than 20 texels."""

    def small(device: Device, size: tuple[int, int], *rest: Any) -> moderngl.Texture:
        if size[0] > 20 and rest[2]:
            raise GLError("no room")
        return picture_texture(device, size, *rest)

    monkeypatch.setattr(pool, "picture_texture", small)
    made = renderer(shade("vec4(1.0)", "WIDTH OUTPUT.w 2 *"))
    assert picture(made, SMALL, (14, 10)).max() == 0 and "no room" in made.disabled["0.glsl"]
    assert picture(made, SMALL, (7, 5)).min() == 65535 and not made.disabled


def test_memory_of_the_last_size_makes_room_for_the_next(
    renderer: MakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the device had room for one chain, and not for that of the last size beside it."""
    held: list[moderngl.Texture] = []

    def scarce(device: Device, size: tuple[int, int], *rest: Any) -> moderngl.Texture:
        used = sum(math.prod(one.size) for one in held if not isinstance(one.mglo, moderngl.InvalidObject))
        if used + math.prod(size) > 2500:
            raise GLError("no room")
        held.append(picture_texture(device, size, *rest))
        return held[-1]

    monkeypatch.setattr(pool, "picture_texture", scarce)
    made = renderer(shade("vec4(1.0)", "WIDTH OUTPUT.w", "HEIGHT OUTPUT.h"))
    for width in (30, 31, 32):
        assert picture(made, SMALL, (width, 30)).min() == 65535, width
        assert not made.disabled


def test_another_seed_takes_effect(renderer: MakeRenderer) -> None:
    made = renderer(shade("vec4(random)"))
    values = {}
    for seed in (0, 1, 0):
        made.set_settings(replace(PLAIN, seed=seed))
        value = int(picture(made, SMALL, (7, 5))[0, 0, 0])
        values.setdefault(seed, value)
    assert values[0] != values[1]
    made.set_settings(replace(PLAIN, seed=1))
    assert int(picture(made, SMALL, (7, 5))[0, 0, 0]) == values[1]


def test_no_object_of_opengl_is_left_behind(device: Device) -> None:
    """Counted by asking for every name; also through 96 changes of chain, size and format."""
    before = objects(device)
    files = [parse_text(text, f"{number}.glsl") for number, text in enumerate((DOUBLE, BLUR, STORE, STATE))]
    made = Renderer(device, files, settings=PLAIN)
    held = set()
    for number in range(96):
        made.set_shaders(files[: 1 + number % 4])
        made.set_settings(replace(PLAIN, strength=1.0 - number % 2 / 2))
        picture(made, (SMALL, pixels("yuv420p", 8, 6))[number // 8 % 2], (7 + number % 3, 5 + number % 2))
        if number in (47, 95):  # the same again
            held.add(objects(device)["glIsTexture"])
    assert len(held) == 1, "textures pile up"
    made.release()
    made.release()
    assert objects(device) == before


MOST_NAMES = 100_000
KINDS = ("glIsTexture", "glIsFramebuffer", "glIsProgram", "glIsBuffer", "glIsVertexArray")


def objects(device: Device) -> dict[str, int]:
    """How many objects of each kind the context has; names are numbers that a driver need not use twice."""
    known = {name: (ctypes.c_ubyte, ctypes.c_uint) for name in KINDS}
    asks = {name: ctypes.CFUNCTYPE(*types)(device.ctx.mglo._context.load(name)) for name, types in known.items()}
    return {name: sum(bool(ask(number)) for number in range(1, MOST_NAMES)) for name, ask in asks.items()}


def test_changing_shaders_settings_and_overrides_takes_effect_at_configure(renderer: MakeRenderer) -> None:
    made = renderer(block("PARAM x", "TYPE float", code="0.25") + shade("vec4(x)"))

    def value() -> float:
        return float(picture(made, SMALL, (7, 5))[0, 0, 0]) / 65535

    assert value() == pytest.approx(0.25, abs=1e-4)
    made.set_overrides([("x", "0.5")])
    compiled = made.executor.compiled
    assert value() == pytest.approx(0.5, abs=1e-4)
    assert made.executor.compiled == compiled  # a uniform changes, no text
    made.set_shaders([])
    assert value() == 0
    with pytest.raises(PlanError, match="has been configured yet"):
        _ = renderer().plan


SPARSE = computes("vec4 c = HOOKED_texOff(0); ivec2 at = ivec2(gl_GlobalInvocationID.xy);"
                  "if (c.r > 0.5) imageStore(out_image, at, c);", "8 8", hook="LUMA")  # fmt: skip
"""Leaves dark texels unwritten; as the first step of a frame, since it reads a plane."""

HOSTILE: dict[str, Callable[[Device], None]] = {}


def hostile(function: Callable[[Device], None]) -> Callable[[Device], None]:
    HOSTILE[function.__name__] = function
    return function


@hostile
def blending(device: Device) -> None:
    device.ctx.enable(moderngl.BLEND)
    device.ctx.blend_func = moderngl.ZERO, moderngl.ONE


@hostile
def depth_and_culling(device: Device) -> None:
    device.ctx.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    device.ctx.front_face = "cw"


@hostile
def scissor_and_viewport(device: Device) -> None:
    target = device.ctx.simple_framebuffer((64, 64))
    target.use()
    target.scissor = (0, 0, 1, 1)
    device.ctx.viewport = (3, 3, 2, 2)


@hostile
def raw_scissor(device: Device) -> None:
    call(device, "glEnable", 0x0C11)
    call(device, "glScissor", 0, 0, 1, 1)


@hostile
def colour_mask(device: Device) -> None:
    call(device, "glColorMask", 0, 0, 0, 0)


@hostile
def clear_colour(device: Device) -> None:
    target = device.ctx.simple_framebuffer((4, 4))
    target.clear(1.0, 1.0, 1.0, 1.0)


@hostile
def textures_elsewhere(device: Device) -> None:
    texture = device.ctx.texture((2, 2), 4, bytes([255] * 16))
    for unit in range(16):
        texture.use(unit)
    call(device, "glActiveTexture", 0x84C0 + 9)


@hostile
def samplers(device: Device) -> None:
    sampler = device.ctx.sampler(repeat_x=True, repeat_y=True, filter=(moderngl.NEAREST, moderngl.NEAREST))
    for unit in range(16):
        sampler.use(unit)


@hostile
def other_tests(device: Device) -> None:
    call(device, "glEnable", 0x0B90)  # GL_STENCIL_TEST
    call(device, "glEnable", 0x8C89)  # GL_RASTERIZER_DISCARD
    call(device, "glEnable", 0x0BF2)  # GL_COLOR_LOGIC_OP
    call(device, "glEnable", 0x8DB9)  # GL_FRAMEBUFFER_SRGB
    call(device, "glEnable", 0x8E51)  # GL_SAMPLE_MASK


@hostile
def wireframe(device: Device) -> None:
    device.ctx.wireframe = True


UNDO = [("glDisable", code) for code in (0x0C11, 0x0B90, 0x8C89, 0x0BF2, 0x8DB9, 0x8E51)]


def call(device: Device, name: str, *arguments: int) -> None:
    """A GL call that the product has no need of."""
    address = device._backend.load_opengl_function(name)
    ctypes.CFUNCTYPE(None, *[ctypes.c_int] * len(arguments))(address)(*arguments)


@pytest.fixture
def tidy(device: Device) -> Iterator[None]:
    yield
    for step in UNDO:
        call(device, *step)
    call(device, "glColorMask", 1, 1, 1, 1)
    device.ctx.wireframe = False
    device.ctx.clear_samplers()
    device.ctx.enable_only(moderngl.NOTHING)


@pytest.fixture(scope="module")
def busy(device: Device) -> Iterator[Renderer]:
    """A renderer that draws, dispatches and filters."""
    lut = block("TEXTURE lut", "SIZE 2 2", "FORMAT r8", "FILTER LINEAR", code="00 ff ff 00")
    lut += shade("HOOKED_texOff(0) * lut_tex(HOOKED_pos).r", bind="HOOKED lut")
    texts = (SPARSE, BLUR, DOUBLE, lut) if device.compute else (BLUR, DOUBLE, lut)
    files = [parse_text(text, f"{number}.glsl") for number, text in enumerate(texts)]
    made = Renderer(device, files, settings=RenderSettings(scaler=Scaler.LANCZOS), output=DEEP)
    yield made
    made.release()


@pytest.mark.parametrize("state", sorted(HOSTILE))
def test_foreign_state_before_a_frame_changes_nothing(device: Device, busy: Renderer, tidy: None, state: str) -> None:
    """A player shares its context with whatever draws beside it."""
    made = busy
    source = pixels("yuv420p", 8, 6)
    planes = [np.full(plane.shape, 100 + 20 * n, np.uint8) for n, plane in enumerate(zeros(source))]
    planes[0][2, 3] = 220
    resized = picture(made, source, (32, 24), *planes)
    expected = picture(made, source, (31, 23), *planes)
    made.render([np.full_like(plane, 200) for plane in planes])  # so that nothing of the picture is left
    HOSTILE[state](device)
    made.render(planes)
    assert np.array_equal(made.read()[0], expected)
    HOSTILE[state](device)
    assert np.array_equal(picture(made, source, (32, 24), *planes), resized)


def test_two_renderers_take_turns_on_one_context(renderer: MakeRenderer) -> None:
    one, two = renderer(BLUR), renderer(STORE, DOUBLE)
    alone = picture(one, SMALL, (14, 10), ramp(7, 5)), picture(two, SMALL, (28, 20), ramp(7, 5))
    for _ in range(2):
        assert np.array_equal(picture(one, SMALL, (14, 10), ramp(7, 5)), alone[0])
        assert np.array_equal(picture(two, SMALL, (28, 20), ramp(7, 5)), alone[1])


def test_measuring_changes_neither_picture_nor_frame_count(renderer: MakeRenderer) -> None:
    counting = shade("vec4(float(frame) / 64.0)")
    plain, measured = renderer(counting, BLUR), renderer(counting, BLUR)
    measured.measure = True
    for _ in range(3):
        assert np.array_equal(picture(plain, SMALL, (14, 10)), picture(measured, SMALL, (14, 10)))
    names = [name for name, _ in measured.timings]
    assert names == ["upload", *(step.desc for step in measured.plan.steps)]
    assert all(ms >= 0 for _, ms in measured.timings)


@pytest.mark.parametrize(
    "planes",
    [[], [np.zeros((5, 7), np.float32)], [np.zeros((5, 7, 3), np.uint8)], [np.zeros((5, 8, 3), np.float32)]],
)
def test_planes_that_do_not_fit_are_refused(renderer: MakeRenderer, planes: list[Any]) -> None:
    made = renderer()
    made.configure(SMALL, (7, 5))
    with pytest.raises(PlanError, match="The plan expects"):
        made.render(planes)


def test_padded_rows_are_read_right(renderer: MakeRenderer) -> None:
    wide = np.zeros((5, 11, 3), np.float32)
    wide[:, :7] = ramp(7, 5)
    wide[:, 7:] = 9
    made = renderer(BLUR)
    assert np.array_equal(picture(made, SMALL, (7, 5), wide[:, :7]), picture(made, SMALL, (7, 5), ramp(7, 5)))


def test_state_of_storage_ends_with_its_file(renderer: MakeRenderer) -> None:
    """Removing a file forgets its buffers; a file that stays keeps them, also when others come and go."""
    text = block("BUFFER state", "VAR uint count", "STORAGE")
    text += computes("if (gl_GlobalInvocationID == uvec3(0)) count += 1u;", "8 8", "SAVE X", bind="HOOKED state")
    text += shade("vec4(float(count) / 64.0)", hook="OUTPUT", bind="HOOKED state")
    counter, other = parse_text(text, "counter.glsl"), parse_text(BLUR, "blur.glsl")
    made = renderer()

    def count(*files: Any) -> int:
        made.set_shaders(files)
        return round(float(picture(made, SMALL, (7, 5))[0, 0, 0]) / 65535 * 64)

    assert [count(counter), count(counter), count(other, counter)] == [1, 2, 3]
    assert count(other) == 0
    assert count(counter) == 1


def test_watching_changes_no_picture_and_names_every_step(renderer: MakeRenderer) -> None:
    made = renderer(BLUR, STORE, DOUBLE)
    source = pixels("yuv420p", 16, 12)
    planes = zeros(source)
    expected = picture(made, source, (32, 24))
    made.configure(source, (32, 24))
    assert made.render(planes).draw_s == 0.0
    whole = made.render(planes, watch=Watch.FRAMES)
    assert whole.draw_s > 0.0 and whole.upload_s > 0.0 and whole.steps == ()
    steps = made.render(planes, watch=Watch.STEPS)
    if not steps.gpu:  # a GPU tells some frames later
        assert [name for name, _ in steps.steps] == [step.desc for step in made.plan.steps]
        assert sum(ms for _, ms in steps.steps) <= 1000 * steps.draw_s
    assert np.array_equal(picture(made, source, (32, 24)), expected)


def test_counts_are_those_of_the_driver(device: Device, renderer: MakeRenderer) -> None:
    made = renderer(BLUR, STORE)
    picture(made, SMALL, (28, 20), ramp(7, 5))  # programs that others have left in use go away now
    before, counted = objects(device), made.counts + made.stock_counts
    made.set_shaders([parse_text(text, "more.glsl") for text in (BLUR, STORE, DOUBLE, STATE)])
    picture(made, SMALL, (28, 20), ramp(7, 5))
    after, counts = objects(device), made.counts + made.stock_counts
    assert counts.programs > counted.programs and counts.buffers > counted.buffers
    for kind, number in zip(KINDS, ("textures", "framebuffers", "programs", "buffers"), strict=False):
        assert getattr(counts, number) - getattr(counted, number) == after[kind] - before[kind], kind
