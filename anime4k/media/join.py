"""Joining segments: their packets, as the encoders wrote them, one after the other into a sink."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

from anime4k.errors import OutputError
from anime4k.media.clock import in_units
from anime4k.media.journal import Segment
from anime4k.media.segment import packets
from anime4k.media.sink import VideoSink
from anime4k.media.spec import VideoSpec


def join(
    sink: VideoSink,
    segments: Sequence[Segment],
    path_of: Callable[[str], Path],
    spec: VideoSpec,
    shift: Fraction,
    joined: Callable[[int], None],
) -> None:
    """Put all segments into `sink`.

    Args:
        sink: for the same video, empty.
        segments: in order.
        path_of: where the file of a segment is.
        spec: the video.
        shift: time of the source in seconds that becomes 0.
        joined: told how many pictures are in after every segment.

    Raises:
        OutputError: the sink cannot be written, or a segment is not what the journal says.
    """
    offset = in_units(shift, spec.time_base)
    decoding = _decoding_times(segments, offset)
    for segment in segments:
        times = list(zip(segment.pts, segment.durations, strict=True))
        sink.add_encoded(times, _timed(sink.path, segment, path_of(segment.name), spec, offset, decoding))
        joined(sink.frames)


def _timed(
    target: Path, segment: Segment, path: Path, spec: VideoSpec, offset: int, decoding: Iterator[int]
) -> Iterator[Packet[Any]]:
    """The packets of a segment with decoding times, one in memory at a time."""
    found: list[int] = []
    try:
        for packet in packets(path, spec):
            assert packet.pts is not None
            dts = next(decoding, None)
            if dts is None:
                raise _damaged(target, segment)
            found.append(packet.pts)
            made: Packet[Any] = Packet(bytes(packet))
            made.pts, made.dts, made.is_keyframe = packet.pts, dts, packet.is_keyframe
            yield made
    except (av.FFmpegError, OSError, LookupError) as error:
        raise _damaged(target, segment) from error
    if sorted(found) != [pts - offset for pts in segment.pts]:
        raise _damaged(target, segment)


def _decoding_times(segments: Sequence[Segment], offset: int) -> Iterator[int]:
    """A decoding time for every packet: the presentation times themselves, as much earlier as reordering needs.

    The encoders' own ones overlap where segments meet: each encoder begins before its first picture.
    """
    times = array("q", (pts - offset for segment in segments for pts in segment.pts))
    delay = max(segment.reorder for segment in segments)
    lead = times[delay] - times[0]
    for number in range(len(times)):
        yield times[number] - lead if number < delay else times[number - delay]


def _damaged(target: Path, segment: Segment) -> OutputError:
    return OutputError(
        f"the segment {segment.name} of {target} has been damaged; run the same command again to repeat that part"
    )
