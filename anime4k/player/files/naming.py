"""Names of screenshots: what they show is in the name, every system accepts them, and no file is replaced. Pure.

A template is text with places that begin with `%`, as mpv has them:

    %F   name of the file without its extension      %f   with it
    %P   time with milliseconds                       %p   time in whole seconds
    %m   mode                                         %n   number, %04n = with at least four digits
    %tX  date and time of the clock, X as in strftime (%tY%tm%td)    %%   a percent sign
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import PurePath

from anime4k.errors import UsageError

DEFAULT_TEMPLATE = "%F [%m] %P"
LONGEST_NAME = 200
"""Bytes of a name without its extension; most file systems take 255, and a temporary name needs some of them."""

_PLACE = re.compile(r"%(?:(?P<digits>0?\d?)n|t(?P<clock>[A-Za-z])|(?P<letter>[FfPpm%]))|%(?P<wrong>.?.?)")
_CLOCK = frozenset("aAbBdHIjmMpSUwWyYZ")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)))
)


@dataclass(frozen=True)
class Moment:
    """What is on the screen.

    Attributes:
        file: path of the video.
        mode: name of the mode; empty = the shaders take no part.
        time: seconds from the beginning of the file, None = unknown.
    """

    file: str
    mode: str = ""
    time: float | None = None


def check_template(template: str) -> None:
    """Find out whether names can be made of `template`.

    Raises:
        UsageError: it is empty, holds an unknown place, or names a folder.
    """
    if not template.strip():
        raise UsageError(f"a screenshot needs a name; leave the template at {DEFAULT_TEMPLATE!r}")
    if "/" in template or "\\" in template:
        raise UsageError(f"the template {template!r} names a folder; choose folders with --screenshot-dir")
    for match in _PLACE.finditer(template):
        clock = match["clock"]
        if match["wrong"] is not None or (clock is not None and clock not in _CLOCK):
            raise UsageError(
                f"the template {template!r} holds {match[0]!r}; the places are "
                "%F %f (file), %P %p (time), %m (mode), %n %04n (number), %tX (clock) and %%"
            )


def new_name(
    template: str,
    moment: Moment,
    taken: Collection[str],
    *,
    extension: str = ".png",
    now: datetime.datetime | None = None,
) -> str:
    """A name that is not in `taken`, letter case aside.

    A template with a number takes the first free one; to any other name ` (2)`, ` (3)`, ... is added.

    Args:
        template: checked by `check_template`.
        moment: what is on the screen.
        taken: names of the files in the folder.
        extension: of the file, with its dot.
        now: what the clock says, None = ask it.
    """
    used = {name.casefold() for name in taken}
    clock = now or datetime.datetime.now()
    numbered = any(match["digits"] is not None for match in _PLACE.finditer(template))
    for number in itertools.count(1):
        ending = "" if numbered or number == 1 else f" ({number})"
        name = f"{_fitted(template, moment, number, clock, len(ending))}{ending}{extension}"
        if name.casefold() not in used:
            return name
    raise AssertionError("there is always a next number")


def time_text(seconds: float | None, *, milliseconds: bool = True) -> str:
    """`HH.MM.SS.mmm` without characters that file names may not have; rounded to the nearest unit."""
    if seconds is None:
        return "unknown time"
    units = 1000 if milliseconds else 1
    whole = round(abs(seconds) * units)
    rest, fraction = divmod(whole, units)
    minutes, second = divmod(rest, 60)
    text = f"{minutes // 60:02}.{minutes % 60:02}.{second:02}" + (f".{fraction:03}" if milliseconds else "")
    return f"-{text}" if seconds < 0 and whole else text


def safe(text: str) -> str:
    """`text` as a name that Windows, macOS and Linux accept."""
    name = _UNSAFE.sub("_", text).strip().rstrip(". ")
    if name.partition(".")[0].rstrip().casefold() in _RESERVED:
        name = f"_{name}"
    return name.lstrip(".") or "screenshot"


def _fitted(template: str, moment: Moment, number: int, now: datetime.datetime, reserved: int) -> str:
    """The name without extension, short enough: what is too much comes off the name of the file."""
    room = LONGEST_NAME - reserved
    name = safe(_filled(template, moment, number, now))
    excess = len(name.encode()) - room
    if excess <= 0:
        return name
    path = PurePath(moment.file)
    stem = _cut(_UNSAFE.sub("_", path.stem), max(8, len(_UNSAFE.sub("_", path.stem).encode()) - excess))
    shorter = replace(moment, file=stem + path.suffix[:16])
    return _cut(safe(_filled(template, shorter, number, now)), room)


def _cut(text: str, size: int) -> str:
    """The beginning of `text` in at most `size` bytes, whole characters only."""
    return text.encode()[:size].decode("utf-8", "ignore").rstrip(". ")


def _filled(template: str, moment: Moment, number: int, now: datetime.datetime) -> str:
    path = PurePath(moment.file.replace("\\", "/"))

    def fill(match: re.Match[str]) -> str:
        if match["digits"] is not None:
            width = int(match["digits"] or 4)
            return f"{number:0{width}}"
        if match["clock"] is not None:
            return now.strftime(f"%{match['clock']}")
        return {
            "F": path.stem,
            "f": path.name,
            "P": time_text(moment.time),
            "p": time_text(moment.time, milliseconds=False),
            "m": moment.mode or "no shaders",
            "%": "%",
        }.get(match["letter"], match[0])

    return _PLACE.sub(fill, template)
