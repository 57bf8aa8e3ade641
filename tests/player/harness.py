"""A virtual display, and a player on it that tests press keys of."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ImageGrab

ROOT = Path(__file__).resolve().parents[2]
SCREEN = (1280, 800)
PATIENCE_S = 60.0
"""How long anything may take before a test gives up; reached only when something is broken."""

QUIET = ("--interface", "none", "--governor", "no", "--audio-device", "null")
"""What tests of the picture want: nothing over it, no other mode than the one asked for, no sound device."""

Line = dict[str, Any]


@dataclass(frozen=True)
class Display:
    """A running X server without a window manager."""

    name: str

    def run(self, *command: str) -> str:
        """Run a program on this display and return what it prints."""
        done = subprocess.run(
            command, env={**os.environ, "DISPLAY": self.name}, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


class RunningPlayer:
    """`anime4k play` on a display, watched through its status lines."""

    def __init__(self, display: Display, folder: Path, arguments: list[str]) -> None:
        self.display = display
        self.lines: list[Line] = []
        self._news = threading.Condition()
        self.errors = folder / "stderr.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "anime4k", "play", "--status-json", "-", *QUIET, *arguments],
                env={
                    **os.environ,
                    "DISPLAY": display.name,
                    "PYTHONPATH": str(ROOT),
                    "XDG_SESSION_TYPE": "x11",
                    "ANIME4K_CONFIG_DIR": str(folder / "config"),
                    "ANIME4K_STATE_DIR": str(folder / "state"),
                },
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            with self._news:
                self.lines.append(json.loads(text))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Return when `done()`; it is asked again after every status line."""
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while not done():
                assert time.monotonic() < deadline and (self._reader.is_alive() or done()), (
                    f"waited in vain for {what}; {self.errors.read_text()}; last lines: {self.lines[-3:]}"
                )
                self._news.wait(0.05)

    @property
    def frames(self) -> list[Line]:
        """A line for every shown frame."""
        return [line for line in list(self.lines) if line["event"] == "frame"]

    @property
    def stamps(self) -> list[int]:
        """Time stamps of the shown frames."""
        return [line["pts"] for line in self.frames]

    @property
    def state(self) -> Line:
        """The latest state."""
        return next((line for line in reversed(list(self.lines)) if line["event"] in ("state", "end")), {})

    def wait_frames(self, count: int) -> None:
        """Wait until so many frames have been shown since the start."""
        self.wait(lambda: len(self.frames) >= count, f"{count} frames")

    def wait_stamp(self, pts: int) -> None:
        """Wait until the frame with this time stamp is the one on the screen."""
        self.wait(lambda: bool(self.stamps) and self.stamps[-1] == pts, f"the frame at {pts}")

    def wait_state(self, **wanted: object) -> None:
        """Wait until the state has these values."""
        self.wait(lambda: all(self.state.get(name) == value for name, value in wanted.items()), str(wanted))

    @property
    def window(self) -> str:
        """The X id of the window."""
        return self.display.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "anime4k").split()[0]

    def place(self) -> tuple[int, int, int, int]:
        """x, y, width and height of the window on the screen."""
        values = dict(
            line.split("=", 1)
            for line in self.display.run("xdotool", "getwindowgeometry", "--shell", self.window).splitlines()
        )
        return (int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"]))

    def key(self, *names: str) -> None:
        """Press keys; the pointer is moved into the window first, where keys go without a window manager."""
        x, y, width, height = self.place()
        keys = ("key", *names) if names else ()
        self.display.run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2), *keys)

    def press_close(self) -> None:
        """Ask the window to close, as the button of a title bar does."""
        script = (
            "import ctypes, sys\n"
            "x = ctypes.CDLL('libX11.so.6')\n"
            "x.XOpenDisplay.restype = ctypes.c_void_p\n"
            "x.XInternAtom.restype = ctypes.c_ulong\n"
            "d = ctypes.c_void_p(x.XOpenDisplay(None))\n"
            "atom = lambda name: x.XInternAtom(d, name, 0)\n"
            "class Message(ctypes.Structure):\n"
            "    _fields_ = [('type', ctypes.c_int), ('serial', ctypes.c_ulong), ('sent', ctypes.c_int),\n"
            "                ('display', ctypes.c_void_p), ('window', ctypes.c_ulong), ('kind', ctypes.c_ulong),\n"
            "                ('format', ctypes.c_int), ('data', ctypes.c_long * 5), ('room', ctypes.c_long * 24)]\n"
            "window = int(sys.argv[1])\n"
            "m = Message(33, 0, 1, d, window, atom(b'WM_PROTOCOLS'), 32)\n"
            "m.data[0] = atom(b'WM_DELETE_WINDOW')\n"
            "x.XSendEvent(d, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(m))\n"
            "x.XSync(d, 0)\n"
        )
        self.display.run(sys.executable, "-c", script, self.window)

    def screen(self) -> npt.NDArray[np.uint8]:
        """The window as it is on the screen: (height, width, 3)."""
        x, y, width, height = self.place()
        image = ImageGrab.grab(bbox=(x, y, x + width, y + height), xdisplay=self.display.name)
        return np.asarray(image.convert("RGB"))

    def finish(self) -> int:
        """Wait for the player to leave and return its exit code."""
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code

    def stop(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)


Play = Callable[..., RunningPlayer]
"""Starts a player with these arguments."""
