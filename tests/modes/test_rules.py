"""The rules of the mode auto: they leave no gap, they do not overlap, and they say what is expected of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.modes.rules import HEAVY_LOAD, RULES, Rule, Span, decide, describe, explain
from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import FAMILIES, MODES, Quality


@dataclass(frozen=True)
class Cell:
    """The quantities that rules look at, each free of the others."""

    factor: float
    lines: float
    load: float
    pace: Pace
    interlaced: bool
    live_action: bool


def representatives(spans: Sequence[Span], *, fine: bool) -> list[float]:
    """A number of every piece into which the borders of `spans` cut the axis; `fine`: both sides of every border."""
    borders = sorted({border for span in spans for border in (span.low, span.high) if math.isfinite(border)})
    points = {0.0, *borders}
    for border in borders if fine else ():
        points |= {math.nextafter(border, -math.inf), math.nextafter(border, math.inf), border - 1, border + 1}
    return sorted(points)


def cells(rules: Sequence[Rule], *, fine: bool = False) -> Iterator[Cell]:
    """At least one cell of every piece of the whole space: rules are constant within a piece."""
    for values in itertools.product(
        representatives([rule.factor for rule in rules], fine=fine),
        representatives([rule.lines for rule in rules], fine=fine),
        representatives([rule.load for rule in rules], fine=fine),
        Pace,
        (False, True),
        (False, True),
    ):
        yield Cell(*values)


def holding(rules: Sequence[Rule], cell: Cell | Situation) -> list[str]:
    """Names of the rules that hold."""
    return [rule.name for rule in rules if rule.holds(cell)]  # type: ignore[arg-type]


def test_exactly_one_rule_holds_everywhere() -> None:
    seen: set[str] = set()
    count = 0
    for cell in cells(RULES, fine=True):
        names = holding(RULES, cell)
        assert len(names) == 1, (cell, names)
        seen.add(names[0])
        count += 1
    assert seen == {rule.name for rule in RULES} and count > 10_000


@pytest.mark.parametrize("missing", RULES, ids=lambda rule: rule.name)
def test_without_any_one_rule_there_is_a_gap(missing: Rule) -> None:
    others = [rule for rule in RULES if rule is not missing]
    assert any(not holding(others, cell) for cell in cells(RULES))


def test_a_border_that_moves_by_one_is_noticed() -> None:
    for rule in RULES:
        low, high = rule.lines.low, rule.lines.high
        if math.isfinite(high):
            others = [other for other in RULES if other is not rule]
            wider = (*others, replace(rule, lines=Span(low, high + 1)))
            assert any(len(holding(wider, cell)) > 1 for cell in cells(wider)), rule.name
            narrower = (*others, replace(rule, lines=Span(low, high - 1)))
            assert any(not holding(narrower, cell) for cell in cells(narrower)), rule.name


SIDES = st.integers(1, 16384)
RATES = st.none() | st.fractions(Fraction(1, 10), 1000, max_denominator=1001)


@settings(max_examples=500, deadline=None)
@given(
    st.builds(
        Situation,
        source=st.tuples(SIDES, SIDES),
        output=st.tuples(SIDES, SIDES),
        frame_rate=RATES,
        interlaced=st.booleans(),
        live_action=st.booleans(),
        pace=st.sampled_from(Pace),
    ),
    st.none() | st.sampled_from(Quality),
)
def test_every_situation_is_decided_with_a_reason(situation: Situation, quality: Quality | None) -> None:
    decision = decide(situation, quality)
    assert holding(RULES, situation) == [decision.rule.name]
    assert decision.mode in MODES and decision.mode.letters == decision.rule.mode
    assert decision.mode.quality in (None, quality or situation.pace.quality)
    lines = explain(situation, quality).splitlines()
    assert len(lines) == len(RULES) + 2
    assert [line[4:].partition("  ")[0] for line in lines if line.startswith("  > ")] == [decision.rule.name]
    form = f" (-{quality.value} was asked for)" if quality and decision.mode.quality else ""
    assert lines[-1] == f"it takes {decision.mode.name}{form}: {decision.rule.reason}"


def test_sizes_at_every_border_of_lines() -> None:
    """The neighbours of the borders as real sources; 4:3 below, 16:9 above, twice the size."""
    expected = {599: "b", 600: "b", 601: "b", 899: "b", 900: "a", 1299: "a", 1300: "c", 1999: "c", 2000: "off"}
    for lines, mode in expected.items():
        situation = Situation(source=(lines * 4 // 3, lines), output=(lines * 8 // 3, lines * 2))
        assert situation.lines == lines
        if situation.load >= HEAVY_LOAD:
            situation = replace(situation, frame_rate=Fraction(10))
        assert decide(situation).mode.letters == mode, lines


def test_sizes_at_every_border_of_enlargement() -> None:
    source = (1000, 700)
    expected = {999: "off", 1000: "off", 1001: "lite", 1199: "lite", 1200: "lite", 1201: "b", 2000: "b", 9000: "b"}
    for width, mode in expected.items():
        # The other axis grows more: the one that grows less decides.
        assert decide(Situation(source=source, output=(width, 7000), pace=Pace.FILE)).mode.letters == mode, width


def test_rates_at_the_border_of_load() -> None:
    base = Situation(source=(1920, 1080), output=(3840, 2160))
    limit = Fraction(int(HEAVY_LOAD * 1_000_000), 3840 * 2160)
    below, at = limit - Fraction(1, 1000), limit
    assert decide(replace(base, frame_rate=below)).rule.name == "Full HD"
    assert decide(replace(base, frame_rate=at)).rule.name == "too many pixels"
    assert decide(replace(base, frame_rate=at, pace=Pace.FILE)).rule.name == "Full HD"


@pytest.mark.parametrize(
    ("source", "output", "more", "mode"),
    [
        ((640, 480), (1440, 1080), {}, "b-fast"),
        ((854, 480), (1920, 1080), {}, "b-fast"),
        ((1024, 576), (2048, 1152), {"interlaced": True}, "b-fast"),
        ((1280, 720), (1920, 1080), {}, "b-fast"),
        ((2560, 1440), (3840, 2160), {}, "c-fast"),
        ((1280, 720), (3840, 2160), {}, "b-fast"),
        ((1280, 544), (3840, 1632), {}, "b-fast"),
        ((1920, 1080), (3840, 2160), {}, "a-fast"),
        ((1920, 1080), (2560, 1440), {}, "a-fast"),
        ((1920, 1080), (3840, 2160), {"interlaced": True}, "b-fast"),
        ((1920, 800), (3840, 1600), {}, "a-fast"),
        ((1080, 1920), (2160, 3840), {}, "a-fast"),
        ((1920, 1080), (1920, 1080), {}, "off"),
        ((1920, 1080), (1280, 720), {}, "off"),
        ((1920, 1080), (2000, 1125), {}, "lite"),
        ((3840, 2160), (3840, 2160), {}, "off"),
        ((3840, 2160), (7680, 4320), {}, "off"),
        ((3840, 2160), (7680, 4320), {"pace": Pace.FILE}, "c-hq"),
        ((640, 480), (1440, 1080), {"pace": Pace.FILE}, "b-hq"),
        ((640, 480), (1440, 1080), {"pace": Pace.FILE_SOFTWARE}, "b-fast"),
        ((640, 480), (1440, 1080), {"pace": Pace.PLAY_SOFTWARE}, "quick"),
        ((1920, 1080), (3840, 2160), {"frame_rate": Fraction(60)}, "quick"),
        ((1920, 1080), (3840, 2160), {"live_action": True}, "off"),
        ((640, 480), (1440, 1080), {"live_action": True, "pace": Pace.FILE}, "off"),
    ],
)
def test_what_people_watch(
    source: tuple[int, int], output: tuple[int, int], more: dict[str, object], mode: str
) -> None:
    assert decide(Situation(source=source, output=output, **more)).mode.name == mode  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        ((1920, 1080), 1080), ((1920, 800), 1080), ((1080, 1920), 1080), ((1440, 1080), 1080), ((1280, 720), 720),
        ((1280, 544), 720), ((854, 480), 480), ((640, 480), 480), ((1024, 576), 576), ((720, 576), 576), ((1, 1), 1),
        ((3840, 1600), 2160),
    ],
)
def test_lines_of_the_format_that_a_picture_belongs_to(size: tuple[int, int], lines: int) -> None:
    assert Situation(source=size, output=size).lines == lines


def test_load_counts_only_while_playing_and_assumes_film_when_unknown() -> None:
    base = Situation(source=(640, 360), output=(1000, 1000))
    assert base.load == 24.0
    assert replace(base, frame_rate=Fraction(50)).load == 50.0
    assert replace(base, pace=Pace.PLAY_SOFTWARE).load == 24.0
    assert replace(base, pace=Pace.FILE).load == replace(base, pace=Pace.FILE_SOFTWARE).load == 0.0


def test_reasons_are_clauses_and_rules_take_modes_of_the_table() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert len(rule.reason) > 20 and not rule.reason.endswith(".") and rule.needs
        assert rule.mode in (*FAMILIES, "off", "lite", "quick")


def test_the_explanation_says_what_is_missing() -> None:
    text = explain(Situation(source=(1280, 720), output=(1920, 1080), frame_rate=Fraction(24000, 1001)))
    lines = text.splitlines()
    facts = "1280x720 (720 lines) to 1920x1080 (1.5x) at 23.98 frames a second, played on a GPU"
    assert lines[0] == f"the mode auto, {facts}:"
    assert "    SD                       b      no, needs: less than 600 lines" in lines
    assert "    slow renderer            quick  no, needs: played on a software renderer" in lines
    assert lines[-1].startswith("it takes b-fast: ")


def test_the_situation_in_words() -> None:
    situation = Situation(
        source=(720, 576), output=(1440, 1152), interlaced=True, live_action=True, pace=Pace.FILE_SOFTWARE
    )
    assert describe(situation) == (
        "720x576 (576 lines, interlaced, live action) to 1440x1152 (2x), written to a file by a software renderer"
    )


@pytest.mark.parametrize(
    ("size", "takes", "said"),
    [
        ((384, 216), "lite", "more than 1 and at most 1.2x the source"),
        ((385, 217), "b-fast", "more than 1.2x the source"),
    ],
)
def test_what_is_said_at_a_border_is_true_there(size: tuple[int, int], takes: str, said: str) -> None:
    situation = Situation(source=(320, 180), output=size)
    assert decide(situation).mode.name == takes
    (held,) = (line for line in explain(situation).splitlines() if line.startswith("  > "))
    assert said in held
    assert "at least 1.2x" not in explain(situation) and "less than 1.2x" not in explain(situation)


def test_a_form_that_was_asked_for_is_not_laid_to_the_rule() -> None:
    playing = Situation(source=(640, 360), output=(1280, 720))
    assert explain(playing, Quality.HQ).splitlines()[-1].startswith("it takes b-hq (-hq was asked for): ")
    assert explain(playing).splitlines()[-1].startswith("it takes b-fast: ")
    slow = replace(playing, pace=Pace.PLAY_SOFTWARE)
    assert explain(slow, Quality.HQ).splitlines()[-1].startswith("it takes quick: ")
    small = Situation(source=(640, 360), output=(640, 360))
    assert explain(small, Quality.HQ).splitlines()[-1].startswith("it takes off: ")


@pytest.mark.parametrize("aspect", [Fraction(16, 15), Fraction(64, 45), Fraction(16, 11), Fraction(118, 81)])
def test_pal_is_sd_in_every_shape_of_its_pixels(aspect: Fraction) -> None:
    shown = (round(720 * aspect), 576)
    assert decide(Situation(source=shown, output=(2 * shown[0], 1152))).rule.name == "SD"
