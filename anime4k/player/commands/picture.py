"""Commands about the finished picture."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class PictureControl(enum.Enum):
    """What can be adjusted about the finished picture, from -100 to 100; the value is what people read."""

    CONTRAST = "contrast"
    BRIGHTNESS = "brightness"
    GAMMA = "gamma"
    SATURATION = "saturation"


@dataclass(frozen=True)
class Adjust:
    """Add to a picture control."""

    control: PictureControl
    amount: int


@dataclass(frozen=True)
class SetAdjust:
    """Set a picture control."""

    control: PictureControl
    value: int


@dataclass(frozen=True)
class ToggleDeband:
    """Smooth bands in gradients, or stop doing so."""


@dataclass(frozen=True)
class CycleAspect:
    """Show the picture in the shape 16:9, 4:3, 2.35:1, or its own."""


@dataclass(frozen=True)
class ChangePanscan:
    """Fill the window by cutting more off the picture: 0 = all is seen, 1 = no black bars."""

    amount: float


@dataclass(frozen=True)
class Pan:
    """Move the picture, in parts of its size."""

    x: float
    y: float


@dataclass(frozen=True)
class Zoom:
    """Make the picture larger: 1 doubles, -1 halves."""

    octaves: float


@dataclass(frozen=True)
class ResetView:
    """Show the whole picture in the middle again."""


PictureCommand = Adjust | SetAdjust | ToggleDeband | CycleAspect | ChangePanscan | Pan | Zoom | ResetView
