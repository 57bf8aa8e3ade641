"""The sound tracks of a file: what there is, and which one to play. The samples come from `audio_source`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from anime4k.media.languages import same_language

Wanted = int | None | Literal["auto"]
"""A track number from 1, None = no sound, "auto" = the one that suits best."""


@dataclass(frozen=True)
class AudioTrack:
    """One sound track.

    Attributes:
        number: position among the sound tracks of the file, from 1.
        index: position among all streams of the file.
        codec: name of the codec, or "unknown" when it cannot be decoded.
        language: ISO 639 code as written in the file, or "".
        title: the author's title, or "".
        channels: number of channels, 0 = unknown.
        layout: FFmpeg's name of the channel layout, or "".
        rate: samples per second, 0 = unknown.
        default: whether players should choose it.
    """

    number: int
    index: int
    codec: str = "unknown"
    language: str = ""
    title: str = ""
    channels: int = 0
    layout: str = ""
    rate: int = 0
    default: bool = False


def audio_tracks(container: InputContainer) -> tuple[AudioTrack, ...]:
    """Every sound track of an open file, in file order."""
    return tuple(_track(number, stream) for number, stream in enumerate(container.streams.audio, 1))


def _track(number: int, stream: AudioStream) -> AudioTrack:
    context = stream.codec_context
    known = context is not None
    return AudioTrack(
        number=number,
        index=stream.index,
        codec=context.name if known else "unknown",
        language=stream.metadata.get("language", ""),
        title=stream.metadata.get("title", ""),
        channels=context.layout.nb_channels if known else 0,
        layout=context.layout.name if known else "",
        rate=(context.sample_rate or 0) if known else 0,
        default=bool(stream.disposition & Disposition.default),
    )


def choose_track(
    tracks: Sequence[AudioTrack], wanted: Wanted = "auto", languages: Sequence[str] = ()
) -> AudioTrack | None:
    """The track to play.

    An explicit number decides; a number that does not exist means no sound. Otherwise the first preferred
    language that some track has, there the track marked as default before the others; without such a track
    the one marked as default; else the first.

    Args:
        tracks: all tracks of the file.
        wanted: a number from 1, None for no sound, or "auto".
        languages: preferred languages, best first (two or three letters).
    """
    if wanted is None:
        return None
    if wanted != "auto":
        return next((track for track in tracks if track.number == wanted), None)
    for language in languages:
        spoken = [track for track in tracks if same_language(track.language, language)]
        if spoken:
            return next((track for track in spoken if track.default), spoken[0])
    return next((track for track in tracks if track.default), tracks[0] if tracks else None)
