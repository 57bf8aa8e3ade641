"""`anime4k bench`: how long frames take on this machine, and which modes play in time."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from anime4k.cli.arguments import add_options
from anime4k.cli.main import INTERRUPTED, SUCCESS
from anime4k.cli.render_options import add_render_options
from anime4k.errors import UsageError
from anime4k.options import Kind, Option

if TYPE_CHECKING:
    from anime4k.bench.report import Report

HELP = "measure how long frames take, stage by stage, and which modes play in time"

EXAMPLES = """
anime4k bench                                      a minute, on clips of its own
anime4k bench episode.mkv --modes a-fast,a-hq      two modes on a video of yours, at twice its size
anime4k bench episode.mkv --size 3840x2160 --json tv.json --html tv.html
anime4k bench --shader my.glsl --seconds 20        a shader file
anime4k bench --forms                              which form of each network is faster here; remembered
anime4k bench --window                             shown in a window in place of off-screen
anime4k bench --compare before.json after.json     what has changed, and whether it is more than chance
"""

SECONDS = Option(
    name="seconds",
    kind=Kind.NUMBER,
    metavar="N",
    default=60.0,
    minimum=0.1,
    maximum=86400.0,
    help="how long all of it may take; every mode draws some frames even when that takes longer",
)
MODES = Option(
    name="modes",
    kind=Kind.TEXT,
    metavar="NAME,...",
    default="",
    help="the modes to measure, with commas between them; without it those that are likely to be of use here",
)
CLIPS = Option(
    name="clips",
    kind=Kind.TEXT,
    metavar="LINES,...",
    default="",
    help="without IN: how many lines the clips have, such as 720,1080; without it 720,1080 on a GPU and 360 elsewhere",
)
JSON_FILE = Option(
    name="json", kind=Kind.TEXT, metavar="FILE", default="", help="write everything for programs into FILE"
)
HTML_FILE = Option(
    name="html", kind=Kind.TEXT, metavar="FILE", default="", help="write a page with plots into FILE"
)
STARTS = Option(
    name="no-start",
    kind=Kind.FLAG,
    default=False,
    help="leave out how long it takes to begin, with empty and with full caches of compiled shaders",
)
WINDOW = Option(name="window", kind=Kind.FLAG, default=False, help="show the frames in a window")
FORMS = Option(
    name="forms",
    kind=Kind.FLAG,
    default=False,
    help="measure the networks of the modes as fragment and as compute passes, and remember which form is faster here:"
    " everything that draws takes that one from then on; without --modes the networks of all modes, on a software"
    " renderer of the -fast ones",
)
HWDEC = Option(
    name="hwdec",
    kind=Kind.TEXT,
    metavar="NAME",
    default="no",
    help="hardware decoding: no, auto, or the name of a kind of decoder",
)

BENCH_OPTIONS = (SECONDS, MODES, CLIPS, JSON_FILE, HTML_FILE, STARTS, WINDOW, FORMS,
                 HWDEC)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "input", nargs="?", metavar="IN", help="a video; without it, clips that are drawn for the purpose"
    )
    add_options(parser, BENCH_OPTIONS)
    parser.add_argument(
        "--compare", nargs="+", metavar="FILE", help="compare reports that --json has written, and measure nothing"
    )
    add_render_options(parser)


def run(args: argparse.Namespace) -> int:
    """Measure or compare, and print what was found.

    Raises:
        Anime4kError: as the tree of errors says.
    """
    from anime4k.bench import files

    if args.forms:
        from anime4k.cli.bench_forms import run_forms

        return run_forms(args)
    if args.compare:
        return _compare(args)
    for name in (args.json, args.html):
        if name and not Path(name).absolute().parent.is_dir():
            raise UsageError(f"there is no folder for {name}; make it first, or choose another place")
    from anime4k.cli.bench_run import measured

    report = measured(args)
    if args.json:
        files.write(Path(args.json), files.as_json(report))
    if args.html:
        from anime4k.bench.page import page

        files.write(Path(args.html), page(report))
    _print(report, args.verbose > 0)
    return SUCCESS if report.complete else INTERRUPTED


def _compare(args: argparse.Namespace) -> int:
    from anime4k.bench import files
    from anime4k.cli.bench_tables import print_comparison

    if args.input:
        raise UsageError("--compare measures nothing: leave IN out, or the files in front of --compare")
    if args.json or args.html:
        raise UsageError("--compare only prints: leave --json and --html out")
    if len(args.compare) < 2:
        raise UsageError("--compare needs two reports or more")
    names = [Path(name).name for name in args.compare]
    if len(set(names)) < len(names):
        names = args.compare
    print_comparison([(name, files.read(Path(path))) for name, path in zip(names, args.compare, strict=True)])
    return SUCCESS


def _print(report: Report, verbose: bool) -> None:
    from anime4k.cli.bench_tables import print_report

    print_report(report, everything=verbose)
