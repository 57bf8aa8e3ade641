"""Frames like the one before: nothing is drawn, the picture is the same, and whatever may differ is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anime4k.errors import PlanError
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.media.format import SourceFormat
from anime4k.pipeline.costs import Watch
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.reuse import REUSE, LastPlanes, same_planes
from tests.pipeline.support import DEEP, PLAIN, Array, block, computes, float_rgb, pixels, shade

SIZE = (46, 34)
SOURCE = pixels("yuv420p", 23, 17)
BLUR = shade("(HOOKED_texOff(vec2(-1, 0)) + HOOKED_texOff(vec2(1, 0))) * 0.5", desc="blur")
STATE = block("BUFFER state", "VAR uint count", "STORAGE")
STATE += computes("if (gl_GlobalInvocationID == uvec3(0)) count += 1u;", "8 8", "SAVE X", bind="HOOKED state")
STATE += shade("vec4(float(count) / 64.0)", hook="OUTPUT", bind="HOOKED state")
TIMED = block("PARAM PTS", "TYPE float", code="0.0") + shade("HOOKED_texOff(0) * fract(PTS)")
TIMELY = block("PARAM PTS", "TYPE float", code="0.0") + shade("1.0 - HOOKED_texOff(0)", "WHEN PTS 5 >")
UNSTEADY = {
    "frame": shade("vec4(float(frame) / 64.0)"),
    "random": shade("vec4(random)"),
    "storage": STATE,
    "pts in the body": TIMED,
    "pts in a condition": TIMELY,
}


class Drawn:
    """A renderer of which every draw of a step is counted."""

    def __init__(self, device: Device, text: str, source: SourceFormat, **settings: Any) -> None:
        self.source = source
        self.renderer = Renderer(
            device, [parse_text(text, "a.glsl")] if text else [], settings=replace(PLAIN, **settings), output=DEEP
        )
        self.calls = 0
        self.size = SIZE

    def show(self, planes: list[Array], pts: float = 0.0, watch: Watch = Watch.NOTHING) -> Array:
        """The picture of a frame."""
        self.renderer.configure(self.source, self.size)
        for step in self.renderer.executor._drawn.steps:
            if not hasattr(step.draw, "counting"):
                step.draw, step.draw_cells = self._counting(step.draw), self._counting(step.draw_cells)
        self.cost = self.renderer.render(planes, pts, watch)
        return self.renderer.read()[0].copy()

    def _counting(self, draw: Any) -> Any:
        def counted() -> None:
            self.calls += 1
            draw()

        counted.counting = True  # type: ignore[attr-defined]
        return counted

    def drawn(self) -> bool:
        """Whether anything has been drawn since the last call."""
        calls, self.calls = self.calls, 0
        return calls > 0


@pytest.fixture
def made(device: Device) -> Iterator[Any]:
    """Makes counted renderers."""
    all_of_them: list[Drawn] = []

    def make(text: str = BLUR, source: SourceFormat = SOURCE, **settings: Any) -> Drawn:
        all_of_them.append(Drawn(device, text, source, **settings))
        return all_of_them[-1]

    yield make
    for one in all_of_them:
        one.renderer.release()


def frame(seed: int = 0, source: SourceFormat = SOURCE, padding: int = 0) -> list[Array]:
    """Random planes; the samples do not depend on the padding."""
    rng = np.random.default_rng(seed)
    planes = []
    for number, layout in enumerate(source.planes):
        width, height = source.plane_size(number)
        wide = np.full((height, width + padding, len(layout.components)), 99 + padding, np.uint8)
        wide[:, :width] = rng.integers(0, 256, (height, width, len(layout.components)))
        planes.append(wide[:, :width, 0] if len(layout.components) == 1 else wide[:, :width])
    return planes


def copy(planes: list[Array]) -> list[Array]:
    """The same samples elsewhere."""
    return [plane.copy() for plane in planes]


def test_equal_frames_are_drawn_once_and_all_look_alike(made: Any) -> None:
    shown = made()
    first = shown.show(frame())
    assert shown.drawn() and not shown.cost.reused
    for _ in range(3):
        assert np.array_equal(shown.show(copy(frame())), first)
        assert not shown.drawn() and shown.cost.reused
    executor = shown.renderer.executor
    assert (executor.frame, executor.reused) == (4, 3)
    other = shown.show(frame(1))
    assert shown.drawn() and np.array_equal(other, made(no_rewrites=frozenset({REUSE})).show(frame(1)))
    assert np.array_equal(shown.show(frame()), first) and shown.drawn(), "the frame before the last is not kept"


def test_everything_is_drawn_without_it(made: Any) -> None:
    shown = made(no_rewrites=frozenset({REUSE}))
    for _ in range(3):
        shown.show(frame())
        assert shown.drawn() and not shown.cost.reused
    assert shown.renderer.executor.reused == 0


@pytest.mark.parametrize("plane", range(3))
@pytest.mark.parametrize("place", [(0, 0), (-1, -1), (0, -1), (-1, 0), (5, 3)])
def test_one_sample_of_one_plane_is_noticed(made: Any, plane: int, place: tuple[int, int]) -> None:
    shown = made()
    shown.show(frame())
    planes = frame()
    planes[plane][place] ^= 1
    shown.drawn()
    assert np.array_equal(shown.show(planes), made().show(planes)) and shown.drawn()


def test_padding_is_no_part_of_a_frame(made: Any) -> None:
    shown = made()
    first = shown.show(frame(padding=9))
    shown.drawn()
    assert np.array_equal(shown.show(frame(padding=3)), first) and not shown.drawn()


def test_arrays_that_are_written_to_afterwards_are_other_frames(made: Any) -> None:
    shown, planes = made(), frame()
    shown.show(planes)
    planes[0][4, 4] ^= 8
    shown.drawn()
    assert np.array_equal(shown.show(planes), made().show(planes)) and shown.drawn()
    view = [plane.view() for plane in planes]
    for each in view:
        each.flags.writeable = False
    shown.show(view)
    planes[0][4, 4] ^= 8
    shown.drawn()
    shown.show(view)
    assert shown.drawn(), "read-only views of arrays that are not"


def test_frames_of_a_decoder_are_not_copied() -> None:
    planes = [np.frombuffer(bytes(12), np.uint8).reshape(3, 4)]
    last = LastPlanes()
    last.keep(planes)
    assert last.planes[0] is planes[0]


@pytest.mark.parametrize("name", sorted(UNSTEADY))
def test_what_depends_on_more_than_the_planes_is_always_drawn(made: Any, device: Device, name: str) -> None:
    if name == "storage" and not device.info.compute:
        pytest.skip("needs compute shaders")
    shown, plain = made(UNSTEADY[name]), made(UNSTEADY[name], no_rewrites=frozenset({REUSE}))
    for number in range(6):
        picture = shown.show(frame(), pts=1.5 * number + 0.25)
        assert not shown.cost.reused and np.array_equal(picture, plain.show(frame(), pts=1.5 * number + 0.25))


def test_another_size_other_shaders_and_other_settings_draw_anew(made: Any) -> None:
    shown = made()
    first = shown.show(frame())
    shown.size = (40, 30)
    shown.drawn()
    shown.show(frame())
    assert shown.drawn()
    shown.size = SIZE
    assert np.array_equal(shown.show(frame()), first) and shown.drawn()
    shown.renderer.set_shaders([])
    assert not np.array_equal(shown.show(frame()), first) and shown.drawn()
    shown.renderer.set_settings(replace(PLAIN, strength=0.5))
    shown.renderer.set_shaders([parse_text(BLUR, "a.glsl")])
    shown.show(frame())
    assert shown.drawn()


def test_another_format_is_another_frame(made: Any) -> None:
    shown = made("")
    shown.show(frame())
    shown.drawn()
    shown.source = replace(SOURCE, matrix=pixels("gbrp", 1, 1).matrix)
    shown.show(frame())
    assert shown.drawn()


def test_the_counter_of_frames_goes_on(made: Any) -> None:
    counting = shade("vec4(float(frame) / 64.0)")
    shown = made()
    for _ in range(3):
        shown.show(frame())
    shown.renderer.set_shaders([parse_text(counting, "count.glsl")])
    assert round(float(shown.show(frame())[0, 0, 0]) / 65535 * 64) == 4


def test_measuring_and_watching_more_closely_draws(made: Any) -> None:
    shown = made()
    first = shown.show(frame())
    shown.drawn()
    for watch in (Watch.FRAMES, Watch.STEPS):
        assert np.array_equal(shown.show(frame(), watch=watch), first) and shown.drawn()
        shown.show(frame(), watch=watch)
        assert not shown.drawn() and shown.cost.reused
    shown.renderer.measure = True
    assert np.array_equal(shown.show(frame()), first) and shown.drawn()
    assert [name for name, _ in shown.renderer.timings][1:] == [step.desc for step in shown.renderer.plan.steps]
    shown.renderer.measure = False
    assert np.array_equal(shown.show(frame()), first)


def test_a_frame_that_is_refused_leaves_nothing_to_keep(made: Any) -> None:
    shown = made()
    first = shown.show(frame())
    with pytest.raises(PlanError):
        shown.renderer.render(frame()[:2])
    shown.drawn()
    assert np.array_equal(shown.show(frame()), first) and shown.drawn()


def test_floats_are_compared_bit_by_bit(made: Any) -> None:
    shown = made("", float_rgb(8, 6))
    zeros = np.zeros((6, 8, 3), np.float32)
    shown.show([zeros])
    shown.drawn()
    shown.show([zeros.copy()])
    assert not shown.drawn()
    shown.show([-zeros])
    assert shown.drawn()
    assert same_planes([zeros * np.float32(np.nan)], [zeros * np.float32(np.nan)])


def test_frames_of_other_shapes_and_types_differ() -> None:
    one = np.zeros((4, 4), np.uint8)
    assert not same_planes([one], [one, one]) and not same_planes([one], [np.zeros((4, 5), np.uint8)])
    assert not same_planes([one], [one.astype(np.uint16)]) and same_planes([one], [one.copy()])
