"""Kinds of pictures and their share of the crops."""

from __future__ import annotations

import enum


class Kind(enum.Enum):
    """What a picture is; the value is how it is written in tables."""

    PORTRAIT = "portrait"
    STORY = "story"
    NOVEL = "novel"
    WALLPAPER = "wallpaper"
    CARTOON = "cartoon"
    CLIPART = "clipart"
    DRAWN = "drawn"


SHARES: tuple[tuple[Kind, float], ...] = (
    (Kind.PORTRAIT, 0.44),
    (Kind.STORY, 0.13),
    (Kind.NOVEL, 0.01),
    (Kind.WALLPAPER, 0.10),
    (Kind.CARTOON, 0.09),
    (Kind.CLIPART, 0.08),
    (Kind.DRAWN, 0.15),
)
"""The part of all crops that each kind gets; they add up to one.

Inked and painted art teaches a small network most. Of the visual novel little is left once the pictures of the test
set and everything that belongs to them are held out, and what is left is not repeated to fill a larger share.
"""


def shares(present: set[Kind]) -> dict[Kind, float]:
    """The shares of the kinds that there are pictures of, scaled so that they add up to one."""
    total = sum(share for kind, share in SHARES if kind in present)
    return {kind: share / total for kind, share in SHARES if kind in present}
