"""WIDTH, HEIGHT and WHEN as the planner sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anime4k.errors import ShaderSyntaxError
from tests.pipeline.support import Bench, block, float_rgb, pixels, plan, ran, reasons, shade, step_named

MakeBench = Callable[..., Bench]
SMALL = float_rgb(7, 5)


def width_of(expression: str) -> int:
    made = plan(SMALL, shade("vec4(0)", "SAVE X", f"WIDTH {expression}", desc="it"))
    assert not made.disabled, made.disabled[0].reason
    return step_named(made, "it").size.width


# 14 to 18, 11
@pytest.mark.parametrize(
    ("expression", "width"),
    [
        ("10 4 -", 6),
        ("7 4 %", 3),
        ("0 7 - 4 % 5 +", 2),
        ("5 2 /", 3),
        ("7 2 /", 4),
        ("0 ! 2 +", 3),
        ("3 2 > 7 +", 8),
        ("2 2 = 4 *", 4),
        ("0.1 0.2 + 0.3 = 1 +", 2),
        ("0 2 - 0 2 - = 1 +", 2),
        ("3 3 >= 1 +", 1),
        ("2 3 *x", 6),
        ("HOOKED.w", 7),
        ("HOOKED.width 2 *", 14),
        ("MAIN.h", 5),
        ("NATIVE_CROPPED.height", 5),
        ("OUTPUT.w 1 +", 8),
    ],
)
def test_size_expressions(expression: str, width: int) -> None:
    assert width_of(expression) == width


def test_the_last_of_two_width_lines_counts() -> None:
    made = plan(SMALL, shade("vec4(0)", "SAVE X", "WIDTH 2 3 * 4 * 5 +", "WIDTH 9", desc="it"))
    assert step_named(made, "it").size.width == 9


def test_width_alone_leaves_the_height(bench: MakeBench) -> None:
    text = shade("vec4(0)", "SAVE X", "WIDTH 10 4 -") + shade("vec4(X_size, 0, 0)", bind="X", desc="seen")
    assert bench(SMALL, text).draw().pixel("seen")[:2] == [6, 5]


# 19, 20, 21
@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("-1 2 +", 'token 1, "-1", of "-1 2 +" needs two values before it'),
        ("1 0 /", "gives no finite number for 1 and 0"),
        ("1\t2 >", "needs two values"),
        ("1 2", "leaves 2 values"),
        ("nothing", "is no parameter"),
        ("OTHER.w 1 >", 'asks for the size of "OTHER", which does not exist here'),
    ],
)
def test_when_without_a_value_skips_the_pass_and_the_file_lives(when: str, words: str) -> None:
    made = plan(SMALL, shade("vec4(0)", f"WHEN {when}", desc="bad") + shade("vec4(0)", desc="good"))
    assert ran(made) == ["good"] and not made.disabled
    assert words in reasons(made)["bad"] and "a.glsl:4" in reasons(made)["bad"]


# 22
def test_64_tokens_run_and_65_are_refused() -> None:
    sixty_four = "0 !" + " 1 +" * 31
    assert len(sixty_four.split()) == 64 and width_of(sixty_four) == 32
    with pytest.raises(ShaderSyntaxError, match="65 tokens"):
        width_of(sixty_four + " !")


# 23
def test_parameters_and_labels_in_expressions() -> None:
    text = block("PARAM factor", "TYPE float", code="2.5") + block("PARAM kind", "TYPE ENUM int", code="soft\nsharp")
    text += shade("vec4(0)", "SAVE X", "WHEN kind sharp =", "WIDTH HOOKED.w factor *", desc="it")
    assert ran(plan(SMALL, text)) == []
    made = plan(SMALL, text, overrides=[("kind", "sharp"), ("a/factor", "3")])
    assert step_named(made, "it").size.width == 21


# 24
def test_size_of_luma_on_an_rgb_source_skips() -> None:
    text = shade("vec4(0)", "WHEN LUMA.w 0 >", desc="yuv only") + shade("vec4(0)", desc="next")
    assert ran(plan(SMALL, text)) == ["next"]
    assert ran(plan(pixels("yuv420p", 8, 6), text)) == ["yuv only", "next"]


def test_stage_that_only_an_expression_names_is_measured() -> None:
    text = shade("vec4(0)", "WHEN LINEAR.w 0 >", hook="OUTPUT", desc="late")
    assert ran(plan(SMALL, text, size=(14, 10))) == ["late"]


# 25
def test_output_size_is_known_at_the_first_stage() -> None:
    text = shade("vec4(0)", "WIDTH OUTPUT.w", "HEIGHT OUTPUT.h", hook="LUMA", desc="it")
    size = step_named(plan(pixels("yuv420p", 8, 6), text, size=(31, 17)), "it").size
    assert (size.width, size.height) == (31, 17)


def test_asking_for_the_output_size_draws_nothing_more() -> None:
    plain = plan(SMALL, shade("vec4(0)", "WIDTH 14", desc="it"), size=(28, 20))
    asking = plan(SMALL, shade("vec4(0)", "WIDTH OUTPUT.w 2 /", "WHEN OUTPUT.w 0 >", desc="it"), size=(28, 20))
    assert [step.desc for step in asking.steps] == [step.desc for step in plain.steps]


# 26
def test_threshold_at_exactly_the_ratio_is_false() -> None:
    text = shade("vec4(0)", "WHEN OUTPUT.w MAIN.w / 1.2 >", desc="it")
    assert ran(plan(float_rgb(10, 10), text, size=(12, 12))) == []
    assert ran(plan(float_rgb(10, 10), text, size=(13, 13))) == ["it"]


@pytest.mark.parametrize(
    ("width", "words"),
    [
        ("0", "gives a size of 0"),
        ("2 9 -", "gives a size of -7"),
        ("1 0 /", "has no value"),
        ("NOTHING.w", "does not exist here"),
        ("1000000", "largest texture has 16384"),
    ],
)
def test_impossible_size_disables_the_file_with_its_line(width: str, words: str) -> None:
    bad = shade("vec4(0)", desc="before") + shade("vec4(0)", f"WIDTH {width}", desc="bad")
    made = plan(SMALL, bad, shade("vec4(0)", desc="other file"))
    assert ran(made) == ["other file"]
    assert [(d.file, d.path) for d in made.disabled] == [(0, "a.glsl")]
    assert words in made.disabled[0].reason and "a.glsl:8" in made.disabled[0].reason
