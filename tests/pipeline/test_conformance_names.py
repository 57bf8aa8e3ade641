"""Binding, saving, scopes and order of passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.hooks.compat import Compat
from anime4k.hooks.stages import Stage
from tests.pipeline.support import (
    PLAIN,
    Bench,
    block,
    float_rgb,
    pixels,
    plan,
    ramp,
    ran,
    reasons,
    shade,
    step_named,
    user_steps,
)

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)
YUV = pixels("yuv420p", 8, 6)


def test_float_source_reaches_a_pass_unchanged(bench: MakeBench) -> None:
    values = np.random.default_rng(1).normal(0, 3, (5, 7, 3)).astype(np.float32)
    seen = bench(SMALL, shade("HOOKED_tex(HOOKED_pos)", desc="copy")).draw(values).at("copy")
    assert np.array_equal(seen[..., :3], values)
    assert (seen[..., 3] == 1).all()


# 27
def test_hooked_is_known_under_the_name_of_its_stage(bench: MakeBench) -> None:
    code = """
#ifndef LUMA_raw
#error LUMA_raw is missing
#endif
#ifdef CHROMA_raw
#error CHROMA_raw is defined
#endif
vec4 hook() { return vec4(LUMA_tex(LUMA_pos).x, HOOKED_texOff(0).x, textureSize(LUMA_raw, 0)); }
"""
    made = bench(YUV, block("HOOK LUMA", "BIND HOOKED", "SAVE X", "DESC both", code=code))
    made.draw(np.full((6, 8), 51, np.uint8), np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8))
    assert made.pixel("both", 3, 3) == pytest.approx([0.2, 0.2, 8, 6], abs=1e-6)


# 28
@pytest.mark.parametrize("hook", ["MAIN", "MAINPRESUB"])
@pytest.mark.parametrize("bind", ["MAIN", "MAINPRESUB", "HOOKED"])
def test_main_and_mainpresub_are_one_image(bench: MakeBench, hook: str, bind: str) -> None:
    value = "vec4(MAIN_tex(MAIN_pos).r - MAINPRESUB_texOff(0).r, MAIN_size - MAINPRESUB_size, MAIN_tex(MAIN_pos).r)"
    made = bench(SMALL, shade(value, "SAVE X", hook=hook, bind=bind, desc="seen")).draw(ramp(7, 5))
    assert made.pixel("seen", 4, 2) == [0, 0, 0, 4 / 64]


def test_saving_as_mainpresub_overwrites_main(bench: MakeBench) -> None:
    made = bench(SMALL, shade("vec4(0.25)", "SAVE MAINPRESUB") + shade("MAIN_texOff(0)", bind="MAIN", desc="seen"))
    assert made.draw().pixel("seen")[0] == 0.25


def test_hooking_both_names_runs_once() -> None:
    assert ran(plan(SMALL, shade("vec4(0)", hook="MAIN MAINPRESUB", desc="once"))) == ["once"]


# 29
def test_binding_one_image_three_times_compiles(bench: MakeBench) -> None:
    made = bench(SMALL, shade("HOOKED_texOff(0) + MAIN_texOff(0)", bind="HOOKED MAIN MAIN", desc="twice"))
    assert made.draw(ramp(7, 5)).pixel("twice", 6, 0)[0] == 12 / 64
    assert len(step_named(made.plan, "twice").samplers) == 1


# 30
def test_missing_bind_skips_only_that_pass(bench: MakeBench) -> None:
    made = bench(
        SMALL, shade("vec4(0)", bind="HOOKED NOTHING", desc="first") + shade("HOOKED_texOff(0) + 0.5", desc="second")
    )
    assert ran(made.plan) == ["second"]
    assert reasons(made.plan)["first"] == "it binds NOTHING, which nothing in this file saves"
    assert made.draw(ramp(7, 5)).pixel("second", 2, 1)[:2] == [2 / 64 + 0.5, 1 / 64 + 0.5]


# 31
def test_saved_texture_has_its_own_size(bench: MakeBench) -> None:
    text = shade("vec4(0.5)", "SAVE X", "WIDTH HOOKED.w 2 /", "HEIGHT 3")
    text += shade("vec4(X_size, X_tex(X_pos).x, HOOKED_size.x)", bind="HOOKED X", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen") == [4, 3, 0.5, 7]  # 3.5 rounds away from zero


# 32
@pytest.mark.parametrize("name", ["MAIN", "HOOKED"])
def test_saving_under_the_own_name_overwrites(bench: MakeBench, name: str) -> None:
    made = bench(SMALL, shade("HOOKED_texOff(0) * 0.5 + 0.25", f"SAVE {name}")).draw(ramp(7, 5))
    assert made.picture[0, 6, 0] == pytest.approx(3 / 64 + 0.25, abs=1e-5)


# 33
def test_reading_and_saving_one_name_repeatedly(bench: MakeBench) -> None:
    text = shade("vec4(0)", "SAVE X") + shade("X_texOff(0) + 0.01", "SAVE X", bind="X") * 10
    text += shade("X_texOff(0)", bind="X", desc="sum")
    assert bench(SMALL, text).draw().pixel("sum")[0] == pytest.approx(0.1, abs=1e-6)


# 34
@pytest.mark.parametrize("late", ["POSTKERNEL", "SCALED", "OUTPUT"])
def test_saved_early_used_late(bench: MakeBench, late: str) -> None:
    text = shade("vec4(LUMA_tex(LUMA_pos).x * 2.0)", "SAVE X", hook="LUMA", bind="LUMA")
    text += shade("X_tex(X_pos)", hook=late, bind="X", desc="late")
    made = bench(YUV, text, size=(16, 12))
    made.draw(np.full((6, 8), 51, np.uint8), np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8))
    assert made.pixel("late", 9, 9)[0] == pytest.approx(0.4, abs=1e-6)


# 35
def test_saved_texture_does_not_survive_the_frame() -> None:
    text = block("PARAM on", "TYPE int", code="1") + shade("vec4(1)", "SAVE X", "WHEN on", desc="save")
    text += shade("X_texOff(0)", bind="X", desc="use")
    assert ran(plan(SMALL, text)) == ["save", "use"]
    later = plan(SMALL, text, overrides=[("on", "0")])
    assert ran(later) == []
    assert reasons(later)["use"] == "it binds X, and the pass that saves it did not run"


# 36
def test_names_are_private_to_a_file() -> None:
    first, second = shade("vec4(1)", "SAVE X", desc="save"), shade("X_texOff(0)", bind="X", desc="use")
    assert ran(plan(SMALL, first, second)) == ["save"]
    assert ran(plan(SMALL, first, second, settings=replace(PLAIN, compat=Compat.GPU))) == ["save", "use"]


# 37
def test_stage_image_is_a_snapshot_of_the_files_turn(bench: MakeBench) -> None:
    look = shade("vec4(LUMA_size, CHROMA_size)", "SAVE X", hook="CHROMA", bind="LUMA HOOKED", desc="look")
    double = shade("LUMA_tex(LUMA_pos)", "WIDTH LUMA.w 2 *", "HEIGHT LUMA.h 2 *", hook="LUMA", bind="LUMA")
    assert bench(YUV, look, double).draw().pixel("look") == [8, 6, 4, 3]
    assert bench(YUV, double, look).draw().pixel("look") == [16, 12, 4, 3]


def test_own_overwrites_are_seen_later(bench: MakeBench) -> None:
    text = shade("LUMA_tex(LUMA_pos)", "WIDTH LUMA.w 3 *", hook="LUMA", bind="LUMA")
    text += shade("vec4(LUMA_size, 0, 0)", hook="OUTPUT", bind="LUMA", desc="late")
    assert bench(YUV, text).draw().pixel("late")[:2] == [24, 6]


# 38
def test_saving_never_triggers_a_hook() -> None:
    text = shade("vec4(1)", "SAVE X", desc="save") + shade("vec4(1)", hook="X", desc="never")
    made = plan(SMALL, text)
    assert ran(made) == ["save"]
    assert reasons(made)["never"] == "no stage is called X"


def test_saving_under_another_stage_leaves_its_image_alone(bench: MakeBench) -> None:
    text = shade("vec4(0.75)", "SAVE OUTPUT", hook="MAIN", bind="HOOKED", desc="early")
    text += shade("HOOKED_texOff(0)", hook="OUTPUT", desc="late")
    assert bench(SMALL, text).draw(ramp(7, 5)).pixel("late", 5, 0)[0] == pytest.approx(5 / 64, abs=1e-6)


# 39
def test_files_chain_in_list_order(bench: MakeBench) -> None:
    add, twice = shade("HOOKED_texOff(0) + 0.25"), shade("HOOKED_texOff(0) * 2.0")
    grey = np.full((5, 7, 3), 0.25, np.float32)
    assert bench(SMALL, add, twice).draw(grey).picture[2, 2] == pytest.approx([1.0] * 3, abs=1e-4)
    assert bench(SMALL, twice, add).draw(grey).picture[2, 2] == pytest.approx([0.75] * 3, abs=1e-4)


def test_order_is_stage_then_file_then_pass() -> None:
    def both(name: str) -> str:
        late = shade("HOOKED_texOff(0)", hook="OUTPUT", desc=f"{name} output")
        return late + "".join(shade("HOOKED_texOff(0)", desc=f"{name} main {n}") for n in (1, 2))

    made = plan(SMALL, both("a"), both("b"))
    assert ran(made) == ["a main 1", "a main 2", "b main 1", "b main 2", "a output", "b output"]


# 40
def test_one_pass_on_two_stages_knows_which(bench: MakeBench) -> None:
    code = """
vec4 hook() {
#ifdef LUMA_raw
    return vec4(0.25, HOOKED_size, 0);
#elif defined(CHROMA_raw)
    return vec4(0.5, CHROMA_size, 0);
#endif
}"""
    made = bench(YUV, block("HOOK LUMA", "HOOK CHROMA", "BIND HOOKED", "DESC tag", code=code)).draw()
    assert made.at("tag", 0)[0, 0].tolist() == [0.25, 8, 6, 0]
    assert made.at("tag", 1)[0, 0].tolist() == [0.5, 4, 3, 0]
    assert [step.stage for step in user_steps(made.plan)] == [Stage.LUMA, Stage.CHROMA]


# 41
@pytest.mark.parametrize(
    ("compat", "components", "expected"),
    [
        (Compat.NEXT, 0, [0.1, 0.2, 0.3, 0.4]),
        (Compat.NEXT, 2, [0.1, 0.2, 0.3, 0.4]),
        (Compat.GPU, 0, [0.1, 0, 0, 1]),
        (Compat.GPU, 2, [0.1, 0.2, 0, 1]),
        (Compat.GPU, 4, [0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_components_mask_only_in_the_gpu_profile(
    bench: MakeBench, compat: Compat, components: int, expected: list[float]
) -> None:
    extra = [f"COMPONENTS {components}"] if components else []
    text = shade("vec4(0.1, 0.2, 0.3, 0.4)", "SAVE X", *extra, hook="LUMA")
    text += shade("X_texOff(0)", "SAVE Y", "COMPONENTS 4", hook="LUMA", bind="X", desc="seen")
    made = bench(YUV, text, settings=replace(PLAIN, compat=compat)).draw()
    assert made.pixel("seen") == pytest.approx(expected, abs=1e-6)


# 42
DOUBLER = shade(
    "MAIN_tex(MAIN_pos)",
    "WIDTH MAIN.w 2 *",
    "HEIGHT MAIN.h 2 *",
    "WHEN OUTPUT.w MAIN.w / 1.2 >",
    bind="MAIN",
    desc="2x",
)


@pytest.mark.parametrize(("scale", "sizes"), [(4, [(14, 10), (28, 20)]), (2, [(14, 10)]), (1, [])])
def test_the_same_doubler_twice(scale: int, sizes: list[tuple[int, int]]) -> None:
    made = plan(SMALL, DOUBLER, DOUBLER, size=(7 * scale, 5 * scale))
    assert [(step.size.width, step.size.height) for step in user_steps(made)] == sizes
    assert len(made.skipped) == 2 - len(sizes)


def test_skip_reason_shows_the_numbers() -> None:
    made = plan(SMALL, DOUBLER, size=(7, 5))
    reason = made.skipped[0].reason
    assert "OUTPUT.w MAIN.w / 1.2 >" in reason and "OUTPUT.w = 7" in reason and "MAIN.w = 7" in reason
    assert made.skipped[0].stage is Stage.MAIN and str(made.skipped[0].origin) == "a.glsl:1"
