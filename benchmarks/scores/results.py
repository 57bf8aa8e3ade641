"""Scores as data, and the file in which they are kept between runs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from anime4k.quality import downloads
from anime4k.quality.free_set import RELATED

from .classes import Condition, Flavour, Group, Size

VERSION = 1
"""Of the layout of the file."""
DIGITS = 5
"""Decimals that are kept."""


@dataclass(frozen=True)
class Score:
    """How close a picture is to the truth, in luma.

    Attributes:
        psnr: without bound where both are equal.
        ssim: None where it was not asked for.
        gradient_psnr: likewise.
    """

    psnr: float
    ssim: float | None = None
    gradient_psnr: float | None = None


@dataclass(frozen=True)
class Cost:
    """What a shader file costs, per pixel of the source.

    Attributes:
        multiply_adds: of the network.
        passes: that run.
        reads: texels read.
        writes: texels written.
        weights: trained numbers.
    """

    multiply_adds: float
    passes: int
    reads: float
    writes: float
    weights: int


@dataclass(frozen=True)
class Row:
    """One shader file, or what there is without any.

    Attributes:
        name: of the file without its extension, or a word.
        group: on which pictures it was scored.
        flavour: what it is for; None without a file.
        size: its class, likewise.
        official: whether it is somebody else's.
        digest: of the file's bytes; empty without a file.
        cost: what it costs; None without a file.
        scores: (condition, picture) -> score.
    """

    name: str
    group: Group
    flavour: Flavour | None
    size: Size | None
    official: bool
    digest: str
    cost: Cost | None
    scores: Mapping[tuple[Condition, str], Score] = field(repr=False)

    def pictures(self, condition: Condition) -> tuple[str, ...]:
        """Names of the pictures that were scored under a condition."""
        return tuple(picture for found, picture in self.scores if found is condition)

    def mean(self, condition: Condition, figure: str = "psnr", related: bool = True) -> float | None:
        """The mean of a figure over the pictures of a condition, or over those without `RELATED`; None without any."""
        values = [
            getattr(score, figure)
            for (found, picture), score in self.scores.items()
            if found is condition and (related or picture != RELATED)
        ]
        return float(np.mean(values)) if values and None not in values else None


@dataclass(frozen=True)
class Results:
    """The rows of a run, or of several.

    Attributes:
        date: of the last run, as YYYY-MM-DD.
        machine: what it ran on and what drew.
        rows: in the order of tables.
    """

    date: str
    machine: str
    rows: tuple[Row, ...]

    def row(self, flavour: Flavour | None, size: Size | None, official: bool, group: Group | None = None) -> Row | None:
        """The first row that fits."""
        for row in self.rows:
            wanted = (row.flavour, row.size, row.official) == (flavour, size, official)
            if wanted and (group is None or row.group is group):
                return row
        return None

    def named(self, name: str) -> Row | None:
        """The row of a shader file."""
        return next((row for row in self.rows if row.name == name), None)


def merged(old: Results | None, new: Results, kept: Iterable[str]) -> Results:
    """New rows in place of old ones of the same name and group; of the other old ones those whose name is in `kept`."""
    if old is None:
        return new
    names = set(kept)
    fresh = {(row.name, row.group) for row in new.rows}
    rest = [row for row in old.rows if (row.name, row.group) not in fresh and row.name in names]
    return Results(new.date, new.machine, tuple(sorted((*rest, *new.rows), key=order)))


def order(row: Row) -> tuple[int, ...]:
    """Where a row stands: by group, baselines first, then by flavour and class, the official file before ours."""
    flavours, sizes = list(Flavour), list(Size)
    return (
        list(Group).index(row.group),
        -1 if row.flavour is None else flavours.index(row.flavour),
        -1 if row.size is None else sizes.index(row.size),
        not row.official,
    )


def write(path: Path, results: Results) -> None:
    """Write results as JSON, one row a line, so that a changed row is a changed line."""
    rows = ",\n  ".join(json.dumps(_row_out(row), allow_nan=False) for row in results.rows)
    head = {key: getattr(results, key) for key in ("date", "machine")}
    text = json.dumps({"version": VERSION} | head, indent=1)[:-2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{text},\n "rows": [\n  {rows}\n ]\n}}\n', encoding="utf-8")


def read(path: Path) -> Results | None:
    """The results in a file; None when there is none, or it is of another version."""
    if not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["version"] != VERSION:
        return None
    return Results(kept["date"], kept["machine"], tuple(_row_in(row) for row in kept["rows"]))


def digest(path: Path) -> str:
    """A short name for what is in a file."""
    return downloads.key(path.read_bytes())[:16]


def score_out(score: Score) -> list[float | None]:
    """A score as JSON holds it: an unbounded figure is null, and those that are missing are left out."""
    values = [value for value in (score.psnr, score.ssim, score.gradient_psnr) if value is not None]
    return [round(value, DIGITS) if math.isfinite(value) else None for value in values]


def score_in(values: list[float | None]) -> Score:
    """What `score_out` wrote."""
    return Score(*(math.inf if value is None else value for value in values))


def _row_out(row: Row) -> dict[str, Any]:
    scores: dict[str, dict[str, list[float | None]]] = {}
    for (condition, picture), score in row.scores.items():
        scores.setdefault(condition.key, {})[picture] = score_out(score)
    return {
        "name": row.name,
        "group": row.group.name,
        "flavour": row.flavour and row.flavour.name,
        "size": row.size and row.size.name,
        "official": row.official,
        "digest": row.digest,
        "cost": row.cost and asdict(row.cost),
        "scores": scores,
    }


def _row_in(kept: dict[str, Any]) -> Row:
    conditions = {(condition.group.name, condition.key): condition for condition in Condition}
    return Row(
        kept["name"],
        Group[kept["group"]],
        kept["flavour"] and Flavour[kept["flavour"]],
        kept["size"] and Size[kept["size"]],
        kept["official"],
        kept["digest"],
        kept["cost"] and Cost(**kept["cost"]),
        {
            (conditions[kept["group"], key], picture): score_in(values)
            for key, pictures in kept["scores"].items()
            for picture, values in pictures.items()
        },
    )
