"""A record of everything that was put out, with times: what synchronisation is measured with."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.player.sound.ring import CHANNELS, Samples

HEAD = struct.Struct("<ddqqq")
"""Of every period: time and smooth time (`ring.now`), samples, index of the first sample heard, underruns."""


@dataclass(frozen=True)
class Recording:
    """What was put out.

    Attributes:
        times: when each period was asked for, seconds of `ring.now`.
        smooth_times: the same without the jitter of the scheduler.
        starts: place of the first sample of each period in `samples`.
        samples: (count, 2), everything put out.
        underruns: count of underruns after each period.
    """

    times: npt.NDArray[np.float64]
    smooth_times: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    samples: Samples
    underruns: npt.NDArray[np.int64]

    def time_of(self, place: int, rate: int) -> float:
        """When the sample at `place` was put out, by the null device's definition.

        That is the time of the call that took it, plus its place in the period.
        """
        period = int(np.searchsorted(self.starts, place, side="right")) - 1
        return float(self.smooth_times[period]) + (place - int(self.starts[period])) / rate


def read_recording(path: Path) -> Recording:
    """The record in a file; an unfinished last period is left out."""
    data = path.read_bytes()
    times, smooth, starts, pieces, underruns = [], [], [], [], []
    at = total = 0
    while at + HEAD.size <= len(data):
        time, smooth_time, count, _, missed = HEAD.unpack_from(data, at)
        at += HEAD.size
        size = 4 * CHANNELS * count
        if at + size > len(data):
            break
        pieces.append(np.frombuffer(data, np.float32, count * CHANNELS, at).reshape(-1, CHANNELS))
        at += size
        times.append(time)
        smooth.append(smooth_time)
        starts.append(total)
        underruns.append(missed)
        total += count
    samples = np.concatenate(pieces) if pieces else np.zeros((0, CHANNELS), np.float32)
    return Recording(
        np.array(times), np.array(smooth), np.array(starts, np.int64), samples, np.array(underruns, np.int64)
    )
