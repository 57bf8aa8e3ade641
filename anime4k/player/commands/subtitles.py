"""Commands about subtitles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToggleSubtitles:
    """Hide the subtitles, or show them again."""


@dataclass(frozen=True)
class CycleSubtitles:
    """Show the next (+1) or the previous (-1) subtitle track; after the last comes none.

    Attributes:
        direction: +1 or -1.
        secondary: whether the second line of subtitles is meant.
    """

    direction: int = 1
    secondary: bool = False


@dataclass(frozen=True)
class SelectSubtitles:
    """Show track `number` (from 1), or None = none."""

    number: int | None
    secondary: bool = False


@dataclass(frozen=True)
class AddSubtitles:
    """Show a subtitle file."""

    path: str


@dataclass(frozen=True)
class ChangeSubtitleDelay:
    """Let the subtitles come later by `seconds`."""

    seconds: float


@dataclass(frozen=True)
class MoveSubtitles:
    """Move the subtitles up, in percent of the height of the picture."""

    percent: float


@dataclass(frozen=True)
class ScaleSubtitles:
    """Add to the size of the subtitles; 0.1 is a tenth of their own size."""

    amount: float


@dataclass(frozen=True)
class CycleSubtitleStyle:
    """Show ASS subtitles as their author styled them, or in the player's own style."""


SubtitlesCommand = (
    ToggleSubtitles | CycleSubtitles | SelectSubtitles | AddSubtitles | ChangeSubtitleDelay | MoveSubtitles
    | ScaleSubtitles | CycleSubtitleStyle
)  # fmt: skip
