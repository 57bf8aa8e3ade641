"""What a frame takes to draw, by the clock that tells the truth on the device."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engines import ours as plainly
from scores.classes import Flavour

from anime4k.errors import GLError, MediaError
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.pipeline.costs import FrameCost, Watch
from anime4k.pipeline.render import Renderer

from . import frames
from .entries import Entry
from .ratios import Measure

SETTLE_S = 0.5
"""Seconds of drawing after which a graphics processor has raised its clock."""

TRIES = 40
"""A GPU may leave so many times more frames untimed than timed before it counts as having no clock."""


@dataclass(frozen=True)
class Pass:
    """One draw or dispatch of a plan.

    Attributes:
        desc: what it does.
        kind: fragment or compute.
        size: of what it writes, and how many textures that is, as text.
        ms: milliseconds, median over the frames; on the wall where the processor draws.
    """

    desc: str
    kind: str
    size: str
    ms: float


class Easel:
    """Draws frames of one size with one device.

    Args:
        device: a current context.
        size: (width, height) of the frames.
        flavour: what the networks are for, which says how much they enlarge.
    """

    def __init__(self, device: Device, size: tuple[int, int], flavour: Flavour) -> None:
        self.device = device
        self.size = size
        self.target = (size[0] * flavour.group.value, size[1] * flavour.group.value)
        self._format, self._pictures = frames.two(*size)
        self._drawn = 0
        self.measure = self._measure()

    def _measure(self) -> Measure:
        """What can be counted here: timer queries of software renderers tell nonsense."""
        if self.device.info.is_software:
            return Measure.CPU
        renderer = self.renderer(None, frozenset())
        try:
            return Measure.GPU if self._draw(renderer, Watch.STEPS).gpu else Measure.WALL
        finally:
            renderer.release()

    def renderer(self, entry: Entry | None, without: frozenset[str]) -> Renderer:
        """A renderer that has drawn once; no entry = the built-in stages alone, without these rewrites.

        Raises:
            MediaError: the driver refuses the file, or nothing of it runs.
        """
        settings = replace(plainly.PLAIN, no_rewrites=entry.without if entry else without)
        renderer = Renderer(self.device, [parse_file(entry.path)] if entry else [], settings=settings)
        try:
            plan = renderer.configure(self._format, self.target)
            if renderer.disabled:
                raise MediaError(next(iter(renderer.disabled.values())))
            if entry and all(step.origin is None for step in plan.steps):
                raise MediaError(f"no pass of {entry.path.name} runs")
            for _ in range(2):
                self._draw(renderer)
            self.device.ctx.finish()
        except BaseException:
            renderer.release()
            raise
        return renderer

    def _draw(self, renderer: Renderer, watch: Watch = Watch.NOTHING) -> FrameCost:
        # Equal frames may cost nothing: each differs from the one before.
        self._drawn += 1
        return renderer.render(self._pictures[self._drawn % 2], watch=watch)

    def settle(self, renderer: Renderer) -> None:
        """Draw until a graphics processor has raised its clock."""
        began = time.perf_counter()
        while self.measure is Measure.GPU and time.perf_counter() < began + SETTLE_S:
            self._draw(renderer)
            self.device.ctx.finish()

    def frame_ms(self, renderer: Renderer, count: int) -> float:
        """Milliseconds of a frame, over `count` of them.

        Raises:
            GLError: the GPU's clock tells nothing.
        """
        self.device.ctx.finish()
        if self.measure is Measure.GPU:
            self.settle(renderer)
            return statistics.median(sum(ms for _, ms in steps) for steps in self._timed(renderer, count))
        clock = time.process_time if self.measure is Measure.CPU else time.perf_counter
        began = clock()
        for _ in range(count):
            self._draw(renderer)
            self.device.ctx.finish()
        return (clock() - began) / count * 1e3

    def passes(self, renderer: Renderer, count: int) -> tuple[Pass, ...]:
        """Every pass on its own, medians over `count` frames.

        Raises:
            GLError: the GPU's clock tells nothing.
        """
        self.settle(renderer)
        times = zip(*([ms for _, ms in steps] for steps in self._timed(renderer, count)), strict=True)
        return tuple(
            Pass(step.desc, step.kind.value, f"{step.size} x {len(step.outputs)}", statistics.median(values))
            for step, values in zip(renderer.plan.steps, times, strict=True)
        )

    def _timed(self, renderer: Renderer, count: int) -> Iterator[tuple[tuple[str, float], ...]]:
        """The times of the steps of `count` frames."""
        found = 0
        for _ in range(TRIES * count):
            steps = self._draw(renderer, Watch.STEPS).steps
            if len(steps) == len(renderer.plan.steps):
                found += 1
                yield steps
            if found == count:
                return
        raise GLError("the driver tells no times of the graphics processor; measure with another driver")
