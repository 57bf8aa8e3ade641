"""Results as rows, kept for each content of a file, and as the file in the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import anime4k
from anime4k.quality import downloads

from .check import Result, worst
from .files import Proven

VERSION = "3"
"""To be raised whenever the check itself changes."""

ROOMS = ("colour.py", "gl", "hooks", "media/format.py", "networks", "pipeline")
"""Parts of the package that decide what is drawn and what is expected."""

Size = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """One file.

    Attributes:
        name: without its extension.
        digest: of its bytes.
        sizes: of the pictures, "64x48".
        result: the worst of all sizes.
    """

    name: str
    digest: str
    sizes: tuple[str, ...]
    result: Result


@cache
def program() -> str:
    """A name for everything of ours that could change a result."""
    package = Path(anime4k.__file__).parent
    files = [file for room in ROOMS for file in sorted([package / room, *(package / room).rglob("*")])]
    code = [file.read_bytes() for file in files if file.suffix in (".py", ".glsl")]
    return downloads.key(*code)


def row(file: Proven, sizes: Sequence[Size], peers: Sequence[str], check: Callable[[Size], Result]) -> tuple[Row, bool]:
    """The row of a file, and whether all of it was known from an earlier run.

    Args:
        file: what to check.
        sizes: of the pictures.
        peers: versions of the other programs.
        check: gives the result for a size.
    """
    contents = [path.read_bytes() for path in (file.path, file.trained, file.twin) if path is not None]
    folder = downloads.folder() / "networks-check"
    folder.mkdir(exist_ok=True)
    results, known = [], True
    for size in sizes:
        path = folder / f"{downloads.key(VERSION, program(), *peers, repr(size), *contents)}.json"
        if path.is_file():
            results.append(result_of(json.loads(path.read_text())))
            continue
        known = False
        results.append(check(size))
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps(asdict(results[-1])))
        partial.replace(path)
    names = tuple(f"{width}x{height}" for width, height in sizes)
    return Row(file.name, downloads.key(contents[0]), names, worst(results)), known


def result_of(data: Mapping[str, Any]) -> Result:
    """What `asdict` made of a result."""
    return Result(**{**data, "faults": tuple(data["faults"])})


def keep(path: Path, rows: Sequence[Row], facts: Mapping[str, str], digests: Mapping[str, str]) -> None:
    """Write the file in the repository; rows of an earlier run stay while their files are the same.

    Args:
        path: JSON.
        rows: of this run.
        facts: date, machine and so on.
        digests: name -> digest of every file of the pack there is now.
    """
    everything = {each.name: {"date": facts["date"], **asdict(each)} for each in rows}
    if path.is_file():
        for entry in json.loads(path.read_text())["rows"]:
            if digests.get(entry["name"]) == entry["digest"]:
                everything.setdefault(entry["name"], entry)
    lines = ",\n  ".join(json.dumps(everything[name]) for name in sorted(everything))
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in facts.items())
    partial = path.with_suffix(".partial")
    partial.write_text(f'{{\n{head} "rows": [\n  {lines}\n ]\n}}\n')
    partial.replace(path)
