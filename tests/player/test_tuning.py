"""What the user changes about a chain, on files that are only names and parameters."""

from __future__ import annotations

import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_text
from anime4k.player.picture.chain_files import file_views
from anime4k.player.picture.tuning import NO_TUNING, Tuning

PARAMS = """//!PARAM strength
//!DESC how much
//!TYPE float
//!MINIMUM 0
//!MAXIMUM 2
1.0

//!PARAM taps
//!TYPE int
//!MINIMUM 1
//!MAXIMUM 9
3

"""
PASS = "//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"


def shader(name: str) -> ShaderFile:
    """A file with two parameters."""
    return parse_text(PARAMS + PASS, f"folder/{name}.glsl")


A, B, C = (shader(name) for name in "abc")
CHAIN = (A, B, A)


def drawn(tuning: Tuning) -> str:
    """Names of the files that draw."""
    return "".join(file.name for file in tuning.files(CHAIN))


def test_without_changes_the_chain_is_the_modes() -> None:
    assert NO_TUNING.files(CHAIN) == CHAIN
    assert NO_TUNING.overrides == () and not NO_TUNING.changes_files


def test_the_second_use_of_a_file_is_switched_by_itself() -> None:
    off = NO_TUNING.toggled(CHAIN, 2)
    assert drawn(off) == "ab"
    assert [link.used for link in off.links(CHAIN)] == [True, True, False]
    assert off.toggled(CHAIN, 2) == NO_TUNING


def test_files_move_go_and_come() -> None:
    moved = NO_TUNING.moved(CHAIN, 0, 1)
    assert drawn(moved) == "baa"
    assert drawn(moved.moved(CHAIN, 0, 99)) == "aab"
    assert drawn(NO_TUNING.extended([C])) == "abac"
    assert drawn(NO_TUNING.extended([C]).moved(CHAIN, 3, 0)) == "caba"
    assert drawn(NO_TUNING.without(CHAIN, 1)) == "aa"
    assert drawn(moved.extended([C])) == "baac"  # an order made before keeps what comes later behind it


def test_numbers_count_what_is_shown_not_what_draws() -> None:
    tuning = NO_TUNING.toggled(CHAIN, 0).moved(CHAIN, 0, 2)
    assert drawn(tuning) == "ba"
    assert [(link.file.name, link.used) for link in tuning.links(CHAIN)] == [("b", True), ("a", True), ("a", False)]


@pytest.mark.parametrize(("asked", "kept"), [(0.25, 0.25), (7.0, 2.0), (-1.0, 0.0)])
def test_values_stay_in_the_bounds_and_reach_the_renderer(asked: float, kept: float) -> None:
    tuning = NO_TUNING.with_value(A, "strength", asked).with_value(B, "taps", 4.4)
    values, messages = resolve_overrides(CHAIN, tuning.overrides)
    assert messages == []
    assert values == [{"strength": kept, "taps": 3}, {"strength": 1.0, "taps": 4}, {"strength": kept, "taps": 3}]
    assert tuning.with_value(A, "strength", None).with_value(B, "taps", None) == NO_TUNING


def test_another_mode_keeps_the_strength_only() -> None:
    tuning = Tuning(strength=0.5).toggled(CHAIN, 0).with_value(A, "strength", 0.3).extended([C])
    assert tuning.forgotten() == Tuning(strength=0.5)


def test_views_say_what_a_file_is_set_to_and_why_it_is_left_out() -> None:
    tuning = NO_TUNING.with_value(A, "taps", 5).toggled(CHAIN, 1)
    views = file_views(tuning, CHAIN, {("b", "strength"): 1.5}, {str(B.path): "broken at line 3"})
    assert [(view.name, view.used, view.problem) for view in views] == [
        ("a", True, ""), ("b", False, "broken at line 3"), ("a", True, ""),
    ]  # fmt: skip
    taps = views[0].parameters[1]
    assert (taps.value, taps.default, taps.minimum, taps.maximum, taps.whole) == (5, 3, 1, 9, True)
    assert views[1].parameters[0].value == 1.5 and views[1].parameters[0].text == "how much"
