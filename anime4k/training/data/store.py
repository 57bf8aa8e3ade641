"""A data set on disk: a folder with crops, tables and windows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.errors import UsageError

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

CROPS, CROP_TABLE, PICTURE_TABLE, WINDOW_TABLE = "crops.npy", "crops.csv", "pictures.csv", "windows.csv"
WINDOWS = "windows"

TRAIN, CHECK = "train", "check"

PICTURE_FIELDS = (
    "id",
    "package",
    "version",
    "file",
    "licence",
    "group",
    "kind",
    "split",
    "factor",
    "width",
    "height",
)
CROP_FIELDS = ("picture", "kind", "x", "y", "information", "split")
WINDOW_FIELDS = ("file", "picture", "kind", "x", "y")


@dataclass(frozen=True)
class DataSet:
    """The crops of a data set.

    Attributes:
        folder: where it lies.
        crops: (n, 96, 96, 3) 8-bit RGB, mapped and not read; shuffled.
        train: (n,) true for the crops to train on.
        check: (n,) true for the crops to check with.
        kinds: (n,) the value of each crop's kind.
        pictures: (n,) id of the picture that each crop is from.
    """

    folder: Path
    crops: Pixels
    train: Mask
    check: Mask
    kinds: npt.NDArray[np.str_]
    pictures: npt.NDArray[np.str_]


def write_table(path: Path, fields: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV file with these columns."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file.

    Raises:
        UsageError: there is no such file.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise UsageError(f"{path.parent} is no data set: {path.name} cannot be read; build it anew.") from error


def load(folder: Path) -> DataSet:
    """The data set in a folder.

    Raises:
        UsageError: the folder holds none, or one that does not fit together.
    """
    rows = read_table(folder / CROP_TABLE)
    try:
        crops: Pixels = np.load(folder / CROPS, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} is no data set: {CROPS} cannot be read; build it anew.") from error
    if len(rows) != len(crops):
        raise UsageError(f"{folder} is damaged: {len(crops)} crops but {len(rows)} rows; build it anew.")
    splits = np.array([row["split"] for row in rows])
    return DataSet(
        folder,
        crops,
        splits == TRAIN,
        splits == CHECK,
        np.array([row["kind"] for row in rows]),
        np.array([row["picture"] for row in rows]),
    )
