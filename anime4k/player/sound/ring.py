"""Shared memory between the player and the output process: a ring of samples, orders and reports.

Both map the same temporary file. Samples are counted from the start of the player and never anew, so an
index names one sample for good; index `i` lies at place `i % capacity`. The player writes samples and
orders, the output process reports; no field has two writers and nobody ever waits. Groups of fields are
guarded by a counter that is odd while they are being written.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import tempfile
import time
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.errors import OutputError

CHANNELS = 2
RATE = 48000
"""Samples per second in the ring."""
CAPACITY = 4 * RATE
FADE = RATE // 125
"""Samples of a fade: 8 ms."""
READY = RATE // 25
"""Samples that must be there before sound begins: 40 ms, two periods."""

now = time.perf_counter
"""Seconds of a clock that all processes share and that never goes back; fine enough on every system."""

Samples = npt.NDArray[np.float32]

_INHERITED = "inherited:"
_MAGIC = 0x414E4B31
_INTS, _FLOATS, _TEXT = 64, 32, 256
_BYTES = 8 * (_INTS + _FLOATS) + _TEXT
_ATTEMPTS = 64


class _Int(IntEnum):
    MAGIC = 0
    WRITTEN = 1
    QUIT = 2
    ORDER_GUARD = 3
    PLAYING = 4
    JUMP = 5
    JUMP_AT = 6
    JUMP_TO = 7
    STOP = 8
    REPORT_GUARD = 9
    READ = 10
    INDEX = 11
    PLACE = 12
    COUNT = 13
    ADVANCING = 14
    APPLIED = 15
    UNDERRUNS = 16
    DEVICE = 17
    PERIOD = 18


class _Float(IntEnum):
    GAIN = 0
    TIME = 1
    SMOOTH_TIME = 2
    FRAME_S = 3


class DeviceState(IntEnum):
    """What the output process plays to."""

    STARTING = 0
    PLAYING = 1
    NULL_ASKED = 2
    NULL_NO_DEVICE = 3
    NULL_LOST = 4
    RESTARTED = 5
    FAILED = 6


@dataclass(frozen=True)
class Order:
    """What the player wants.

    Attributes:
        playing: whether samples are taken from the ring; else silence.
        jump: number of the jump below; a new number is a new jump.
        at: index at which to leave the old place, when sound is being played up to there; else at once.
        to: index to go on with.
        stop: index at which the sound ends, -1 = open.
    """

    playing: bool = False
    jump: int = 0
    at: int = 0
    to: int = 0
    stop: int = -1


@dataclass(frozen=True)
class Report:
    """What the output process did in its last period.

    Attributes:
        read: index of the next sample that will be taken.
        index: the sample at `place` of the period; from there on they follow each other.
        place: a place in the period, 0 .. count.
        count: samples in the period.
        advancing: whether sound was being taken at the end of the period.
        applied: number of the last jump carried out.
        underruns: how often sound was wanted and none was there.
        time: when the period was asked for, in seconds of `now`; 0 = never.
        smooth_time: the same without the jitter of the scheduler.
        frame_s: seconds per sample as measured.
    """

    read: int = 0
    index: int = 0
    place: int = 0
    count: int = 0
    advancing: bool = False
    applied: int = 0
    underruns: int = 0
    time: float = 0.0
    smooth_time: float = 0.0
    frame_s: float = 1 / RATE


class Ring:
    """The mapped file. Use `create` in the player and `attach` in the output process."""

    def __init__(self, path: Path | None, file: int) -> None:
        self.path = path
        """Name of the file; None where it has none, so that nothing is ever left behind."""
        self.file: int | None = None
        """Descriptor for a child process to inherit, where the file has no name."""
        size = _BYTES + 4 * CHANNELS * CAPACITY
        self._map = mmap.mmap(file, size)
        view = memoryview(self._map)
        self._ints = view[: 8 * _INTS].cast("q")
        self._floats = view[8 * _INTS : 8 * (_INTS + _FLOATS)].cast("d")
        self._text = view[8 * (_INTS + _FLOATS) : _BYTES]
        self._view = view
        self._samples: Samples | None = np.frombuffer(self._map, np.float32, CAPACITY * CHANNELS, _BYTES).reshape(
            CAPACITY, CHANNELS
        )

    @classmethod
    def create(cls) -> Ring:
        """A new ring in memory where the system can do that, otherwise in a temporary file.

        Raises:
            OutputError: there is no room for it.
        """
        try:
            return cls._create()
        except OSError as error:
            raise OutputError(
                f"the folder for temporary files has no room for the sound ({error.strerror}); free some space there"
            ) from error

    @classmethod
    def _create(cls) -> Ring:
        if hasattr(os, "memfd_create"):
            file, name = os.memfd_create("anime4k-sound"), ""
        else:
            file, name = tempfile.mkstemp(prefix="anime4k-sound-")
        try:
            size = _BYTES + 4 * CHANNELS * CAPACITY
            os.ftruncate(file, size)
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file, 0, size)  # on a full disk, writing to the mapping would end the process
            if os.name == "posix":
                if name:
                    os.unlink(name)
                ring = cls(None, file)
                ring.file = file
            else:
                ring = cls(Path(name), file)
                os.close(file)
        except BaseException:
            os.close(file)
            if name:
                with contextlib.suppress(OSError):
                    os.unlink(name)
            raise
        ring._ints[_Int.STOP] = -1
        ring._floats[_Float.FRAME_S] = 1 / RATE
        ring._floats[_Float.GAIN] = 1.0
        ring._ints[_Int.MAGIC] = _MAGIC
        return ring

    @classmethod
    def attach(cls, place: str) -> Ring:
        """The ring that another process made: `place` is its `address`.

        Raises:
            ValueError: there is no ring.
        """
        if place.startswith(_INHERITED):
            ring = cls(None, int(place.removeprefix(_INHERITED)))
        else:
            with open(place, "r+b") as file:
                ring = cls(Path(place), file.fileno())
        if ring._ints[_Int.MAGIC] != _MAGIC:
            ring.close()
            raise ValueError(f"{place} is no sound buffer")
        return ring

    @property
    def address(self) -> str:
        """What a child process needs to find the ring."""
        return f"{_INHERITED}{self.file}" if self.path is None else str(self.path)

    def close(self) -> None:
        """Unmap; harmless when done already."""
        if self._samples is None:
            return
        self._samples = None
        for view in (self._ints, self._floats, self._text, self._view):
            view.release()
        with contextlib.suppress(BufferError):  # a copy in another thread is still being made
            self._map.close()

    def remove(self) -> None:
        """Unmap and delete the file; where a file in use cannot be deleted, the other process does it."""
        self.close()
        with contextlib.suppress(OSError):
            if self.file is not None:
                file, self.file = self.file, None
                os.close(file)
            if self.path is not None:
                self.path.unlink(missing_ok=True)

    # -- samples ---------------------------------------------------------------------------------------

    @property
    def written(self) -> int:
        """Index after the last sample written."""
        return self._ints[_Int.WRITTEN]

    def write(self, index: int, samples: Samples) -> None:
        """Put samples at `index` and make everything up to their end readable."""
        assert self._samples is not None and len(samples) <= CAPACITY
        place = index % CAPACITY
        first = min(len(samples), CAPACITY - place)
        self._samples[place : place + first] = samples[:first]
        self._samples[: len(samples) - first] = samples[first:]
        self._ints[_Int.WRITTEN] = index + len(samples)

    def read(self, index: int, count: int) -> Samples:
        """A copy of `count` samples from `index` on."""
        assert self._samples is not None
        place = index % CAPACITY
        if place + count <= CAPACITY:
            return self._samples[place : place + count].copy()
        return np.concatenate((self._samples[place:], self._samples[: place + count - CAPACITY]))

    # -- from the player to the output -----------------------------------------------------------------

    @property
    def gain(self) -> float:
        """The factor of all samples."""
        return self._floats[_Float.GAIN]

    @gain.setter
    def gain(self, value: float) -> None:
        self._floats[_Float.GAIN] = value

    @property
    def quit(self) -> bool:
        """Whether the output process is to end."""
        return bool(self._ints[_Int.QUIT])

    @quit.setter
    def quit(self, value: bool) -> None:
        self._ints[_Int.QUIT] = int(value)

    def order(self, order: Order) -> None:
        """Say what is wanted."""
        ints = self._ints
        ints[_Int.ORDER_GUARD] += 1
        ints[_Int.PLAYING] = int(order.playing)
        ints[_Int.JUMP_AT] = order.at
        ints[_Int.JUMP_TO] = order.to
        ints[_Int.STOP] = order.stop
        ints[_Int.JUMP] = order.jump
        ints[_Int.ORDER_GUARD] += 1

    def wanted(self) -> Order | None:
        """The latest order, None while it is being written."""
        ints = self._ints
        before = ints[_Int.ORDER_GUARD]
        found = Order(
            bool(ints[_Int.PLAYING]),
            ints[_Int.JUMP],
            ints[_Int.JUMP_AT],
            ints[_Int.JUMP_TO],
            ints[_Int.STOP],
        )
        return found if before % 2 == 0 and ints[_Int.ORDER_GUARD] == before else None

    # -- from the output to the player -----------------------------------------------------------------

    def report(self, report: Report) -> None:
        """Say what was done."""
        ints, floats = self._ints, self._floats
        ints[_Int.REPORT_GUARD] += 1
        ints[_Int.READ] = report.read
        ints[_Int.INDEX] = report.index
        ints[_Int.PLACE] = report.place
        ints[_Int.COUNT] = report.count
        ints[_Int.ADVANCING] = int(report.advancing)
        ints[_Int.APPLIED] = report.applied
        ints[_Int.UNDERRUNS] = report.underruns
        floats[_Float.TIME] = report.time
        floats[_Float.SMOOTH_TIME] = report.smooth_time
        floats[_Float.FRAME_S] = report.frame_s
        ints[_Int.REPORT_GUARD] += 1

    def reported(self) -> Report | None:
        """The latest report, None when a whole one was not to be had."""
        ints, floats = self._ints, self._floats
        for _ in range(_ATTEMPTS):
            before = ints[_Int.REPORT_GUARD]
            found = Report(
                ints[_Int.READ],
                ints[_Int.INDEX],
                ints[_Int.PLACE],
                ints[_Int.COUNT],
                bool(ints[_Int.ADVANCING]),
                ints[_Int.APPLIED],
                ints[_Int.UNDERRUNS],
                floats[_Float.TIME],
                floats[_Float.SMOOTH_TIME],
                floats[_Float.FRAME_S],
            )
            if before % 2 == 0 and ints[_Int.REPORT_GUARD] == before:
                return found
        return None

    def mend_report(self) -> None:
        """Make the reports readable again after a writer ended in the middle of one."""
        if self._ints[_Int.REPORT_GUARD] % 2:
            self._ints[_Int.REPORT_GUARD] += 1

    def set_device(self, state: DeviceState, name: str, period: int) -> None:
        """Say what is played to, by name, and how many samples it takes at a time."""
        data = name.encode("utf-8")[: _TEXT - 1]
        self._text[: len(data) + 1] = data + b"\0"
        self._ints[_Int.PERIOD] = period
        self._ints[_Int.DEVICE] = state

    @property
    def device(self) -> DeviceState:
        """What the output process plays to."""
        return DeviceState(self._ints[_Int.DEVICE])

    @property
    def device_name(self) -> str:
        """Its name."""
        return bytes(self._text).split(b"\0", 1)[0].decode("utf-8", "replace")

    @property
    def period(self) -> int:
        """Samples taken at a time, 0 = not known yet."""
        return self._ints[_Int.PERIOD]
