"""FFmpeg's libplacebo filter on the lavapipe Vulkan driver as a peer."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anime4k.quality import downloads

from . import cache
from .mpv import PeerError
from .picture import Picture
from .source import Source

NAME = "libplacebo"

PLAIN = (
    "format=rgba:upscaler=bilinear:downscaler=none:dithering=-1:deband=0:sigmoid=0:peak_detect=0:"
    "apply_filmgrain=0:disable_linear=1:disable_builtin=1"
)
"""Everything that would change the picture besides the shader is off."""


def adapted(text: bytes) -> bytes:
    """The shader without `SAVE MAIN` and without parameters.

    This version offers the image before subtitles under the stage MAINPRESUB; a pass that saves it as MAIN is
    stored and never shown. Without the line the pass overwrites what it hooked, which is what it means. And it
    refuses files with PARAM blocks; without them the defaults written in the passes count.
    """
    text = re.sub(rb"^//!PARAM\b(?:(?!^//!(?:HOOK|TEXTURE|BUFFER)).*\n?)*", b"", text, flags=re.MULTILINE)
    return re.sub(rb"^//!SAVE MAIN[ \t]*\r?\n", b"", text, flags=re.MULTILINE)


def environment() -> dict[str, str]:
    """The environment of a run that draws on the processor."""
    drivers = ":".join(str(path) for path in Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))
    return {**os.environ, "VK_ICD_FILENAMES": drivers, "VK_DRIVER_FILES": drivers}


def reading(video: Path, size: tuple[int, int], shader: str, frames: int) -> list[str]:
    """The command up to what becomes of the frames; `shader` is a file's name in the folder where it runs, or ""."""
    options = f"w={size[0]}:h={size[1]}:{PLAIN}" + (f":custom_shader_path={shader}" if shader else "")
    command = ["ffmpeg", "-v", "error", "-nostdin", "-init_hw_device", "vulkan=vk:0", "-filter_hw_device", "vk"]
    command += ["-i", str(video), "-frames:v", str(frames)]
    return [*command, "-vf", f"format=yuv420p,hwupload,libplacebo={options},hwdownload,format=rgba"]


def _render(source: Source, size: tuple[int, int], shader: bytes, limit: float) -> Picture:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if shader:
            Path(folder, "shader.glsl").write_bytes(shader)
        command = reading(source.path, size, "shader.glsl" if shader else "", 1)
        command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=limit, cwd=folder, env=environment())
        except subprocess.TimeoutExpired:
            raise PeerError("ffmpeg took too long") from None
    errors = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0 or len(done.stdout) != size[0] * size[1] * 3:
        raise PeerError("ffmpeg: " + (errors.splitlines() or ["no picture"])[0][:200])
    if errors:
        raise PeerError("libplacebo: " + errors.splitlines()[0][:200])
    pixels = np.frombuffer(done.stdout, np.uint8).reshape(size[1], size[0], 3)
    return Picture(pixels, None, time.monotonic() - begun)


def render(source: Source, size: tuple[int, int], shaders: Sequence[Path], limit: float = 120) -> Picture:
    """The source scaled to `size` by libplacebo; the filter takes one file, so the files are joined.

    Raises:
        PeerError: FFmpeg failed, reported an error or took longer than `limit` seconds.
    """
    text = b"\n".join(adapted(shader.read_bytes()) for shader in shaders)
    name = downloads.key(cache.program_version("ffmpeg"), PLAIN, source.digest, repr(size), text)
    return cache.remembered(f"libplacebo-{name}", lambda: _render(source, size, text, limit))


def render_as_it_is(source: Source, size: tuple[int, int], shader: Path, limit: float = 120) -> Picture:
    """The source scaled to `size` through one shader file without the changes of `adapted`.

    Raises:
        PeerError: FFmpeg failed, reported an error or took longer than `limit` seconds.
    """
    return _render(source, size, shader.read_bytes(), limit)
