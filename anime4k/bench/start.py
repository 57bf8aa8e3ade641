"""Beginnings: how long it takes from nothing to the first picture, in fresh processes with empty and with full caches.

`python -m anime4k.bench.start` is such a process: it reads one job, draws one picture and tells its times.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k import children
from anime4k.bench.lane import Chain
from anime4k.bench.report import Start
from anime4k.bench.screen import Size
from anime4k.bench.statistics import spread
from anime4k.errors import Anime4kError
from anime4k.modes.form_memory import VARIABLE, cache_folder

LIMIT_S = 300.0
"""A process that has drawn nothing after this time is given up."""
_SWITCHES = ("MESA_SHADER_CACHE_DISABLE", "MESA_GLSL_CACHE_DISABLE")


@dataclass(frozen=True)
class Job:
    """One beginning.

    Attributes:
        path: the video.
        chain: what to draw with.
        size: (width, height) of the picture.
        gpu: number of the GPU, None = the system's default.
    """

    path: Path
    chain: Chain
    size: Size
    gpu: int | None


@dataclass(frozen=True)
class Times:
    """Milliseconds of one beginning; see `Start`."""

    context: float
    compile: float
    first_picture: float
    launch: float


class StartFailed(Exception):
    """A process came to nothing; the text says why."""


def begin(job: Job, cache: Path) -> Times:
    """Begin in a fresh process.

    Args:
        job: what to draw.
        cache: folder for everything that is kept of compiled programs, by the driver or by us.

    Raises:
        StartFailed: there was no picture.
    """
    environment = {name: value for name, value in children.environment().items() if name not in _SWITCHES}
    environment |= {
        "XDG_CACHE_HOME": str(cache),
        "MESA_SHADER_CACHE_DIR": str(cache),
        "__GL_SHADER_DISK_CACHE_PATH": str(cache),
        "__GL_SHADER_DISK_CACHE": "1",
        "CUDA_CACHE_PATH": str(cache),
        VARIABLE: str(cache_folder().absolute()),  # which form is faster was known before
    }
    sent = time.time()
    try:
        done = subprocess.run(
            children.command("anime4k.bench.start"), input=pickle.dumps((job, sent)), env=environment,
            capture_output=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StartFailed(f"no picture within {LIMIT_S:.0f} s") from error
    except OSError as error:
        raise StartFailed(str(error)) from error
    try:
        answer = json.loads(done.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise StartFailed(f"the process ended with code {done.returncode}") from error
    if "problem" in answer:
        raise StartFailed(answer["problem"])
    return Times(**answer)


def begin_twice(job: Job) -> tuple[Times, Times]:
    """Begin with empty caches, and once more with what the first time left behind.

    Raises:
        StartFailed: there was no picture.
    """
    with tempfile.TemporaryDirectory(prefix="anime4k-bench-", ignore_cleanup_errors=True) as folder:
        return begin(job, Path(folder)), begin(job, Path(folder))


def start_of(times: Sequence[Times]) -> Start:
    """Several beginnings of the same kind together.

    Args:
        times: at least one.
    """
    return Start(
        context=spread([each.context for each in times]),
        compile=spread([each.compile for each in times]),
        first_picture=spread([each.first_picture for each in times]),
        launch=spread([each.launch for each in times]),
    )


def main() -> None:
    """Do one job."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that a driver prints may get between
    job, sent = pickle.load(sys.stdin.buffer)
    try:
        answer: dict[str, object] = vars(_draw(job, sent))
    except Anime4kError as error:
        answer = {"problem": str(error)}
    print(json.dumps(answer), file=output, flush=True)


def _draw(job: Job, sent: float) -> Times:
    from anime4k.gl.device import Device
    from anime4k.media.decoder import DecoderThread
    from anime4k.media.frame import Frame
    from anime4k.modes.forms import Driver
    from anime4k.modes.pairs import Forms
    from anime4k.pipeline.render import Renderer

    began = time.perf_counter()
    device = Device.standalone(gpu=job.gpu)
    ready = time.perf_counter()
    decoder = DecoderThread()
    decoder.start(job.path)
    try:
        if not decoder.wait_open(LIMIT_S):
            raise StartFailed("the file does not open")
        source = decoder.format
        assert source is not None, "the file is open"
        renderer = Renderer(
            device,
            job.chain.shaders,
            overrides=job.chain.overrides,
            settings=job.chain.settings,
            forms=Forms(Driver.of(device.info)),
        )
        opened = time.perf_counter()
        renderer.configure(source, job.size)
        device.ctx.finish()
        compiled = time.perf_counter()
        frame = decoder.get(LIMIT_S)
        if not isinstance(frame, Frame):
            raise Anime4kError(f"{job.path}: there is no frame in it")
        renderer.configure(frame.format, job.size)
        renderer.render(frame.planes, frame.time)
        device.ctx.finish()
        drawn = time.perf_counter()
        return Times(
            context=1e3 * (ready - began),
            compile=1e3 * (compiled - opened),
            first_picture=1e3 * (drawn - ready),
            launch=1e3 * (time.time() - sent),
        )
    finally:
        decoder.stop()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
