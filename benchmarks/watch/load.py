"""Other work for the processors: busy loops that come and go in a seeded pattern."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """For `seconds` from `begin` (seconds from the start of the load), `loops` busy loops run."""

    begin: float
    seconds: float
    loops: int


def noisy_phases(seconds: float, seed: int, *, most: int = 2, calm_s: float = 8.0) -> list[Phase]:
    """Phases of 0.3 to 6 s with 0 to `most` busy loops; calm for the first `calm_s` seconds."""
    chance = random.Random(seed)
    phases, now = [Phase(0.0, calm_s, 0)], calm_s
    while now < seconds:
        length = min(chance.choice((0.3, 1.0, 2.0, 4.0, 6.0)), seconds - now)
        phases.append(Phase(now, length, chance.randint(0, most)))
        now += length
    return phases


class Load:
    """Runs phases in the background, as processes that are stopped and continued.

    Args:
        phases: what to do when.
        nice: their niceness; 0 competes with the player on equal terms.
    """

    def __init__(self, phases: list[Phase], *, nice: int = 5) -> None:
        self.phases = phases
        self.begun = 0.0
        self._loops = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=lambda: os.nice(nice))
            for _ in range(max((phase.loops for phase in phases), default=0))
        ]
        self._set(0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin with the first phase."""
        self.begun = time.monotonic()
        self._thread.start()

    def _set(self, running: int) -> None:
        for number, loop in enumerate(self._loops):
            loop.send_signal(signal.SIGCONT if number < running else signal.SIGSTOP)

    def _run(self) -> None:
        for phase in self.phases:
            if self._over.wait(max(0.0, self.begun + phase.begin - time.monotonic())):
                return
            self._set(phase.loops)
        self._over.wait(self.phases[-1].seconds if self.phases else 0.0)
        self._set(0)

    def stop(self) -> None:
        """End all loops."""
        self._over.set()
        for loop in self._loops:
            loop.kill()
            loop.wait()
