"""Commands about sound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangeVolume:
    """Add to the volume, in percent."""

    percent: float


@dataclass(frozen=True)
class SetVolume:
    """Set the volume, in percent."""

    percent: float


@dataclass(frozen=True)
class ToggleMute:
    """No sound, or sound again."""


@dataclass(frozen=True)
class CycleAudio:
    """Hear the next (+1) or the previous (-1) sound track; after the last comes none."""

    direction: int = 1


@dataclass(frozen=True)
class SelectAudio:
    """Hear track `number` (from 1), or None = none."""

    number: int | None


@dataclass(frozen=True)
class ChangeAudioDelay:
    """Let the sound come later by `seconds`."""

    seconds: float


SoundCommand = ChangeVolume | SetVolume | ToggleMute | CycleAudio | SelectAudio | ChangeAudioDelay
