"""The clock of the sound: with a made-up leader, and on a stage with everything but the device."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from anime4k.player.pace.clock import Clock, WallClock
from anime4k.player.sound.clock import HOLD_S, Heard, Lead, SoundClock
from anime4k.player.sound.output import Pace
from anime4k.player.sound.ring import FADE, RATE
from tests.player.sound_stage import PERIOD, SCALE, Stage


class Leader:
    """A sound that is heard as it is told."""

    def __init__(self) -> None:
        self.answer = Heard(Lead.NONE)
        self.rejoined: list[float] = []
        self.calls: list[tuple[str, float]] = []

    def heard(self, now: float, since: float) -> Heard:
        return replace(self.answer, moved=now - since)

    def resume(self, position: float) -> None:
        self.calls.append(("resume", position))

    def hold(self) -> None:
        self.calls.append(("hold", 0.0))

    def seek(self, position: float) -> None:
        self.calls.append(("seek", position))

    def set_speed(self, position: float, speed: float) -> None:
        self.calls.append(("speed", speed))

    def rejoin(self, position: float) -> None:
        self.rejoined.append(position)


class Hand:
    """A time that is turned by hand."""

    def __init__(self) -> None:
        self.time = 50.0

    def __call__(self) -> float:
        return self.time


def made() -> tuple[SoundClock, Leader, Hand]:
    hand, leader = Hand(), Leader()
    return SoundClock(leader, threading.RLock(), hand), leader, hand


def test_it_is_a_clock_and_without_sound_a_wall_clock() -> None:
    clock, _, hand = made()
    same: Clock = clock
    assert (same.now, same.running, same.speed, same.patience) == (0.0, False, 1.0, WallClock.patience)
    clock.seek(10.0)
    hand.time += 5
    assert clock.now == 10.0
    clock.start()
    hand.time += 2
    assert clock.now == pytest.approx(12.0)
    clock.set_speed(2.0)
    hand.time += 1
    assert clock.now == pytest.approx(14.0)
    clock.stop()
    hand.time += 1
    assert clock.now == pytest.approx(14.0)


def test_it_waits_for_sound_that_is_about_to_begin_but_not_for_long() -> None:
    clock, leader, hand = made()
    leader.answer = Heard(Lead.WAITING)
    clock.seek(5.0)
    clock.start()
    hand.time += HOLD_S - 0.01
    assert clock.now == 5.0
    leader.answer = Heard(Lead.SOUND, 4.98)  # on its way to the ears
    assert clock.now == 5.0
    leader.answer = Heard(Lead.SOUND, 5.01)
    assert clock.now == pytest.approx(5.01)
    assert clock.patience == math.inf
    clock, leader, hand = made()
    leader.answer = Heard(Lead.WAITING)
    clock.start()
    hand.time += HOLD_S / 2
    assert clock.now == 0.0
    hand.time += HOLD_S / 2 + 0.2
    assert clock.now == pytest.approx(HOLD_S / 2 + 0.2)
    hand.time += 1.0
    assert clock.now == pytest.approx(HOLD_S / 2 + 1.2)
    assert clock.patience == WallClock.patience


def test_jitter_is_smoothed_and_the_clock_never_goes_back() -> None:
    clock, leader, hand = made()
    leader.answer = Heard(Lead.SOUND, 0.0)
    clock.start()
    noise = random.Random(3)
    begin, last, worst = hand.time, clock.now, 0.0
    for step in range(2000):
        hand.time += 0.004
        true = hand.time - begin
        leader.answer = Heard(Lead.SOUND, true + noise.uniform(-0.008, 0.008))
        now = clock.now
        assert now >= last
        last = now
        if step > 100:
            worst = max(worst, abs(now - true))
    assert worst < 0.004


@pytest.mark.parametrize("offset", [-0.08, -0.02, 0.02, 0.08])
def test_a_small_error_is_steered_away(offset: float) -> None:
    clock, leader, hand = made()
    leader.answer = Heard(Lead.SOUND, 0.0)
    clock.start()
    begin, last = hand.time, clock.now
    for _ in range(150):
        hand.time += 0.005
        leader.answer = Heard(Lead.SOUND, hand.time - begin + offset)
        now = clock.now
        assert 0 < now - last < 0.02
        last = now
    assert clock.now == pytest.approx(hand.time - begin + offset, abs=0.002)
    assert clock.error == pytest.approx(0.0, abs=0.002)


def test_sound_that_is_far_off_is_brought_to_the_clock() -> None:
    clock, leader, hand = made()
    leader.answer = Heard(Lead.SOUND, 0.0)
    clock.start()
    assert clock.leading
    leader.answer = Heard(Lead.SOUND, 0.0)
    hand.time += 0.5
    assert clock.now == pytest.approx(0.5)
    assert leader.rejoined and leader.rejoined[-1] == pytest.approx(0.5)
    assert not clock.leading


# -- on the stage --------------------------------------------------------------------------------------------


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    made.transport.begin_file(0.0)
    yield made
    made.close()


def error(stage: Stage) -> float:
    """What is heard now minus the clock, in seconds."""
    return stage.media_heard(stage.time) - stage.clock.now


def test_sound_and_clock_begin_together(stage: Stage) -> None:
    stage.clock.seek(3.0)
    stage.clock.start()
    stage.pass_time(0.5)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.002)
    assert 3.4 < stage.clock.now <= 3.5


def test_pausing_loses_nothing(stage: Stage) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    stage.clock.stop()
    held = stage.clock.now
    stage.pass_time(0.7)
    assert stage.clock.now == held
    assert not stage.sound()[-RATE // 2 :].any()
    stage.clock.start()
    stage.pass_time(0.06)
    assert stage.clock.now >= held
    stage.pass_time(0.3)
    assert error(stage) == pytest.approx(0.0, abs=0.002)
    told = stage.sound()[:, 0] * SCALE
    resumed = told[-round(0.36 * RATE) :]
    audible = resumed[resumed > 0][FADE:]
    assert audible[0] == pytest.approx(held, abs=0.04)  # it goes on at what was heard when it was paused
    assert np.allclose(np.diff(audible), 1 / RATE, atol=1e-4)


@pytest.mark.parametrize("target", [0.2, 1.3, 50.0, 399.0])
def test_seeks_land_exactly(stage: Stage, target: float) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    stage.clock.seek(target)
    assert stage.clock.now == pytest.approx(target)
    stage.pass_time(0.4)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.002)
    assert target + 0.3 < stage.clock.now <= target + 0.4


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 2.0, 4.0])
def test_the_speed_changes_without_a_hole(stage: Stage, speed: float) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    stage.clock.set_speed(speed)
    for _ in range(100):
        stage.pass_time(0.008)
        assert error(stage) == pytest.approx(0.0, abs=0.004)
    assert stage.clock.speed == speed
    told = stage.sound()[RATE // 2 :, 0] * SCALE
    assert np.diff(told).min() > -1e-4 and np.diff(told).max() < 4.2 / RATE + 1e-4
    before = stage.clock.now
    stage.pass_time(0.5)
    assert stage.clock.now - before == pytest.approx(0.5 * speed, rel=0.01)


def test_out_of_range_the_clock_goes_on_alone_and_sound_comes_back(stage: Stage) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    before = stage.clock.now
    stage.clock.set_speed(8.0)
    stage.pass_time(0.5)
    assert stage.clock.now - before == pytest.approx(4.0, abs=0.05)
    assert not stage.clock.leading
    assert not stage.sound()[-PERIOD:].any()
    stage.clock.set_speed(1.0)
    stage.pass_time(0.4)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.004)


def test_after_the_end_of_the_sound_the_clock_goes_on() -> None:
    stage = Stage(length=1.0)
    stage.transport.begin_file(0.0)
    stage.clock.start()
    stage.pass_time(0.9)
    assert stage.clock.leading
    before, then = stage.clock.now, stage.time
    stage.pass_time(1.0)
    assert stage.clock.now - before == pytest.approx(stage.time - then, abs=0.005)
    assert not stage.clock.leading and stage.transport.underruns == 0
    stage.clock.seek(0.5)
    stage.pass_time(0.3)
    assert stage.clock.leading and error(stage) == pytest.approx(0.0, abs=0.003)
    stage.clock.seek(5.0)
    stage.pass_time(1.0)
    assert stage.clock.now > 5.6
    stage.close()


def test_slow_files_hold_the_clock_a_moment_and_sound_joins_in_place() -> None:
    stage = Stage(slow=40)
    stage.transport.begin_file(0.0)
    stage.clock.start()
    begin = stage.time
    stage.pass_time(0.28)
    assert stage.clock.now == 0.0
    stage.pass_time(0.32)
    assert 0.2 < stage.clock.now < 0.4 and not stage.clock.leading
    stage.pass_time(0.6)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.004)
    assert stage.time - begin - stage.clock.now < 0.31
    stage.close()


def test_after_an_underrun_sound_catches_up_with_the_clock(stage: Stage) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    stage.stalled = True
    stage.pass_time(2.0)
    before = stage.clock.now
    assert before == pytest.approx(3.0, abs=0.1) and not stage.clock.leading
    stage.stalled = False
    stage.pass_time(1.0)
    assert stage.clock.now == pytest.approx(before + 1.0, abs=0.05)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.004)


@pytest.mark.parametrize("delay", [0.15, -0.15])
def test_the_delay_moves_the_sound(stage: Stage, delay: float) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    before = stage.clock.now
    stage.transport.set_delay(before, delay)
    stage.pass_time(0.5)
    assert stage.clock.now == pytest.approx(before + 0.5, abs=0.03)
    assert error(stage) == pytest.approx(-delay, abs=0.003)


def test_a_device_that_stops_lets_the_clock_go_on(stage: Stage) -> None:
    stage.clock.start()
    stage.pass_time(1.0)
    before = stage.clock.now
    for _ in range(500):  # no period is asked for
        stage.time += 0.004
        assert stage.clock.now >= before
    assert stage.clock.now == pytest.approx(before + 2.0, abs=0.1)
    stage._next_period = stage.time
    stage.pass_time(1.5)
    assert stage.clock.leading
    assert error(stage) == pytest.approx(0.0, abs=0.004)


def test_five_minutes_of_everything(stage: Stage) -> None:
    chance = random.Random(7)
    stage.clock.start()
    errors: list[float] = []
    ended = stage.time + 300
    while stage.time < ended:
        act = chance.randrange(5)
        if act == 0 or stage.clock.now > 330:
            stage.clock.seek(chance.uniform(0, 300))
        elif act == 1:
            stage.clock.seek(max(0.0, stage.clock.now + chance.uniform(-3, 1)))
        elif act == 2:
            stage.clock.stop()
            stage.pass_time(chance.uniform(0.01, 0.5))
            stage.clock.start()
        elif act == 3:
            stage.clock.set_speed(chance.choice([0.25, 0.5, 1.0, 1.0, 1.25, 2.0, 4.0]))
        else:
            stage.transport.renew(stage.clock.now)
        stage.pass_time(0.05)
        for _ in range(chance.randrange(5, 60)):
            stage.pass_time(0.02)
            if stage.clock.leading:
                errors.append(abs(error(stage)))
    assert len(errors) > 5000
    assert float(np.percentile(errors, 99)) < 0.008
    assert max(errors) < 0.02
    assert stage.transport.underruns == 0


def test_the_pace_of_a_device_is_measured_through_its_jitter() -> None:
    chance = random.Random(5)
    pace = Pace()
    worst = 0.0
    for number in range(1500):
        true = 10.0 + number * PERIOD / RATE * 1.01
        pace.step(true + chance.uniform(-0.004, 0.004), PERIOD)
        if number > 500:
            worst = max(worst, abs(pace.time - true))
    assert worst < 0.002
    assert pace.frame_s * RATE == pytest.approx(1.01, abs=0.003)


def test_a_stall_that_the_device_makes_up_for_leaves_the_pace_alone() -> None:
    pace = Pace()
    for number in range(400):
        due = 10.0 + number * PERIOD / RATE
        called = max(due, 15.0) if 14.8 <= due < 15.0 else due  # ten calls come late, all at once
        pace.step(called, PERIOD)
        if number > 100:
            assert pace.time == pytest.approx(due, abs=0.012)


def test_a_shift_that_lasts_is_taken_over() -> None:
    pace = Pace()
    for number in range(400):
        due = 10.0 + number * PERIOD / RATE + (0.2 if number >= 200 else 0.0)
        pace.step(due, PERIOD)
        if number > 215:
            assert pace.time == pytest.approx(due, abs=0.012)
