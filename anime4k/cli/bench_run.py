"""A run of `anime4k bench`: which modes on which videos, beginnings, the measurement, the report."""

from __future__ import annotations

import argparse
import datetime
import functools
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from anime4k.bench.feed import Feed
from anime4k.bench.lane import Chain
from anime4k.bench.machine import Surroundings, busy_warning, device_facts, versions
from anime4k.bench.measure import STEPS, measure
from anime4k.bench.report import SCHEMA, Clip, ModeReport, Report
from anime4k.bench.screen import Screen
from anime4k.bench.start import Job, StartFailed, Times, begin_twice, start_of
from anime4k.bench.summary import Starts, mode_reports
from anime4k.cli.bench_clips import GPU_LINES, SOFTWARE_LINES, lines_of, make_clip
from anime4k.cli.bench_screen import WindowScreen, in_window, offscreen
from anime4k.cli.modes import decided, situation_of
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest, render_request
from anime4k.cli.stopping import StopRequest
from anime4k.errors import MediaError, UsageError
from anime4k.media.images import is_image
from anime4k.modes.situation import Pace
from anime4k.modes.table import AUTO, OFF, find_mode
from anime4k.pipeline.planning import output_size

SOFTWARE_MODES = ("off", "quick", "c-fast", "a-fast")
GPU_MODES = ("off", "quick", "c-fast", "a-fast", "c-hq", "a-hq")
"""What is measured unless the user says otherwise: one after another dearer."""
_SHARE_STARTS = 0.3
"""Part of the time in which beginnings are measured, several times if there is room for it."""
_MOST_SHARE = 0.5
"""Part of the time after which no further mode begins even once."""
_MOST_STARTS = 3

_Requests = Callable[[bool], Sequence[RenderRequest]]
"""The chains to measure, for whether the processor draws."""


@dataclass
class _Run:
    """What comes together while it goes on."""

    clips: list[Clip] = field(default_factory=list)
    modes: list[ModeReport] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    complete: bool = True


def measured(args: argparse.Namespace) -> Report:
    """Do what the options say.

    Raises:
        Anime4kError: as the tree of errors says.
    """
    requests, lines = functools.partial(requests_of, args), lines_of(args.clips)
    if args.input and lines:
        raise UsageError("--clips is for the videos of our own: leave it out, or IN")
    given = (_video(args.input),) if args.input else ()
    with (
        tempfile.TemporaryDirectory(prefix="anime4k-bench-", ignore_cleanup_errors=True) as folder,
        in_window() if args.window else offscreen(args.gpu) as screen,
    ):
        lines = lines or (SOFTWARE_LINES if screen.device.info.is_software else GPU_LINES)
        paths = given or tuple(make_clip(height, Path(folder), args.gpu) for height in lines)
        return _report(args, screen, paths, requests)


def _report(args: argparse.Namespace, screen: Screen, paths: Sequence[Path], requests: _Requests) -> Report:
    surroundings, run = Surroundings(), _Run()
    facts = device_facts(screen.device)
    chosen = requests(facts.software)
    steps = len(chosen) * (len(paths) * STEPS + (0 if args.no_start else 1))
    with (
        StopRequest("stopping; press Ctrl-C again to end at once") as stop,
        Progress(steps, "steps", "bench") as progress,
    ):
        done = itertools.count(1)

        def stopped() -> bool:
            progress.update(next(done))
            return stop.requested or (isinstance(screen, WindowScreen) and screen.closed)

        for path in paths:
            # Beginnings hardly depend on the size of the picture: those of the largest are enough.
            _measure_video(args, run, screen, path, chosen, args.seconds / len(paths), stopped, path == paths[-1])
        progress.finish()
        run.complete = not (stop.requested or (isinstance(screen, WindowScreen) and screen.closed))
    machine = surroundings.machine()
    if disturbed := busy_warning(machine, software=facts.software):
        run.warnings.append(disturbed)
    if facts.software:
        run.warnings.insert(0, "software renderer: the processor draws, so this says nothing about a GPU")
    return Report(
        schema=SCHEMA,
        date=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        seconds=args.seconds,
        window=args.window,
        complete=run.complete,
        device=facts,
        machine=machine,
        versions=versions(),
        clips=tuple(run.clips),
        modes=tuple(run.modes),
        warnings=tuple(run.warnings),
    )


def _video(name: str) -> Path:
    path = Path(name)
    if not path.exists():
        raise MediaError(f"{name}: there is no such file; check the name")
    if path.is_file() and is_image(name):
        raise UsageError(f"{name} is a picture; bench needs a video, or nothing to use clips of its own")
    return path


def requests_of(
    args: argparse.Namespace, software: bool, default: Sequence[str] | None = None
) -> Sequence[RenderRequest]:
    """The chains that the options name, once it is known whether the processor draws.

    Args:
        args: the options.
        software: whether the processor draws.
        default: names of modes when the options name nothing; None = those that are likely to be of use.

    Raises:
        UsageError: both --mode and --modes are given, or one names what there is not.
    """
    names = [find_mode(name).name for name in args.modes.split(",") if name.strip()]
    if names and args.mode:
        raise UsageError("--mode and --modes exclude each other: give one of them")
    if args.mode:
        names = [find_mode(args.mode).name]
    custom = [_request(args, None)] if args.shader else []
    if default is None:
        default = SOFTWARE_MODES if software else GPU_MODES
    usual = () if custom else default
    return [*custom, *(_request(args, name) for name in dict.fromkeys(names or usual))]


def _request(args: argparse.Namespace, mode: str | None) -> RenderRequest:
    own = copy(args)
    if mode is not None:
        own.mode, own.shader = mode, []
    return render_request(own, default_mode=AUTO.name)


def _measure_video(
    args: argparse.Namespace,
    run: _Run,
    screen: Screen,
    path: Path,
    requests: Sequence[RenderRequest],
    seconds: float,
    stopped: Callable[[], bool],
    beginnings: bool,
) -> None:
    began = time.perf_counter()
    feed = Feed(path, hwdec=args.hwdec)
    try:
        feed.settle()
        info, source = feed.info, feed.format
        software = screen.device.info.is_software
        size = _size(args, feed)
        chains = _chains(requests, feed, size, software)
        rate = float(info.frame_rate) if info.frame_rate else None
        run.clips.append(
            Clip(path.name, source.display_size, info.codec, info.pixel_format, rate, feed.has_subtitles,
                 args.input is None)
        )  # fmt: skip
        starts: dict[str, Starts] = {}
        if beginnings and not args.no_start:
            starts = _starts([Job(path, chain, size, args.gpu) for chain in chains], seconds, run, stopped)
        left = max(0.0, seconds - (time.perf_counter() - began))
        results = measure(screen, feed, chains, size, left, stopped)
        run.modes += mode_reports(results, source.display_size, rate, starts, software=software)
        if feed.late_subtitles:
            run.warnings.append(
                f"subtitles were not ready in time for {feed.late_subtitles} frames, because frames are not waited for"
            )
    finally:
        feed.close()


def _size(args: argparse.Namespace, feed: Feed) -> tuple[int, int]:
    request = _request(args, OFF.name)
    return output_size(feed.format, scale=request.scale, size=request.size)


def _chains(
    requests: Sequence[RenderRequest], feed: Feed, size: tuple[int, int], software: bool
) -> tuple[Chain, ...]:
    situation = situation_of(feed.format, size, feed.info, Pace.of(playing=True, software=software))
    chains: dict[str, Chain] = {}
    for request in requests:
        request = decided(request, situation)
        name = request.decision.mode.name if request.decision is not None else request.mode
        chains[name] = Chain(name, request.shaders, request.overrides, request.settings)
    return tuple(chains.values())


def _starts(jobs: Sequence[Job], seconds: float, run: _Run, stopped: Callable[[], bool]) -> dict[str, Starts]:
    """Beginnings of all chains, once each and again as long as there is time."""
    found: dict[str, list[tuple[Times, Times]]] = {job.chain.mode: [] for job in jobs}
    began = time.perf_counter()
    for number in range(_MOST_STARTS):
        round_began = time.perf_counter()
        for job in jobs:
            if stopped():
                break
            if number == 0 and found[jobs[0].chain.mode] and time.perf_counter() - began > seconds * _MOST_SHARE:
                run.warnings.append(f"{job.chain.mode}: there was no time left to measure how long it takes to begin")
                continue
            try:
                found[job.chain.mode].append(begin_twice(job))
            except StartFailed as failure:
                run.warnings.append(f"{job.chain.mode}: how long it takes to begin is unknown: {failure}")
        now = time.perf_counter()
        if stopped() or now - began + (now - round_began) > seconds * _SHARE_STARTS:
            break
    return {mode: _both(times) for mode, times in found.items()}


def _both(times: Sequence[tuple[Times, Times]]) -> Starts:
    if not times:
        return None, None
    return start_of([cold for cold, _ in times]), start_of([warm for _, warm in times])
