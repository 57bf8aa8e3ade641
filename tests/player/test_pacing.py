"""Frames on refreshes: simulated displays with noise, patterns asserted refresh by refresh over ten minutes."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from anime4k.player.pace.pacing import DisplayClock, Presentation, Target
from anime4k.player.pace.refresh import Refresh

FILM, PAL, NTSC = 24 / 1.001, 25.0, 60 / 1.001
SETTLED_S = 4.0


@dataclass
class Display:
    """A display that shows a picture at its next refresh and lets the swap come back a little later.

    Attributes:
        hz: refreshes per second.
        phase: second of a refresh.
        noise_s: mean of how much later.
        stalls: chance that a swap comes back 5 ms later than that.
    """

    hz: float
    phase: float
    chance: random.Random
    noise_s: float = 0.0002
    stalls: float = 0.01

    def swap(self, now: float) -> tuple[int, float]:
        """(number of the refresh, when the swap came back)."""
        number = math.floor((now - self.phase) * self.hz) + 1
        late = self.chance.expovariate(1 / self.noise_s) + (0.005 if self.chance.random() < self.stalls else 0.0)
        return number, self.phase + number / self.hz + late


@dataclass
class Shown:
    """What was seen: refresh numbers of frames after the settling time, and how many frames were left out."""

    refreshes: list[int] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    left_out: int = 0

    @property
    def steps(self) -> list[int]:
        return [after - before for before, after in zip(self.refreshes, self.refreshes[1:], strict=False)]


def watch(
    clock: DisplayClock,
    rate: float,
    hz: float,
    seconds: float = 60.0,
    *,
    offset: float = 0.0,
    seed: int = 0,
    due_noise_s: float = 0.0,
    whole_ms: bool = False,
    cost_s: float = 0.0,
) -> Shown:
    """Play `rate` frames a second on a display of `hz`; `offset` is where due moments lie between refreshes."""
    chance = random.Random(seed)
    display = Display(hz, chance.random() / hz, chance)
    now, shown = 10.0, Shown()
    begin = display.phase + (math.ceil(11.0 * hz) + offset) / hz
    for number in range(int(rate * seconds)):
        at = round(number / rate, 3) if whole_ms else number / rate
        due = begin + at + (chance.gauss(0, due_noise_s) if due_noise_s else 0.0)
        target = clock.target(due, 1 / rate)
        if target.steps == 0:
            shown.left_out += at > SETTLED_S
            continue
        began = max(now + cost_s, target.submit) + abs(chance.gauss(0, 0.0003))
        refresh, now = display.swap(began)
        clock.presented(target, began, now)
        if at > SETTLED_S:
            shown.refreshes.append(refresh)
            shown.errors.append(display.phase + refresh / hz - due)
    return shown


@pytest.mark.parametrize("offset", [0.0, 0.1, 0.25, 0.4, 0.49, 0.5, 0.51, 0.75, 0.9, 0.999])
@pytest.mark.parametrize(("rate", "hz"), [(24.0, 60.0), (FILM, NTSC)])
def test_film_on_a_tv_clock_stays_two_and_three_refreshes_in_turn(rate: float, hz: float, offset: float) -> None:
    clock = DisplayClock(60.0)
    steps = watch(clock, rate, hz, offset=offset, due_noise_s=0.0003, seed=int(1000 * offset)).steps
    assert set(steps) == {2, 3}
    assert all(first != second for first, second in zip(steps, steps[1:], strict=False))
    assert clock.state.pattern == (2, 3) and clock.state.corrections == 0
    assert clock.state.hz == pytest.approx(hz, rel=5e-5)


PATTERNS = {
    (24.0, 144.0): {6: 1},
    (PAL, 75.0): {3: 1},
    (PAL, 50.0): {2: 1},
    (30.0, 60.0): {2: 1},
    (60.0, 60.0): {1: 1},
    (60.0, 120.0): {2: 1},
    (24.0, 75.0): {3: 7, 4: 1},
    (PAL, 60.0): {2: 3, 3: 2},
    (30.0, 75.0): {2: 1, 3: 1},
    (30.0, 144.0): {4: 1, 5: 4},
    (60.0, 144.0): {2: 3, 3: 2},
    (60.0, 75.0): {1: 3, 2: 1},
}


@pytest.mark.parametrize(("rate", "hz"), PATTERNS)
def test_patterns_come_again_exactly(rate: float, hz: float) -> None:
    expected = PATTERNS[rate, hz]
    frames = sum(expected.values())
    shown = watch(DisplayClock(round(hz)), rate, hz, seed=5, offset=0.3)
    steps = shown.steps
    assert shown.left_out == 0
    assert Counter(steps[:frames]) == expected
    assert all(steps[number] == steps[number - frames] for number in range(frames, len(steps)))


@pytest.mark.parametrize("rate", [24.0, 30.0, 60.0])
def test_ten_minutes_without_one_slip(rate: float) -> None:
    clock = DisplayClock(60.0)
    shown = watch(clock, rate, 60.0, 600.0, seed=9, offset=0.5)
    counted = Counter(zip(shown.steps, shown.steps[1:], strict=False))
    assert set(counted) == {24.0: {(2, 3), (3, 2)}, 30.0: {(2, 2)}, 60.0: {(1, 1)}}[rate]
    assert clock.state.corrections == 0 and shown.left_out == 0


@pytest.mark.parametrize(("rate", "hz", "pair"), [(FILM, 60.0, (3, 3)), (24.0, NTSC, (2, 2))])
def test_drift_costs_one_refresh_in_four_hundred_frames_and_nothing_else(
    rate: float, hz: float, pair: tuple[int, int]
) -> None:
    seconds = 600.0
    clock = DisplayClock(60.0)
    shown = watch(clock, rate, hz, seconds, seed=4, due_noise_s=0.0002)
    slips = [both for both in zip(shown.steps, shown.steps[1:], strict=False) if both[0] == both[1]]
    # Each of the two places in the pattern goes over the edge once in the time in which a whole refresh is lost.
    expected = (seconds - SETTLED_S) * rate * abs(hz / rate - 2.5) * 2
    assert set(slips) == {pair} and len(slips) == pytest.approx(expected, abs=2)
    assert max(map(abs, shown.errors)) < 0.75 / hz  # sound and picture stay together all the time


@pytest.mark.parametrize(("rate", "hz"), [(FILM, 144.0), (24.0, 50.0), (PAL, NTSC), (PAL, 144.0), (NTSC, 75.0)])
def test_odd_pairs_stay_as_even_as_they_can(rate: float, hz: float) -> None:
    shown = watch(DisplayClock(round(hz)), rate, hz, 120.0, seed=6)
    even = hz / rate
    assert set(shown.steps) <= {math.floor(even), math.ceil(even)} and shown.left_out == 0
    assert max(map(abs, shown.errors)) < 0.8 / hz


def test_whole_milliseconds_as_time_stamps_do_not_disturb_the_pattern() -> None:
    steps = watch(DisplayClock(60.0), 24.0, 60.0, whole_ms=True, offset=0.5, seed=2).steps
    assert all(first != second for first, second in zip(steps, steps[1:], strict=False))


def test_more_frames_than_refreshes_leave_out_what_would_not_be_seen() -> None:
    shown = watch(DisplayClock(50.0), 60.0, 50.0, 60.0, seed=3)
    assert set(shown.steps) == {1}
    assert shown.left_out == pytest.approx((60 - SETTLED_S) * 10, abs=2)


def test_a_queue_that_is_one_too_long_is_worked_off_by_leaving_out_one_frame() -> None:
    clock = DisplayClock(60.0)
    shown = watch(clock, 60.0, 60.0, 60.0, seed=3)
    assert set(shown.steps) == {1} and shown.left_out == 0
    assert max(map(abs, shown.errors)) < 0.75 / 60
    assert clock.state.late < 60  # those of the first second


def test_frames_that_miss_their_refresh_are_counted_and_the_old_one_stands_in() -> None:
    clock = DisplayClock(60.0)
    before = watch(clock, 24.0, 60.0, 20.0, seed=1)
    assert clock.state.late == 0 and before.left_out == 0
    period = clock.period_s
    assert period is not None
    target = clock.target(40.0, 1 / 24)
    arrival = clock.presented(target, target.submit, target.time + 2 * period + 0.0003)
    assert (arrival.late, arrival.repeated) == (True, 2)
    target = clock.target(40.0 + 1 / 24, 1 / 24)
    assert clock.presented(target, target.submit, target.time + 0.0003).late is False
    state = clock.state
    assert (state.late, state.repeated, state.mistimed) == (1, 2, 1)


def test_a_variable_frame_rate_goes_to_the_nearest_refreshes() -> None:
    chance = random.Random(8)
    display, clock = Display(60.0, 0.003, chance), DisplayClock(60.0)
    now, due = 10.0, 11.0
    for number in range(2000):
        duration = chance.choice([1001 / 24000, 1 / 30, 1 / 12, 0.05])
        target = clock.target(due, duration)
        began = max(now, target.submit) + 0.0001
        refresh, now = display.swap(began)
        clock.presented(target, began, now)
        if number > 200:
            assert abs(display.phase + refresh / 60 - due) < 0.75 / 60
        due += duration


# -- displays that tell nothing --------------------------------------------------------------------------------


@pytest.mark.parametrize("nominal", [None, 0.0, -1.0, math.nan, 3.0, 1e9])
def test_without_a_rate_frames_go_out_when_they_are_due(nominal: float | None) -> None:
    clock = DisplayClock(nominal)
    for number in range(100):
        target = clock.target(number / 24, 1 / 24)
        assert (target.time, target.submit, target.refresh) == (number / 24, number / 24, None)
        clock.presented(target, target.submit, target.submit + 0.0005)
    assert clock.period_s is None and clock.state.hz is None and clock.state.late == 0
    assert clock.state.text == "no display clock; jitter 0.00 ms; 0 of 100 frames mistimed"


@pytest.mark.parametrize("rate", [24.0, 30.0, 60.0])
def test_swaps_that_run_free_are_no_clock_even_when_a_rate_is_claimed(rate: float) -> None:
    chance, clock = random.Random(3), DisplayClock(60.0)
    for number in range(500):
        target = clock.target(number / rate, 1 / rate)
        began = target.submit + chance.uniform(0, 0.0005)
        clock.presented(target, began, began + chance.uniform(0.0001, 0.0006))
        assert target.refresh is None
    assert clock.period_s is None


def test_a_rate_that_is_not_the_displays_is_not_believed() -> None:
    clock = DisplayClock(60.0)
    shown = watch(clock, 24.0, 144.0, 60.0, seed=2, offset=0.2)
    assert clock.period_s is None
    assert max(map(abs, shown.errors)) <= 1.1 / 144  # the display itself does the rest
    clock.set_nominal(144.0)
    assert set(watch(clock, 24.0, 144.0, 60.0, seed=2).steps) == {6}


def test_another_screen_is_learnt_anew() -> None:
    clock = DisplayClock(60.0)
    watch(clock, 24.0, 60.0, 10.0)
    assert clock.state.hz == pytest.approx(60.0, rel=1e-3)
    clock.set_nominal(60.0)  # moving about on the same one changes nothing
    assert clock.period_s is not None
    clock.set_nominal(75.0)
    assert clock.period_s is None
    assert Counter(watch(clock, 24.0, 75.0, 30.0).steps).keys() == {3, 4}


def test_after_a_long_pause_the_phase_is_learnt_anew() -> None:
    chance = random.Random(1)
    refresh, display = Refresh(60.0), Display(60.0, 0.0, chance)
    now = 5.0
    for _ in range(100):
        began = now + 0.03
        _, now = display.swap(began)
        refresh.swapped(began, now)
    assert refresh.known and refresh.period_s == pytest.approx(1 / 60, rel=1e-4)
    display.phase, now, epoch = 0.007, now + 100.0, refresh.epoch
    for _ in range(40):
        began = now + 0.03
        number, now = display.swap(began)
        refresh.swapped(began, now)
    assert refresh.known and refresh.epoch > epoch
    moment = refresh.moment(round(refresh.position(now)))
    assert moment == pytest.approx(0.007 + number / 60, abs=0.001)


def test_vrr_frames_go_out_when_they_are_due() -> None:
    clock = DisplayClock(144.0, Presentation.VRR)
    target = clock.target(5.0, 1 / 24)
    assert target == Target(5.0, 5.0, 5.0, 1 / 24)
    assert clock.presented(target, 5.0, 5.002).late is False
    assert clock.presented(clock.target(5.04, 0.04), 5.06, 5.061).late is True


def test_untimed_frames_go_out_at_once_and_are_never_late() -> None:
    clock = DisplayClock(60.0, Presentation.UNTIMED)
    target = clock.target(5.0, 1 / 24)
    assert target.submit == -math.inf
    assert clock.presented(target, 90.0, 90.1).late is False
    assert clock.state.jitter_ms == 0.0 and clock.state.text.startswith("untimed; ")
