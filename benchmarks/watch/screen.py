"""An X display whose picture can be read like a file, many times a second and without asking the X server."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.watch.priority import favoured

HEADER = struct.Struct(">25I")
START_S = 30.0


@dataclass(frozen=True)
class Screen:
    """A running display.

    Attributes:
        name: such as ":7".
        memory: the file that holds its picture.
        server: process id of the X server.
    """

    name: str
    memory: Path
    server: int


class FrameBuffer:
    """The picture of a display as the X server keeps it: an XWD file, mapped into memory."""

    def __init__(self, memory: Path) -> None:
        with memory.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = HEADER.unpack(self._map[: HEADER.size])
        size, version, width, height, bits, stride, colours = (header[i] for i in (0, 1, 4, 5, 11, 12, 19))
        if (version, bits) != (7, 32):
            raise ValueError(f"{memory}: not an XWD picture of 32 bits a pixel")
        self.pixels: npt.NDArray[np.uint8] = np.frombuffer(
            self._map, np.uint8, stride * height, size + 12 * colours
        ).reshape(height, stride // 4, 4)[:, :width]
        """(height, width, 4): blue, green, red, nothing; changes by itself."""

    def copy(self, x: int, y: int, width: int, height: int) -> npt.NDArray[np.uint8]:
        """A part of the screen as (height, width, 3) red, green, blue."""
        return np.ascontiguousarray(self.pixels[y : y + height, x : x + width, 2::-1])


@contextmanager
def readable_display(size: tuple[int, int] = (1280, 800), *, nice: int = 0) -> Iterator[Screen]:
    """Start Xvfb on a free display number with its picture in a file; it ends with the block.

    Raises:
        RuntimeError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="screen") as folder:
        reading, writing = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size[0]}x{size[1]}x24", "-fbdir", folder,
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=favoured(nice),
        )  # fmt: skip
        os.close(writing)
        try:
            with os.fdopen(reading) as pipe:
                number = pipe.readline().strip()
            memory = Path(folder) / "Xvfb_screen0"
            deadline = time.monotonic() + START_S
            while number and not memory.exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            if not number or not memory.exists():
                raise RuntimeError("Xvfb did not start")
            yield Screen(f":{number}", memory, server.pid)
        finally:
            server.terminate()
            server.wait(START_S)
