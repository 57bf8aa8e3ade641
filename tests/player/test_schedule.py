"""Which frame is shown when: exact decisions for exact times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.player.pace.schedule import JUMP_S, Action, Decision, Slot, decide, is_late


def slots(*times: float, last: float = 0.04) -> list[Slot]:
    """Frames at `times`, each lasting until the next, the last one `last` seconds."""
    ends = [*times[1:], times[-1] + last]
    return [Slot(time, end - time) for time, end in zip(times, ends, strict=True)]


def test_a_frame_before_its_time_waits() -> None:
    decision = decide(1.0, slots(1.25, 1.5), shown=Slot(0.75, 0.5), ended=False)
    assert decision == Decision(Action.WAIT, wait_s=0.25)


@pytest.mark.parametrize(("speed", "wait"), [(2.0, 0.125), (0.5, 0.5), (100.0, 0.0025)])
def test_waiting_is_real_time(speed: float, wait: float) -> None:
    assert decide(1.0, slots(1.25), shown=None, ended=False, speed=speed).wait_s == wait


def test_a_frame_is_shown_at_its_time() -> None:
    assert decide(1.25, slots(1.25, 1.5), shown=Slot(1.0, 0.25), ended=False) == Decision(Action.SHOW)


def test_of_several_due_frames_only_the_newest_is_shown() -> None:
    ready = slots(1.0, 1.04, 1.08, 1.12)
    assert decide(1.1, ready, shown=Slot(0.96, 0.04), ended=False) == Decision(Action.SHOW, drop=2)


def test_the_newest_ready_frame_is_shown_however_late() -> None:
    ready = slots(1.0)
    assert decide(9.0, ready, shown=None, ended=False) == Decision(Action.SHOW)


def test_variable_frame_rate_uses_each_frames_own_time() -> None:
    ready = slots(0.0, 0.04, 0.16, 0.2, 1.2)
    shown_at: dict[float, float] = {}
    for millisecond in range(1300):
        now = millisecond / 1000
        due = [slot for slot in ready if slot.time not in shown_at]
        last = max(shown_at, default=None)
        shown = None if last is None else next(slot for slot in ready if slot.time == last)
        decision = decide(now, due, shown=shown, ended=True)
        if decision.action is Action.SHOW:
            assert decision.drop == 0
            shown_at[due[0].time] = now
    assert shown_at == {0.0: 0.0, 0.04: 0.04, 0.16: 0.16, 0.2: 0.2, 1.2: 1.2}


def test_a_drawing_held_for_long_is_not_a_jump_when_its_duration_says_so() -> None:
    held = Slot(10.0, 300.0)
    assert decide(11.0, slots(310.0), shown=held, ended=False) == Decision(Action.WAIT, wait_s=299.0)


def test_time_stamps_that_jump_take_the_clock_with_them() -> None:
    shown = Slot(10.0, 0.04)
    for time in (9.0, 10.04 + JUMP_S + 0.001, 1e9):
        assert decide(10.02, slots(time), shown=shown, ended=False) == Decision(Action.SHOW, resync=True)


def test_a_jump_ahead_inside_the_queue_is_not_skipped() -> None:
    ready = [Slot(1.0, 0.04), Slot(0.0, 0.04), Slot(0.04, 0.04)]
    assert decide(5.0, ready, shown=Slot(0.96, 0.04), ended=False) == Decision(Action.SHOW)


def test_frames_with_one_time_stamp_leave_the_last() -> None:
    ready = [Slot(1.0, 0.0), Slot(1.0, 0.0), Slot(1.0, 0.04)]
    assert decide(1.0, ready, shown=None, ended=False) == Decision(Action.SHOW, drop=2)


def test_nothing_ready() -> None:
    assert decide(1.0, [], shown=Slot(0.9, 0.04), ended=False).action is Action.STARVE


def test_the_last_frame_has_its_full_time() -> None:
    last = Slot(2.0, 0.5)
    assert decide(2.25, [], shown=last, ended=True, speed=0.5) == Decision(Action.WAIT, wait_s=0.5)
    assert decide(2.5, [], shown=last, ended=True).action is Action.FINISH
    assert decide(0.0, [], shown=None, ended=True).action is Action.FINISH


def test_the_last_frame_is_never_dropped() -> None:
    assert decide(99.0, slots(1.0, 1.04), shown=None, ended=True) == Decision(Action.SHOW, drop=1)


def test_late_means_less_than_half_of_the_time_left() -> None:
    slot = Slot(1.0, 0.5)
    assert not is_late(slot, 1.25)
    assert is_late(slot, 1.2500001)


@given(
    gaps=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=20),
    ready=st.integers(1, 20),
    now=st.floats(-1.0, 25.0),
    speed=st.floats(0.01, 100.0),
)
def test_the_picture_after_a_decision_is_the_newest_due_one(
    gaps: list[float], ready: int, now: float, speed: float
) -> None:
    times = [sum(gaps[:index]) for index in range(len(gaps))]
    queue = slots(*times)[:ready]
    decision = decide(now, queue, shown=None, ended=False, speed=speed)
    due = [slot for slot in queue if slot.time <= now]
    if due:
        assert decision.action is Action.SHOW
        assert queue[decision.drop] == due[-1]
    else:
        assert decision.action is Action.WAIT
        assert decision.wait_s == pytest.approx((queue[0].time - now) / speed)
