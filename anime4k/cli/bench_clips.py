"""Videos of our own to measure with: the clip of the demo, and the same drawn larger."""

from __future__ import annotations

import subprocess
from pathlib import Path

from anime4k import children
from anime4k.cli.demo import demo_path
from anime4k.errors import OutputError, UsageError

LINES = (360, 480, 720, 1080, 1440, 2160)
"""Heights that a clip can have; all are 16:9."""
SOFTWARE_LINES, GPU_LINES = (360,), (720, 1080)
"""What is measured unless the user says otherwise."""
_HOW = ("--mode", "c-fast", "--frames", "96", "--codec", "libx264", "--crf", "18", "--preset", "faster")
"""How larger clips are drawn: four seconds, with subtitles."""


def lines_of(text: str) -> tuple[int, ...]:
    """The heights that a text names, smallest first, such as "720,1080p".

    Raises:
        UsageError: there is no such clip.
    """
    found = set()
    for part in text.split(","):
        number = part.strip().lower().removesuffix("p")
        if not number:
            continue
        if not number.isdecimal() or int(number) not in LINES:
            known = ", ".join(map(str, LINES))
            raise UsageError(f"there is no clip with {part.strip()} lines; choose from {known}")
        found.add(int(number))
    return tuple(sorted(found))


def make_clip(height: int, folder: Path, gpu: int | None) -> Path:
    """The clip at this height; in a process of its own, because a thread has one OpenGL context.

    Args:
        height: one of `LINES`.
        folder: where to put it.
        gpu: number of the GPU that draws it, None = the system's default.

    Raises:
        OutputError: it cannot be drawn or written.
    """
    if height == LINES[0]:
        return demo_path()
    target = folder / f"demo-{height}p.mkv"
    size = f"{-(-height * 16 // 9) // 2 * 2}x{height}"
    arguments = ["upscale", str(demo_path()), "-o", str(target), "--size", size, *_HOW]
    if gpu is not None:
        arguments += ["--gpu", str(gpu)]
    done = subprocess.run(
        children.command("anime4k", *arguments), env=children.environment(), stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0 or not target.is_file():
        raise OutputError(f"the clip with {height} lines cannot be made; give a video of yours")
    return target
