"""mpv's OpenGL renderer (`--vo=gpu`) as a peer: one process a picture, steered over its JSON socket."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from anime4k.quality import downloads

from . import cache
from .picture import Picture
from .source import Source

NAME = "mpv"

OPTIONS = (
    "--no-config", "--vo=gpu", "--gpu-api=opengl", "--gpu-context=x11egl", "--hwdec=no", "--no-audio",
    "--osd-level=0", "--no-osc", "--no-terminal", "--no-border", "--no-keepaspect-window",
)  # fmt: skip
"""How every run is set up."""

PLAIN = (
    "--dither-depth=no", "--scale=bilinear", "--cscale=bilinear", "--dscale=bilinear", "--sigmoid-upscaling=no",
    "--linear-upscaling=no", "--linear-downscaling=no", "--correct-downscaling=no", "--deband=no",
    "--scaler-resizes-only=yes",
)  # fmt: skip
"""Everything that would change the picture besides the shader is off."""

_HARMLESS = "Unrecognized command 'PARAM "
"""mpv 0.35 does not know parameters: it says so at the first one and uses the passes before it."""


class PeerError(Exception):
    """A peer could not render the shader."""


def environment(display: str) -> dict[str, str]:
    """The environment of a software-rendered run on a private display."""
    return {**os.environ, "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}


def problems(log: str) -> list[str]:
    """The complaints of the renderer in the text of a log file."""
    errors = [line for line in log.splitlines() if "[e][vo/gpu" in line]
    return [line.split("] ", 1)[-1][:200] for line in errors if _HARMLESS not in line]


class _Remote:
    """The JSON socket of a running mpv."""

    def __init__(self, path: str, process: subprocess.Popen[bytes], deadline: float) -> None:
        self._deadline = deadline
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(path)
                break
            except OSError:
                self._socket.close()
                if process.poll() is not None or time.monotonic() > deadline:
                    raise PeerError("mpv did not start") from None
                time.sleep(0.01)
        self._file = self._socket.makefile("rw")

    def ask(self, *command: object) -> Any:
        """Send one command and return its data, None when it failed."""
        self._socket.settimeout(max(0.1, self._deadline - time.monotonic()))
        try:
            self._file.write(json.dumps({"command": command, "request_id": 1}) + "\n")
            self._file.flush()
            while True:
                line = self._file.readline()
                if not line:
                    raise PeerError("mpv ended early")
                reply = json.loads(line)
                if reply.get("request_id") == 1:
                    return reply.get("data") if reply["error"] == "success" else None
        except OSError:
            raise PeerError("mpv took too long") from None

    def close(self) -> None:
        self._socket.close()


def _intermediates(float32: bool) -> str:
    return f"--fbo-format=rgba{32 if float32 else 16}f"


def _render(
    source: Source, size: tuple[int, int], shaders: Sequence[Path], display: str, limit: float, float32: bool
) -> Picture:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        address, shot, log = f"{folder}/socket", f"{folder}/shot.png", Path(folder, "log")
        command = ["mpv", *OPTIONS, *PLAIN, _intermediates(float32), "--pause", "--keep-open=yes"]
        command += [f"--geometry={size[0]}x{size[1]}"]
        command += [f"--input-ipc-server={address}", f"--log-file={log}", "--screenshot-png-compression=1"]
        command += [f"--glsl-shader={shader}" for shader in shaders]
        with open(f"{folder}/stderr", "wb") as stderr:
            process = subprocess.Popen([*command, str(source.path)], env=environment(display), stderr=stderr)
        try:
            remote = _Remote(address, process, begun + limit)
            while not (drawn := (remote.ask("get_property", "vo-passes") or {}).get("fresh")):
                if time.monotonic() > begun + limit or process.poll() is not None:
                    raise PeerError("mpv drew nothing")
                time.sleep(0.02)
            remote.ask("screenshot-to-file", shot, "window")
            complaints = problems(log.read_text(errors="replace"))
            if complaints:
                raise PeerError(f"mpv: {complaints[0]}")
            pixels = np.asarray(Image.open(shot).convert("RGB"))
            remote.close()
        except PeerError as error:
            last_words = Path(folder, "stderr").read_text(errors="replace").strip().splitlines()
            raise PeerError(f"{error}: {last_words[-1]}" if last_words else str(error)) from None
        finally:
            process.kill()
            process.wait(timeout=30)
    prefix = "user shader: "
    passes = tuple(entry["desc"][len(prefix) :] for entry in drawn if entry["desc"].startswith(prefix))
    if pixels.shape[:2] != (size[1], size[0]):
        raise PeerError(f"mpv's window is {pixels.shape[1]}x{pixels.shape[0]} instead of {size[0]}x{size[1]}")
    return Picture(pixels, passes, time.monotonic() - begun)


def render(
    source: Source,
    size: tuple[int, int],
    shaders: Sequence[Path],
    display: str,
    limit: float = 120,
    *,
    float32: bool = False,
) -> Picture:
    """The source scaled to `size` by mpv through the shader files.

    Args:
        source: the clip.
        size: (width, height) of the window.
        shaders: shader files in order.
        display: X display.
        limit: seconds mpv may take.
        float32: 32-bit floats between passes instead of 16-bit ones.

    Raises:
        PeerError: mpv failed, reported a shader error or took longer than `limit` seconds.
    """
    texts = [shader.read_bytes() for shader in shaders]
    settings = " ".join((*OPTIONS, *PLAIN, _intermediates(float32)))
    name = downloads.key(cache.program_version("mpv"), settings, source.digest, repr(size), *texts)
    return cache.remembered(f"mpv-{name}", lambda: _render(source, size, shaders, display, limit, float32))
