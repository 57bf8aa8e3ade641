"""A run of `anime4k bench`: which modes on which videos, beginnings, the measurement, the report."""

from __future__ import annotations

import argparse
import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from anime4k.bench.feed import Feed
from anime4k.bench.lane import Chain
from anime4k.bench.machine import Surroundings, busy_warning, device_facts, versions
from anime4k.bench.measure import measure
from anime4k.bench.report import SCHEMA, Clip, ModeReport, Report, Start
from anime4k.bench.screen import OffscreenScreen, Screen
from anime4k.bench.start import Job, StartFailed, Times, begin_twice, start_of
from anime4k.bench.summary import Starts, mode_reports
from anime4k.cli.demo import demo_path
from anime4k.cli.modes import decided, situation_of
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest, render_request
from anime4k.cli.stopping import StopRequest
from anime4k.errors import UsageError
from anime4k.gl.device import Device
from anime4k.media.images import is_image
from anime4k.modes.situation import Pace
from anime4k.modes.table import AUTO, find_mode
from anime4k.pipeline.render import output_size

SOFTWARE_MODES = ("off", "quick", "c-fast", "a-fast")
GPU_MODES = ("off", "quick", "c-fast", "a-fast", "c-hq", "a-hq")
"""What is measured unless the user says otherwise: one after another dearer."""
_SHARE_STARTS = 0.3
"""Part of the time in which beginnings are measured, several times if there is room for it."""
_MOST_STARTS = 3


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
    paths = _videos(args.input)
    requests = _requests(args)
    surroundings = Surroundings()
    run = _Run()
    with (
        StopRequest("stopping; press Ctrl-C again to end at once") as stop,
        Progress(args.seconds, "s", "bench") as progress,
        _screen(args) as screen,
    ):
        began = time.perf_counter()

        def tell() -> None:
            progress.update(round(min(args.seconds, time.perf_counter() - began), 1))

        for path in paths:
            _measure_video(args, run, screen, path, requests, args.seconds / len(paths), tell, lambda: stop.requested)
        progress.finish()
        facts = device_facts(screen.device)
    run.complete = not stop.requested
    machine = surroundings.machine()
    if (disturbed := busy_warning(machine, software=facts.software)):
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


def _videos(name: str | None) -> tuple[Path, ...]:
    if name is None:
        return (demo_path(),)
    path = Path(name)
    if path.is_file() and is_image(name):
        raise UsageError(f"{name} is a picture; bench needs a video, or nothing to use a clip of its own")
    return (path,)


def _requests(args: argparse.Namespace) -> Callable[[bool], Sequence[RenderRequest]]:
    """The chains that the options name, once it is known whether the processor draws."""
    names = [find_mode(name).name for name in args.modes.split(",") if name.strip()]
    if names and args.mode:
        raise UsageError("--mode and --modes exclude each other: give one of them")
    if args.mode:
        names = [find_mode(args.mode).name]
    custom = [_request(args, None)] if args.shader else []

    def requests(software: bool) -> Sequence[RenderRequest]:
        default = () if custom else (SOFTWARE_MODES if software else GPU_MODES)
        return [*custom, *(_request(args, name) for name in dict.fromkeys(names or default))]

    return requests


def _request(args: argparse.Namespace, mode: str | None) -> RenderRequest:
    own = copy(args)
    if mode is not None:
        own.mode, own.shader = mode, []
    return render_request(own, default_mode=AUTO.name)


@contextmanager
def _screen(args: argparse.Namespace) -> Iterator[Screen]:
    device = Device.standalone(gpu=args.gpu)
    try:
        screen = OffscreenScreen(device)
        try:
            yield screen
        finally:
            screen.release()
    finally:
        device.release()


def _measure_video(
    args: argparse.Namespace,
    run: _Run,
    screen: Screen,
    path: Path,
    requests: Callable[[bool], Sequence[RenderRequest]],
    seconds: float,
    tell: Callable[[], None],
    stopped: Callable[[], bool],
) -> None:
    feed = Feed(path, hwdec=args.hwdec)
    try:
        feed.settle()
        info, source = feed.info, feed.format
        software = screen.device.info.is_software
        chains: dict[str, Chain] = {}
        for request in requests(software):
            size = output_size(source, scale=request.scale, size=request.size)
            pace = Pace.of(playing=True, software=software)
            request = decided(request, situation_of(source, size, info, pace))
            name = request.decision.mode.name if request.decision is not None else request.mode
            chains[name] = Chain(name, request.shaders, request.overrides, request.settings)
        rate = float(info.frame_rate) if info.frame_rate else None
        run.clips.append(
            Clip(path.name, source.display_size, info.codec, info.pixel_format, rate, feed.has_subtitles,
                 args.input is None)
        )  # fmt: skip
        began = time.perf_counter()
        starts: dict[str, Starts] = {}
        if not args.no_start:
            jobs = [Job(path, chain, size, args.gpu) for chain in chains.values()]
            starts = _starts(jobs, seconds * _SHARE_STARTS, run, tell, stopped)
        left = max(0.0, seconds - (time.perf_counter() - began))
        results = measure(screen, feed, tuple(chains.values()), size, left, lambda _: tell(), stopped)
        run.modes += mode_reports(results, source.display_size, rate, starts, software=software)
        if feed.late_subtitles:
            run.warnings.append(
                f"subtitles were not ready in time for {feed.late_subtitles} frames, because frames are not waited for"
            )
    finally:
        feed.close()


def _starts(
    jobs: Sequence[Job], seconds: float, run: _Run, tell: Callable[[], None], stopped: Callable[[], bool]
) -> dict[str, Starts]:
    """Beginnings of all chains, once each and again as long as there is time."""
    found: dict[str, list[tuple[Times, Times]]] = {job.chain.mode: [] for job in jobs}
    began = time.perf_counter()
    for _ in range(_MOST_STARTS):
        round_began = time.perf_counter()
        for job in jobs:
            if stopped():
                break
            try:
                found[job.chain.mode].append(begin_twice(job))
            except StartFailed as failure:
                run.warnings.append(f"{job.chain.mode}: how long it takes to begin is unknown: {failure}")
            tell()
        now = time.perf_counter()
        if stopped() or now - began + (now - round_began) > seconds:
            break
    return {mode: _both(times) for mode, times in found.items()}


def _both(times: Sequence[tuple[Times, Times]]) -> tuple[Start | None, Start | None]:
    if not times:
        return None, None
    return start_of([cold for cold, _ in times]), start_of([warm for _, warm in times])
