"""Both forms of a network on this machine: drawn in turns through the usual plan and renderer, and timed.

Times are those of a clock around whole frames that are waited for. The clocks of GPUs are not asked: software
renderers have none that can be trusted, and what counts in the end is when a picture is there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from anime4k.bench.screen import Size
from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.modes.forms import Driver, Known, Race, judged
from anime4k.modes.pairs import digest_of
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.reuse import REUSE
from anime4k.pipeline.settings import DEFAULT_SETTINGS

Clock = Callable[[], float]

FEWEST_TURNS, MOST_TURNS = 7, 41
_TURN_S = 0.02
"""A turn of a quick chain has so many frames that it takes about so long: clocks and drivers are not finer."""
_MOST_FRAMES = 64
_WARM_S, _WARM_FRAMES = 0.3, 2
"""Frames of each form before the first turn: until both are reached. Programs are compiled and clocks rise."""
_SEED = 20
_LINES = 24

# Equal frames are drawn again: what is measured is what drawing takes.
_SETTINGS = replace(DEFAULT_SETTINGS, no_rewrites=frozenset({REUSE}))


@dataclass(frozen=True)
class Pair:
    """A network in both of its forms; the files were read from where their paths say."""

    fragment: ShaderFile
    compute: ShaderFile

    @property
    def name(self) -> str:
        """As in the pack."""
        return Path(self.fragment.path).stem


@dataclass(frozen=True)
class Failed:
    """A network that cannot be measured.

    Attributes:
        name: as in the pack.
        size: (width, height) of the picture.
        reason: why, a sentence without a final stop.
    """

    name: str
    size: Size
    reason: str


class Stopped(Exception):
    """The user wants no more."""


def race(
    fragment: Callable[[], None],
    compute: Callable[[], None],
    finish: Callable[[], None],
    seconds: float,
    *,
    clock: Clock = time.perf_counter,
    stopped: Callable[[], bool] = lambda: False,
) -> Race:
    """Time two ways of drawing in turns, there and back.

    Args:
        fragment: hands over a frame in one form.
        compute: hands over a frame in the other form.
        finish: waits until everything that was handed over is drawn.
        seconds: for all of it; a few turns are taken even when that takes longer.
        clock: seconds.
        stopped: whether to end early; asked before every turn.

    Raises:
        Stopped: `stopped` said so.
    """
    begin = clock()
    warm = 0
    while warm < _WARM_FRAMES or clock() - begin < min(_WARM_S, 0.2 * seconds):
        for draw in (fragment, compute):
            if stopped():
                raise Stopped
            draw()
            finish()
        warm += 1

    def turn(draw: Callable[[], None], frames: int) -> float:
        if stopped():
            raise Stopped
        finish()
        since = clock()
        for _ in range(frames):
            draw()
        finish()
        return (clock() - since) / frames

    usual = max(1e-6, min(turn(fragment, 1), turn(compute, 1)))
    frames = min(_MOST_FRAMES, max(1, math.ceil(_TURN_S / usual)))
    times: tuple[list[float], list[float]] = ([], [])
    number = 0
    while number < FEWEST_TURNS or (number < MOST_TURNS and clock() - begin < seconds):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for which in order:
            times[which].append(max(1e-9, turn((fragment, compute)[which], frames)))
        number += 1
    return judged(*times)


def measured(
    device: Device, pair: Pair, size: Size, seconds: float, *, stopped: Callable[[], bool] = lambda: False
) -> Known | Failed:
    """Draw a picture with both forms of a network.

    Args:
        device: a current context with compute shaders.
        pair: the network.
        size: (width, height) of the picture that goes in.
        seconds: for this network; see `race`.
        stopped: see `race`.

    Raises:
        Stopped: `stopped` said so.
        GLError: there is no memory.
    """
    source = SourceFormat(*size, PIXEL_LAYOUTS["yuv420p"].model, PIXEL_LAYOUTS["yuv420p"].planes)
    output = _output(pair.fragment, source)
    planes = picture(source)
    renderers = [Renderer(device, [file], settings=_SETTINGS) for file in (pair.fragment, pair.compute)]
    try:
        for renderer in renderers:
            renderer.configure(source, output)
            if renderer.disabled:
                return Failed(pair.name, size, next(iter(renderer.disabled.values())))
            if not any(step.origin for step in renderer.plan.steps):
                reason = next((skip.reason for skip in renderer.plan.skipped), "it has no pass")
                return Failed(pair.name, size, reason)
        fragment, compute = renderers
        outcome = race(
            lambda: _draw(fragment, planes),
            lambda: _draw(compute, planes),
            device.ctx.finish,
            seconds,
            stopped=stopped,
        )
    finally:
        for renderer in renderers:
            renderer.release()
    files = digest_of(pair.fragment.path, Path(pair.compute.path))
    return Known(pair.name, Driver.of(device.info), files, size, outcome)


def _draw(renderer: Renderer, planes: tuple[np.ndarray, ...]) -> None:
    renderer.render(planes)


def _output(file: ShaderFile, source: SourceFormat) -> Size:
    """The size at which a network runs and next to nothing else does: that of the source, or twice as large."""
    size = (source.width, source.height)
    alone = plan_for(source, size, [file])
    return size if any(step.origin for step in alone.steps) else (2 * source.width, 2 * source.height)


def picture(source: SourceFormat) -> tuple[np.ndarray, ...]:
    """Planes of a drawn picture with 8 bits: soft shades, dark lines at all angles, and a little noise."""
    random = np.random.default_rng(_SEED)
    planes = []
    for number, layout in enumerate(source.planes):
        width, height = source.plane_size(number)
        down, across = np.mgrid[0:height, 0:width]
        values = 128.0 + 60.0 * np.sin(across / max(1, width) * 5.0 + number) * np.cos(down / max(1, height) * 4.0)
        for _ in range(_LINES if layout.subsample_x == 1 else 0):
            angle, offset = random.uniform(0.0, math.pi), random.uniform(-0.5, 0.5) * (width + height)
            away = np.abs((across - width / 2) * math.cos(angle) + (down - height / 2) * math.sin(angle) - offset)
            values -= 90.0 * np.clip(1.5 - away, 0.0, 1.0)
        values += random.normal(0.0, 2.0, values.shape)
        planes.append(np.ascontiguousarray(np.clip(values, 16.0, 235.0).astype(np.uint8)))
    return tuple(planes)
