"""Ctrl-C and requests to end: the first asks for an orderly end, the second one ends at once."""

from __future__ import annotations

import signal
import sys
from types import FrameType, TracebackType
from typing import Any


class StopRequest:
    """While active, SIGINT and SIGTERM set `requested` instead of raising.

    Args:
        message: what to say on stderr when the first signal arrives, empty = nothing.
    """

    def __init__(self, message: str) -> None:
        self.requested = False
        self.terminated = False
        """Whether the system asked (SIGTERM) rather than the user."""
        self._message = message
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopRequest:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested, self.terminated = True, number == signal.SIGTERM
        if self._message:
            print(f"\n{self._message}", file=sys.stderr, flush=True)
