"""Processes that other work on the machine disturbs less."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

GROUP = Path("/proc/self/autogroup")
"""Linux weighs sessions against each other; niceness alone counts within one only."""


def favoured(nice: int) -> Callable[[], None]:
    """What a child process runs before its program: a session of its own with this niceness."""

    def begin() -> None:
        if not nice:
            return
        os.setsid()
        os.nice(nice)
        with contextlib.suppress(OSError):
            GROUP.write_text(str(nice))

    return begin
