"""Memory of intermediates: shared where lifetimes allow it, never where they meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline.lifetime import assign_slots, slot_bytes
from anime4k.pipeline.plan import Program, Role, Sampler, Size, Step, StepKind, TexelFormat, Texture
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import DEEP, PLAIN, Bench, float_rgb, plan, ramp, shade

KINDS = [(Size(4, 4), TexelFormat.RGBA16F), (Size(4, 4), TexelFormat.RGBA32F), (Size(8, 4), TexelFormat.RGBA16F)]


def step(reads: tuple[int, ...], writes: tuple[int, ...], size: Size) -> Step:
    samplers = tuple(Sampler(f"us_tex{n}", texture) for n, texture in enumerate(reads))
    return Step("", None, None, -1, Program(StepKind.FRAGMENT, (), ""), samplers, (), (), (), (), writes, size)


@st.composite
def works(draw: st.DrawFn) -> tuple[list[Step], list[Texture]]:
    """Steps that write one or two fresh textures each and read any of the earlier ones; texture 0 is a plane."""
    textures = [Texture("plane", Size(4, 4), TexelFormat.RGBA8, Role.PLANE, 0)]
    steps = []
    for _ in range(draw(st.integers(1, 25))):
        size, texel = draw(st.sampled_from(KINDS))
        reads = tuple(draw(st.lists(st.integers(0, len(textures) - 1), max_size=5, unique=True)))
        writes = []
        for _ in range(draw(st.integers(1, 2))):
            role = draw(st.sampled_from([Role.STEP, Role.STEP, Role.STEP, Role.OUTPUT]))
            textures.append(Texture("", size, texel, role))
            writes.append(len(textures) - 1)
        steps.append(step(reads, tuple(writes), size))
    return steps, textures


def lifetimes(steps: list[Step], count: int) -> list[tuple[int, int]]:
    """(first write, last use) of every texture, by looking at every step."""
    spans = []
    for texture in range(count):
        uses = [
            n for n, s in enumerate(steps) if texture in s.outputs or texture in [each.texture for each in s.samplers]
        ]
        spans.append((uses[0], uses[-1]) if uses else (-1, -1))
    return spans


@settings(max_examples=150, deadline=None)
@given(works())
def test_textures_that_live_at_once_never_share(work: tuple[list[Step], list[Texture]]) -> None:
    steps, textures = work
    slots = assign_slots(steps, textures)
    spans = lifetimes(steps, len(textures))
    assert [slot >= 0 for slot in slots] == [texture.role is Role.STEP for texture in textures]
    for a in range(len(textures)):
        for b in range(a):
            if slots[a] >= 0 and slots[a] == slots[b]:
                assert (textures[a].size, textures[a].format) == (textures[b].size, textures[b].format)
                assert spans[b][1] < spans[a][0] or spans[a][1] < spans[b][0], (a, b)


@settings(max_examples=100, deadline=None)
@given(works())
def test_no_more_slots_than_textures_that_live_at_once(work: tuple[list[Step], list[Texture]]) -> None:
    steps, textures = work
    slots = assign_slots(steps, textures)
    spans = lifetimes(steps, len(textures))
    for kind in KINDS:
        mine = [n for n, t in enumerate(textures) if t.role is Role.STEP and (t.size, t.format) == kind]
        alive = Counter(moment for n in mine for moment in range(spans[n][0], spans[n][1] + 1))
        assert len({slots[n] for n in mine}) == max(alive.values(), default=0)


def test_bytes_count_every_slot_once() -> None:
    textures = [Texture("", size, texel, Role.STEP) for size, texel in KINDS]
    assert slot_bytes(textures, (0, 1, 2)) == 16 * 8 + 16 * 16 + 32 * 8
    assert slot_bytes([*textures, textures[0]], (0, 1, 2, 0)) == 16 * 8 + 16 * 16 + 32 * 8
    assert slot_bytes(textures, (-1, 0, -1)) == 16 * 16


# Saves that cross: A and B live long, the rest comes and goes, X is rewritten while its old value is read.
CROSSING = (
    shade("HOOKED_texOff(0) * 0.5", "SAVE A")
    + shade("HOOKED_texOff(vec2(1, 0))", "SAVE X")
    + shade("HOOKED_texOff(0) + A_texOff(0)", "SAVE B", bind="HOOKED A")
    + shade("X_texOff(vec2(0, 1)) * 0.5 + A_texOff(0) * 0.25", "SAVE X", bind="X A") * 6
    + shade("B_texOff(0) - A_texOff(0)", bind="A B")
    + shade("HOOKED_texOff(0) * 0.5 + X_texOff(0) * 0.5", bind="HOOKED X")
)


def test_shared_memory_gives_the_picture_of_separate_memory(device: Device) -> None:
    source, frame = float_rgb(21, 13), ramp(21, 13)
    apart = Bench(device, source, CROSSING)
    sharing = replace(PLAIN, no_rewrites=frozenset({"tiles"}))
    renderer = Renderer(device, [parse_text(CROSSING, "a.glsl")], settings=sharing, output=DEEP)
    made = renderer.configure(source, (21, 13))
    pictures = []
    for scale in (1.0, 0.5, 1.0):  # what an earlier frame left in a slot must not shine through
        renderer.render((frame * np.float32(scale),))
        pictures.append(renderer.read()[0] / 65535)
        assert np.array_equal(pictures[-1], apart.draw(frame * scale).picture)
    assert np.array_equal(pictures[0], pictures[2])
    used = {slot for slot in made.slots if slot >= 0}
    assert len(used) == 4  # A, B, the old X and the new X
    renderer.release()
    apart.executor.release()


def test_cost_tells_reads_writes_and_memory() -> None:
    made = plan(float_rgb(10, 10), shade("HOOKED_texOff(0) + HOOKED_texOff(1)", "WIDTH 20", "SAVE X", desc="it"))
    it = made.steps[1]
    assert (it.reads, it.writes) == (2 * 200, 200)
    assert made.cost.reads == sum(each.reads for each in made.steps)
    assert made.cost.writes == sum(each.writes for each in made.steps)
    assert made.cost.peak_bytes >= 10 * 10 * 16 + 20 * 10 * 16
