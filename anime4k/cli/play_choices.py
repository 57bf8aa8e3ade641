"""What `anime4k play` was asked for: its options, checked."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from anime4k.errors import MediaError, UsageError
from anime4k.media.raw import hardware_devices
from anime4k.player.files.naming import check_template
from anime4k.player.files.playlist import expand
from anime4k.player.geometry import WindowPlace, parse_geometry
from anime4k.player.timecode import parse_time


@dataclass(frozen=True)
class Choices:
    """The options of this command, checked.

    Attributes:
        files: what to play.
        problems: sentences about what was named and cannot be played.
        geometry: size and place of the window, None = follow the video.
        start: where the first file begins, seconds, None = at its start or where it was left.
        end: where files stop, seconds, None = at their end.
        audio: sound track.
        subtitles: subtitle track, or a file.
    """

    files: tuple[str, ...]
    problems: tuple[str, ...]
    geometry: WindowPlace | None
    start: float | None
    end: float | None
    audio: int | None | str
    subtitles: int | None | str


def choices_of(args: argparse.Namespace) -> Choices:
    """The options in `args`, checked.

    Raises:
        UsageError: one of them is wrong.
        MediaError: there is nothing to play.
    """
    if args.demo and args.files:
        raise UsageError("--demo plays its own clip: leave out the files, or leave out --demo")
    names = tuple(args.files)
    if args.demo:
        from anime4k.cli.demo import demo_path

        names = (str(demo_path()),)
    if not names:
        raise UsageError("name at least one file to play, or use --demo (see 'anime4k play --help')")
    found = expand(names)
    if not found.files:
        raise MediaError(found.problems[0] if found.problems else f"{names[0]} holds nothing to play")
    start = None if args.start is None else parse_time(args.start, "--start")
    end = None if args.end is None else parse_time(args.end, "--end")
    if end is not None and end <= (start or 0.0):
        raise UsageError("--end must be later than --start")
    check_template(args.screenshot_template)
    hardware_devices(args.hwdec)
    return Choices(
        found.files,
        found.problems,
        None if args.geometry is None else parse_geometry(args.geometry),
        start,
        end,
        _track(args.aid, "--aid"),
        _subtitles(args.sid),
    )


def _track(text: str, option: str) -> int | None | str:
    """A track number, "auto" or None for "no"."""
    if text in ("auto", "no"):
        return text if text == "auto" else None
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise UsageError(f"{option} {text!r} is no track; write a number from 1, auto or no")


def _subtitles(text: str) -> int | None | str:
    """A track number, "auto", None for "no", or the path of a file."""
    if Path(text).is_file():
        return str(Path(text))
    try:
        return _track(text, "--sid")
    except UsageError:
        raise UsageError(f"--sid {text!r} is neither a file nor a track; write a number from 1, auto, no or a file"
                         ) from None
