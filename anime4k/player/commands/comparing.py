"""Commands that compare pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowOriginal:
    """While the key is held: the picture without the shaders."""


@dataclass(frozen=True)
class ToggleSplit:
    """Compare the picture with the one without shaders, left and right of a line; or stop."""


@dataclass(frozen=True)
class SplitAt:
    """Put the line of the comparison, in parts of the picture's width from its left."""

    fraction: float


@dataclass(frozen=True)
class SplitAgainst:
    """Compare with another mode; None = with the picture without shaders."""

    mode: str | None


@dataclass(frozen=True)
class ToggleMagnifier:
    """Enlarge what lies under the mouse, or stop."""


@dataclass(frozen=True)
class ZoomMagnifier:
    """Multiply the magnification."""

    factor: float


@dataclass(frozen=True)
class SavePair:
    """Write the picture with and without shaders to two files."""


CompareCommand = ShowOriginal | ToggleSplit | SplitAt | SplitAgainst | ToggleMagnifier | ZoomMagnifier | SavePair
