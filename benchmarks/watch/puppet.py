"""A player on a display, driven by real keys and the mouse and watched through its status lines, also for hours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
Line = dict[str, Any]


class Puppet:
    """`anime4k play` on a display. Keeps only the latest status lines, so that it can watch for hours.

    Args:
        screen: name of the display.
        folder: where it writes, and where its settings are.
        arguments: of `anime4k play`.
        heard: called with every status line, in the reading thread.
        fresh: without what the player has measured earlier on this machine.
    """

    def __init__(
        self, screen: str, folder: Path, arguments: Sequence[str | Path], heard: Callable[[Line], None] | None = None,
        *, fresh: bool = False,
    ) -> None:
        self.environment: Mapping[str, str] = {
            **os.environ, "DISPLAY": screen,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "XDG_SESSION_TYPE": "x11",
            "ANIME4K_CONFIG_DIR": str(folder / "config"), "ANIME4K_STATE_DIR": str(folder / "state"),
        }  # fmt: skip
        if fresh:  # the cache of the driver stays where it is
            programs = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
            self.environment = {
                "MESA_SHADER_CACHE_DIR": str(programs), **self.environment, "XDG_CACHE_HOME": str(folder / "cache"),
            }  # fmt: skip
        self.frames = 0
        """Frames shown so far."""
        self.frame: Line = {}
        """The status line of the latest frame."""
        self.state: Line = {}
        """The latest state."""
        self.resources: dict[str, int] = {}
        """What the player last said about its textures, programs and so on; empty when it never did."""
        self._heard = heard
        self._news = threading.Condition()
        self._place = (0, 0)
        self.errors = folder / "stderr.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "anime4k", "play", "--status-json", "-", *map(str, arguments)],
                env=self.environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                text=True,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            line = json.loads(text)
            with self._news:
                if line["event"] == "frame":
                    self.frames += 1
                    self.frame = line
                elif line["event"] != "resources":
                    self.state = line
                self.resources = line.get("resources") or self.resources
                if self._heard is not None:
                    self._heard(line)
                self._news.notify_all()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def wait(self, done: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Return when `done()`.

        Raises:
            RuntimeError: it did not come in time, or the player ended before.
        """
        deadline = time.monotonic() + patience_s
        with self._news:
            while not done():
                if time.monotonic() > deadline or not self._reader.is_alive():
                    text = self.errors.read_text()[-600:]
                    raise RuntimeError(f"waited in vain for {what}; the player says: {text!r}; {self.state}")
                self._news.wait(0.05)

    def wait_frames(self, more: int, patience_s: float = PATIENCE_S) -> None:
        """Wait for so many more frames."""
        goal = self.frames + more
        self.wait(lambda: self.frames >= goal, f"{more} more frames", patience_s)

    # -- hands -----------------------------------------------------------------------------------------

    def tool(self, *words: str | int) -> str:
        """Run xdotool."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        if done.returncode:
            raise RuntimeError(f"xdotool {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def enter(self, place: tuple[int, int] = (12, 12)) -> str:
        """Wait for the window, put the mouse into it, and return its X id."""
        self.wait(lambda: self.frames > 0, "the first frame")
        window = self.tool("search", "--sync", "--onlyvisible", "--class", "anime4k").split()[0]
        values = dict(
            line.split("=", 1) for line in self.tool("getwindowgeometry", "--shell", window).splitlines() if "=" in line
        )
        self._place = (int(values["X"]), int(values["Y"]))
        self.move(*place)
        return window

    def move(self, x: int, y: int) -> None:
        """Put the mouse to a place in the window."""
        self.tool("mousemove", self._place[0] + x, self._place[1] + y)

    def key(self, *keys: str) -> None:
        """Press keys; the mouse must be in the window."""
        if keys:
            self.tool("key", *keys)

    def finish(self, patience_s: float = PATIENCE_S) -> int:
        """Wait for it to leave and return its exit code."""
        code = self.process.wait(patience_s)
        self._reader.join(PATIENCE_S)
        return code

    def stop(self) -> None:
        """End it if it still runs."""
        if self.alive:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)


def descendants(process: int) -> list[int]:
    """A process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, new = [process], [process]
    while new:
        new = [child for parent in new for child in children.get(parent, [])]
        found += new
    return found
