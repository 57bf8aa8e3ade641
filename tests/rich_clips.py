"""Test files with everything a film comes with: sound, subtitles, a font, chapters, titles; and how to look at them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition

from tests import clips

FONT = bytes(range(256)) * 40
"""Stands for a font file; nothing looks inside."""

ASS_HEADER = (
    "[Script Info]\nScriptType: v4.00+\nPlayResX: 640\nPlayResY: 360\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic,"
    " Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL,"
    " MarginR, MarginV, Encoding\n"
    "Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
CHAPTERS = (("Opening", 0, 700), ("Part A", 700, 1600))
ASS_EVENTS = ((200, 500, r"0,0,Default,,0,0,0,,Hello {\i1}there{\i0}"), (900, 400, "1,0,Default,,0,0,0,,Second"))
TEXT_EVENTS = ((300, 400, "Hi"), (1100, 300, "Bye"))


@dataclass(frozen=True)
class Packets:
    """What a stream holds: its type, codec, titles, flags, and (seconds, payload) of every packet in order."""

    kind: str
    codec: str
    language: str
    title: str
    disposition: int
    times: tuple[Fraction, ...]
    payloads: tuple[bytes, ...]


def write_rich(path: Path, times: Sequence[Fraction], *, font: bool = True, styled: bool = True) -> Path:
    """A film of numbered frames shown at `times` with two sound tracks and subtitles.

    Args:
        path: .mkv or .mp4.
        times: when each frame is shown, in seconds.
        font: attach a font (Matroska only).
        styled: add ASS subtitles; otherwise plain text ones in the container's own codec.
    """
    mp4 = path.suffix == ".mp4"
    with av.open(str(path), "w") as out:
        out.metadata.update({"title": "The Film", "artist": "Somebody"})
        video: Any = out.add_stream("libx264", rate=25, width=64, height=48, pix_fmt="yuv420p")
        base = Fraction(1, 90000) if mp4 else Fraction(1, 1000)
        video.time_base = video.codec_context.time_base = base
        video.codec_context.options = {"preset": "ultrafast", "crf": "10", "bf": "2"}
        sounds = [_sound(out, "jpn", "Stereo", Disposition.default), _sound(out, "eng", "Talk", Disposition.comment)]
        texts = [(_text(out, "mov_text" if mp4 else "subrip", "ger"), TEXT_EVENTS)]
        if styled:
            texts.append((_text(out, "ass", "eng"), ASS_EVENTS))
        if font:
            out.add_attachment("My Font.ttf", "font/ttf", FONT)
        out.set_chapters(
            [
                {
                    "id": number,
                    "start": start,
                    "end": end,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": title},
                }
                for number, (title, start, end) in enumerate(CHAPTERS, 1)
            ]
        )
        for number, time in enumerate(times):
            frame = clips.av_frame(clips.picture(number, (64, 48)))
            frame.pts, frame.time_base = round(time / base), base
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for pitch, sound in zip((440, 880), sounds, strict=True):
            _fill(out, sound, pitch, float(times[0]), float(times[-1]) + 0.2)
        for stream, events in texts:
            for start, length, text in events:
                data = text.encode()
                packet: Any = av.Packet(len(data).to_bytes(2, "big") + data if mp4 else data)
                packet.stream, packet.time_base = stream, Fraction(1, 1000)
                packet.pts = packet.dts = start
                packet.duration = length
                out.mux(packet)
    return path


def _sound(out: Any, language: str, title: str, flag: Disposition) -> Any:
    stream = out.add_stream("aac", rate=48000)
    stream.metadata.update({"language": language, "title": title})
    stream.disposition = int(flag)
    return stream


def _text(out: Any, codec: str, language: str) -> Any:
    stream = out.add_stream(codec)
    stream.codec_context.subtitle_header = ASS_HEADER.encode()
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = language
    return stream


def _fill(out: Any, stream: Any, pitch: int, start: float, end: float) -> None:
    samples = int((end - start) * 48000)
    for offset in range(0, samples, 1024):
        count = min(1024, samples - offset)
        wave = np.sin(np.arange(offset, offset + count) * 2 * math.pi * pitch / 48000).astype(np.float32) * 0.3
        frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        frame.pts = round(start * 48000) + offset
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def read(path: Path) -> list[Packets]:
    """Every stream of a file with all its packets; attachments hold their data as one packet."""
    with av.open(str(path)) as container:
        found: dict[int, list[tuple[Fraction, bytes]]] = {stream.index: [] for stream in container.streams}
        for packet in container.demux([s for s in container.streams if s.type not in ("attachment", "data")]):
            if packet.size:
                assert packet.pts is not None
                found[packet.stream_index].append((packet.pts * Fraction(packet.time_base), bytes(packet)))
        streams = []
        for stream in container.streams:
            if stream.type == "attachment":
                found[stream.index] = [(Fraction(0), bytes(stream.data))]  # type: ignore[attr-defined]
            context = stream.codec_context
            streams.append(
                Packets(
                    kind=str(stream.type),
                    codec=context.codec.canonical_name if context is not None else "",
                    language=stream.metadata.get("language", ""),
                    title=stream.metadata.get("title", stream.metadata.get("name", "")),
                    disposition=int(stream.disposition),
                    times=tuple(time for time, _ in found[stream.index]),
                    payloads=tuple(data for _, data in found[stream.index]),
                )
            )
        return streams


def frame_times(path: Path) -> list[Fraction]:
    """When each decoded picture of the first video stream is shown, in seconds, in the order of display."""
    with av.open(str(path)) as container:
        return [frame.pts * Fraction(frame.time_base) for frame in container.decode(video=0)]  # type: ignore[operator,arg-type]


def chapters(path: Path) -> list[tuple[str, Fraction, Fraction]]:
    """Title, start and end in seconds of every chapter."""
    with av.open(str(path)) as container:
        return [
            (c["metadata"]["title"], c["start"] * Fraction(c["time_base"]), c["end"] * Fraction(c["time_base"]))
            for c in container.chapters()
        ]
