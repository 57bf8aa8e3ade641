"""The helper process: `python -m anime4k.pipeline.warm` reads jobs, plans, compiles and draws, and says so.

Every program is drawn once with small textures of the right formats, in the state in which the player draws,
because drivers finish compiling at the first draw and make variants for the state they meet.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any

from anime4k.errors import Anime4kError
from anime4k.gl.device import Device
from anime4k.pipeline.helper import Hello, PlanJob, Planned, Started, Warmed, WarmJob, receive, send
from anime4k.pipeline.plan import Plan, Role, Size, Texture
from anime4k.pipeline.prepare import Preparation
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.resources import Resources
from anime4k.pipeline.rewrites import optimised_plan
from anime4k.pipeline.stock import Stock

_POWER, _OTHER = 64, 48
"""Sides of textures here; software rendering compiles differently for powers of two."""


def main() -> None:
    """Work until the other side goes away."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a driver prints may get between the messages
    if hasattr(os, "nice"):
        os.nice(19)
    jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    device = Device.standalone()
    send(output, Hello(device.info.renderer, device.info.glsl))
    while True:
        job = jobs.get()
        while not jobs.empty():  # only the newest is wanted
            job = jobs.get()
        send(output, Started(job.number))
        if isinstance(job, PlanJob):
            send(output, _plan(job))
        else:
            _warm(device, job, lambda message: send(output, message), jobs.empty)


def _read(stream: IO[bytes], jobs: queue.SimpleQueue[Any]) -> None:
    try:
        while True:
            jobs.put(receive(stream))
    finally:
        os._exit(0)


def _plan(job: PlanJob) -> Planned:
    try:
        return Planned(job.number, optimised_plan(job.request))
    except Anime4kError as error:
        return Planned(job.number, None, str(error))


def _warm(device: Device, job: WarmJob, tell: Callable[[object], None], wanted: Callable[[], bool]) -> None:
    """Compile and draw the steps of a job; what fails is left to the player, which fails as fast and says why."""
    stock, resources = Stock(device), Resources(device)
    try:
        for done, number in enumerate(job.steps, 1):
            work = Preparation(stock, resources, single(job.plan, number), everything=True)
            try:
                while not work.advance(1.0):
                    pass
            except (StepFailure, Anime4kError):
                pass
            finally:
                work.drop()
            tell(Warmed(job.number, done))
            if not wanted():
                return
    finally:
        resources.forget_all_but(())
        stock.release()


def single(plan: Plan, number: int) -> Plan:
    """A plan of one step of `plan`, on small textures."""
    step = plan.steps[number]
    used = sorted({*step.outputs, *(sampler.texture for sampler in step.samplers)})
    place = {texture: index for index, texture in enumerate(used)}
    known = [plan.textures[texture] for texture in used]
    textures = tuple(Texture(each.label, _small(each.size), each.format, Role.STEP) for each in known)
    step = replace(
        step,
        samplers=tuple(replace(sampler, texture=place[sampler.texture]) for sampler in step.samplers),
        outputs=tuple(place[texture] for texture in step.outputs),
        size=_small(step.size),
        groups=(1, 1) if step.groups != (0, 0) else (0, 0),
    )
    return replace(plan, steps=(step,), textures=textures, slots=(-1,) * len(textures), outputs=(), tiling=None)


def _small(size: Size) -> Size:
    def side(length: int) -> int:
        return min(length, _POWER if length & (length - 1) == 0 else _OTHER) if length > _OTHER else length

    return Size(side(size.width), side(size.height))


if __name__ == "__main__":
    main()
