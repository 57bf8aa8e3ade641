"""Programs that play a clip through a shader file, and what the finished process has cost."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines import libplacebo, mpv

from anime4k.errors import MediaError
from anime4k.quality import downloads, wheels

from .ratios import per_frame

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 6
"""Frames of the short run that is subtracted."""
CLIP_FRAMES = 132 * 4
LIMIT_S = 900.0

OURS = "anime4k"
MPV = mpv.NAME
LIBPLACEBO = libplacebo.NAME


@dataclass(frozen=True)
class Cost:
    """What a frame or a process takes.

    Attributes:
        cpu: processor time of all threads, user and system.
        wall: time on the wall.
    """

    cpu: float
    wall: float


@dataclass(frozen=True)
class Program:
    """Something that plays the clip as fast as it can.

    Attributes:
        name: of its column.
        command: makes the command from a shader file (None = plain playback) and a number of frames.
        environment: of the process.
        folder: where it runs.
        complaints: from what it wrote to standard error, the lines that say that the shader does not run.
    """

    name: str
    command: Callable[[Path | None, int], list[str]]
    environment: Mapping[str, str]
    folder: Path
    complaints: Callable[[str], list[str]]


def clip(size: tuple[int, int]) -> Path:
    """The clip at a size, without sound, `CLIP_FRAMES` frames long.

    Raises:
        FetchError: it cannot be downloaded.
        MediaError: FFmpeg could not make it.
    """
    path = downloads.folder() / f"bigbuckbunny-{size[0]}x{size[1]}-long.mp4"
    if not path.exists():
        partial = path.with_suffix(".partial.mp4")
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", str(wheels.big_buck_bunny())]
        command += ["-an", "-frames:v", str(CLIP_FRAMES), "-vf", f"scale={size[0]}:{size[1]}:flags=area"]
        try:
            subprocess.run([*command, "-c:v", "libx264", "-crf", "18", str(partial)], check=True, timeout=600)
        except (OSError, subprocess.SubprocessError) as error:
            raise MediaError(f"ffmpeg could not make the clip: {error}") from error
        partial.replace(path)
    return path


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[Cost, str]:
    """Run a process to its end: (seconds that it took, what it wrote to standard error).

    Raises:
        MediaError: it failed, or took longer than `LIMIT_S`.
    """
    began = time.perf_counter()
    try:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder
        )
    except OSError as error:
        raise MediaError(f"{command[0]} cannot be started: {error}") from error
    watchdog = threading.Timer(LIMIT_S, process.kill)
    watchdog.start()
    try:
        assert process.stderr is not None
        message = process.stderr.read().decode(errors="replace")
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        watchdog.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise MediaError(f"{Path(command[0]).name} failed ({process.returncode}): {message.strip()[-300:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - began), message


def prove(program: Program, shader: Path | None) -> None:
    """Play a few frames that are not counted: the driver's cache has the shader then.

    Raises:
        MediaError: the program cannot play, or goes on without the shader.
    """
    _, message = run(program.command(shader, WARM_UP), program.environment, program.folder)
    complaints = program.complaints(message)
    if complaints:
        raise MediaError(f"{program.name} does not run {shader.name if shader else 'the clip'}: {complaints[0][:300]}")


def cost(program: Program, shader: Path | None, frames: int) -> Cost:
    """Milliseconds of one more frame.

    Raises:
        MediaError: the program failed.
    """
    short, long = (
        run(program.command(shader, number), program.environment, program.folder)[0]
        for number in (WARM_UP, WARM_UP + frames)
    )
    return Cost(per_frame(short.cpu, long.cpu, frames), per_frame(short.wall, long.wall, frames))


# -- the programs ----------------------------------------------------------------------------------------


def ours(video: Path, size: tuple[int, int], screen: str, folder: Path, extra: str = "") -> Program:
    """The player of this checkout; `extra` is more of its command line.

    Args:
        video: the clip.
        size: (width, height) of the window.
        screen: X display.
        folder: for what it remembers.
        extra: options as they would be typed.
    """
    wanted = f"{size[0]}x{size[1]}"
    options = ["--untimed", "--geometry", wanted, "--size", wanted, "--governor", "no"]
    # What the others are told to leave out as well.
    options += ["--scaler", "bilinear", "--light", "display", "--dither", "none"]
    options += ["--no-config", "--no-resume", "--osd-level", "0", "--interface", "none", *shlex.split(extra)]

    def command(shader: Path | None, frames: int) -> list[str]:
        what = ["--shader", str(shader)] if shader else ["--mode", "off"]
        return [sys.executable, str(ROOT / "player.py"), *options, "--frames", str(frames), *what, str(video)]

    def complaints(message: str) -> list[str]:
        return [line for line in message.splitlines() if "warning" in line or "error" in line]

    name = f"{OURS} {extra}".strip()
    places = {"ANIME4K_STATE_DIR": str(folder / "state"), "ANIME4K_CONFIG_DIR": str(folder / "config")}
    return Program(name, command, {**mpv.environment(screen), **places}, ROOT, complaints)


def mpv_gpu(video: Path, size: tuple[int, int], screen: str, folder: Path) -> Program:
    """mpv with its OpenGL output; `folder` is for its log."""
    options = ["mpv", *mpv.OPTIONS, *mpv.PLAIN, "--untimed", "--opengl-swapinterval=0", "--video-sync=display-desync"]
    options += ["--framedrop=no", f"--geometry={size[0]}x{size[1]}", "--fbo-format=rgba16f"]
    log = folder / "mpv.log"

    def command(shader: Path | None, frames: int) -> list[str]:
        # The log costs nothing to speak of, and every run has it.
        chosen = [f"--glsl-shader={shader}"] if shader else []
        return [*options, f"--log-file={log}", f"--frames={frames}", *chosen, str(video)]

    def complaints(_: str) -> list[str]:
        return mpv.problems(log.read_text(errors="replace"))

    return Program(MPV, command, mpv.environment(screen), folder, complaints)


def libplacebo_filter(video: Path, size: tuple[int, int], folder: Path) -> Program:
    """FFmpeg's filter; frames go up to the renderer and come back, and nobody looks at them."""

    def command(shader: Path | None, frames: int) -> list[str]:
        name = ""
        if shader is not None:
            name = f"{downloads.key(str(shader))[:8]}.glsl"
            (folder / name).write_bytes(libplacebo.adapted(shader.read_bytes()))
        return [*libplacebo.reading(video, size, name, frames), "-f", "null", "-"]

    return Program(LIBPLACEBO, command, libplacebo.environment(), folder, str.splitlines)
