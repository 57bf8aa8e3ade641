"""Figures of series of times, against NumPy and against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.bench.statistics import Spread, block_spread, figures, find_trouble, late_frames, spread

TIMES = st.lists(st.floats(0.001, 5000.0), min_size=1, max_size=300)


@given(TIMES)
def test_figures_are_those_of_numpy(times: list[float]) -> None:
    found = figures(times)
    assert found.count == len(times)
    assert found.mean == pytest.approx(np.mean(times))
    assert found.max == np.max(times)
    for name, percent in (("p50", 50), ("p95", 95), ("p99", 99)):
        assert getattr(found, name) == np.percentile(times, percent, method="inverted_cdf")


def test_nothing_has_no_figures() -> None:
    assert figures([]) == figures(()) and figures([]).count == 0 and figures([]).max == 0.0


def test_a_spread_is_median_and_range() -> None:
    assert spread([3.0, 1.0, 2.0, 10.0]) == Spread(2.5, 1.0, 10.0)
    assert spread([3.0, 1.0, 2.0, 10.0]).width == 9.0


def test_no_spread_is_narrower_than_two_percent() -> None:
    assert spread([50.0, 50.0, 50.1]).width == pytest.approx(1.0)


def test_blocks_have_their_own_percentiles() -> None:
    blocks = [[1.0, 2.0, 9.0], [4.0, 5.0, 6.0], [], [3.0, 3.0, 8.0]]
    assert block_spread(blocks, 0.5) == Spread(3.0, 2.0, 5.0)
    assert block_spread(blocks, 1.0) == Spread(8.0, 6.0, 9.0)


@pytest.mark.parametrize(
    ("times", "late"),
    [
        ([10.0, 10.0, 10.0, 10.0], 0),  # exactly in time
        ([10.1], 1),
        ([5.0, 12.0, 5.0, 5.0], 1),  # the third begins 2 ms late and is done in time
        ([5.0, 18.0, 5.0, 5.0], 2),  # the third is held up until 33 ms
        ([25.0, 2.0, 2.0, 2.0], 2),  # done at 25 and 27 ms, due at 10 and 20; the third at 29 of 30
        ([20.0] * 5, 5),
        ([], 0),
    ],
)
def test_late_frames_of_given_durations(times: list[float], late: int) -> None:
    assert late_frames(times, 10.0) == late


@given(TIMES, st.floats(1.0, 100.0))
def test_late_frames_are_bounded_by_what_single_frames_say(times: list[float], period: float) -> None:
    alone = sum(ms > period + 1e-6 for ms in times)
    assert alone <= late_frames(times, period) <= len(times)
    assert late_frames(times, max(times) + 1e-3) == 0


def noise(count: int, around: float, seed: int) -> list[float]:
    return list(np.random.default_rng(seed).normal(around, 0.03 * around, count))


@pytest.mark.parametrize("seed", range(5))
def test_even_work_is_no_trouble(seed: int) -> None:
    assert find_trouble(noise(400, 12.0, seed), software=False) is None


def test_single_slow_frames_are_no_trouble() -> None:
    times = noise(400, 12.0, 1)
    for number in range(0, 400, 37):
        times[number] *= 6
    assert find_trouble(times, software=False) is None


def test_a_lower_clock_is_told_with_factor_and_share() -> None:
    times = noise(300, 12.0, 2) + noise(100, 24.0, 3)
    trouble = find_trouble(times, software=False)
    assert trouble is not None
    assert trouble.factor == pytest.approx(2.0, rel=0.05)
    assert trouble.share == pytest.approx(0.25, abs=0.03)
    assert "2.0 times as long during 25 %" in trouble.text and "GPU" in trouble.text


def test_where_the_processor_draws_no_gpu_is_blamed() -> None:
    trouble = find_trouble(noise(300, 12.0, 2) + noise(100, 24.0, 3), software=True)
    assert trouble is not None and "GPU" not in trouble.text and "processor" in trouble.text


def test_too_few_frames_say_nothing() -> None:
    assert find_trouble([1.0] * 8 + [9.0] * 8, software=False) is None
