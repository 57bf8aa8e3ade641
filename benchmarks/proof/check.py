"""The check of one file at one size, and what it is about the results that must hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from engines import libplacebo, mpv, ours, picture, source
from engines.mpv import PeerError

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.quality import free_set

from .drawing import Floats, SwitchedOff, drawn
from .files import Proven

WORST_HALF = 1 / 255
"""How far results may be from numpy with floats of 16 bits between passes."""
WORST_SINGLE = 1e-4
"""The same with 32 bits."""
THRESHOLD_DB = 50.0
"""From here on two pictures count as the same."""
EQUAL_DB = 99.0
"""What stands for the agreement of equal pictures."""
FACE = (72, 44)
"""Middle of what is cut out of the small picture of the free set: (column, row) of eyes and hair."""


@dataclass(frozen=True)
class Result:
    """One file at one size, or the worst of several.

    Attributes:
        half: largest difference from numpy with floats of 16 bits.
        single: the same with 32 bits.
        old: the same as `half` in OpenGL 4.1; None for compute forms, which need more.
        twin: largest difference between the two forms with floats of 16 bits; None without another form.
        mpv: agreement with mpv in dB; -1 when it made no picture.
        libplacebo: likewise.
        faults: what does not hold, in words.
    """

    half: float
    single: float
    old: float | None
    twin: float | None
    mpv: float
    libplacebo: float
    faults: tuple[str, ...]


def worst(results: list[Result]) -> Result:
    """Everything that is worst at one of the sizes."""

    def largest(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return max(known) if known else None

    return Result(
        max(each.half for each in results),
        max(each.single for each in results),
        largest([each.old for each in results]),
        largest([each.twin for each in results]),
        min(each.mpv for each in results),
        min(each.libplacebo for each in results),
        tuple(fault for each in results for fault in each.faults),
    )


def drawing(width: int, height: int) -> Floats:
    """A part of a drawn picture: a face and hair; larger than the small picture, it is repeated mirrored."""
    whole = free_set.load_small()[0].small
    across, down = (max(0, wanted - have) for wanted, have in ((width, whole.shape[1]), (height, whole.shape[0])))
    whole = np.pad(whole, ((0, down), (0, across), (0, 0)), mode="reflect")
    left = min(max(0, FACE[0] - width // 2), whole.shape[1] - width)
    top = min(max(0, FACE[1] - height // 2), whole.shape[0] - height)
    return whole[top : top + height, left : left + width].astype(np.float32) / 255


class Checker:
    """Everything a check needs.

    Args:
        modern: a device with compute passes.
        baseline: one with OpenGL 4.1 only.
        display: X display for mpv.
        scratch: folder for files.
        limit: seconds a peer may take for a picture.
    """

    def __init__(self, modern: Device, baseline: Device, display: str, scratch: Path, limit: float = 600) -> None:
        self._modern = modern
        self._baseline = baseline
        self._display = display
        self._scratch = scratch
        self._limit = limit

    def result(self, file: Proven, size: tuple[int, int]) -> Result:
        """Check a file at a size of the source."""
        where = f"{size[0]}x{size[1]}"
        try:
            half, single, old, twin = self._values(file, size)
        except SwitchedOff as error:
            return Result(math.inf, math.inf, None, None, -1.0, -1.0, (f"{where}: {error}",))
        faults = []
        if not half < WORST_HALF:
            faults.append(f"{where}: {half * 255:.2f}/255 from numpy")
        if not single < WORST_SINGLE:
            faults.append(f"{where}: {single:.1e} from numpy with 32 bits")
        if old is not None and not old < WORST_HALF:
            faults.append(f"{where}: {old * 255:.2f}/255 from numpy in OpenGL 4.1")
        if twin is not None and not twin < WORST_HALF:
            faults.append(f"{where}: the two forms differ by {twin * 255:.2f}/255")
        decibels = []
        for name, outcome in self._peers(file, size):
            decibels.append(-1.0 if isinstance(outcome, str) else outcome)
            if isinstance(outcome, str):
                faults.append(f"{where}: {name}: {outcome}")
            elif outcome < THRESHOLD_DB:
                faults.append(f"{where}: {outcome:.1f} dB in {name}")
        return Result(half, single, old, twin, decibels[0], decibels[1], tuple(faults))

    def _values(self, file: Proven, size: tuple[int, int]) -> tuple[float, float, float | None, float | None]:
        given = drawing(*size)
        expected = file.evaluate(given)
        with self._modern.ctx:
            half, single = (drawn(self._modern, given, [file.path], file.scale, bits) for bits in (False, True))
            other = None if file.twin is None else drawn(self._modern, given, [file.twin], file.scale, False)
        old = None
        if not any(declaration.compute for declaration in parse_file(file.path).passes):
            with self._baseline.ctx:
                old = apart(drawn(self._baseline, given, [file.path], file.scale, False), expected)
        return apart(half, expected), apart(single, expected), old, None if other is None else apart(half, other)

    def _peers(self, file: Proven, size: tuple[int, int]) -> Iterator[tuple[str, float | str]]:
        """(name, agreement in dB or why there is none) for mpv and libplacebo."""
        # Clips have even sizes; a pass before the file makes the picture odd. The target is in proportion to the clip,
        # or mpv's picture would have a border.
        clip = source.make(*(side + side % 2 for side in size))
        paths = [file.path]
        if (clip.width, clip.height) != size:
            paths.insert(0, self._resizing(size))
        target = clip.width * file.scale, clip.height * file.scale
        with self._modern.ctx:
            mine = ours.render(self._modern, clip, target, paths)
        for name in (mpv.NAME, libplacebo.NAME):
            if mine.disabled or mine.skipped:
                yield name, f"ours left out {'; '.join([*mine.disabled, *(desc for desc, _ in mine.skipped)])}"
                continue
            try:
                if name == mpv.NAME:
                    theirs = mpv.render(clip, target, paths, self._display, self._limit)
                else:
                    theirs = libplacebo.render(clip, target, paths, self._limit)
            except PeerError as error:
                yield name, str(error)
                continue
            if theirs.passes is not None and len(theirs.passes) != len(mine.picture.passes or ()):
                yield name, f"{len(theirs.passes)} passes ran instead of {len(mine.picture.passes or ())}"
                continue
            yield name, min(EQUAL_DB, picture.compare(mine.picture.pixels, theirs.pixels).psnr)

    def _resizing(self, size: tuple[int, int]) -> Path:
        path = self._scratch / f"resize-{size[0]}x{size[1]}.glsl"
        path.write_text(
            f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC resize\n//!WIDTH {size[0]}\n//!HEIGHT {size[1]}\n"
            "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
        )
        return path


def apart(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """The largest difference, without bound when something is no number."""
    difference = float(np.abs(np.asarray(first, np.float64) - np.asarray(second, np.float64)).max())
    return difference if math.isfinite(difference) else math.inf
