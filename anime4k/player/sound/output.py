"""The output process: `python -m anime4k.player.sound.output RING [--device NAME] [--record FILE]`.

It holds the sound device, so that nothing the player's own process does can make sound stop: there the
interpreter may be held for hundreds of milliseconds by a graphics driver. Its callback only copies from
the ring. It ends when the player says so or is gone, which shows as the end of its standard input.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import queue
import signal
import sys
import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import miniaudio

from anime4k.player.sound.mixer import Mixer
from anime4k.player.sound.record import HEAD
from anime4k.player.sound.ring import CHANNELS, RATE, DeviceState, Ring, now

PERIOD_MS = 20
_POLL_S = 0.02
_LOST_S = 1.0
"""A device that has asked for nothing for this long is lost."""
_BEGIN_S, _BEGIN_CALLS = 4.0, 3
"""So many calls are the beginning; a sound server may fill seconds of its own buffer between the first of them."""
_RETRY_S = 5.0
"""How often a device is looked for while there is none."""
_BANDWIDTH_HZ = 0.4
_FAR_S = 0.025
_FAR_CALLS = 12
"""Calls that come late one after the other before the device's time is taken to have shifted; a stall that the
device makes up for is over sooner."""
_GONE_S = 1.0
_MOST_OFF = 0.05
"""By how much the measured rate of a device may differ from what it says."""


class Pace:
    """The time of each period without the jitter of the scheduler: a delay-locked loop of second order.

    The loop follows F. Adriaensen, "Using a DLL to filter time" (2005).
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.frame_s = 1 / RATE
        self._calls = 0
        self._far = 0
        self._next = 0.0

    def step(self, called: float, count: int) -> None:
        """A period of `count` samples was asked for at `called` seconds."""
        error = called - self._next
        length = count / RATE
        self._calls += 1
        self._far = self._far + 1 if abs(error) > _FAR_S else 0
        if self._calls <= 3 or self._far > _FAR_CALLS or abs(error) > _GONE_S:
            self.time, self._far = called, 0
        else:
            error = 0.0 if self._far else error
            omega = 6.283185 * _BANDWIDTH_HZ * length
            self.time = self._next + 1.414214 * omega * error
            self.frame_s += omega * omega * error / count
            self.frame_s = min(max(self.frame_s, (1 - _MOST_OFF) / RATE), (1 + _MOST_OFF) / RATE)
        self._next = self.time + count * self.frame_s


class Output:
    """The device and what feeds it."""

    def __init__(self, ring: Ring, device: str, record: Path | None) -> None:
        self._ring = ring
        self._wanted = device
        self._mixer = Mixer(ring)
        self._records: queue.SimpleQueue[bytes] | None = queue.SimpleQueue() if record else None
        self._file = open(record, "ab") if record else None  # noqa: SIM115
        self._device: miniaudio.PlaybackDevice | None = None
        self._last_call = now()
        self._calls = 0
        self._tried = now()
        self._turn = 0

    # -- the callback ----------------------------------------------------------------------------------

    def _periods(self, turn: int) -> Generator[bytes, int, None]:
        pace = Pace()
        count = yield b""
        while turn == self._turn:
            called = now()
            try:
                data = self._period(pace, called, count)
            except Exception:  # an exception in here would end all sound without a word
                data = bytes(4 * CHANNELS * count)
            self._last_call = called
            self._calls += 1
            count = yield data
        while True:
            count = yield bytes(4 * CHANNELS * count)

    def _period(self, pace: Pace, called: float, count: int) -> bytes:
        pace.step(called, count)
        samples, report = self._mixer.render(count)
        report = replace(report, time=called, smooth_time=pace.time, frame_s=pace.frame_s)
        self._ring.report(report)
        data = samples.tobytes()
        if self._records is not None:
            self._records.put(HEAD.pack(called, pace.time, count, report.index, report.underruns) + data)
        return data

    # -- the device ------------------------------------------------------------------------------------

    def start(self, lost: bool = False) -> None:
        """Open the wanted device, or the null device when there is none."""
        if self._wanted != "null":
            try:
                name = self._open(self._wanted)
            except Exception:
                name = ""
            if name:
                self._say(DeviceState.RESTARTED if lost else DeviceState.PLAYING, name)
                return
        self._open("null")
        if self._wanted == "null":
            self._say(DeviceState.NULL_ASKED, "null")
        else:
            self._say(DeviceState.NULL_LOST if lost else DeviceState.NULL_NO_DEVICE, "null")

    def _say(self, state: DeviceState, name: str) -> None:
        self._ring.set_device(state, name, RATE * PERIOD_MS // 1000)

    def _open(self, wanted: str) -> str:
        """Open and start a device; its name, "" when only the null device was found."""
        options: dict[str, Any] = {}
        if wanted == "null":
            options["backends"] = [miniaudio.Backend.NULL]
        elif wanted != "auto":
            options["device_id"] = _device_id(wanted)
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.FLOAT32,
            nchannels=CHANNELS,
            sample_rate=RATE,
            buffersize_msec=PERIOD_MS,
            app_name="anime4k",
            **options,
        )
        if wanted != "null" and device.backend == "Null":
            device.close()
            return ""
        if self._device is not None:  # the null device that stood in
            self._device.close()
        self._turn += 1
        periods = self._periods(self._turn)
        next(periods)
        self._last_call, self._calls = now(), 0
        device.start(periods)
        self._device = device
        return f"{device.backend}" if wanted == "auto" else f"{wanted} ({device.backend})"

    def watch(self) -> None:
        """One round of the main thread: write the record, replace a lost device."""
        if self._records is not None and self._file is not None:
            while not self._records.empty():
                self._file.write(self._records.get())
            self._file.flush()
        patience = _LOST_S if self._calls > _BEGIN_CALLS else _BEGIN_S
        if now() - self._last_call > patience and self._device is not None:
            lost, self._device = self._device, None
            self._turn += 1
            # A lost device may never answer; it must not take the main thread along.
            threading.Thread(target=_close, args=(lost,), daemon=True).start()
            self.start(lost=True)
        missing = self._ring.device in (DeviceState.NULL_LOST, DeviceState.NULL_NO_DEVICE)
        if missing and now() - self._tried > _RETRY_S:
            self._tried = now()
            with contextlib.suppress(Exception):
                name = self._open(self._wanted)
                if name:
                    self._say(DeviceState.RESTARTED, name)

    def stop(self) -> None:
        """Close device and record."""
        if self._device is not None:
            self._device.close()
        self.watch()
        if self._file is not None:
            self._file.close()


def _close(device: miniaudio.PlaybackDevice) -> None:
    with contextlib.suppress(Exception):
        device.close()


def _device_id(name: str) -> Any:
    """The device whose name is or contains `name`.

    Raises:
        LookupError: there is none.
    """
    devices = miniaudio.Devices().get_playbacks()
    for fits in (lambda found: found == name.lower(), lambda found: name.lower() in found):
        for device in devices:
            if fits(str(device["name"]).lower()):
                return device["id"]
    raise LookupError(name)


def main(arguments: list[str]) -> int:
    """Play until told to end."""
    parser = argparse.ArgumentParser(prog="anime4k.player.sound.output")
    parser.add_argument("ring")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--record", type=Path)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the player's business
    orphaned = threading.Event()

    def until_parent_ends() -> None:
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(4096):
                pass
        orphaned.set()

    threading.Thread(target=until_parent_ends, daemon=True).start()
    ring = Ring.attach(options.ring)
    ring.mend_report()
    output = Output(ring, options.device, options.record)
    gc.collect()
    gc.freeze()
    try:
        output.start()
    except Exception:
        ring.set_device(DeviceState.FAILED, "", 0)
        return 1
    while not orphaned.wait(_POLL_S) and not ring.quit:
        output.watch()
    output.stop()
    ring.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
