"""How long pieces of drawing take: by the GPU's own clock, or by the clock on the wall where the CPU draws."""

from __future__ import annotations

import ctypes
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from anime4k.gl import raw
from anime4k.gl.device import Device

Pieces = list[tuple[str, float]]
"""(name, seconds) of the pieces of a frame in the order in which they were drawn."""

IN_FLIGHT = 4
"""Frames whose times may be outstanding; while there are more, frames are not timed."""


class Timers(Protocol):
    """Times the pieces of one frame after another."""

    gpu: bool
    """Whether the times are those of the GPU."""

    @contextmanager
    def piece(self, name: str) -> Iterator[None]:
        """Draw a piece of the present frame in this block; blocks do not nest."""

    def frame(self) -> Pieces | None:
        """The present frame is complete: the newest frame whose times are known, None = no other than before."""

    def forget(self) -> None:
        """What is outstanding is of no interest any more."""

    def release(self) -> None:
        """Delete every GL object; the timers can be used again."""


class WallTimers:
    """By the clock on the wall.

    Args:
        device: a current context.
        wait: wait for everything to be drawn at the end of a piece. A renderer on the CPU uses the same processors
            whether somebody waits or not; otherwise its time would be charged to whoever comes next.
    """

    gpu = False

    def __init__(self, device: Device, *, wait: bool) -> None:
        self._context = device.ctx
        self._wait = wait
        self._pieces: Pieces = []

    @contextmanager
    def piece(self, name: str) -> Iterator[None]:
        """Draw a piece of the present frame in this block."""
        began = time.perf_counter()
        yield
        if self._wait:
            self._context.finish()
        self._pieces.append((name, time.perf_counter() - began))

    def frame(self) -> Pieces:
        """The times of the frame that is complete."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def forget(self) -> None:
        """Begin a new frame."""
        self._pieces = []

    def release(self) -> None:
        """There is nothing to delete."""


class GpuTimers:
    """By the GPU, asked some frames later, so that nobody ever waits for it.

    Args:
        device: a current context whose driver counts (`counts`).
    """

    gpu = True

    def __init__(self, device: Device) -> None:
        self._gl = device.raw
        self._spare: list[int] = []
        self._present: list[tuple[str, int]] = []
        self._began = 0.0
        self._flying: deque[tuple[float, list[tuple[str, int]]]] = deque()

    @staticmethod
    def counts(device: Device) -> bool:
        """Whether the driver has a clock at all."""
        bits = ctypes.c_int(0)
        device.raw("glGetQueryiv", raw.TIME_ELAPSED, raw.QUERY_COUNTER_BITS, ctypes.byref(bits))
        return bits.value > 0

    @contextmanager
    def piece(self, name: str) -> Iterator[None]:
        """Draw a piece of the present frame in this block."""
        if len(self._flying) >= IN_FLIGHT:
            yield
            return
        if not self._present:
            self._began = time.perf_counter()
        query = self._spare.pop() if self._spare else self._made()
        self._gl("glBeginQuery", raw.TIME_ELAPSED, query)
        try:
            yield
        finally:
            self._gl("glEndQuery", raw.TIME_ELAPSED)
            self._present.append((name, query))

    def frame(self) -> Pieces | None:
        """The times of the newest frame that the GPU has finished, None = no other than before."""
        if self._present:
            self._flying.append((self._began, self._present))
            self._present = []
        found = None
        while self._flying and all(self._known(query) for _, query in self._flying[0][1]):
            began, done = self._flying.popleft()
            times = [(name, self._seconds(query)) for name, query in done]
            self._spare += [query for _, query in done]
            # Some drivers tell nonsense once, after the first query of all.
            if sum(seconds for _, seconds in times) <= time.perf_counter() - began:
                found = times
        return found

    def forget(self) -> None:
        """What is outstanding is of no interest any more."""
        # A query can begin again although its last result was never read.
        for pieces in (self._present, *(pieces for _, pieces in self._flying)):
            self._spare += [query for _, query in pieces]
        self._present = []
        self._flying.clear()

    def release(self) -> None:
        """Delete every query."""
        self.forget()
        for query in self._spare:
            self._gl("glDeleteQueries", 1, (ctypes.c_uint * 1)(query))
        self._spare = []

    def _made(self) -> int:
        names = (ctypes.c_uint * 1)()
        self._gl("glGenQueries", 1, names)
        return int(names[0])

    def _known(self, query: int) -> bool:
        known = ctypes.c_uint(0)
        self._gl("glGetQueryObjectuiv", query, raw.QUERY_RESULT_AVAILABLE, ctypes.byref(known))
        return bool(known.value)

    def _seconds(self, query: int) -> float:
        nanoseconds = ctypes.c_uint64(0)
        self._gl("glGetQueryObjectui64v", query, raw.QUERY_RESULT, ctypes.byref(nanoseconds))
        return nanoseconds.value / 1e9


def timers_for(device: Device) -> Timers:
    """What tells the truth on this device."""
    if device.info.is_software:
        return WallTimers(device, wait=True)
    return GpuTimers(device) if GpuTimers.counts(device) else WallTimers(device, wait=False)
