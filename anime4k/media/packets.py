"""Packets and descriptions of copied streams: moving them in time, converting text, keeping titles."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

_STATISTICS = {"bps", "number_of_frames", "number_of_bytes", "duration", "encoder", "rotate", "vendor_id"}
"""What only describes how the old stream was stored."""


def codec_name(stream: Any) -> str:
    return stream.codec_context.codec.name if stream.codec_context is not None else "unknown"


def describe(target: Any, source: Any) -> None:
    """Give a stream the titles, language and flags of another."""
    metadata = kept(source.metadata, _STATISTICS)
    if "name" in metadata:
        # MP4 files are read with the title of a track under this key, but it is not written from it.
        metadata.setdefault("title", metadata.pop("name"))
    target.metadata.update(metadata)
    target.disposition = int(source.disposition)


def kept(metadata: dict[str, str], without: set[str]) -> dict[str, str]:
    """Metadata without keys that would be wrong in the new file; Matroska's statistics carry a language suffix."""
    return {
        key: value
        for key, value in metadata.items()
        if key.lower().partition("-")[0] not in without and not key.lower().startswith("_statistics")
    }


def moved(chapter: Any, shift: Fraction, end: Fraction | None) -> Any:
    """A chapter on the output's clock, None when nothing of it is left.

    Args:
        chapter: as PyAV gives it.
        shift: time of the source in seconds that becomes 0; 0 = nothing is cut off in front.
        end: end of the output in seconds, None = nothing is cut off behind.
    """
    base = chapter["time_base"] or Fraction(1)
    first, last = (chapter[name] - round(shift / base) for name in ("start", "end"))
    if shift:
        if last <= 0:
            return None
        first = max(0, first)
    if end is not None:
        limit = round(end / base)
        if first >= limit:
            return None
        last = min(last, limit)
    return {**chapter, "start": first, "end": last}


def move(packet: Packet[Any], shift: Fraction) -> bool:
    """Put a packet on the output's clock; False when it lies before its beginning."""
    offset = round(shift / packet.time_base)
    assert packet.pts is not None and packet.dts is not None
    packet.pts -= offset
    packet.dts -= offset
    if packet.pts >= 0:
        return True
    if packet.stream.type != "subtitle" or not packet.duration or packet.pts + packet.duration <= 0:
        return False
    packet.duration += packet.pts
    packet.pts = packet.dts = 0
    return True


def sound_length(source: Any, packet: Packet[Any], last_dts: int | None) -> int:
    """How long a packet sounds that does not say so; without it MP4 files end before their last packet."""
    context = source.codec_context
    if context.frame_size and context.sample_rate:
        return round(Fraction(context.frame_size, context.sample_rate) / Fraction(packet.time_base))
    return 0 if last_dts is None or packet.dts is None else max(0, packet.dts - last_dts)


def is_gap(source: Any, packet: Packet[Any]) -> bool:
    """Whether a packet is one of the empty texts that fill the time between subtitles in MP4 files."""
    return packet.size <= 2 and codec_name(source) == "mov_text"


def converted(source: Any, target: Any, packet: Packet[Any]) -> Packet[Any] | None:
    """A text subtitle in the codec of the target; None when it holds no text."""
    if codec_name(source) == "mov_text":
        # A length, the text, then boxes of styles.
        data = bytes(packet)
        encoded: Packet[Any] = Packet(data[2 : 2 + int.from_bytes(data[:2], "big")])
    else:
        decoded = source.codec_context.decode2(packet)
        if decoded is None or not len(decoded):
            return None
        encoded = target.codec_context.encode_subtitle(decoded)
    encoded.time_base = packet.time_base
    encoded.pts, encoded.dts, encoded.duration = packet.pts, packet.pts, packet.duration
    return encoded


def first_packet(path: Path, index: int) -> Packet[Any] | None:
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            return next((packet for packet in container.demux(container.streams[index]) if packet.size), None)
    except av.FFmpegError:
        return None
