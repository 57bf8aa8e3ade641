"""Progress: plain lines with rate and time left, and a bar on a terminal."""

from __future__ import annotations

import io

import pytest

from anime4k.cli.progress import Progress, clock_text, progress_text


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.2, "0:01"), (59, "0:59"), (60, "1:00"), (3599.5, "1:00:00"), (7265, "2:01:05")],
)
def test_clock_text(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "text"),
    [
        (0, 192, 0.0, "0 of 192 frames (0 %)"),
        (24, 192, 3.0, "24 of 192 frames (12 %), 8 frames/s, 0:21 left"),
        (192, 192, 24.0, "192 of 192 frames (100 %), 8 frames/s, 0:24 in all"),
        (200, 192, 25.0, "200 frames, 8 frames/s, 0:25 in all"),
        (3040, 3040, 2.0, "3040 of 3040 frames (100 %), 1520 frames/s, 0:02 in all"),
        (10, None, 2.5, "10 frames, 4 frames/s, 0:03 in all"),
    ],
)
def test_progress_text(done: float, total: float | None, elapsed: float, text: str) -> None:
    assert progress_text(done, total, elapsed, "frames") == text


def test_plain_lines_come_now_and_then_and_at_the_end() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress(100, "frames", "a.mkv", stream=stream, clock=clock) as progress:
        for done in range(1, 101):
            clock.now += 0.125
            progress.update(done)
    assert stream.getvalue().splitlines() == [
        "a.mkv: 40 of 100 frames (40 %), 8 frames/s, 0:08 left",
        "a.mkv: 80 of 100 frames (80 %), 8 frames/s, 0:03 left",
        "a.mkv: 100 of 100 frames (100 %), 8 frames/s, 0:13 in all",
    ]


@pytest.mark.parametrize("total", [46, 20, None])
def test_finished_work_is_all_there_was(total: float | None) -> None:
    """The number of frames is an estimate where the rate varies."""
    stream, clock = io.StringIO(), Clock()
    with Progress(total, "frames", "a", stream=stream, clock=clock) as progress:
        clock.now += 4
        progress.update(29)
        progress.finish()
    assert stream.getvalue() == "a: 29 of 29 frames (100 %), 7.25 frames/s, 0:04 in all\n"


@pytest.mark.parametrize("total", [None, 0, float("nan"), float("inf")])
def test_an_unknown_total_shows_no_share(total: float | None) -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(total, "frames", "a", stream=stream, clock=clock)
    clock.now += 10
    progress.update(20)
    assert stream.getvalue() == "a: 20 frames, 2 frames/s, 0:10 in all\n"


def test_closing_twice_says_it_once() -> None:
    stream = io.StringIO()
    progress = Progress(2, "files", "b", stream=stream, clock=Clock())
    progress.close()
    progress.close()
    progress.update(2)
    assert stream.getvalue() == "b: 0 of 2 files (0 %)\n"


def test_a_terminal_gets_a_bar_that_ends_on_a_fresh_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    stream, clock = Terminal(), Clock()
    with Progress(4, "frames", "[c].mkv", stream=stream, clock=clock) as progress:
        clock.now += 1
        progress.update(4)
    text = stream.getvalue()
    assert "[c].mkv" in text and "4 of 4 frames (100 %)" in text
    assert text.rindex("\n") > text.rindex("100 %")
