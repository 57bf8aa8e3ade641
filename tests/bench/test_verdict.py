"""What times mean, in words."""

from __future__ import annotations

import pytest

from anime4k.bench.verdict import advice, rate_name, rates_with, size_name, verdict

FILM = 24000 / 1001
PERIOD = 1001 / 24
HD, UHD = (1920, 1080), (3840, 2160)


@pytest.mark.parametrize(
    ("p99", "words"),
    [
        (0.38 * PERIOD, "1080p to 4K at 23.976: fits, 62 % headroom"),
        (0.6999 * PERIOD, "1080p to 4K at 23.976: fits, 30 % headroom"),
        (0.71 * PERIOD, "1080p to 4K at 23.976: just fits, 29 % headroom"),
        (0.999 * PERIOD, "1080p to 4K at 23.976: just fits, 0 % headroom"),
        (1.01 * PERIOD, "1080p to 4K at 23.976: does not fit: a little too slow; try --mode quick"),
        (3.1 * PERIOD, "1080p to 4K at 23.976: does not fit: 3.1 times too slow; try --mode quick"),
    ],
)
def test_verdicts(p99: float, words: str) -> None:
    found = verdict(p99, 3, 100, FILM, HD, UHD, "--mode quick")
    assert found.text == words
    assert found.fits == (p99 <= PERIOD)
    assert found.headroom == pytest.approx(1 - p99 / PERIOD)
    assert (found.late, found.frames) == (3, 100)


def test_sizes_and_rates_have_names() -> None:
    assert [size_name(size) for size in (HD, UHD, (1920, 804))] == ["1080p", "4K", "1920x804"]
    assert [rate_name(rate) for rate in (FILM, 30.0, 60.0, 25.0)] == ["23.976", "30", "60", "25"]


def test_the_rate_of_the_video_is_judged_as_well() -> None:
    assert [round(rate, 3) for rate in rates_with(25.0)] == [23.976, 25.0, 30.0, 60.0]
    assert [round(rate, 3) for rate in rates_with(FILM)] == [round(rate, 3) for rate in rates_with(None)]


def test_the_dearest_mode_that_fits_is_advised() -> None:
    took = {"a-hq": 90.0, "a-fast": 28.0, "c-fast": 20.0, "quick": 5.0}
    assert advice("a-hq", 23.976, took) == "--mode a-fast"
    assert advice("a-hq", 30.0, took) == "--mode c-fast"
    assert advice("a-hq", 60.0, took) == "--mode quick"


def test_without_one_the_next_lighter_mode_that_was_not_measured() -> None:
    assert advice("a-hq", 60.0, {"a-hq": 90.0}) == "--mode a-fast"
    assert advice("a-hq", 60.0, {"a-hq": 90.0, "a-fast": 60.0}) == "--mode c-fast"
    assert advice("b-fast", 60.0, {"b-fast": 60.0, "c-fast": 50.0}) == "--mode quick"


def test_below_everything_only_a_smaller_picture_helps() -> None:
    assert advice("off", 60.0, {"off": 40.0}) == "a smaller output (--size)"


def test_files_of_the_users_own_are_replaced_by_a_mode() -> None:
    assert advice("custom", 60.0, {"custom": 40.0}) == "--mode quick"
    assert advice("custom", 60.0, {"custom": 40.0, "quick": 30.0}) == "a smaller output (--size)"
