"""The governor, in a simulated player: quick down, slow up, and no oscillation under loads that come and go."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from anime4k.modes.situation import Situation
from anime4k.modes.table import find_mode
from anime4k.modes.tiers import Tiers, tiers
from anime4k.player.pace.governor import Change, Decision, Governor, Sample
from tests.player.simulation import Load, Run, constant, play

SITUATION = Situation(source=(1280, 720), output=(2560, 1440))
EASY = {"a-hq": 0.020, "a-fast": 0.010, "c-fast": 0.007, "quick": 0.004, "off": 0.002}
"""Seconds for a frame, of 41.7 ms."""


def ladder(mode: str = "a-hq") -> Tiers:
    return tiers(find_mode(mode), SITUATION)


def scaled(rate: float, costs: dict[str, float] | None = None) -> dict[str, float]:
    """Costs that are the same part of a frame's time at another rate."""
    return {name: seconds * 24 / rate for name, seconds in (costs or EASY).items()}


def between(begin: float, end: float, factor: float) -> Load:
    return lambda second: factor if begin <= second < end else 1.0


def reversals(run: Run) -> int:
    """How often a step up was followed by a step down."""
    changes = [change for _, change in run.switches()]
    return sum(pair == (Change.UP, Change.DOWN) for pair in zip(changes, changes[1:], strict=False))


@pytest.mark.parametrize("rate", [24, 30, 60])
@pytest.mark.parametrize("ratio", [1.3, 2.0, 4.0, 8.0])
def test_a_chain_that_cannot_keep_up_steps_down_within_two_seconds_and_stays_smooth(rate: float, ratio: float) -> None:
    costs = {"a-hq": ratio / rate, "a-fast": 0.5 / rate, "c-fast": 0.3 / rate, "quick": 0.2 / rate, "off": 0.05 / rate}
    run = play(Governor(ladder()), costs, constant(rate, 120), noise=0.1, seed=int(rate))
    first, change = run.switches()[0]
    assert change is Change.DOWN and first < 2.0
    assert run.mode_at(3.0) in ("a-fast", "c-fast")
    assert run.switches(3.0) == [] or [change for _, change in run.switches(3.0)] == [Change.UP]
    assert [at for at in run.late if at > 3.5] == []


def test_frames_that_take_a_second_are_left_after_two() -> None:
    run = play(Governor(ladder()), {**EASY, "a-hq": 1.0}, constant(24, 20))
    assert run.switches()[0][0] <= 2.1


def test_a_chain_that_fits_is_left_alone() -> None:
    run = play(Governor(ladder()), EASY, constant(24, 120), noise=0.2)
    assert run.decisions == [] and len(run.late) <= 1


@pytest.mark.parametrize("rate", [23.976, 24, 25, 30, 50, 60])
def test_down_when_a_load_comes_and_up_when_it_goes(rate: float) -> None:
    run = play(Governor(ladder()), scaled(rate), constant(rate, 120), between(20, 60, 3.0), noise=0.1, seed=3)
    down = [at for at, change in run.switches() if change is Change.DOWN]
    up = [at for at, change in run.switches() if change is Change.UP]
    assert down and all(20 <= at < 23 for at in down) and down[0] < 22
    assert len(up) == len(down) and all(60 < at < 85 for at in up)
    assert run.mode_at(119) == "a-hq"
    assert [at for at in run.late if 24 < at < 119] == []


@pytest.mark.parametrize("seed", range(4))
def test_a_stall_of_the_machine_does_not_keep_it_down(seed: int) -> None:
    """What a tier took while something else held everything up says nothing about it later."""
    run = play(Governor(ladder()), EASY, constant(24, 120), between(30, 33, 30.0), noise=0.1, seed=seed)
    assert run.switches()[0][1] is Change.DOWN and 30 <= run.switches()[0][0] < 33
    assert run.mode_at(90) == "a-hq" and reversals(run) == 0


def test_what_is_remembered_of_a_mode_is_not_a_stall() -> None:
    governor = Governor(ladder())
    play(governor, EASY, constant(24, 40), between(30, 34, 30.0), noise=0.1)
    (first, *_), figures = governor.take_figures(), {}
    figures[first[0].name] = first[1]
    assert figures["a-hq"] < 30.0


def test_notes_say_what_happened() -> None:
    run = play(Governor(ladder()), {**EASY, "a-hq": 0.060}, constant(24, 5))
    assert run.decisions[0][1].note == "stepped down to a-fast: frames take 61.0 ms, and each has 41.7 ms"
    run = play(Governor(ladder()), EASY, constant(24, 60), between(20, 30, 3.0), noise=0.1)
    notes = [decision.note for _, decision in run.decisions]
    assert notes[0].startswith("stepped down to a-fast: ") and notes[0].endswith(" late frames in 1 s")
    assert notes[1].startswith("stepped up to a-hq: there is room for it (")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("noise", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("best_ms", [12, 20, 28, 34, 40, 60])
def test_two_noisy_minutes_never_make_it_oscillate(best_ms: float, noise: float, seed: int) -> None:
    costs = {name: seconds * best_ms / 20 for name, seconds in EASY.items()}
    run = play(Governor(ladder()), costs, constant(24, 120), noise=noise, seed=seed)
    assert len(run.switches(30.0)) <= 1 and reversals(run) == 0 and len(run.switches()) <= 3


@pytest.mark.parametrize("seed", range(8))
def test_bursts_of_load_make_it_try_once_and_then_no_more(seed: int) -> None:
    chance = random.Random(seed)
    bursts: list[tuple[float, float, float]] = []
    at = 0.0
    while at < 120:
        begin = at + chance.expovariate(1 / 8)
        at = begin + chance.uniform(0.5, 5.0)
        bursts.append((begin, at, chance.uniform(1.5, 4.0)))

    def load(second: float) -> float:
        return max((factor for begin, end, factor in bursts if begin <= second < end), default=1.0)

    run = play(Governor(ladder()), EASY, constant(24, 120), load, noise=0.3, seed=seed)
    assert reversals(run) <= 1 and len(run.switches()) <= len(ladder().modes) + 2


@pytest.mark.parametrize("rate", [24, 30, 60])
@pytest.mark.parametrize("period_s", [4, 10, 20, 40, 60])
def test_a_sawtooth_of_load_is_not_followed(period_s: float, rate: float) -> None:
    run = play(
        Governor(ladder()), scaled(rate), constant(rate, 240), lambda second: 1 + 3 * (second % period_s) / period_s,
        noise=0.2, seed=7,
    )  # fmt: skip
    assert reversals(run) <= 2 and len(run.switches(120.0)) <= 2


def variable(seconds: float, seed: int) -> Iterator[tuple[float, float]]:
    """Frames of 24 to 120 a second, in stretches."""
    chance, now = random.Random(seed), 0.0
    while now < seconds:
        duration = 1 / chance.choice([24, 30, 60, 120])
        for _ in range(chance.randint(1, 40)):
            yield now, duration
            now += duration


def test_variable_frame_rates_are_judged_by_the_time_that_each_frame_has() -> None:
    quick = {"a-hq": 0.004, "a-fast": 0.003, "c-fast": 0.002, "quick": 0.002, "off": 0.001}
    assert play(Governor(ladder()), quick, variable(120, 1), noise=0.1).switches() == []
    slow = {"a-hq": 0.030, "a-fast": 0.004, "c-fast": 0.002, "quick": 0.002, "off": 0.001}
    run = play(Governor(ladder()), slow, variable(120, 2), noise=0.1)
    assert run.switches()[0][0] < 15 and run.mode_at(30) != "a-hq" and len(run.switches(30)) <= 2


def test_double_speed_halves_the_time_of_a_frame() -> None:
    costs = {"a-hq": 0.025, "a-fast": 0.012, "c-fast": 0.006, "quick": 0.004, "off": 0.002}
    assert play(Governor(ladder()), costs, constant(24, 60)).switches() == []
    run = play(Governor(ladder()), costs, constant(24, 60), speed=2.0)
    assert run.switches()[0][0] < 2.0 and run.mode_at(20) == "a-fast"


# -- single samples ------------------------------------------------------------------------------------------


def feed(governor: Governor, seconds: float, begin: float = 0.0, **sample: object) -> list[Decision]:
    """The same sample at 24 frames a second."""
    mode = governor.mode
    values = {"mode": mode.name if mode else "", "budget_s": 1 / 24, "cost_s": 0.01, **sample}
    found = [governor.step(begin + number / 24, Sample(**values)) for number in range(int(24 * seconds))]  # type: ignore[arg-type]
    return [decision for decision in found if decision is not None]


def test_samples_that_do_not_count_change_nothing() -> None:
    governor = Governor(ladder())
    assert feed(governor, 5, cost_s=0.5, late=True, counts=False) == []
    assert feed(governor, 5, begin=5, cost_s=0.5, late=True, mode="c-fast") == []  # the chain before is still drawn
    assert governor.mode is not None and governor.mode.name == "a-hq"


def test_a_decoder_that_is_late_is_not_the_chains_fault() -> None:
    assert feed(Governor(ladder()), 5, cost_s=0.03, late=True, starved=True) == []


def test_frames_that_are_late_although_they_are_drawn_quickly_are_not_the_chains_fault() -> None:
    assert feed(Governor(ladder()), 5, cost_s=0.01, late=True) == []


def test_one_stall_of_the_machine_is_forgiven() -> None:
    governor = Governor(ladder())
    feed(governor, 3)
    for number, cost in enumerate((0.4, 0.02, 0.02)):
        sample = Sample(mode="a-hq", budget_s=1 / 24, cost_s=cost, late=number == 0, dropped=9 * (number == 1))
        assert governor.step(3.4 + number / 24, sample) is None
    assert feed(governor, 3, begin=3.6) == []


def test_held_frames_say_nothing_about_costs() -> None:
    governor = Governor(ladder())
    assert feed(governor, 2, cost_s=0.06)[0].change is Change.DOWN
    assert feed(governor, 120, begin=2.5, cost_s=0.0, held=True) == []


def test_the_last_tier_complains_once() -> None:
    decisions = feed(Governor(ladder("off")), 10, cost_s=0.06)
    assert [(entry.change, entry.mode) for entry in decisions] == [(Change.NOTHING, None)]
    assert decisions[0].note == "too slow here even without shaders: frames take 60.0 ms, and each has 41.7 ms"


def test_files_of_the_user_are_never_exchanged() -> None:
    governor = Governor(None, title="custom: x, y")
    decisions = feed(governor, 10, cost_s=0.06)
    assert [(entry.change, entry.mode) for entry in decisions] == [(Change.NOTHING, None)]
    assert decisions[0].note.startswith("custom: x, y is too slow here (frames take 60.0 ms")
    assert governor.mode is None and governor.take_figures() == []


def test_figures_of_what_was_drawn_are_handed_out_once() -> None:
    governor = Governor(ladder())
    feed(governor, 5, cost_s=0.012)
    ((mode, ms),) = governor.take_figures()
    assert mode.name == "a-hq" and ms == pytest.approx(12.0)
    assert governor.take_figures() == []


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, "b-fast"),
        ({"b-fast": 20.0}, "b-fast"),
        ({"b-fast": 29.2}, "c-fast"),  # more than 70 % of 41.7 ms
        ({"b-fast": 40.0, "c-fast": 35.0}, "quick"),
        ({"b-fast": 40.0, "c-fast": 35.0, "quick": 30.0}, "off"),
        ({"quick": 35.0}, "off"),  # what is better cannot be quicker
        ({"b-hq": 25.0}, "b-hq"),
        ({"b-hq": 35.0}, "b-fast"),
        ({"b-hq": 35.0, "b-fast": 31.0, "c-fast": 20.0}, "c-fast"),
        ({"b-hq": 1.0, "off": 0.5}, "b-hq"),
    ],
)
def test_the_first_tier_is_the_best_that_is_known_to_fit(known: dict[str, float], expected: str) -> None:
    governor = Governor(ladder("auto"), known, budget_s=1 / 24)
    assert governor.mode is not None and governor.mode.name == expected


def test_auto_rises_above_its_rules_only_into_lasting_headroom() -> None:
    costs = {"b-hq": 0.020, "b-fast": 0.012, "c-fast": 0.006, "quick": 0.004, "off": 0.002}
    run = play(Governor(ladder("auto")), costs, constant(24, 120), noise=0.1)
    assert run.switches() == []  # what was never seen is expected to take four times as much
    quick = {name: seconds / 4 for name, seconds in costs.items()}
    run = play(Governor(ladder("auto")), quick, constant(24, 120), noise=0.1)
    ((at, change),) = run.switches()
    assert change is Change.UP and 8 <= at < 12 and run.mode_at(60) == "b-hq"


def test_a_tier_that_cannot_be_drawn_is_left_out() -> None:
    governor = Governor(ladder())
    decisions = feed(governor, 2, cost_s=0.06)
    assert decisions[0].mode == find_mode("a-fast")
    governor.refused(find_mode("a-fast"))
    assert governor.mode == find_mode("c-fast")
    assert governor.cheaper == find_mode("quick")
