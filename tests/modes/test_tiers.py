"""What stands in for a mode: always something cheaper, down to the plain scaler."""

from __future__ import annotations

from fractions import Fraction

import pytest

from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import AUTO, MODES, OFF, Mode, Quality, find_mode
from anime4k.modes.tiers import tiers

DOUBLED = Situation(source=(1280, 720), output=(2560, 1440))
SAME = Situation(source=(1280, 720), output=(1280, 720))
A_LITTLE = Situation(source=(1280, 720), output=(1440, 810))


def names(mode: str, situation: Situation = DOUBLED, quality: Quality | None = None) -> list[str]:
    return [entry.name for entry in tiers(find_mode(mode), situation, quality).modes]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("a-hq", ["a-hq", "a-fast", "c-fast", "quick", "off"]),
        ("a-fast", ["a-fast", "c-fast", "quick", "off"]),
        ("b-hq", ["b-hq", "b-fast", "c-fast", "quick", "off"]),
        ("c-hq", ["c-hq", "c-fast", "quick", "off"]),
        ("a+a-hq", ["a+a-hq", "a+a-fast", "a-fast", "c-fast", "quick", "off"]),
        ("b+b-fast", ["b+b-fast", "b-fast", "c-fast", "quick", "off"]),
        ("c+a-fast", ["c+a-fast", "c-fast", "quick", "off"]),
        ("quick", ["quick", "off"]),
        ("lite", ["lite", "off"]),
        ("off", ["off"]),
    ],
)
def test_a_named_mode_is_the_best_of_its_tiers(mode: str, expected: list[str]) -> None:
    assert names(mode) == expected
    assert tiers(find_mode(mode), DOUBLED).start == 0


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != AUTO], ids=lambda mode: mode.name)
def test_every_mode_ends_at_the_plain_scaler_without_coming_twice(mode: Mode) -> None:
    for situation in (DOUBLED, SAME, A_LITTLE):
        found = tiers(mode, situation)
        assert found.modes[0] == mode and found.modes[-1] == OFF
        assert len(set(found.modes)) == len(found.modes)


def test_auto_starts_at_what_its_rules_take_and_may_rise_to_the_better_form() -> None:
    found = tiers(AUTO, DOUBLED)  # 720 lines
    assert [mode.name for mode in found.modes] == ["b-hq", "b-fast", "c-fast", "quick", "off"]
    assert found.modes[found.start].name == "b-fast"


def test_auto_keeps_to_the_form_that_was_asked_for() -> None:
    assert names("auto", quality=Quality.FAST) == ["b-fast", "c-fast", "quick", "off"]
    assert names("auto", quality=Quality.HQ) == ["b-hq", "b-fast", "c-fast", "quick", "off"]
    assert tiers(AUTO, DOUBLED, Quality.HQ).start == 0


@pytest.mark.parametrize(
    "situation",
    [
        Situation(source=(640, 360), output=(1280, 720), pace=Pace.PLAY_SOFTWARE),
        Situation(source=(1920, 1080), output=(3840, 2160), frame_rate=Fraction(60)),
    ],
    ids=["software renderer", "many pixels"],
)
def test_auto_may_rise_from_the_cheapest_doubling_to_the_networks(situation: Situation) -> None:
    for quality, expected in (
        (None, ["c-hq", "c-fast", "quick", "off"]),
        (Quality.HQ, ["c-hq", "c-fast", "quick", "off"]),
        (Quality.FAST, ["c-fast", "quick", "off"]),
    ):
        found = tiers(AUTO, situation, quality)
        assert [mode.name for mode in found.modes] == expected
        assert found.modes[found.start].name == "quick"


def test_where_auto_draws_nothing_there_is_nothing_to_exchange() -> None:
    assert names("auto", SAME) == ["off"]


def test_modes_that_do_nothing_at_this_size_are_no_tiers() -> None:
    assert names("a-hq", A_LITTLE) == ["a-hq", "a-fast", "off"]
    assert names("c-hq", A_LITTLE) == ["c-hq", "off"]
    assert names("auto", A_LITTLE) == ["lite", "off"]
