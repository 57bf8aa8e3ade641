"""What was heard: sound with the monotonic time of every block, recorded by the player itself or by PulseAudio."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

LOUD = 0.06
"""A beep begins where the sound becomes louder than this (beeps peak at 0.5)."""
SILENCE_S = 0.1
"""So long it must have been silent before."""
ENERGY_S, RISE_S = 0.004, 0.1
"""Over how much the energy of a sound is averaged, and how long after its first trace a beep is at its loudest."""
SMOOTHING_S = 1.0
START_S = 20.0


@dataclass(frozen=True)
class Recording:
    """Sound that went out.

    Attributes:
        rate: samples a second.
        samples: one channel, -1 to 1.
        times: monotonic time at which each block began to be heard.
        firsts: index of the first sample of each block.
    """

    rate: int
    samples: npt.NDArray[np.float32]
    times: npt.NDArray[np.float64]
    firsts: npt.NDArray[np.int64]

    def time_of(self, sample: int) -> float:
        """When a sample was heard: the median over the blocks of a second around, without the jitter of callbacks."""
        offsets = self.times - self.firsts / self.rate
        here = self.times[max(0, int(np.searchsorted(self.firsts, sample, side="right")) - 1)]
        near = np.abs(self.times - here) <= SMOOTHING_S / 2
        return float(np.median(offsets[near])) + sample / self.rate

    def jitter_ms(self) -> tuple[float, float]:
        """50th and 99th percentile of how far the times of the blocks are from their neighbours' median."""
        off = [abs(time - self.time_of(int(first))) for time, first in zip(self.times, self.firsts, strict=True)]
        return (float(np.percentile(off, 50)) * 1e3, float(np.percentile(off, 99)) * 1e3)

    def beeps(self) -> list[float]:
        """When beeps began to be heard: when their energy reached half of its peak.

        A beep that was made slower or faster fades in, because pieces of sound were laid over each other; this is the
        middle of that, and exact where there is no fade.
        """
        loud = np.flatnonzero(np.abs(self.samples) > LOUD)
        if not len(loud):
            return []
        firsts = loud[np.diff(loud, prepend=-self.rate) > SILENCE_S * self.rate]
        return [self.time_of(self._middle_of_rise(int(sample))) for sample in firsts if sample > 0]

    def _middle_of_rise(self, first: int) -> int:
        window = round(ENERGY_S * self.rate)
        begin = max(0, first - 2 * window)
        part = self.samples[begin : first + round(RISE_S * self.rate)].astype(np.float64)
        energy = np.convolve(part**2, np.full(window, 1 / window), "same")
        return begin + int(np.argmax(energy >= 0.5 * energy.max()))

    def silences(self, longer_than_s: float) -> list[tuple[float, float]]:
        """(time, seconds) of every stretch below `LOUD` that is longer; for clips with a steady tone."""
        loud = np.flatnonzero(np.abs(self.samples) > LOUD)
        gaps = np.diff(loud)
        long = np.flatnonzero(gaps > longer_than_s * self.rate)
        return [(self.time_of(int(loud[at])), float(gaps[at]) / self.rate) for at in long]


def recording_of(rate: int, blocks: Sequence[tuple[float, npt.NDArray[np.float32]]]) -> Recording:
    """A recording from (time, samples) of its blocks."""
    counts = [len(samples) for _, samples in blocks]
    return Recording(
        rate,
        np.concatenate([samples for _, samples in blocks]) if blocks else np.zeros(0, np.float32),
        np.array([time for time, _ in blocks]),
        np.cumsum([0, *counts])[:-1].astype(np.int64),
    )


# -- recorded by PulseAudio: works with any player -----------------------------------------------------


class PulseServer:
    """A private PulseAudio server with a sink that plays to nobody, and a recorder of what it plays."""

    RATE = 48000

    def __init__(self, folder: Path) -> None:
        socket = folder / "native"
        self.environment = {"PULSE_SERVER": f"unix:{socket}"}
        home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_RUNTIME_PATH": str(folder / "run")}
        self._home = {**os.environ, **home, **self.environment}
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no",
             "-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1",
             "-L", f"module-null-sink sink_name=out rate={self.RATE} channels=2"],
            env=self._home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not socket.exists():
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise RuntimeError("PulseAudio did not start")
            time.sleep(0.02)
        self._blocks: list[tuple[float, bytes]] = []
        self._recorder = subprocess.Popen(
            ["parec", "--raw", "--format=s16le", f"--rate={self.RATE}", "--channels=1", "--latency-msec=5",
             "-d", "out.monitor"],
            env=self._home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._recorder.stdout is not None
        while data := os.read(self._recorder.stdout.fileno(), 65536):
            self._blocks.append((time.monotonic() - len(data) / 2 / self.RATE, data))

    def finish(self) -> Recording:
        """Stop recording."""
        self._recorder.terminate()
        self._recorder.wait(START_S)
        self._thread.join(START_S)
        return recording_of(
            self.RATE,
            [(when, np.frombuffer(data, "<i2").astype(np.float32) / 32768) for when, data in self._blocks],
        )

    def close(self) -> None:
        """End the server."""
        for process in (self._recorder, self._server):
            if process.poll() is None:
                process.terminate()
            process.wait(START_S)


@contextmanager
def pulse_server() -> Iterator[PulseServer]:
    """A private PulseAudio server that ends with the block."""
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        raise RuntimeError("PulseAudio is not installed (Debian: pulseaudio pulseaudio-utils)")
    with tempfile.TemporaryDirectory(prefix="pulse") as folder:
        server = PulseServer(Path(folder))
        try:
            yield server
        finally:
            server.close()
