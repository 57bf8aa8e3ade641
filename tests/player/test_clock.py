"""The wall clock, driven by a hand-turned source."""

from anime4k.player.pace.clock import FASTEST, SLOWEST, WallClock


class Hand:
    """A clock source that only moves when told."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_begins_stopped_at_zero() -> None:
    hand = Hand()
    clock = WallClock(hand)
    hand.time += 5
    assert (clock.now, clock.running, clock.speed) == (0.0, False, 1.0)


def test_runs_stops_and_goes_on_without_a_jump() -> None:
    hand = Hand()
    clock = WallClock(hand)
    clock.start()
    hand.time += 2.5
    assert clock.now == 2.5
    clock.stop()
    hand.time += 100
    assert clock.now == 2.5
    clock.start()
    clock.start()
    hand.time += 0.5
    assert clock.now == 3.0


def test_speed_changes_do_not_move_the_position() -> None:
    hand = Hand()
    clock = WallClock(hand)
    clock.start()
    hand.time += 4
    clock.set_speed(2.0)
    assert clock.now == 4.0
    hand.time += 3
    assert clock.now == 10.0
    clock.set_speed(0.5)
    hand.time += 2
    assert clock.now == 11.0


def test_seek_while_running_and_while_stopped() -> None:
    hand = Hand()
    clock = WallClock(hand)
    clock.seek(7.0)
    hand.time += 1
    assert clock.now == 7.0
    clock.start()
    hand.time += 1
    clock.seek(2.0)
    assert clock.now == 2.0
    hand.time += 1
    assert clock.now == 3.0


def test_speed_is_limited() -> None:
    clock = WallClock(Hand())
    clock.set_speed(1e9)
    assert clock.speed == FASTEST
    clock.set_speed(0.0)
    assert clock.speed == SLOWEST
