"""Small sound files whose samples are known, made with the encoders of the PyAV wheel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
FRAME = 960


@dataclass(frozen=True)
class Piece:
    """Samples (count, channels) that begin at a time; `rate` per second, None = without time stamps."""

    samples: Samples
    at: Fraction | None = Fraction(0)


@dataclass(frozen=True)
class Track:
    """One sound track of a file to be written."""

    pieces: Sequence[Piece]
    codec: str = "pcm_f32le"
    rate: int = 48000
    layout: str = "stereo"
    metadata: dict[str, str] = field(default_factory=dict)
    default: bool = False
    bit_rate: int | None = None


def noise(seconds: float, rate: int = 48000, channels: int = 2, seed: int = 1) -> Samples:
    """Noise: no two places are alike."""
    random = np.random.default_rng(seed)
    return (random.random((round(seconds * rate), channels), np.float32) - 0.5).astype(np.float32)


def sine(seconds: float, frequency: float, rate: int = 48000, channels: int = 2, amplitude: float = 0.5) -> Samples:
    """A sine that begins at zero."""
    wave = amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave.astype(np.float32)[:, None], channels, axis=1)


def frame_of(samples: Samples, rate: int, layout: str, pts: int | None, time_base: Fraction) -> av.AudioFrame:
    """One frame of packed floats."""
    frame = av.AudioFrame(format="flt", layout=layout, samples=len(samples))
    frame.planes[0].update(np.ascontiguousarray(samples, np.float32).tobytes())
    frame.sample_rate = rate
    frame.pts = pts
    frame.time_base = time_base
    return frame


def write(path: Path, *tracks: Track, video: bool = False, options: dict[str, str] | None = None) -> Path:
    """A file with `tracks`; `video`: and with a second of black pictures."""
    with av.open(str(path), "w", options=options or {}) as container:
        streams = []
        if video:
            picture = container.add_stream("mpeg4", rate=25)
            picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
        for track in tracks:
            stream = container.add_stream(track.codec, rate=track.rate, layout=track.layout)
            if track.bit_rate:
                stream.bit_rate = track.bit_rate
            stream.metadata.update(track.metadata)
            if track.default:
                stream.disposition = av.stream.Disposition.default
            streams.append(stream)
        if video:
            for index in range(25):
                image = av.VideoFrame.from_ndarray(np.zeros((48, 32), np.uint8), format="yuv420p")
                image.pts = index
                container.mux(picture.encode(image))
            container.mux(picture.encode(None))
        packets = []
        for track, stream in zip(tracks, streams, strict=True):
            wanted = stream.codec_context.format.name
            resampler = av.AudioResampler(format=wanted, layout=track.layout, rate=track.rate)
            base = Fraction(1, track.rate)
            place = 0
            for piece in track.pieces:
                if piece.at is not None:
                    place = round(piece.at * track.rate)
                size = stream.codec_context.frame_size or FRAME
                for at in range(0, len(piece.samples), size):
                    part = piece.samples[at : at + size]
                    frame = frame_of(part, track.rate, track.layout, place, base)
                    for converted in resampler.resample(frame):
                        converted.pts, converted.time_base = place, base
                        packets += stream.encode(converted)
                    place += len(part)
            packets += stream.encode(None)
        packets.sort(key=lambda packet: (packet.dts or 0) * packet.time_base)
        for packet in packets:
            container.mux(packet)
    return path
