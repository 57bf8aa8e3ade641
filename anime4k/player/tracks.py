"""Tracks by number and in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class TrackLike(Protocol):
    """A sound or a subtitle track."""

    @property
    def number(self) -> int:
        """From 1, in the order of the file."""
        ...

    @property
    def language(self) -> str:
        """ISO 639 code, or ""."""
        ...

    @property
    def title(self) -> str:
        """The author's title, or ""."""
        ...

    @property
    def codec(self) -> str:
        """Name of the codec."""
        ...


def following(numbers: Sequence[int], current: int | None, direction: int) -> int | None:
    """The track that comes after (+1) or before (-1) `current`; behind the last one comes none, as before the first."""
    ring: list[int | None] = [None, *numbers]
    place = ring.index(current) if current in ring else 0
    return ring[(place + direction) % len(ring)]


def track_text(track: TrackLike | None) -> str:
    """One track in words."""
    if track is None:
        return "unknown"
    parts = [part for part in (track.language, f'"{track.title}"' if track.title else "", track.codec) if part]
    return f"{track.number}: {', '.join(parts)}" if parts else str(track.number)
