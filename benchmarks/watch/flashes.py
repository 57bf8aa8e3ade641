"""Watches one point of a display and notes when it turns bright or dark; a process of its own, for steady timing.

    python -m benchmarks.watch.flashes MEMORY X Y OUT

Writes a JSON line {"bright": true, "time": T, "gap": G} for every change: T is the monotonic time of the first look
that saw it, G the seconds since the look before. It ends when its standard input does, with a line about the looks.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INTERVAL_S = 0.001
BRIGHT, DARK = 160, 90
"""Above and below these of 255; between them nothing is decided."""


@dataclass(frozen=True)
class Change:
    """The point turned bright or dark.

    Attributes:
        time: monotonic seconds of the first look that saw it.
        gap: seconds since the look before: the uncertainty.
        bright: what it turned to.
    """

    time: float
    gap: float
    bright: bool


@dataclass(frozen=True)
class Looks:
    """How often was looked: looks a second, and the longest, 99th and 99.9th percentile of the gaps in seconds."""

    rate: float
    longest: float
    p99: float
    p999: float


class FlashWatcher:
    """The watching process.

    Args:
        memory: the file that holds the picture of the display.
        point: the pixel to watch.
        out: where it notes changes.
    """

    def __init__(self, memory: Path, point: tuple[int, int], out: Path) -> None:
        self._out = out
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.watch.flashes", str(memory), *map(str, point), str(out)],
            cwd=ROOT, stdin=subprocess.PIPE,
        )  # fmt: skip

    def finish(self) -> tuple[list[Change], Looks]:
        """End it and return what it saw."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        lines = [json.loads(line) for line in self._out.read_text().splitlines()]
        return [Change(**line) for line in lines[:-1]], Looks(**lines[-1])


def hurry() -> None:
    """Ask for the processor before others, as far as this user may."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        return
    with contextlib.suppress(OSError):
        os.nice(-15)


def main() -> None:
    """Look until standard input ends."""
    from benchmarks.watch.screen import FrameBuffer

    memory, x, y, out = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    point = FrameBuffer(memory).pixels[y, x]
    hurry()
    bright, gaps = bool(point[1] > BRIGHT), [0] * 1000
    longest, looks, begun = 0.0, 0, time.monotonic()
    before = begun
    with out.open("w") as file:
        while looks % 64 or not select.select([sys.stdin], [], [], 0)[0]:
            value = int(point[1])
            now = time.monotonic()
            gap, before = now - before, now
            looks += 1
            gaps[min(int(gap * 10000), 999)] += 1
            longest = max(longest, gap)
            if (value > BRIGHT) if not bright else (value < DARK):
                bright = not bright
                file.write(json.dumps({"time": now, "gap": gap, "bright": bright}) + "\n")
            time.sleep(INTERVAL_S)
        rate = looks / max(before - begun, 1e-9)
        summary = {"rate": rate, "longest": longest, "p99": _quantile(gaps, 0.99), "p999": _quantile(gaps, 0.999)}
        file.write(json.dumps(summary) + "\n")


def _quantile(histogram: list[int], share: float) -> float:
    """Upper edge of the cell of 0.1 ms in which the quantile lies."""
    left = share * sum(histogram)
    for cell, count in enumerate(histogram):
        left -= count
        if left <= 0:
            return (cell + 1) / 10000
    return len(histogram) / 10000


if __name__ == "__main__":
    main()
