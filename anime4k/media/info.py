"""What is known of a file besides its pixels: `MediaInfo`, for people and for the sink."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream


@dataclass(frozen=True)
class StreamInfo:
    """One stream of the container.

    Attributes:
        index: position in the container.
        kind: "video", "audio", "subtitle", "attachment" or "data".
        codec: name of the codec, or "unknown".
        language: ISO 639 code, or "".
        title: the author's title, or "".
        default: whether players should choose it.
        cover: whether it is an attached picture (cover art) rather than moving pictures.
    """

    index: int
    kind: str
    codec: str
    language: str = ""
    title: str = ""
    default: bool = False
    cover: bool = False


@dataclass(frozen=True)
class Chapter:
    """One chapter: start and end in seconds, and its title."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True)
class MediaInfo:
    """A file and its video stream.

    Attributes:
        path: the file as it was named.
        container: FFmpeg's name of the container format.
        duration_s: length of the video in seconds, None = unknown.
        start_s: time of the first frame in seconds.
        frame_rate: nominal rate, for information only; never used to place frames in time.
        frame_count: number of frames when the container knows it.
        codec: name of the video codec.
        pixel_format: FFmpeg's name of the coded pixel format.
        streams: all streams.
        chapters: all chapters.
        deinterlaced: whether the first frame was made of two fields.
        notes: what a user should know, each a clause: conversions, repairs, fallbacks.
    """

    path: str
    container: str
    duration_s: float | None
    start_s: float
    frame_rate: Fraction | None
    frame_count: int | None
    codec: str
    pixel_format: str
    streams: tuple[StreamInfo, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    deinterlaced: bool = False
    notes: tuple[str, ...] = ()


def is_cover(stream: av.stream.Stream) -> bool:
    """Whether a stream is an attached picture."""
    return bool(stream.disposition & Disposition.attached_pic)


def stream_infos(container: InputContainer) -> tuple[StreamInfo, ...]:
    """A description of every stream."""
    infos = []
    for stream in container.streams:
        context = stream.codec_context
        infos.append(
            StreamInfo(
                index=stream.index,
                kind=str(stream.type),
                codec=context.name if context is not None else "unknown",
                language=stream.metadata.get("language", ""),
                title=stream.metadata.get("title", ""),
                default=bool(stream.disposition & Disposition.default),
                cover=is_cover(stream),
            )
        )
    return tuple(infos)


def chapter_list(container: InputContainer) -> tuple[Chapter, ...]:
    """All chapters, in file order."""
    found = []
    for chapter in container.chapters():
        base = chapter["time_base"] or Fraction(1)
        found.append(
            Chapter(
                start_s=float(chapter["start"] * base),
                end_s=float(chapter["end"] * base),
                title=chapter["metadata"].get("title", ""),
            )
        )
    return tuple(found)


def video_duration(container: InputContainer, stream: VideoStream) -> tuple[float | None, bool]:
    """Length of the video in seconds as declared, and whether it is known of the video itself.

    The second value is False when only the whole file's length is known, which another stream may exceed.
    """
    if stream.duration and stream.duration > 0 and stream.time_base:
        return float(stream.duration * stream.time_base), True
    match = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if match:
        hours, minutes, seconds = match.groups()
        tagged = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if tagged > 0:
            return tagged, True
    if container.duration and container.duration > 0:
        return container.duration / av.time_base, len(container.streams) == 1
    return None, False


def nominal_rate(stream: VideoStream) -> Fraction | None:
    """The frame rate that the file declares or shows on average, None when it has none."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= 1000:
            return Fraction(rate)
    return None
