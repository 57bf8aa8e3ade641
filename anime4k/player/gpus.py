"""Whether a faster GPU than the one that draws stands idle: laptops often draw with the slower of two."""

from __future__ import annotations

import enum
import json
import subprocess
import sys
from collections.abc import Sequence

from anime4k import children

_DISCRETE = ("geforce", "rtx", "gtx", "quadro", "tesla", "nvidia", "radeon rx", "radeon pro", "arc(tm)", "arc a")
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "basic render")


class Speed(enum.IntEnum):
    """Kinds of GPUs, the faster ones later."""

    SOFTWARE = 0
    INTEGRATED = 1
    DISCRETE = 2


def speed_of(renderer: str) -> Speed:
    """The kind of a GPU by what its driver calls it."""
    name = renderer.lower()
    if any(word in name for word in _SOFTWARE):
        return Speed.SOFTWARE
    return Speed.DISCRETE if any(word in name for word in _DISCRETE) else Speed.INTEGRATED


def better_than(renderer: str, others: Sequence[str]) -> str:
    """The fastest of `others` when it is of a faster kind than `renderer`, else empty."""
    best = max(others, key=speed_of, default="")
    return best if best and speed_of(best) > speed_of(renderer) else ""


def hint(renderer: str) -> str:
    """How to draw with `renderer`, a sentence without a final stop."""
    if "nvidia" in renderer.lower() or "geforce" in renderer.lower():
        way = "start with __NV_PRIME_RENDER_OFFLOAD=1 __GLX_VENDOR_LIBRARY_NAME=nvidia"
    else:
        way = "start with DRI_PRIME=1"
    if sys.platform == "win32":
        way = "choose it for Python in the graphics settings of Windows"
    return f"a faster GPU is there: {renderer}; {way}"


class Survey:
    """Asks a process of its own for all GPUs.

    Args:
        renderer: what draws.
    """

    def __init__(self, renderer: str) -> None:
        self._renderer = renderer
        self._process: subprocess.Popen[str] | None = None
        try:
            self._process = subprocess.Popen(
                children.command("anime4k.gl.survey"), env=children.environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        except OSError:
            return

    def better(self) -> str | None:
        """The faster GPU, empty = there is none, None = not known yet; the answer comes once."""
        if self._process is None or self._process.poll() is None:
            return None
        lines = (self._process.stdout.read() if self._process.stdout else "").splitlines()
        self.close()
        return better_than(self._renderer, [str(json.loads(line)["renderer"]) for line in lines])

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
