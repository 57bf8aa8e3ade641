"""What modes took on this machine, remembered between runs, so that the first choice is right the next time."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from anime4k.modes.table import Mode
from anime4k.modes.tiers import Tiers
from anime4k.player.geometry import Size

FILE_NAME = "measured.json"
_VERSION = 1
MOST = 500
"""Figures that are kept; the ones that were not renewed for the longest time go first."""
MOST_BYTES = 1_000_000
"""A larger file is none of ours."""
_UPWARD = 0.25
"""How far a figure follows one that is higher: that may have been taken under load, a lower one cannot be wrong."""


@dataclass(frozen=True)
class Measure:
    """What is measured.

    Attributes:
        renderer: what draws, with its driver: another driver is another speed.
        source: (width, height) of the video.
        output: (width, height) of what is drawn.
        mode: name of the mode, with its form.
    """

    renderer: str
    source: Size
    output: Size
    mode: str

    @property
    def text(self) -> str:
        """The key in the file."""
        return f"{_size(self.source)} {_size(self.output)} {self.mode} | {self.renderer}"


class Measurements:
    """Milliseconds a frame, by size, mode and renderer.

    A file that is damaged counts as empty and is replaced; one that cannot be written is left alone.

    Args:
        path: the file, None = only remember while the program runs.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._figures = _read(path) if path is not None else {}
        self.problem = ""
        """Why the figures cannot be kept, a sentence without a final stop; empty when they can."""

    @classmethod
    def of_user(cls) -> Measurements:
        """The figures in the user's cache folder."""
        return cls(platformdirs.user_cache_path("anime4k") / FILE_NAME)

    def cost_ms(self, measure: Measure) -> float | None:
        """What a frame takes, None = never measured."""
        return self._figures.get(measure.text)

    def known(self, renderer: str, source: Size, output: Size, tiers: Tiers) -> Mapping[str, float]:
        """What the tiers are known to take, by name of the mode."""
        found = {mode.name: self.cost_ms(Measure(renderer, source, output, mode.name)) for mode in tiers.modes}
        return {name: ms for name, ms in found.items() if ms is not None}

    def record(self, measure: Measure, ms: float) -> None:
        """Take in one measurement and write the file."""
        if not (math.isfinite(ms) and ms > 0.0):
            return
        before = self._figures.pop(measure.text, None)  # the newest is the last
        figure = ms if before is None or ms <= before else before + _UPWARD * (ms - before)
        self._figures[measure.text] = round(figure, 3)
        while len(self._figures) > MOST:
            del self._figures[next(iter(self._figures))]
        self._write()

    def record_modes(self, renderer: str, source: Size, output: Size, figures: list[tuple[Mode, float]]) -> None:
        """Take in what the governor has measured (`Governor.take_figures`)."""
        for mode, ms in figures:
            self.record(Measure(renderer, source, output, mode.name), ms)

    def _write(self) -> None:
        if self._path is None:
            return
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Another player may write at the same time: each has its own file, and the last to finish wins.
            handle, temporary = tempfile.mkstemp(prefix=self._path.name, suffix=".part", dir=self._path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, "ms": self._figures}, file, indent=0)
            os.replace(temporary, self._path)
        except OSError as error:
            if temporary:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            self.problem = (
                f"how long modes take cannot be remembered in {self._path} ({error.strerror or error});"
                " make the folder writable"
            )


def _read(path: Path) -> dict[str, float]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict) or content.get("version") != _VERSION or not isinstance(content.get("ms"), dict):
        return {}
    return {
        key: float(ms)
        for key, ms in content["ms"].items()
        if isinstance(ms, int | float) and not isinstance(ms, bool) and math.isfinite(ms) and ms > 0
    }


def _size(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
