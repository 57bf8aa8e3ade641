"""`anime4k play`: watch files in a window."""

from __future__ import annotations

import argparse
import functools
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from anime4k.cli.arguments import add_options
from anime4k.cli.main import FAILURE, SUCCESS, warn
from anime4k.cli.render_options import RenderRequest, add_render_options, render_request
from anime4k.errors import Anime4kError, DisplayError, OutputError, UsageError
from anime4k.options import Kind, Option, Rebuild
from anime4k.player.clock import FASTEST, SLOWEST
from anime4k.player.geometry import Geometry, parse_geometry
from anime4k.player.timecode import parse_time

if TYPE_CHECKING:  # the window library and the decoder are loaded when something is played
    from anime4k.player.opening import OpenFile
    from anime4k.player.options import Opener

HELP = "watch files in a window, upscaled as they play"

EXAMPLES = """
anime4k play episode.mkv                        at twice its size
anime4k play --demo                             the clip that ships with the package
anime4k play episode.mkv --fs --start 1:30      full screen, from 1 minute 30
anime4k play episode.mkv --mode a-hq --fs       one of the modes; Ctrl+1 to Ctrl+7 change it
anime4k play a.mkv b.mkv --shader thin.glsl     two files with your own mpv shader
anime4k play a.mkv --untimed --frames 500 --geometry 1280x720 --stats
"""

DEFAULT_MODE = "auto"

PLAY_OPTIONS = (
    Option(name="fs", kind=Kind.FLAG, default=False, help="begin full screen", on_change=Rebuild.NOTHING),
    Option(name="geometry", kind=Kind.TEXT, metavar="WxH[+X+Y]", help="size and place of the window in pixels"),
    Option(name="start", kind=Kind.TEXT, metavar="T", help="begin here: seconds or HH:MM:SS"),
    Option(name="end", kind=Kind.TEXT, metavar="T", help="stop here: seconds or HH:MM:SS"),
    Option(name="frames", kind=Kind.INTEGER, metavar="N", minimum=1, help="stop after N shown frames"),
    Option(
        name="speed", kind=Kind.NUMBER, metavar="X", default=1.0, minimum=SLOWEST, maximum=FASTEST,
        help="playback speed", on_change=Rebuild.NOTHING,
    ),
    Option(name="loop-file", kind=Kind.FLAG, default=False, help="repeat the file", on_change=Rebuild.NOTHING),
    Option(
        name="untimed", kind=Kind.FLAG, default=False,
        help="show every frame as fast as the machine can instead of at its time",
    ),
    Option(
        name="hwdec", kind=Kind.TEXT, metavar="NAME", default="no", on_change=Rebuild.DECODER,
        help="hardware decoder: no, auto, or a name such as cuda",
    ),
    Option(
        name="screenshot-dir", kind=Kind.TEXT, metavar="DIR", default=".", on_change=Rebuild.NOTHING,
        help="folder for screenshots",
    ),
    Option(
        name="stats", kind=Kind.FLAG, default=False, on_change=Rebuild.NOTHING,
        help="print frame counts and the time of each stage when the player closes (the key i prints them at once)",
    ),
    Option(
        name="status-json", kind=Kind.TEXT, metavar="FILE", on_change=Rebuild.NOTHING,
        help="write one JSON line for each shown frame and each change of state; - is standard output",
    ),
)


@dataclass(frozen=True)
class _Choices:
    """The options of this command, checked."""

    files: tuple[str, ...]
    geometry: Geometry | None
    start: float | None
    end: float | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="video files, played one after the other")
    parser.add_argument("--demo", action="store_true", help="play the demo clip; without a display, write pictures")
    add_render_options(parser)
    add_options(parser, PLAY_OPTIONS, title="playback")


def run(args: argparse.Namespace) -> int:
    """Play the files; 1 when one of them could not be played."""
    choices = _choices(args)
    request = render_request(args, default_mode=DEFAULT_MODE)
    try:
        return _play(args, choices, request)
    except DisplayError:
        if not args.demo:
            raise
        from anime4k.cli.demo import headless_demo

        return headless_demo(request, Path(args.screenshot_dir))


def _choices(args: argparse.Namespace) -> _Choices:
    if args.demo and args.files:
        raise UsageError("--demo plays its own clip: leave out the files, or leave out --demo")
    files = tuple(args.files)
    if args.demo:
        from anime4k.cli.demo import demo_path

        files = (str(demo_path()),)
    if not files:
        raise UsageError("name at least one file to play, or use --demo (see 'anime4k play --help')")
    start = None if args.start is None else parse_time(args.start, "--start")
    end = None if args.end is None else parse_time(args.end, "--end")
    if end is not None and end <= (start or 0.0):
        raise UsageError("--end must be later than --start")
    geometry = None if args.geometry is None else parse_geometry(args.geometry)
    return _Choices(files, geometry, start, end)


def _play(args: argparse.Namespace, choices: _Choices, request: RenderRequest) -> int:
    from anime4k.gl.device import Device
    from anime4k.pipeline.helper import Helper
    from anime4k.pipeline.render import Renderer, output_size
    from anime4k.player.loop import Player
    from anime4k.player.opening import open_file
    from anime4k.player.options import PlayOptions
    from anime4k.player.report import Reporter, StatusLines
    from anime4k.player.selection import Selection
    from anime4k.player.view import View
    from anime4k.player.window import Window, WindowSystem

    opener = functools.partial(open_file, hwdec=args.hwdec, start=choices.start, end=choices.end)
    with ExitStack() as stack:
        status = _status_stream(args.status_json, stack)
        # The first file is opened before there is a window: it gives the window its size.
        files, first = _first_playable(choices.files, opener)
        stack.callback(first.close)
        system = WindowSystem()
        stack.callback(system.close)
        geometry = choices.geometry
        window = Window(
            system,
            geometry.size if geometry else output_size(first.format, scale=request.scale, size=request.size),
            "anime4k",
            position=geometry.position if geometry else None,
            fullscreen=args.fs,
            exact=geometry is not None or request.size is not None,
            vsync=not args.untimed,
        )
        stack.callback(window.close)
        if request.gpu is not None:
            warn("a window is drawn by the GPU of its display; --gpu has no effect on 'play'")
        device = Device.from_loader(window.get_proc_address)
        stack.callback(device.release)
        helper = Helper(device.info.renderer, device.info.glsl)
        stack.callback(helper.close)
        renderer = Renderer(device, overrides=request.overrides, settings=request.settings, helper=helper)
        stack.callback(renderer.release)
        selection = Selection(
            request.mode,
            files=request.shaders if request.is_custom else None,
            files_name=request.mode,
            live_action=request.live_action,
            software=device.info.is_software,
        )
        options = PlayOptions(
            timed=not args.untimed,
            frames=args.frames,
            speed=args.speed,
            loop=args.loop_file,
            screenshot_dir=Path(args.screenshot_dir),
            statistics=args.stats,
            explain=args.explain,
            device=device.info.renderer,
        )
        view = View(window, renderer, selection, request.settings_for, patient=args.untimed)
        stack.callback(view.close)
        player = Player(
            window,
            view,
            files,
            opener,
            options,
            Reporter(
                functools.partial(print, file=sys.stderr if args.status_json == "-" else sys.stdout, flush=True),
                warn,
                StatusLines(status) if status is not None else None,
            ),
        )
        failed = player.run(first) + len(choices.files) - len(files)
    return FAILURE if failed else SUCCESS


def _first_playable(files: tuple[str, ...], opener: Opener) -> tuple[tuple[str, ...], OpenFile]:
    """The files from the first playable one on, and that one opened; the others are warned about.

    Raises:
        Anime4kError: no file can be played; the error is that of the last one.
    """
    for index, name in enumerate(files):
        try:
            opened = opener(name, lambda: False)
        except UsageError:
            raise
        except Anime4kError as error:
            if index == len(files) - 1:
                raise
            warn(str(error))
            continue
        if opened is not None:
            return files[index:], opened
    raise AssertionError("an opener that is never told to give up returns a file or raises")


def _status_stream(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None or name == "-":
        return None if name is None else sys.stdout
    try:
        stream = open(name, "w", encoding="utf-8")  # noqa: SIM115 (closed by the stack)
    except OSError as error:
        raise OutputError(
            f"{name}: the status lines cannot be written there ({error.strerror}); name another file"
        ) from error
    stack.callback(_close, stream)
    return stream


def _close(stream: TextIO) -> None:
    with suppress(OSError):  # what could not be written has been reported by then
        stream.close()
