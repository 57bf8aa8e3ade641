"""Measuring several chains on one video: they take turns, so that what changes meanwhile is seen in the spread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from anime4k.bench.feed import Feed
from anime4k.bench.lane import Chain, Lane, Sample
from anime4k.bench.screen import Screen, Size
from anime4k.gl.memory import free_bytes
from anime4k.pipeline.costs import Watch
from anime4k.pipeline.plan import Plan

BLOCKS = 8
"""Parts into which the run of a chain is divided."""
STEPS = BLOCKS + 2
"""How often `stopped` is asked for each chain."""
MOST_FRAMES = 750
"""Frames of a block at most: more tell nothing new."""
FEWEST_FRAMES = 3
"""Frames of a block at least."""
_WARM_S, _WARM_FRAMES, _WARM_LEAST = 0.5, 12, 2
"""Frames before a chain is first timed: until both the time and the number are reached, but one is enough ..."""
_LEAD_S, _LEAD_FRAMES, _LEAD_LEAST = 0.1, 4, 1
"""... and the same before every block: clocks rise, caches fill, and the decoder loses its lead."""
_SHARE_STEADY, _SHARE_PASSES, _SHARE_ALONE = 0.76, 0.12, 0.06
"""Parts of the time for the run itself, for the run that times passes and for single frames; the rest is for frames of
which only what has changed is drawn."""


@dataclass
class Measured:
    """What was measured of one chain; times in seconds.

    Attributes:
        chain: which one.
        size: (width, height) of the picture.
        plan: what was drawn.
        disabled: files that were left out, with their reasons.
        blocks: the frames of the run, block by block.
        cpu_s: processor time of all threads a frame, of each block.
        alone_s: single frames with nothing else on its way.
        reused: frames from the first one on, what has not changed being kept; empty = that is switched off.
        steps: (name, milliseconds) of every pass, of frames of a run of their own.
        gpu_timed: whether these come from the clock of the GPU.
        allocated: most bytes that textures took.
        device: bytes that were missing from the card's memory, None = its driver does not tell.
    """

    chain: Chain
    size: Size
    plan: Plan
    disabled: tuple[str, ...] = ()
    blocks: list[list[Sample]] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    alone_s: list[float] = field(default_factory=list)
    reused: list[Sample] = field(default_factory=list)
    steps: list[tuple[tuple[str, float], ...]] = field(default_factory=list)
    gpu_timed: bool = False
    allocated: int = 0
    device: int | None = None


def measure(
    screen: Screen,
    feed: Feed,
    chains: Sequence[Chain],
    size: Size,
    seconds: float,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Measured]:
    """Draw the video through each of the chains for about an equal part of the time.

    Args:
        screen: where pictures go.
        feed: the video.
        chains: what to measure.
        size: (width, height) of the picture.
        seconds: for everything; every chain draws some frames even when that takes longer.
        stopped: whether to end early; asked now and then. What is measured by then is returned.

    Raises:
        Anime4kError: a chain cannot be drawn at this size, or the video ended for good.
    """
    feed.settle()
    lanes: list[Lane] = []
    results: list[Measured] = []
    try:
        usual = []
        for chain in chains:
            lane, result = _prepared(screen, feed, chain, size)
            lanes.append(lane)
            results.append(result)
            usual.append(_warmed(lane))
            result.device = _missing(result.device, free_bytes(screen.device))
            if stopped():
                return results
        each = seconds * _SHARE_STEADY / (BLOCKS * len(chains))
        turns = list(zip(lanes, results, strict=True))
        for number in range(BLOCKS):
            # There and back: what changes steadily is the same for all.
            for lane, result in turns if number % 2 == 0 else reversed(turns):
                _block(lane, result, each)
                if stopped():
                    return results
        for (lane, result), usual_s in zip(turns, usual, strict=True):
            _passes(lane, result, seconds * _SHARE_PASSES / len(lanes), usual_s)
            _alone(lane, result, seconds * _SHARE_ALONE / len(lanes))
            rest = 1.0 - _SHARE_STEADY - _SHARE_PASSES - _SHARE_ALONE
            _reused(lane, result, seconds * rest / len(lanes))
            if stopped():
                break
        return results
    finally:
        for lane in lanes:
            lane.release()


def _prepared(screen: Screen, feed: Feed, chain: Chain, size: Size) -> tuple[Lane, Measured]:
    free = free_bytes(screen.device)
    lane = Lane(screen, feed, chain, size)
    result = Measured(chain, size, lane.plan, tuple(lane.renderer.disabled.values()), device=free)
    return lane, result


def _missing(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else max(0, before - after)


def _warmed(lane: Lane) -> float:
    """Seconds of a frame once everything has been used before."""
    lane.begin()
    _lead(lane, _WARM_S, _WARM_FRAMES, _WARM_LEAST)
    took = [lane.frame().total_s for _ in range(3)]
    return max(1e-5, sorted(took)[1])


def _lead(lane: Lane, seconds: float, frames: int, least: int) -> None:
    began, drawn = time.perf_counter(), 0
    while drawn < least or (drawn < frames and time.perf_counter() - began < seconds):
        lane.frame()
        drawn += 1


def _block(lane: Lane, result: Measured, seconds: float) -> None:
    """One turn of a lane, of about so long altogether."""
    end = time.perf_counter() + seconds
    lane.begin()
    _lead(lane, min(_LEAD_S, 0.1 * seconds), _LEAD_FRAMES, _LEAD_LEAST)
    cpu = time.process_time()
    samples: list[Sample] = []
    while len(samples) < FEWEST_FRAMES or (len(samples) < MOST_FRAMES and time.perf_counter() < end):
        samples.append(lane.frame())
    result.blocks.append(samples)
    result.cpu_s.append((time.process_time() - cpu) / len(samples))
    result.plan = lane.plan
    result.allocated = lane.renderer.executor.stock.pool.peak_bytes


def _passes(lane: Lane, result: Measured, seconds: float, usual_s: float) -> None:
    lane.begin()
    lane.frame(Watch.STEPS)
    before: object = None
    began, drawn = time.perf_counter(), 0
    while drawn < FEWEST_FRAMES or (time.perf_counter() - began < seconds - usual_s and drawn < MOST_FRAMES):
        cost = lane.frame(Watch.STEPS).cost
        drawn += 1
        if cost.steps and cost.steps is not before:
            result.steps.append(cost.steps)
            result.gpu_timed = cost.gpu
            before = cost.steps


def _alone(lane: Lane, result: Measured, seconds: float) -> None:
    began = time.perf_counter()
    lane.alone()
    while not result.alone_s or (
        time.perf_counter() - began + result.alone_s[-1] < seconds and len(result.alone_s) < MOST_FRAMES
    ):
        result.alone_s.append(lane.alone())


def _reused(lane: Lane, result: Measured, seconds: float) -> None:
    """Once through the video, as far as the time allows."""
    if not lane.reuses:
        return
    lane.reuse()
    lane.begin()
    began = time.perf_counter()
    while not result.reused or (
        not lane.ended and time.perf_counter() - began < seconds and len(result.reused) < MOST_FRAMES
    ):
        result.reused.append(lane.frame())
