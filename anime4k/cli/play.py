"""`anime4k play`: watch files in a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.main import FAILURE, SUCCESS, TERMINATED, warn
from anime4k.cli.play_choices import Choices, choices_of
from anime4k.cli.play_config import prepare, settle
from anime4k.cli.play_options import (
    INTERFACE_OPTIONS,
    PICTURE_OPTIONS,
    PLAYBACK_OPTIONS,
    SOUND_OPTIONS,
    SUBTITLE_OPTIONS,
)
from anime4k.cli.render_options import RenderRequest, add_render_options, render_request
from anime4k.cli.stopping import StopRequest
from anime4k.errors import DisplayError

HELP = "watch files in a window, upscaled as they play"

EXAMPLES = """
anime4k play episode.mkv                        at twice its size
anime4k play --demo                             the clip that ships with the package
anime4k play episode.mkv --fs --start 1:30      full screen, from 1 minute 30
anime4k play season/ --alang jpn --slang eng    a whole folder, in these languages
anime4k play episode.mkv --sid subtitles.ass    with subtitles from a file
anime4k play episode.mkv --mode a-hq --fs       one of the modes; Ctrl+1 to Ctrl+7 change it
anime4k play a.mkv b.mkv --shader thin.glsl     two files with your own mpv shader
anime4k play a.mkv --untimed --frames 500 --geometry 1280x720 --stats
"""

DEFAULT_MODE = "auto"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="videos, folders or playlists, played one after the other"
    )
    parser.add_argument("--demo", action="store_true", help="play the demo clip; without a display, write pictures")
    parser.add_argument(
        "--write-input-conf", action="store_true", help="write a file with all keys, to be changed, and leave"
    )
    parser.add_argument("--no-config", action="store_true", help="read neither player.conf nor input.conf")
    add_render_options(parser)
    for title, options in (
        ("window and picture", PICTURE_OPTIONS),
        ("playback", PLAYBACK_OPTIONS),
        ("sound", SOUND_OPTIONS),
        ("subtitles", SUBTITLE_OPTIONS),
        ("on the screen, and watching the player", INTERFACE_OPTIONS),
    ):
        add_options(parser, options, title=title)
    prepare(parser)


def run(args: argparse.Namespace) -> int:
    """Play the files; 1 when one of them could not be played."""
    if args.write_input_conf:
        return _write_input_conf()
    choices, request = settle(args, lambda: requested(args))
    for problem in choices.problems:
        warn(problem)
    try:
        failed = _play(args, choices, request)
    except DisplayError:
        if not args.demo:
            raise
        from anime4k.cli.demo import headless_demo

        return headless_demo(request, Path(args.screenshot_dir))
    if failed is None:
        return TERMINATED
    return FAILURE if failed or choices.problems else SUCCESS


def requested(args: argparse.Namespace) -> tuple[Choices, RenderRequest]:
    """What the options ask for.

    Raises:
        UsageError: something that cannot be.
        MediaError: there is nothing to play.
    """
    return choices_of(args), render_request(args, default_mode=DEFAULT_MODE)


def _play(args: argparse.Namespace, choices: Choices, request: RenderRequest) -> int | None:
    """How many files could not be played or written, None = the system asked the player to end.

    Raises:
        KeyboardInterrupt: the user did.
    """
    from anime4k.cli.play_parts import play

    with StopRequest("") as stop:
        try:
            failed = play(args, choices, request, lambda: stop.requested)
        except KeyboardInterrupt:
            if not stop.terminated:
                raise
        if stop.terminated:
            return None
        if stop.requested:
            raise KeyboardInterrupt
    return failed


def _write_input_conf() -> int:
    from anime4k.player.files.places import config_folder
    from anime4k.player.keys import inputconf

    path = config_folder() / inputconf.FILE_NAME
    inputconf.write_template(path)
    print(f"{path} holds all keys; change what you like")
    return SUCCESS
