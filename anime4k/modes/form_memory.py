"""What was measured of the forms of networks, remembered between runs in one small file."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from anime4k.modes.forms import NEAR, Driver, Known, Race, size_class

VARIABLE = "ANIME4K_CACHE_DIR"
FILE_NAME = "forms.json"
FORMAT = 1
"""Number of the layout. It also rises when a rewrite of plans changes what fragment passes cost: then all that was
measured is old."""
MOST = 300
"""Measurements that are kept; the oldest go first."""
MOST_BYTES = 1_000_000
"""A larger file is none of ours."""
_LONGEST = 512
_LARGEST = 1 << 16


def cache_folder() -> Path:
    """Where it is kept; the folder need not exist."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else platformdirs.user_cache_path("anime4k")


class FormMemory:
    """Measurements by driver, files and class of size.

    A file that is damaged counts as empty and is replaced; one that cannot be written is left alone.

    Args:
        path: the file, None = only remember while the program runs.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = _read(path) if path is not None else {}
        self.problem = ""
        """Why measurements cannot be kept, a sentence without a final stop; empty when they can."""

    @classmethod
    def of_user(cls) -> FormMemory:
        """What is in the user's cache folder."""
        return cls(cache_folder() / FILE_NAME)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever measured."""
        return not self._known

    def of_driver(self, driver: Driver) -> tuple[Known, ...]:
        """Everything that was measured with a driver, the oldest first."""
        return tuple(known for known in self._known.values() if known.driver == driver)

    def find(self, driver: Driver, files: str, pixels: int) -> Known | None:
        """What speaks for a picture of so many pixels: the measurement of the nearest size, if one is near enough."""
        wanted = size_class(pixels)
        near = [
            known
            for known in self.of_driver(driver)
            if known.files == files and abs(size_class(known.pixels) - wanted) <= NEAR
        ]
        return min(near, key=lambda known: abs(math.log2(known.pixels / max(1, pixels))), default=None)

    def record(self, measured: Iterable[Known]) -> None:
        """Take in measurements and write the file."""
        if self._path is not None:  # another program may have written meanwhile
            self._known = self._known | _read(self._path)
        for known in measured:
            self._known.pop(known.key, None)  # the newest is the last
            self._known[known.key] = known
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=self._path.name, suffix=".part", dir=self._path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                content = {"format": FORMAT, "measured": [asdict(known) for known in self._known.values()]}
                json.dump(content, file, indent=0)
            os.replace(temporary, self._path)
        except OSError as error:
            if temporary:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            self.problem = (
                f"which form of a network is faster cannot be remembered in {self._path} ({error.strerror or error});"
                " make the folder writable"
            )


def _read(path: Path) -> dict[tuple[Driver, str, int], Known]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return {}
    rows = content.get("measured")
    found = [_known(row) for row in rows[:MOST]] if isinstance(rows, list) else []
    return {known.key: known for known in found if known is not None}


def _known(row: Any) -> Known | None:
    """A measurement out of the file, None when it is damaged."""
    try:
        driver, race = Driver(**row["driver"]), Race(**row["race"])
        width, height = row["size"]
        known = Known(row["name"], driver, row["files"], (width, height), race)
    except (TypeError, KeyError, ValueError):
        return None
    texts = (known.name, known.files, driver.vendor, driver.renderer, driver.version)
    figures = (race.fragment_ms, race.compute_ms, race.gain, race.spread)
    sound = (
        all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
        and all(type(side) is int and 0 < side <= _LARGEST for side in (width, height))
        and all(type(figure) in (int, float) and math.isfinite(figure) for figure in figures)
        and min(race.fragment_ms, race.compute_ms) > 0.0 <= race.spread
    )
    return known if sound else None
