"""The repeated part of a file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anime4k.player.abloop import NO_LOOP, SHORTEST_S, AbLoop, marked

TIMES = st.floats(-100, 100)


def test_three_presses_go_round() -> None:
    begun = marked(NO_LOOP, 10.0)
    assert begun == AbLoop(10.0) and not begun.active and begun.marks == (10.0, None)
    part = marked(begun, 20.0)
    assert part == AbLoop(10.0, 20.0) and part.active
    assert marked(part, 15.0) == NO_LOOP


def test_an_end_before_the_beginning_turns_the_part_round() -> None:
    assert marked(AbLoop(20.0), 10.0) == AbLoop(10.0, 20.0)


def test_the_same_frame_twice_is_no_part() -> None:
    assert marked(AbLoop(20.0), 20.0) == AbLoop(20.0)


@given(st.lists(TIMES, max_size=12))
def test_every_state_is_a_part_of_some_length(presses: list[float]) -> None:
    loop = NO_LOOP
    for position in presses:
        loop = marked(loop, position)
        assert loop.end is None or (loop.start is not None and loop.end - loop.start >= SHORTEST_S)
