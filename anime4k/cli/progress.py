"""How far long work has come: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_REDRAWS = 0.1


class Progress:
    """Progress of one piece of work, written to stderr.

    Use it as a context manager; `close` leaves the cursor on a fresh line whatever happened.
    """

    def __init__(
        self,
        total: float | None,
        unit: str,
        label: str,
        *,
        before: float = 0.0,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin.

        Args:
            total: how much there is to do, in units; None = unknown.
            unit: name of a unit, in the plural ("frames").
            label: what is being done ("episode.mkv").
            before: units that an earlier run has finished; they do not count for the rate.
            stream: where to write; default stderr.
            clock: monotonic seconds.
        """
        self._total = total if total and math.isfinite(total) else None
        self._unit = unit
        self._label = label
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started = self._spoke = clock()
        self._before = self._done = before
        self._closed = False
        self._bar = self._make_bar() if self._stream.isatty() else None

    def update(self, done: float) -> None:
        """Say that `done` units in all are finished."""
        self._done = done
        now = self._clock()
        wait = _SECONDS_BETWEEN_REDRAWS if self._bar else _SECONDS_BETWEEN_LINES
        if not self._closed and now - self._spoke >= wait:
            self._spoke = now
            self._show(now)

    def finish(self) -> None:
        """Say that the work is complete: the total was an estimate, and what is done is all there was."""
        self._total = self._done or self._total

    def close(self) -> None:
        """Show the final state; calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._show(self._clock())
        if self._bar:
            self._bar.stop()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_bar(self) -> Bar:
        bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[state]}", markup=False),
            console=Console(file=self._stream),
            auto_refresh=False,
        )
        self._task = bar.add_task(self._label, total=self._total, state="")
        bar.start()
        return bar

    def _show(self, now: float) -> None:
        state = progress_text(self._done, self._total, now - self._started, self._unit, self._before)
        if self._bar:
            self._bar.update(self._task, total=self._total, completed=self._done, state=state, refresh=True)
        else:
            print(f"{self._label}: {state}", file=self._stream, flush=True)


def progress_text(done: float, total: float | None, elapsed_s: float, unit: str, before: float = 0.0) -> str:
    """The state in words, such as `24 of 192 frames (12 %), 8.1 frames/s, 0:21 left`.

    A total that turns out to be too small is not mentioned any more.
    """
    known = total is not None and done <= total
    share = f" of {total:g} {unit} ({math.floor(100 * done / total)} %)" if known and total else f" {unit}"
    parts = [f"{done:g}{share}"]
    if elapsed_s > 0 and done > before:
        rate = (done - before) / elapsed_s
        parts.append(f"{speed_text(rate)} {unit}/s")
        if total and done < total:
            parts.append(f"{clock_text((total - done) / rate)} left")
        else:
            parts.append(f"{clock_text(elapsed_s)} in all")
    return ", ".join(parts)


def speed_text(rate: float) -> str:
    """A rate with three digits, and never as a power of ten."""
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def clock_text(seconds: float) -> str:
    """Seconds as m:ss or h:mm:ss, rounded up to a whole second."""
    whole = math.ceil(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
