"""The modes as data: which shaders fill which slot, and the rule that makes chains of them.

A letter names what is done before the picture is doubled: `a` deblurs, `b` cleans, `c` only doubles; `a+a`,
`b+b` and `c+a` treat the picture a second time after that. What fills a slot is a row of `SLOTS`, one for the
`-fast` and one for the `-hq` form; nothing else has to change when a better shader comes. The mode `quick` has the
slots of `c` and one file that doubles in place of a network.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from anime4k.errors import UsageError


class Quality(enum.Enum):
    """The two forms of every mode; the value is the suffix of its name."""

    FAST = "fast"
    HQ = "hq"


class Slot(enum.Enum):
    """A place in a chain; the value says what happens there."""

    RESTORE = "take blur away"
    RESTORE_AGAIN = "take blur away once more"
    SOFT = "clean up"
    SOFT_AGAIN = "clean up once more"
    DOUBLE = "double"
    CLEAN_DOUBLE = "double a clean picture"
    SHRINK_2 = "come down to the output when it is less than double"
    SHRINK_4 = "come down to half of the output when it is less than four times"
    DOUBLE_AGAIN = "double again"


def _both(*names: str) -> Mapping[Quality, tuple[str, ...]]:
    return dict.fromkeys(Quality, names)


def _each(*, fast: tuple[str, ...], hq: tuple[str, ...]) -> Mapping[Quality, tuple[str, ...]]:
    return {Quality.FAST: fast, Quality.HQ: hq}


SLOTS: Mapping[Slot, Mapping[Quality, tuple[str, ...]]] = {
    Slot.RESTORE: _each(fast=("a4k-restore-cnn-m",), hq=("a4k-restore-cnn-vl",)),
    Slot.RESTORE_AGAIN: _both("a4k-restore-cnn-m"),
    Slot.SOFT: _each(fast=("a4k-denoise", "a4k-clean-cnn-m"), hq=("a4k-denoise-nlm", "a4k-clean-cnn-vl")),
    Slot.SOFT_AGAIN: _both("a4k-clean-cnn-m"),
    Slot.DOUBLE: _each(fast=("a4k-upscale-cnn-m",), hq=("a4k-upscale-cnn-vl",)),
    Slot.CLEAN_DOUBLE: _each(fast=("a4k-upscale-cnn-m",), hq=("a4k-upscale-cnn-vl",)),
    Slot.SHRINK_2: _both("a4k-autodownscale-x2"),
    Slot.SHRINK_4: _both("a4k-autodownscale-x4"),
    Slot.DOUBLE_AGAIN: _both("a4k-upscale-cnn-m"),
}
"""Names of the pack for every slot, in the order in which they run.

There is no a4k-clamp: what networks put beyond the range of the source is detail more often than halo, and without
it mode a comes 0.2 to 0.3 dB nearer to the truth, be the source clean, blown up or blurred. The network that
cleans up sees no colours and knows compression better than noise, so a denoise stands before it: alone, the one does
less against JPEG and noise (0.3 and up to 2 dB), the other less against x264 (0.1 dB). What works on the doubled
picture is the smaller size in both forms: there are four times as many pixels, and less is left to win.
"""

QUICK_DOUBLE = "a4k-upscale-edge-fast"
"""The cheapest file that doubles: a third of the time of the smaller network where a processor draws, and half of
that of the filter bank."""

_FIRST: Mapping[str, tuple[Slot, ...]] = {
    "a": (Slot.RESTORE, Slot.DOUBLE),
    "b": (Slot.SOFT, Slot.DOUBLE),
    "c": (Slot.CLEAN_DOUBLE,),
}
_SECOND: Mapping[str, tuple[Slot, ...]] = {"": (), "a": (Slot.RESTORE_AGAIN,), "b": (Slot.SOFT_AGAIN,)}


def slots_of(letters: str) -> tuple[Slot, ...]:
    """The slots of the chain that `letters` ("a", "c+a") name, in order.

    What follows a `+` works on the picture between the two doublings, after it has come down to the size from
    which the second one reaches the output: the same place in every mode.
    """
    first, _, second = letters.partition("+")
    return (*_FIRST[first], Slot.SHRINK_2, Slot.SHRINK_4, *_SECOND[second], Slot.DOUBLE_AGAIN)


def shaders_of(letters: str, quality: Quality) -> tuple[str, ...]:
    """The names of the pack that make the mode `letters` in one of its forms."""
    return tuple(name for slot in slots_of(letters) for name in SLOTS[slot][quality])


def quick_shaders() -> tuple[str, ...]:
    """The chain of the mode c with `QUICK_DOUBLE` wherever that doubles."""
    doubles = (Slot.CLEAN_DOUBLE, Slot.DOUBLE_AGAIN)
    places = ((QUICK_DOUBLE,) if slot in doubles else SLOTS[slot][Quality.FAST] for slot in slots_of("c"))
    return tuple(name for place in places for name in place)


@dataclass(frozen=True, kw_only=True)
class Mode:
    """A complete state of the shader chain; choosing a mode leaves nothing of the one before.

    The texts are clauses without a final stop.

    Attributes:
        name: what the user types and what is shown.
        shaders: names of the pack, in the order in which they run; a name may come twice.
        summary: what the mode is for.
        cost: what it costs.
        risk: what can go wrong.
        letters: the name without the form, such as "a+a".
        quality: the form, None for a mode that has only one.
    """

    name: str
    shaders: tuple[str, ...]
    summary: str
    cost: str
    risk: str
    letters: str
    quality: Quality | None = None


@dataclass(frozen=True)
class _Family:
    """What both forms of a mode have in common."""

    letters: str
    summary: str
    cost: Mapping[Quality, str]
    risk: str


_FAMILIES: tuple[_Family, ...] = (
    _Family(
        "a",
        "high definition that looks soft: drawn or mastered smaller than it is, or blurred by resampling",
        {
            Quality.FAST: "moderate: that of c-fast, and of a deblur at the size of the source",
            Quality.HQ: "large: that of c-hq, and of a deblur at the size of the source",
        },
        "a picture that is sharp already gets harder edges, and ringing and noise in the source become stronger",
    ),
    _Family(
        "b",
        "SD, DVD and web video with compression noise, ringing or jagged lines",
        {
            Quality.FAST: "moderate: that of c-fast, and of a clean-up at the size of the source",
            Quality.HQ: "large: that of c-hq, and of a better clean-up at the size of the source",
        },
        "film grain and the faintest texture are smoothed away with the noise",
    ),
    _Family(
        "c",
        "clean sources, and whenever in doubt: nothing but the doubling",
        {
            Quality.FAST: "moderate: a network of 2000 multiply-adds for each pixel of the source",
            Quality.HQ: "large: a network of 8000 multiply-adds for each pixel of the source",
        },
        "blur, noise and ringing of the source stay as they are and are enlarged with it",
    ),
    _Family(
        "a+a",
        "very soft sources that are more than doubled",
        {
            Quality.FAST: "that of a-fast, and of a deblur of four times as many pixels",
            Quality.HQ: "that of a-hq, and of a deblur of four times as many pixels",
        },
        "outlines get harder than they were drawn; most sources look overdone",
    ),
    _Family(
        "b+b",
        "noisy sources that are more than doubled",
        {
            Quality.FAST: "that of b-fast, and of a clean-up of four times as many pixels",
            Quality.HQ: "that of b-hq, and of a clean-up of four times as many pixels",
        },
        "the look of an oil painting: texture and grain go",
    ),
    _Family(
        "c+a",
        "clean but soft sources that are more than doubled",
        {
            Quality.FAST: "that of c-fast, and of a deblur of four times as many pixels",
            Quality.HQ: "that of c-hq, and of a deblur of four times as many pixels",
        },
        "edges that the doubling has made sharp get hard",
    ),
)

FAMILIES: tuple[str, ...] = tuple(family.letters for family in _FAMILIES)
"""The letters of the modes that have two forms."""

DEFAULT_QUALITY = Quality.FAST
"""The form of a mode whose name has no suffix: the one that plays on most machines."""


def _mode(family: _Family, quality: Quality) -> Mode:
    return Mode(
        name=f"{family.letters}-{quality.value}",
        shaders=shaders_of(family.letters, quality),
        summary=family.summary,
        cost=family.cost[quality],
        risk=family.risk,
        letters=family.letters,
        quality=quality,
    )


OFF = Mode(
    name="off",
    shaders=(),
    summary="live action, sources as large as the screen, and comparison: no shader, only the scaler",
    cost="nothing",
    risk="the picture is as soft as the scaler leaves it",
    letters="off",
)
LITE = Mode(
    name="lite",
    shaders=("a4k-lite",),
    summary="outputs that are hardly larger than the source: steeper edges without a doubling",
    cost="one small pass at the size of the output, and only when that is larger than the source",
    risk="less detail than from a doubling",
    letters="lite",
)
QUICK = Mode(
    name="quick",
    shaders=quick_shaders(),
    summary="processors that draw in place of a GPU, weak GPUs, and very large screens: the cheapest doubling",
    cost="the least of all doublings: no network, a third of c-fast where a processor draws",
    risk="lines are less sharp than a network draws them, and blur and noise of the source are enlarged with them",
    letters="quick",
)
AUTO = Mode(
    name="auto",
    shaders=(),
    summary="everything, without a choice: one of the other modes, by the rules that --explain prints",
    cost="that of the mode it takes",
    risk="it knows sizes and rates, not the picture: a soft or noisy source may need another mode",
    letters="auto",
)

MODES: tuple[Mode, ...] = (
    OFF,
    AUTO,
    LITE,
    QUICK,
    *(_mode(family, quality) for family in _FAMILIES for quality in Quality),
)
"""Every mode, in the order in which lists show them."""

MODE_KEYS: tuple[tuple[str, str], ...] = tuple(
    (f"Ctrl+{number}", letters) for number, letters in enumerate((*FAMILIES, AUTO.letters), 1)
)
"""(key, letters) of the modes that a key chooses, here and in the players that are configured by us."""

_ALIAS_PREFIX = "anime4k-v4-"
_BY_NAME = {mode.name: mode for mode in MODES}


def find_mode(name: str) -> Mode:
    """The mode called `name`.

    Case does not matter, `anime4k-v4-` in front is ignored, a `+` may be left out ("aa"), and a name without
    `-fast` or `-hq` means the form of `DEFAULT_QUALITY`.

    Raises:
        UsageError: there is no such mode; the message lists those that exist.
    """
    wanted = name.strip().lower().removeprefix(_ALIAS_PREFIX)
    letters, dash, suffix = wanted.partition("-")
    if len(letters) == 2:
        letters = "+".join(letters)
    for candidate in (f"{letters}{dash}{suffix}", "" if dash else f"{letters}-{DEFAULT_QUALITY.value}"):
        if candidate in _BY_NAME:
            return _BY_NAME[candidate]
    plain = ", ".join(dict.fromkeys(mode.letters for mode in MODES))
    raise UsageError(
        f"there is no mode {name!r}; choose one of {plain}, those with letters also with -fast or -hq behind"
        " (--list-modes says what each is for)"
    )


def in_quality(mode: Mode, quality: Quality) -> Mode:
    """The same mode in the other form; a mode without forms is returned as it is."""
    return mode if mode.quality is None else _BY_NAME[f"{mode.letters}-{quality.value}"]
