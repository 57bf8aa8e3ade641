"""Which networks are drawn against each other: the official file of a class and ours of the same class."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scores.candidates import OFFICIAL
from scores.classes import Flavour, Size


class Form(enum.Enum):
    """How a network is written; the value is the word on the command line."""

    OFFICIAL = "official"
    FRAGMENT = "fragment"
    COMPUTE = "compute"


@dataclass(frozen=True)
class Entry:
    """A file to draw.

    Attributes:
        name: of its row.
        size: its class.
        form: how it is written.
        path: of the file.
        without: names of the plan rewrites that are left out.
    """

    name: str
    size: Size
    form: Form
    path: Path
    without: frozenset[str] = frozenset()


def entries(
    flavour: Flavour, sizes: Sequence[Size], forms: Sequence[Form], pack: Sequence[Path], wheel: Mapping[str, Path]
) -> dict[Size, tuple[Entry, ...]]:
    """The files of each class that exist, the official one first; classes without a file are left out.

    Args:
        flavour: what the networks are for.
        sizes: classes.
        forms: how the networks may be written.
        pack: our files.
        wheel: the official files by name.
    """
    ours = {path.stem: path for path in pack}
    found = {}
    for size in sizes:
        official = f"{OFFICIAL}{flavour.official}{size.name}"
        own = f"a4k-{flavour.word}-cnn-{size.name.lower()}"
        candidates = [
            (official if flavour.official else "", Form.OFFICIAL, wheel.get(f"{official}.glsl")),
            (own, Form.FRAGMENT, ours.get(own)),
            (f"{own}-compute", Form.COMPUTE, ours.get(f"{own}-compute")),
        ]
        there = tuple(Entry(name, size, form, path) for name, form, path in candidates if path and form in forms)
        if there:
            found[size] = there
    return found


def varied(files: Sequence[Entry], always: frozenset[str], also: Sequence[str]) -> tuple[Entry, ...]:
    """Every file without the rewrites that are `always` left out, then once more without each of `also`."""
    plainly = [replace(file, without=always) for file in files]
    more = [
        replace(file, name=f"{file.name} without {name}", without=always | {name}) for name in also for file in files
    ]
    return (*plainly, *more)
