"""Times as text."""

import pytest

from anime4k.errors import UsageError
from anime4k.player.timecode import format_time, parse_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0.0), ("12.5", 12.5), (".5", 0.5), ("1:02", 62.0), ("1:02:03.5", 3723.5), ("90:00", 5400.0)],
)
def test_parse(text: str, seconds: float) -> None:
    assert parse_time(text, "--start") == seconds


@pytest.mark.parametrize("text", ["", "abc", "-3", "1:2:3:4", "1e3", "nan", "inf", "1:", "9" * 400])
def test_bad_times_name_the_option(text: str) -> None:
    with pytest.raises(UsageError, match="--start"):
        parse_time(text, "--start")


def test_format() -> None:
    assert [format_time(t) for t in (None, -1.0, 0.0, 59.9, 59.964, 60.0, 3723.5)] == [
        "?", "0:00", "0:00", "0:59", "1:00", "1:00", "1:02:03",
    ]
