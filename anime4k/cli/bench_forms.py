"""`anime4k bench --forms`: both forms of every network measured, printed and remembered."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from anime4k.bench.forms import Failed, Pair, Stopped, measured
from anime4k.bench.verdict import size_name
from anime4k.bench.wording import ms_text
from anime4k.cli.bench_clips import GPU_LINES, SOFTWARE_LINES, lines_of
from anime4k.cli.bench_run import requests_of
from anime4k.cli.bench_tables import make_console, make_table, say
from anime4k.cli.main import FAILURE, INTERRUPTED, SUCCESS, warn
from anime4k.cli.progress import Progress
from anime4k.cli.stopping import StopRequest
from anime4k.errors import Anime4kError, UsageError
from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file
from anime4k.media.source import VideoSource
from anime4k.modes.form_memory import FormMemory
from anime4k.modes.forms import Known
from anime4k.modes.pairs import compute_form
from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import AUTO, MODES, Quality

Size = tuple[int, int]


def run_forms(args: argparse.Namespace) -> int:
    """Measure, print and remember.

    Raises:
        UsageError: options that do not go with it, or no network to measure.
        Anime4kError: there is no OpenGL, or the video cannot be read.
    """
    _check(args)
    lines = lines_of(args.clips)
    if args.input and lines:
        raise UsageError("--clips is for the videos of our own: leave it out, or IN")
    given = _size_of(args.input) if args.input else None
    device = Device.standalone(gpu=args.gpu)
    try:
        software = device.info.is_software
        wanted = lines or (SOFTWARE_LINES if software else GPU_LINES)
        sizes = [given] if given else [(-(-height * 16 // 9) // 2 * 2, height) for height in wanted]
        pairs = _pairs(args, sizes[-1], software)
        if not device.compute:
            print(f"{device.info.renderer} has no compute shaders: networks are drawn as fragment passes.")
            return SUCCESS
        results, complete = _all(device, pairs, sizes, args.seconds)
    finally:
        device.release()
    known = [result for result in results if isinstance(result, Known)]
    memory = FormMemory.of_user()
    memory.record(known)
    _print(device.info.renderer, software, results)
    if memory.problem:
        warn(memory.problem)
    if not complete:
        return INTERRUPTED
    return SUCCESS if known else FAILURE


def _check(args: argparse.Namespace) -> None:
    for given, name in ((args.json, "--json"), (args.html, "--html"), (args.compare, "--compare"),
                        (args.window, "--window")):  # fmt: skip
        if given:
            raise UsageError(f"--forms measures forms and nothing else: leave {name} out")
    if Form(args.form) is not Form.AUTO:
        raise UsageError("--forms measures both forms: leave --form out")


def _size_of(name: str) -> Size:
    with VideoSource(Path(name)) as source:
        return source.format.width, source.format.height


def _pairs(args: argparse.Namespace, size: Size, software: bool) -> list[Pair]:
    """The networks of the chosen chains that exist in both forms.

    Raises:
        UsageError: there is none.
    """
    situation = Situation(source=size, output=(2 * size[0], 2 * size[1]), pace=Pace.of(playing=True, software=software))
    found: dict[str, Pair] = {}
    usual = [mode.name for mode in MODES if mode != AUTO and not (software and mode.quality is Quality.HQ)]
    for request in requests_of(args, software, usual):
        for file in request.decided(situation).shaders:
            pair = _pair(file)
            if pair is not None:
                found.setdefault(pair.name, pair)
    if not found:
        raise UsageError("no file of these chains exists in two forms; --modes c-fast,c-hq have some")
    return list(found.values())


def _pair(file: ShaderFile) -> Pair | None:
    twin = compute_form(file.path)
    return None if twin is None else Pair(file, parse_file(twin))


def _all(
    device: Device, pairs: Sequence[Pair], sizes: Sequence[Size], seconds: float
) -> tuple[list[Known | Failed], bool]:
    """Everything that was measured, and whether that is all."""
    jobs = list(itertools.product(sizes, pairs))
    results: list[Known | Failed] = []
    with (
        StopRequest("stopping; press Ctrl-C again to end at once") as stop,
        Progress(float(len(jobs)), "networks", "bench") as progress,
    ):
        for number, (size, pair) in enumerate(jobs, 1):
            try:
                results.append(measured(device, pair, size, seconds / len(jobs), stopped=lambda: stop.requested))
            except Stopped:
                return results, False
            except Anime4kError as error:
                results.append(Failed(pair.name, size, str(error)))
            progress.update(number)
        progress.finish()
    return results, True


def _print(renderer: str, software: bool, results: Sequence[Known | Failed]) -> None:
    console = make_console()
    table = make_table(
        "milliseconds a frame, in turns", ("network", "left"), ("picture", "left"), "fragment", "compute",
        "compute / fragment", ("takes", "left"),
    )  # fmt: skip
    for result in results:
        if isinstance(result, Known):
            one = result.race
            ratio = f"{1.0 - one.gain:.2f} ± {one.spread / 2.0:.2f}"
            table.add_row(Text(result.name), size_name(result.size), ms_text(one.fragment_ms), ms_text(one.compute_ms),
                          ratio, one.winner.value)  # fmt: skip
    say(console, f"device    {renderer}" + (" (software)" if software else ""))
    console.print(table)
    for result in results:
        if isinstance(result, Failed):
            say(console, f"! {result.name}, {size_name(result.size)}: {result.reason}", "yellow")
    say(console, "compute passes are taken where they save more than the spread of the turns; 'anime4k doctor' shows"
                 " what is remembered")  # fmt: skip
