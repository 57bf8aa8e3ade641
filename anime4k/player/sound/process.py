"""Starting, watching and ending the output process, and what to tell the user about its device."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

from anime4k import children
from anime4k.player.sound.ring import DeviceState, Ring

_MOST_STARTS = 4
_END_S = 1.0

SENTENCES = {
    DeviceState.NULL_NO_DEVICE: "no sound device could be opened; playing silently until one is connected",
    DeviceState.NULL_LOST: "the sound device is gone and no other was found; playing silently until one is connected",
    DeviceState.RESTARTED: "sound was interrupted and goes to a device again",
    DeviceState.FAILED: "the sound output could not start; playing without sound, reinstall the package miniaudio",
}


class OutputProcess:
    """The output process of a ring; it is started again when it dies, a few times.

    Args:
        ring: what it plays.
        device: "auto", "null" or part of a device's name.
        record: file that takes everything put out.
    """

    def __init__(self, ring: Ring, device: str, record: Path | None) -> None:
        self._ring = ring
        self._device = device
        self._record = record
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start it in the background; harmless when it runs."""
        if self.pid is not None or self._starts >= _MOST_STARTS:
            return
        self._starts += 1
        record = [] if self._record is None else ["--record", str(self._record)]
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                children.command(
                    "anime4k.player.sound.output", self._ring.address, "--device", self._device, *record
                ),
                pass_fds=() if self._ring.file is None else (self._ring.file,),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # sound libraries talk a lot
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                env=children.environment(),
            )

    def check(self) -> str:
        """Start a process that died again; a sentence about it, or ""."""
        if self._starts == 0 or self.pid is not None:
            return ""
        if self._ring.device is DeviceState.FAILED or self._starts >= _MOST_STARTS:
            self._ring.set_device(DeviceState.FAILED, "", 0)  # so that nobody waits for sound any more
            return SENTENCES[DeviceState.FAILED]
        self.start()
        return "the sound output ended by itself and was started again"

    def stop(self) -> None:
        """End it; waits a second at most."""
        self._ring.quit = True
        process, self._process = self._process, None
        if process is None:
            return
        self._starts = _MOST_STARTS
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
