"""Position, pause, seeks and frame choice of one file, with frames that are numbers and a hand-turned clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from anime4k.colour import Matrix, Range
from anime4k.media.decoder import End
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.player.pace.clock import WallClock
from anime4k.player.playback import Outcome, Playback
from anime4k.player.timeline import Timeline

FORMAT = SourceFormat(
    2, 2, PIXEL_LAYOUTS["gray"].model, PIXEL_LAYOUTS["gray"].planes, matrix=Matrix.BT709, range=Range.FULL
)


class Hand:
    """A clock source that only moves when told."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class Source:
    """Frames with given time stamps (milliseconds), all ready at once unless `ready` limits them."""

    def __init__(self, stamps: Sequence[int], ready: int = 10**9) -> None:
        self.stamps = list(stamps)
        self.position = 0
        self.ready = ready
        self.seeks: list[float] = []

    def get(self, timeout: float) -> Frame | End | None:
        """The next frame, if it is ready."""
        if self.ready <= 0:
            return None
        if self.position >= len(self.stamps):
            return End.END
        self.ready -= 1
        pts = self.stamps[self.position]
        self.position += 1
        return Frame((np.zeros((2, 2), np.uint8),), FORMAT, pts, Fraction(1, 1000), 40)

    def seek(self, time_s: float) -> None:
        """Exact, as the decoder does it: the frame shown at that time."""
        self.seeks.append(time_s)
        shown = [index for index, pts in enumerate(self.stamps) if pts <= round(time_s * 1000)]
        self.position = max(shown, default=0)


class Run:
    """A playback with its clock and source, and what it has shown."""

    def __init__(self, stamps: Sequence[int], **more: object) -> None:
        self.hand = Hand()
        self.clock = WallClock(self.hand)
        timeline = more.pop("timeline", Timeline())
        assert isinstance(timeline, Timeline)
        self.source = Source(stamps)
        self.playback = Playback(self.source, self.clock, timeline, **more)  # type: ignore[arg-type]
        self.shown: list[int] = []
        self.dropped = 0

    def step(self) -> Outcome:
        """Ask once and present what is to be shown."""
        answer = self.playback.next()
        self.dropped += answer.dropped
        if answer.frame is not None:
            self.shown.append(answer.frame.pts)
            self.playback.presented(answer.frame)
        return answer.outcome

    def settle(self) -> Outcome:
        """Ask until nothing more happens at this moment."""
        for _ in range(1000):
            outcome = self.step()
            if outcome in (Outcome.WAIT, Outcome.FINISH):
                return outcome
        raise AssertionError("never comes to rest")

    def play(self, seconds: float, tick: float = 0.001) -> None:
        """Let time pass in small steps."""
        for _ in range(round(seconds / tick)):
            self.settle()
            self.hand.time += tick


def at(rate: int, count: int) -> list[int]:
    """Time stamps of a constant frame rate in milliseconds."""
    return [round(1000 * index / rate) for index in range(count)]


def test_every_frame_is_shown_at_its_time() -> None:
    run = Run([0, 40, 160, 200, 240])
    moments: dict[int, int] = {}
    while run.settle() is not Outcome.FINISH:
        moments.setdefault(run.shown[-1], round(run.hand.time * 1000))
        run.hand.time += 0.001
    assert moments == {0: 0, 40: 40, 160: 160, 200: 200, 240: 240}
    assert run.dropped == 0
    assert round(run.hand.time * 1000) == 280  # the last frame had its 40 ms


def test_speed_two_takes_half_the_time() -> None:
    run = Run(at(25, 25))
    run.clock.set_speed(2.0)
    while run.settle() is not Outcome.FINISH:
        run.hand.time += 0.001
    assert run.shown == at(25, 25)
    assert round(run.hand.time * 1000) == 500


def test_the_wait_is_exact_and_infinite_while_paused() -> None:
    run = Run([0, 40, 160])
    run.step()
    assert run.playback.next().wait_s == pytest.approx(0.04)
    run.playback.set_paused(True)
    assert run.playback.next().wait_s == math.inf


def test_a_frame_is_begun_earlier_than_it_must_be_and_none_is_dropped_for_that() -> None:
    run = Run(at(25, 20), timeline=Timeline(frame_duration=0.04))
    run.step()
    begun = []
    for moment in range(1, 700):
        run.hand.time = moment / 1000 + 1e-6  # beyond doubt
        answer = run.playback.next(0.005, 0.010)
        if answer.frame is not None:
            begun.append((moment, answer.frame.pts, answer.dropped))
            run.playback.presented(answer.frame)
        else:
            assert answer.wait_s == pytest.approx((len(begun) + 1) * 0.04 - 0.015 - run.hand.time, abs=1e-9)
    assert begun == [(pts - 15, pts, 0) for pts in range(40, 701, 40)]


def test_a_frame_is_begun_a_third_of_its_time_earlier_at_most_and_never_while_the_clock_stands() -> None:
    run = Run(at(25, 20), timeline=Timeline(frame_duration=0.04))
    run.playback.next()
    run.playback = Playback(run.source, run.clock, Timeline(frame_duration=0.04))
    run.step()
    assert run.playback.next(0.0, 1.0).wait_s == pytest.approx(0.04 * 2 / 3)
    run.clock.set_speed(2.0)
    assert run.playback.next(0.0, 1.0).wait_s == pytest.approx(0.02 * 2 / 3)
    run.hand.time = 0.019
    run.clock.stop()
    assert run.playback.next(0.0, 1.0).wait_s == pytest.approx(0.001)


def test_a_slow_drawing_drops_frames_and_counts_them() -> None:
    run = Run(at(25, 50))
    for moment in range(15):
        run.hand.time = 0.0001 + moment * 0.1
        run.step()
    assert run.shown == [0, 80, 200, 280, 400, 480, 600, 680, 800, 880, 1000, 1080, 1200, 1280, 1400]
    assert run.dropped == 36 - 15  # frames 0 to 35, of which 15 were shown


def test_pause_freezes_and_goes_on_without_a_jump() -> None:
    run = Run(at(25, 100))
    run.play(0.5)
    shown = list(run.shown)
    run.playback.set_paused(True)
    run.play(10.0, 0.1)
    assert run.shown == shown
    run.playback.set_paused(False)
    run.play(0.2)
    assert run.shown == at(25, 100)[: len(run.shown)]
    assert run.dropped == 0


def test_relative_seek_starts_from_the_frame_on_the_screen() -> None:
    run = Run(at(25, 1000))
    run.play(1.0)
    assert run.shown[-1] == 960
    run.playback.seek_by(5.0)
    run.settle()
    assert run.source.seeks == [5.96]
    assert run.shown[-1] == 5960
    assert run.playback.position == 5.96
    run.play(0.1)
    assert run.shown[-3:] == [5960, 6000, 6040]


def test_seeks_that_come_while_one_is_under_way_add_up() -> None:
    run = Run(at(25, 1000))
    run.settle()
    run.source.ready = 0
    for _ in range(3):
        run.playback.seek_by(5.0)
        run.step()
    assert run.source.seeks == [5.0]
    run.source.ready = 10**9
    run.settle()
    assert run.source.seeks == [5.0, 15.0]
    assert run.shown == [0, 5000, 15000]


def test_seek_while_paused_shows_exactly_one_frame() -> None:
    run = Run(at(25, 1000), paused=True)
    run.settle()
    run.playback.seek_to(10.01)
    run.settle()
    run.play(5.0, 0.1)
    assert run.shown == [0, 10000]
    assert run.playback.position == 10.0


def test_a_seek_into_a_held_drawing_keeps_its_place_in_it() -> None:
    run = Run([0, 40, 1040, 1080])
    run.settle()
    run.playback.seek_to(0.06)
    run.settle()
    assert run.shown == [0, 40]
    assert run.clock.now == pytest.approx(0.06)


def test_a_seek_before_the_start_is_the_start() -> None:
    run = Run([1400, 1440, 1480, 1520], timeline=Timeline(origin=1.4, start=1.4))
    run.play(0.06)
    run.playback.seek_by(-60.0)
    run.settle()
    assert run.source.seeks == [1.4]
    assert run.shown == [1400, 1440, 1400]
    assert run.playback.position == 0.0


def test_a_seek_after_the_end_shows_the_last_frame_and_ends() -> None:
    run = Run(at(25, 50))
    run.settle()
    run.playback.seek_by(600.0)
    assert run.settle() is Outcome.WAIT
    assert run.shown == [0, 1960]
    run.hand.time += 0.041
    assert run.settle() is Outcome.FINISH


def test_frame_steps_forward_and_back_on_variable_time_stamps() -> None:
    stamps = [0, 40, 160, 240, 280]
    run = Run(stamps, paused=True)
    run.settle()
    for _ in range(3):
        run.playback.step(1)
        run.settle()
    assert run.shown == [0, 40, 160, 240]
    for _ in range(4):
        run.playback.step(-1)
        run.settle()
    assert run.shown == [0, 40, 160, 240, 160, 40, 0, 0]
    run.playback.step(1)
    run.playback.step(1)
    run.settle()
    assert run.shown[-2:] == [40, 160]


def test_stepping_pauses_and_stops_at_the_last_frame() -> None:
    run = Run([0, 40, 80])
    run.settle()
    for _ in range(5):
        run.playback.step(1)
        assert run.settle() is Outcome.WAIT
    assert run.playback.paused
    assert run.shown == [0, 40, 80]
    assert not run.playback.busy


def test_playing_on_after_steps_continues_from_the_stepped_frame() -> None:
    run = Run(at(25, 100))
    run.settle()
    for _ in range(10):
        run.playback.step(1)
    run.settle()
    assert run.shown[-1] == 400
    run.playback.set_paused(False)
    run.play(0.081)
    assert run.shown[-2:] == [440, 480]
    assert run.dropped == 0


def test_start_and_stop_are_kept_and_loops_return_to_the_start() -> None:
    timeline = Timeline(start=0.4, stop=0.52)
    run = Run(at(25, 100), timeline=timeline)
    while run.settle() is not Outcome.FINISH:
        run.hand.time += 0.001
    assert run.shown == [400, 440, 480]
    looped = Run(at(25, 100), timeline=timeline, loop=True)
    looped.play(0.25)
    assert looped.shown == [400, 440, 480, 400, 440, 480, 400]


def test_untimed_shows_everything_without_waiting() -> None:
    run = Run(at(25, 100), timed=False)
    assert run.settle() is Outcome.FINISH
    assert run.shown == at(25, 100)
    assert run.hand.time == 0.0


def test_time_that_jumps_does_not_stop_the_film() -> None:
    run = Run([0, 40, 80, 9_000_000, 9_000_040, 120, 160])
    run.play(0.3)
    assert run.shown == [0, 40, 80, 9_000_000, 9_000_040, 120, 160]


def test_holding_the_clock_during_slow_work_drops_nothing() -> None:
    run = Run(at(25, 100))
    run.play(0.2)
    run.playback.hold()
    run.hand.time += 3.0
    run.playback.release()
    run.play(0.2)
    assert run.shown == at(25, 100)[: len(run.shown)]
    assert run.dropped == 0


def test_after_a_long_stall_of_the_decoder_the_film_goes_on_where_it_was() -> None:
    run = Run(at(25, 100))
    run.play(0.2)
    run.source.ready = 0
    for _ in range(2000):
        run.step()
        run.hand.time += 0.001
    run.source.ready = 10**9
    run.play(0.2)
    assert run.shown == at(25, 100)[: len(run.shown)]
    assert run.shown[-1] == pytest.approx(480, abs=40)
    assert run.dropped == 0


def test_a_short_stall_of_the_decoder_is_caught_up() -> None:
    run = Run(at(25, 100))
    run.play(0.2)
    run.source.ready = 0
    for _ in range(300):
        run.step()
        run.hand.time += 0.001
    run.source.ready = 10**9
    run.settle()
    assert run.shown[-1] == 480
    assert run.dropped == 4  # 5 to 7 were taken before the stall; 8 to 11 came too late


def test_stepping_back_needs_no_seek_as_long_as_frames_are_kept() -> None:
    run = Run(range(0, 4000, 40))
    run.settle()
    for _ in range(5):
        run.hand.time += 0.04
        run.settle()
    assert run.shown[-1] == 200
    seeks = len(run.source.seeks)
    for expected in (160, 120, 80):
        run.playback.step(-1)
        run.settle()
        assert run.shown[-1] == expected
        assert run.clock.now == pytest.approx(expected / 1000)
    for expected in (120, 160, 200, 240):  # what was taken back comes again, then what follows
        run.playback.step(1)
        run.settle()
        assert run.shown[-1] == expected
    run.playback.step(-1)
    run.settle()
    assert run.shown[-1] == 200
    assert len(run.source.seeks) == seeks


def test_stepping_back_seeks_when_nothing_is_kept_and_only_so_far() -> None:
    run = Run(range(0, 4000, 40))
    run.settle()
    run.playback.seek_to(2.0)
    run.settle()
    run.playback.step(-1)
    run.settle()
    assert run.shown[-1] == 1960
    assert run.source.seeks[-1] == pytest.approx(1.999)


def test_playing_on_after_steps_back_shows_every_frame_once() -> None:
    run = Run(range(0, 400, 40))
    run.settle()
    for _ in range(4):
        run.hand.time += 0.04
        run.settle()
    for _ in range(2):
        run.playback.step(-1)
        run.settle()
    assert run.shown[-1] == 80
    run.playback.set_paused(False)
    for _ in range(20):
        run.hand.time += 0.04
        run.step()
    assert run.shown[-8:] == [80, 120, 160, 200, 240, 280, 320, 360]


def test_a_part_repeats_until_it_is_told_otherwise() -> None:
    run = Run(range(0, 400, 40))
    run.playback.repeat((0.08, 0.2))
    run.settle()
    for _ in range(12):
        run.hand.time += 0.04
        run.settle()
    assert run.shown[:9] == [0, 40, 80, 120, 160, 80, 120, 160, 80]
    run.playback.repeat(None)
    for _ in range(20):
        run.hand.time += 0.04
        run.step()
    assert run.shown[-1] == 360


def test_a_part_that_reaches_the_end_of_the_file_repeats_as_well() -> None:
    run = Run(range(0, 200, 40))
    run.playback.repeat((0.1, 9.0))
    run.settle()
    for _ in range(9):
        run.hand.time += 0.04
        run.settle()
    assert run.shown == [0, 40, 80, 120, 160, 80, 120, 160, 80, 120][: len(run.shown)]
    assert len(run.shown) >= 8


def test_the_goal_is_where_everything_asked_for_leads() -> None:
    run = Run(range(0, 4000, 40))
    run.settle()
    assert run.playback.goal == 0.0
    run.playback.seek_to(1.0)
    run.playback.seek_by(0.5)
    assert run.playback.goal == pytest.approx(1.5)
    run.settle()
    assert run.playback.goal == pytest.approx(1.5)  # inside of the frame that begins at 1.48


def test_what_is_painted_with_a_frame_tells_its_position() -> None:
    run = Run(at(25, 1000))
    run.step()
    run.playback.set_paused(True)
    run.playback.seek_to(10.0)
    while (frame := run.playback.next().frame) is None:
        pass
    run.playback.showing(frame)
    assert run.playback.position == 10.0
    assert run.playback.shown is not frame, "it is not on the screen before it has been presented"
    run.playback.presented(frame)
    assert run.playback.position == 10.0 and run.playback.shown is frame
