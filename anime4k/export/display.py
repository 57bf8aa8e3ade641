"""A private X display without a screen."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from anime4k.errors import MediaError

START_S = 30.0
"""Seconds that Xvfb may take to start."""


@contextmanager
def private_display(size: str = "1600x1200") -> Iterator[str]:
    """Start Xvfb on a free display number and yield its name; it ends with the block.

    Raises:
        MediaError: there is no Xvfb, or it did not start.
    """
    server = shutil.which("Xvfb")
    if server is None:
        raise MediaError("there is no display for mpv's window; run this in a desktop session, or install Xvfb")
    reader, writer = os.pipe()
    command = [server, "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        number = _line(reader, START_S)
        if not number:
            raise MediaError("Xvfb is installed but did not start; run this in a desktop session")
        yield f":{number}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _line(reader: int, limit_s: float) -> str:
    """The first line that arrives on a pipe, which is closed; empty when none has come in time."""
    deadline = time.monotonic() + limit_s
    data = b""
    try:
        while b"\n" not in data and select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
            # The digits and the end of the line may arrive one after the other.
            piece = os.read(reader, 32)
            if not piece:
                break
            data += piece
    finally:
        os.close(reader)
    return data.decode().strip() if b"\n" in data else ""
