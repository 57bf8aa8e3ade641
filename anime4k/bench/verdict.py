"""What the times mean for watching, in words. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anime4k.bench.statistics import RATES
from anime4k.modes.table import MODES, Mode, Quality, in_quality
from anime4k.modes.tiers import LIGHTER

FITS = 0.70
"""A chain fits when 99 of 100 frames take no more than this part of the time of a frame: the rest is for what
happens beside it."""

Size = tuple[int, int]

_NAMES: Mapping[Size, str] = {
    (640, 360): "360p", (640, 480): "480p", (720, 480): "480p", (854, 480): "480p", (720, 576): "576p",
    (1024, 576): "576p", (1280, 720): "720p", (1920, 1080): "1080p", (2560, 1440): "1440p", (3840, 2160): "4K",
    (7680, 4320): "8K",
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Whether frames are done in time at a frame rate.

    Attributes:
        rate: frames per second.
        fits: whether 99 of 100 frames are.
        headroom: part of the time of a frame that is left at p99; negative = it is too little.
        late: frames that would have been shown too late.
        frames: of so many.
        text: a clause, such as "1080p to 4K at 23.976: fits, 62 % headroom".
    """

    rate: float
    fits: bool
    headroom: float
    late: int
    frames: int
    text: str


def size_name(size: Size) -> str:
    """What people call a picture size: "1080p", "4K", otherwise "WxH"."""
    return _NAMES.get(size, f"{size[0]}x{size[1]}")


def rate_name(rate: float) -> str:
    """A frame rate without needless digits: "23.976", "60"."""
    return f"{rate:.3f}".rstrip("0").rstrip(".")


def verdict(p99_ms: float, late: int, frames: int, rate: float, source: Size, output: Size, advice: str) -> Verdict:
    """The verdict about one chain at one rate.

    Args:
        p99_ms: what 99 of 100 frames do not exceed.
        late: frames that would have been late.
        frames: of so many.
        rate: frames per second.
        source: size of the video.
        output: size of the picture.
        advice: what to try when it does not fit, empty = there is nothing.
    """
    period = 1000.0 / rate
    headroom = 1.0 - p99_ms / period
    if p99_ms > period:
        times = p99_ms / period
        found = f"does not fit: {times:.1f} times too slow" if times >= 1.05 else "does not fit: a little too slow"
        found += f"; try {advice}" if advice else ""
    else:
        word = "fits" if p99_ms <= FITS * period else "just fits"
        found = f"{word}, {math.floor(100 * headroom + 1e-6)} % headroom"
    text = f"{size_name(source)} to {size_name(output)} at {rate_name(rate)}: {found}"
    return Verdict(rate, p99_ms <= period, headroom, late, frames, text)


def advice(mode: str, rate: float, p99_ms: Mapping[str, float]) -> str:
    """What to try in place of a chain that is too slow.

    The dearest of the measured modes that fit; without one, the next lighter mode that was not measured; without
    that, less to draw.

    Args:
        mode: name of the mode that is too slow, or of no mode.
        rate: frames per second.
        p99_ms: what 99 of 100 frames of the measured modes do not exceed.
    """
    known = {entry.name: entry for entry in MODES}
    fitting = {
        name: ms for name, ms in p99_ms.items() if name in known and ms <= FITS * 1000.0 / rate and name != mode
    }
    if fitting:
        return f"--mode {max(fitting, key=lambda name: fitting[name])}"
    lighter = known.get(mode)
    while lighter is not None and (lighter := _lighter(lighter, known)) is not None:
        if lighter.name not in p99_ms:
            return f"--mode {lighter.name}"
    return "--mode quick" if mode not in known and "quick" not in p99_ms else "a smaller output (--size)"


def _lighter(mode: Mode, known: Mapping[str, Mode]) -> Mode | None:
    if mode.quality is Quality.HQ:
        return in_quality(mode, Quality.FAST)
    letters = LIGHTER.get(mode.letters)
    return None if letters is None else known.get(letters) or known[f"{letters}-{Quality.FAST.value}"]


def rates_with(own: float | None) -> Sequence[float]:
    """The usual rates, and the video's own when it is another one."""
    if own is None or any(abs(own - rate) < 0.02 for rate in RATES):
        return RATES
    return sorted([*RATES, own])
