"""Ratios with their range, promises about them, and what the scripts read from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from speed import options  # noqa: E402
from speed.ratios import Ratio, Target, Verdict, extras, per_frame, ratio  # noqa: E402


def test_a_ratio_is_that_of_the_medians_with_the_range_of_the_rounds() -> None:
    # Medians 60 and 100; rounds 0.5, 0.6, 1.2.
    found = ratio([50.0, 60.0, 120.0], [100.0, 100.0, 100.0])
    assert found == Ratio(0.6, 0.5, 1.2)
    assert str(found) == "0.60 (0.50 to 1.20)"


def test_the_median_is_not_that_of_the_rounds_ratios() -> None:
    # Rounds 1/1, 9/2, 4/8; medians 4 and 2.
    assert ratio([1.0, 9.0, 4.0], [1.0, 2.0, 8.0]) == Ratio(2.0, 0.5, 4.5)


def test_nothing_is_told_in_terms_of_nothing() -> None:
    assert ratio([1.0, 2.0, 3.0], [-1.0, 0.0, 5.0]) is None
    assert ratio([1.0], [0.0]) is None


def test_a_round_that_cost_less_than_plain_playback_is_no_part_of_the_range() -> None:
    assert ratio([2.0, 2.0, 2.0], [4.0, -0.1, 5.0]) == Ratio(0.5, 0.4, 0.5)


@pytest.mark.parametrize(("own", "other"), [([], []), ([1.0], [1.0, 2.0])])
def test_rounds_must_be_as_many(own: list[float], other: list[float]) -> None:
    with pytest.raises(ValueError, match=f"{len(own)} rounds against {len(other)}"):
        ratio(own, other)


def test_plain_rounds_are_subtracted_one_by_one() -> None:
    assert extras([10.0, 21.0], [1.0, 2.0]) == (9.0, 19.0)
    with pytest.raises(ValueError):
        extras([10.0, 21.0], [1.0])


def test_start_up_cancels_out() -> None:
    start, frame = 1.7, 0.025
    assert per_frame(start + 6 * frame, start + 30 * frame, 24) == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("found", "met"),
    [(Ratio(0.65, 0.5, 0.9), True), (Ratio(0.651, 0.5, 0.9), False), (Ratio(0.1, 0.1, 0.1), True), (None, False)],
)
def test_a_promise_holds_up_to_its_limit(found: Ratio | None, met: bool) -> None:
    verdict = Verdict(Target("a.glsl", "mpv", 0.65, goal=0.5), found)
    assert verdict.met is met
    assert str(verdict).startswith("met " if met else "MISSED")


def test_a_verdict_in_words() -> None:
    target = Target("a.glsl", "mpv", 0.65, goal=0.5)
    assert str(Verdict(target, Ratio(0.7, 0.6, 0.8))) == (
        "MISSED  a.glsl: 0.70 (0.60 to 0.80) x mpv, at most 0.65, goal 0.50"
    )
    assert "no ratio could be measured, at most 0.65" in str(Verdict(Target("a.glsl", "mpv", 0.65), None))


@pytest.mark.parametrize(("text", "size"), [("640x360", (640, 360)), ("2x2", (2, 2)), ("16384x2", (16384, 2))])
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert options.size(text) == size


@pytest.mark.parametrize("text", ["", "640", "640x", "x360", "640x361", "0x2", "-2x2", "640X360", "16386x2", "2x2x2"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no size"):
        options.size(text)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "²", "a"])
def test_no_counts(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="1 or more"):
        options.positive(text)
    assert options.positive("12") == 12


def test_everyone_begins_a_round_in_turn() -> None:
    assert [options.turned("abc", number) for number in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]
    assert options.turned([], 2) == []
