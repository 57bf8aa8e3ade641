"""Repairing presentation times, without any file."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from anime4k.media.timing import Stamper

MS = Fraction(1, 1000)


def test_times_of_the_file_are_passed_on_unchanged() -> None:
    stamper = Stamper(MS, Fraction(25))
    times = [7, 47, 167, 168, 5000]
    assert [stamper.stamp(pts, None, 0).pts for pts in times] == times
    assert (stamper.derived, stamper.repaired) == (0, 0)


def test_a_missing_time_follows_from_the_duration_before_it() -> None:
    stamper = Stamper(MS, Fraction(25))
    assert [stamper.stamp(pts, None, 33).pts for pts in (100, None, None)] == [100, 133, 166]
    assert stamper.derived == 2


def test_a_missing_time_is_taken_from_the_decoding_time() -> None:
    stamper = Stamper(MS, Fraction(25))
    assert [stamper.stamp(None, dts, 0).pts for dts in (80, 121, 160)] == [80, 121, 160]


def test_the_nominal_rate_is_used_only_when_there_is_nothing_else() -> None:
    stamper = Stamper(MS, Fraction(50))
    assert [stamper.stamp(None, None, 0).pts for _ in range(4)] == [0, 20, 40, 60]
    assert stamper.mostly_derived


def test_a_repeated_time_moves_by_one_tick() -> None:
    stamper = Stamper(MS, Fraction(25))
    assert [stamper.stamp(pts, None, 40).pts for pts in (0, 40, 40, 80)] == [0, 40, 41, 80]
    assert stamper.repaired == 1


def test_a_restarted_clock_is_continued() -> None:
    stamper = Stamper(MS, Fraction(25))
    times = [60000, 60040, 0, 40, None, 120]
    assert [stamper.stamp(pts, None, 40).pts for pts in times] == [60000, 60040, 60080, 60120, 60160, 60200]
    assert stamper.repaired == 1


def test_a_time_far_beyond_the_end_is_not_believed() -> None:
    stamper = Stamper(MS, Fraction(25), latest=10_000)
    assert [stamper.stamp(pts, None, 40).pts for pts in (0, 99_999_999, 80, 120)] == [0, 40, 80, 120]


def test_a_wild_time_in_a_transport_stream_does_not_stop_the_clock() -> None:
    stamper = Stamper(MS, Fraction(25), restarts=True)
    times = [0, 40, 95_443_717, 120, 160, 9_000_000, 9_000_040]
    assert [stamper.stamp(pts, None, 40).pts for pts in times] == [0, 40, 80, 120, 160, 200, 240]
    assert stamper.repaired == 3


def test_a_picture_may_stand_for_minutes() -> None:
    stamper = Stamper(MS, Fraction(25))
    assert [stamper.stamp(pts, None, 0).pts for pts in (0, 300_000, 900_000)] == [0, 300_000, 900_000]


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**40), 2**40), st.none() | st.integers(-(2**40), 2**40), st.integers(-5, 10**6)
        ),
        max_size=40,
    ),
    st.sampled_from([MS, Fraction(1, 90000), Fraction(1, 25), Fraction(1)]),
)
def test_times_always_increase(frames: list[tuple[int | None, int | None, int]], base: Fraction) -> None:
    stamper = Stamper(base, Fraction(25))
    times = [stamper.stamp(*frame).pts for frame in frames]
    assert all(a < b for a, b in zip(times, times[1:], strict=False))
