"""Commands about the chain of shaders."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToggleShaders:
    """Switch the shaders off, or on again."""


@dataclass(frozen=True)
class SelectMode:
    """Draw with a mode and nothing of the one before.

    Attributes:
        letters: name of the mode without `-fast` or `-hq`.
    """

    letters: str


@dataclass(frozen=True)
class SwitchQuality:
    """Change between the -fast and the -hq form of the mode."""


@dataclass(frozen=True)
class SelectStart:
    """Go back to the mode or the shaders that the player was started with."""


@dataclass(frozen=True)
class RememberMode:
    """Use the present mode for this folder from now on, or stop doing so."""


@dataclass(frozen=True)
class ChangeStrength:
    """Add to the strength of the whole chain; 1 = all of it, 0 = the plain scaler."""

    amount: float


@dataclass(frozen=True)
class SetStrength:
    """Set the strength of the whole chain, 0 to 1."""

    strength: float


@dataclass(frozen=True)
class SetParameter:
    """Set a parameter of a shader file of the chain.

    Attributes:
        file: number of the file in the chain, from 0.
        name: name of the parameter.
        value: the new value; None = the one in the file.
    """

    file: int
    name: str
    value: float | None


@dataclass(frozen=True)
class ToggleFile:
    """Leave file number `file` of the chain out, or take it in again."""

    file: int


@dataclass(frozen=True)
class MoveFile:
    """Put file number `file` of the chain to place `to`."""

    file: int
    to: int


@dataclass(frozen=True)
class AddShaders:
    """Append shader files to the chain."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class RemoveFile:
    """Take file number `file` out of the chain."""

    file: int


ShadersCommand = (
    ToggleShaders | SelectMode | SwitchQuality | SelectStart | RememberMode | ChangeStrength | SetStrength
    | SetParameter | ToggleFile | MoveFile | AddShaders | RemoveFile
)  # fmt: skip
