"""Play the demo clip on a private X display and take the picture of its window for README: docs/player.jpg.

    python benchmarks/make_screenshot.py [OUT.jpg]

Needs Xvfb, xdotool and ImageMagick. The player is paused and sent to a moment of the clip by its own keys, so the
picture is the same on every run of the same renderer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from peers import display  # noqa: E402

SIZE = (960, 540)
KEYS = ("space", "Home", "Right")
"""Pause, go to the start, 5 seconds forward."""
WANTED = range(4950, 5010)
"""Time stamps of the frame that is shown then, in milliseconds."""
PATIENCE_S = 60.0


def main() -> int:
    """Play, pause, take the picture, quit."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "player.jpg"
    command = [sys.executable, str(ROOT / "player.py"), "--demo", "--loop-file", "--status-json", "-"]
    command += ["--geometry", f"{SIZE[0]}x{SIZE[1]}+0+0"]
    with display.private_display() as screen:
        environment = {**os.environ, "DISPLAY": screen, "XDG_SESSION_TYPE": "x11"}

        def tool(*words: str) -> str:
            return subprocess.run(
                words, env=environment, check=True, capture_output=True, text=True, timeout=PATIENCE_S
            ).stdout

        player = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert player.stdout is not None
            player.stdout.readline()
            window = tool("xdotool", "search", "--sync", "--onlyvisible", "--class", "anime4k").split()[0]
            # Without a window manager, keys go where the pointer is.
            tool("xdotool", "mousemove", str(SIZE[0] // 2), str(SIZE[1] // 2), "key", KEYS[0])
            _until(player.stdout, lambda line: line.get("paused") is True)
            tool("xdotool", "key", *KEYS[1:])
            shown = _until(player.stdout, lambda line: line.get("pts") in WANTED)
            time.sleep(0.5)  # until the X server shows what was drawn
            tool("import", "-window", window, "-strip", "-quality", "92", "-sampling-factor", "4:4:4", str(target))
            tool("xdotool", "key", "q")
            player.wait(PATIENCE_S)
        finally:
            player.kill()
    print(f"{target}: {target.stat().st_size} bytes, the frame at {shown['pts']} ms")
    return 0


def _until(lines: Iterable[str], wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first status line that is wanted.

    Raises:
        RuntimeError: the player ended before.
    """
    for text in lines:
        line = json.loads(text)
        if wanted(line):
            return dict(line)
    raise RuntimeError("the player ended too early")


if __name__ == "__main__":
    raise SystemExit(main())
