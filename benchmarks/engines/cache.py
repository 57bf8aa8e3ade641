"""Pictures of other programs, kept on disk: they only change with the program, its settings or its input."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from anime4k.quality import downloads

from .picture import Picture


@cache
def program_version(program: str) -> str:
    """First line of the program's version text, with the identity of the software drivers it draws with."""
    flag = "-version" if program == "ffmpeg" else "--version"
    text = subprocess.run([program, flag], capture_output=True, text=True, timeout=30, check=True).stdout
    drivers = []
    for pattern in ("dri/swrast_dri.so", "libvulkan_lvp.so", "libplacebo.so.*"):
        for path in sorted(Path("/usr/lib").glob(f"*-linux-gnu*/{pattern}")):
            drivers.append(f"{path.name}:{path.stat().st_size}")
    return " ".join([text.splitlines()[0], *drivers])


def remembered(name: str, make: Callable[[], Picture]) -> Picture:
    """The picture stored as `name`, or the one `make` returns, which is then stored."""
    path = downloads.folder() / f"{name}.npz"
    if path.exists():
        with np.load(path) as data:
            passes = json.loads(str(data["passes"]))
            return Picture(data["pixels"], None if passes is None else tuple(passes), float(data["seconds"]))
    picture = make()
    partial = path.with_suffix(f".{os.getpid()}.partial.npz")
    passes_text = json.dumps(None if picture.passes is None else list(picture.passes))
    np.savez_compressed(partial, pixels=picture.pixels, passes=passes_text, seconds=picture.seconds)
    partial.replace(path)
    return picture
