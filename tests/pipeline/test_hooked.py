"""Planning of user passes: isolation, reasons, caching, the older profile, limits of devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.errors import GLError
from anime4k.gl import pool
from anime4k.gl.device import Device
from anime4k.gl.texture import picture_texture
from anime4k.hooks.compat import Compat
from anime4k.hooks.parse import parse_text
from anime4k.hooks.stages import Stage
from anime4k.pipeline.journey import make_plan
from anime4k.pipeline.plan import Role, Size
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import (
    ANY_DEVICE,
    DEEP,
    PLAIN,
    Bench,
    block,
    computes,
    float_rgb,
    pixels,
    plan,
    ramp,
    ran,
    reasons,
    request,
    shade,
    step_named,
    user_steps,
    zeros,
)

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)
YUV = pixels("yuv420p", 8, 6)
GPU = replace(PLAIN, compat=Compat.GPU)


# -- one file must not harm another -------------------------------------------------------------------------


def test_file_that_fails_at_a_late_stage_leaves_nothing_behind() -> None:
    """A file is in the picture with everything or with nothing."""
    early = shade("vec4(0)", "WIDTH HOOKED.w 2 *", hook="MAIN", desc="early")
    bad = early + shade("vec4(0)", "WIDTH 3", hook="OUTPUT", desc="late")
    look = shade("vec4(MAIN_size, 0, 0)", "SAVE X", hook="OUTPUT", bind="MAIN", desc="look")
    made = plan(SMALL, bad, look)
    assert ran(made) == ["look"]
    assert [d.path for d in made.disabled] == ["a.glsl"]
    assert "OUTPUT" in made.disabled[0].reason and "fixed size" in made.disabled[0].reason
    assert made == make_plan(replace(request(SMALL, bad, look), disabled=((0, made.disabled[0].reason),)))


def test_file_is_not_blamed_for_what_a_failing_one_did() -> None:
    failing = shade("vec4(0)", "WIDTH HOOKED.w 2 *") + shade("vec4(0)", "WIDTH 3", hook="OUTPUT")
    fragile = shade("vec4(0)", "WIDTH 10 HOOKED.w -", desc="fragile")
    made = plan(SMALL, failing, fragile)
    assert ran(made) == ["fragile"] and [d.path for d in made.disabled] == ["a.glsl"]
    assert [d.path for d in plan(SMALL, failing, failing, fragile).disabled] == ["a.glsl", "b.glsl"]


def test_planning_failures_are_judged_anew_for_every_size(device: Device) -> None:
    """A size that is impossible at one output may be fine at another."""
    text = shade("vec4(1)", "WIDTH OUTPUT.w 10 -", desc="it")
    renderer = Renderer(device, [parse_text(text, "a.glsl")], settings=PLAIN, output=DEEP)
    assert renderer.configure(SMALL, (7, 5)).disabled and "a.glsl:4" in renderer.disabled["a.glsl"]
    assert not renderer.configure(SMALL, (14, 10)).disabled and not renderer.disabled
    renderer.render(zeros(SMALL))
    assert (renderer.read()[0] == 65535).all()
    renderer.release()


def test_broken_program_stays_off_after_a_resize_without_compiling_again(device: Device) -> None:
    files = [parse_text(shade("vec4(nothing)"), "a.glsl"), parse_text(shade("vec4(0.5)"), "b.glsl")]
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    compiled = renderer.executor.compiled
    renderer.configure(SMALL, (8, 5))
    assert list(renderer.disabled) == ["a.glsl"]
    assert renderer.executor.compiled <= compiled + 1  # the scaler; the broken pass is not tried again
    renderer.release()


def test_every_pass_is_told_of_once() -> None:
    text = shade("vec4(0)", hook="LUMA", desc="luma") + shade("vec4(0)", "WHEN 0", desc="never")
    text += shade("vec4(0)", bind="ABSENT", desc="absent") + shade("vec4(0)", desc="runs")
    text += block("BIND HOOKED", "DESC hookless", code="vec4 hook() { return vec4(0); }")
    made = plan(SMALL, text)
    assert sorted([*ran(made), *reasons(made)]) == ["absent", "hookless", "luma", "never", "runs"]
    assert len(made.skipped) == 4
    assert reasons(made)["hookless"] == "it has no HOOK line"
    assert [skip.origin.line for skip in made.skipped if skip.desc == "never"] == [5]


def test_pass_without_desc_is_described_by_hook_and_line() -> None:
    assert ran(plan(SMALL, shade("vec4(0)") + shade("vec4(0)", hook="MAIN OUTPUT"))) == [
        "pass on MAIN at line 1",
        "pass on MAIN, OUTPUT at line 4",
        "pass on MAIN, OUTPUT at line 4",
    ]


# -- plans as values ----------------------------------------------------------------------------------------

NAMES = st.sampled_from(["A", "B", "MAIN"])
STAGES = st.sampled_from(["RGB", "NATIVE", "MAIN", "LINEAR", "POSTKERNEL", "OUTPUT"])


@st.composite
def chains(draw: st.DrawFn) -> list[str]:
    """One to three files of passes that save, bind, resize and hook at random."""
    texts = []
    for _ in range(draw(st.integers(1, 3))):
        text = ""
        for _ in range(draw(st.integers(1, 4))):
            binds = ["HOOKED", *draw(st.lists(NAMES, max_size=2))]
            extra = [f"SAVE {draw(NAMES)}"] if draw(st.booleans()) else []
            extra += [f"WIDTH HOOKED.w {draw(st.sampled_from(['2 *', '3 -', '1 *']))}"] if draw(st.booleans()) else []
            extra += [f"WHEN {draw(st.sampled_from(['A.w 1 >', 'OUTPUT.w HOOKED.w >', '1']))}"]
            total = " + ".join(f"{name}_tex({name}_pos)" for name in dict.fromkeys(binds))
            text += shade(total, *extra, hook=draw(STAGES), bind=" ".join(binds))
        texts.append(text)
    return texts


@settings(max_examples=80, deadline=None)
@given(chains(), st.sampled_from([(7, 5), (14, 10), (3, 3)]))
def test_any_chain_plans_the_same_twice_and_accounts_for_every_pass(texts: list[str], size: tuple[int, int]) -> None:
    first, second = plan(SMALL, *texts, size=size), plan(SMALL, *texts, size=size)
    assert first == second and hash(first) == hash(second)
    off = {disabled.path for disabled in first.disabled}
    for number, text in enumerate(texts):
        path = f"{'abc'[number]}.glsl"
        steps = [step for step in user_steps(first) if step.origin is not None and step.origin.path == path]
        skips = [skip for skip in first.skipped if skip.origin.path == path]
        assert (not steps) if path in off else len(steps) + len(skips) == text.count("//!HOOK")
    order = list(Stage)
    stages = [order.index(step.stage) for step in user_steps(first) if step.stage is not None]
    assert stages == sorted(stages)
    written = {n for n, texture in enumerate(first.textures) if texture.role in (Role.PLANE, Role.CONSTANT)}
    for step in first.steps:  # nothing is read before it is written, nothing is written twice
        assert {sampler.texture for sampler in step.samplers} <= written
        assert not written & set(step.outputs)
        written |= set(step.outputs)
    assert first.output_size == Size(*size)


@settings(max_examples=6, deadline=None)
@given(chains())
def test_any_chain_draws_what_its_plan_says(texts: list[str]) -> None:
    device = _device()
    bench = Bench(device, SMALL, *texts, size=(14, 10)).draw(ramp(7, 5))
    renderer = Renderer(device, [parse_text(t, f"{n}.glsl") for n, t in enumerate(texts)], settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (14, 10))
    renderer.render((ramp(7, 5),))
    assert np.array_equal(renderer.read()[0] / 65535, bench.picture)
    renderer.release()
    bench.executor.release()


_SHARED: list[Device] = []


def _device() -> Device:
    """Hypothesis and function fixtures do not mix; the session's context is passed here by a fixture."""
    return _SHARED[0]


@pytest.fixture(autouse=True, scope="module")
def share(device: Device) -> None:
    _SHARED[:] = [device]


def test_plan_without_a_device_equals_the_devices_plan(device: Device) -> None:
    texts = [shade("HOOKED_texOff(0.5)", "WIDTH HOOKED.w 2 *")]
    bench = Bench(device, SMALL, *texts, size=(14, 10))
    assert ran(bench.plan) == ran(plan(SMALL, *texts, size=(14, 10)))
    files = [parse_text(text, "a.glsl") for text in texts]
    template = replace(request(SMALL), capabilities=ANY_DEVICE)
    bare = plan_for(SMALL, (14, 10), files, settings=PLAIN, output=DEEP, request=template)
    assert bare == plan(SMALL, *texts, size=(14, 10))
    bench.executor.release()


def test_strength_zero_runs_no_shader() -> None:
    """Not even one whose picture would be multiplied by nothing: it may be infinite."""
    made = plan(SMALL, shade("1.0 / (HOOKED_texOff(0) * 0.0)"), settings=replace(PLAIN, strength=0.0))
    assert ran(made) == [] and made.disabled == () and "strength is 0" in made.notes[0]


def test_strength_blends_the_chain_with_the_plain_picture(bench: MakeBench) -> None:
    text = shade("vec4(1.0)", desc="white")
    grey = np.full((5, 7, 3), 0.5, np.float32)
    for strength, expected in ((1.0, 1.0), (0.5, 0.75), (0.25, 0.625), (0.0, 0.5)):
        made = bench(SMALL, text, settings=replace(PLAIN, strength=strength)).draw(grey)
        assert made.picture[2, 3] == pytest.approx([expected] * 3, abs=2e-5), strength


# -- the older profile ---------------------------------------------------------------------------------------


def test_equality_in_expressions_is_exact_in_the_older_profile() -> None:
    text = shade("vec4(0)", "WHEN 1 1.0000005 =", desc="it")
    assert ran(plan(SMALL, text)) == ["it"]
    assert ran(plan(SMALL, text, settings=GPU)) == []


def test_shared_names_show_the_latest_image_in_the_older_profile(bench: MakeBench) -> None:
    look = shade("vec4(LUMA_size, 0, 0)", "SAVE X", "COMPONENTS 4", hook="CHROMA", bind="LUMA HOOKED", desc="look")
    double = shade("LUMA_tex(LUMA_pos)", "WIDTH LUMA.w 2 *", hook="LUMA", bind="LUMA")
    assert bench(YUV, look, double, settings=PLAIN).draw().pixel("look")[0] == 8
    assert bench(YUV, look, double, settings=GPU).draw().pixel("look")[0] == 16


def test_broken_file_in_the_older_profile_takes_its_names_with_it() -> None:
    bad = shade("vec4(0)", "SAVE X", desc="save") + shade("vec4(0)", "WIDTH 0", desc="bad")
    made = plan(SMALL, bad, shade("vec4(0)", bind="X", desc="use"), settings=GPU)
    assert ran(made) == [] and "use" in reasons(made)


@pytest.mark.parametrize("compat", list(Compat))
def test_wider_than_the_plane_is_allowed_on_overwrite(bench: MakeBench, compat: Compat) -> None:
    """COMPONENTS 4 on a luma plane: the pipeline takes the first and ignores the rest."""
    text = shade("vec4(0.5, 9, 9, 9)", "COMPONENTS 4", hook="LUMA") + shade("HOOKED_texOff(0)", hook="NATIVE", desc="n")
    planes = zeros(YUV)
    planes[1][:], planes[2][:] = 128, 128
    made = bench(YUV, text, settings=replace(PLAIN, compat=compat)).draw(*planes)
    assert made.pixel("n") == pytest.approx([0.5, 128 / 255, 128 / 255, 1], abs=1e-5)


# -- limits --------------------------------------------------------------------------------------------------


def test_more_textures_than_units_disable_the_file() -> None:
    """Sixteen BIND lines can be seventeen samplers only through nothing; HOOKED and its name count once."""
    text = "".join(shade(f"vec4({n})", f"SAVE T{n}") for n in range(14))
    names = " ".join(f"T{n}" for n in range(14))
    made = plan(SMALL, text + shade("vec4(0)", bind=f"HOOKED MAIN {names}", desc="full"))
    assert len(step_named(made, "full").samplers) == 15 and not made.disabled


def test_largest_texture_of_the_device_limits_sizes() -> None:
    text = shade("vec4(0)", "WIDTH 5000", "SAVE X", desc="wide")
    assert ran(plan(SMALL, text)) == ["wide"]
    made = plan(SMALL, text, device=replace(ANY_DEVICE, max_texture_size=4096))
    assert "a.glsl:4: 5000 asks for 5000 texels, the device's largest texture has 4096" in made.disabled[0].reason


def test_gigapixels_are_refused_before_they_are_allocated() -> None:
    made = plan(SMALL, shade("vec4(0)", "WIDTH 16384", "HEIGHT 16384", "SAVE X", desc="huge"))
    assert ran(made) == [] and "a.glsl:1: a result of 16384x16384 is more than" in made.disabled[0].reason
    assert ran(plan(SMALL, shade("vec4(0)", "WIDTH 16384", "HEIGHT 8192", "SAVE X", desc="big"))) == ["big"]


def test_full_graphics_memory_switches_the_file_off(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    made_for = []

    def small_memory(device: Device, size: tuple[int, int], *more: Any) -> Any:
        made_for.append(size)
        if size[0] > 1000:
            raise GLError("The graphics memory has no room.")
        return picture_texture(device, size, *more)

    monkeypatch.setattr(pool, "picture_texture", small_memory)
    greedy = shade("vec4(1)", "WIDTH 2000", "SAVE X", desc="greedy") + shade("vec4(1)")
    files = [parse_text(greedy, "a.glsl"), parse_text(shade("HOOKED_texOff(0) + 0.25"), "b.glsl")]
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    renderer.configure(SMALL, (7, 5))
    assert (2000, 5) in made_for
    expected = 'a.glsl:1: the result of the pass "greedy" cannot be stored: The graphics memory has no room.'
    assert renderer.disabled == {"a.glsl": expected}
    renderer.render((ramp(7, 5),))
    assert renderer.read()[0][2, 4, 0] / 65535 == pytest.approx(4 / 64 + 0.25, abs=2e-5)
    with pytest.raises(GLError, match="no room"):  # our own textures have nobody else to blame
        renderer.configure(SMALL, (1200, 5))
    renderer.configure(SMALL, (7, 5))
    renderer.render((ramp(7, 5),))
    assert renderer.read()[0][2, 4, 0] / 65535 == pytest.approx(4 / 64 + 0.25, abs=2e-5)
    renderer.release()


def test_work_groups_cover_the_output() -> None:
    made = plan(SMALL, computes("", "32 8 16 16", "WIDTH 65", "HEIGHT 17", desc="c"))
    it = step_named(made, "c")
    assert it.groups == (3, 3) and it.kind.value == "compute" and it.writes == 65 * 17
