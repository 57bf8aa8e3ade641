"""Small test clips, made with the encoders of the PyAV wheel.

Every frame carries its number in its luma plane, as sixteen black or white cells in the lower half of the
picture, so a test can prove which frame it was given. The upper half holds a moving grey bar.

    clip = clips.write(tmp_path / "a.mkv", clips.vfr(40))
    clip.times            # Fractions of a second, one a frame, as asked for
    clips.number_of(frame.planes[0])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

COLUMNS, ROWS = 8, 2
MIN_SIDE = 16
"""Smallest picture that can carry a number; smaller ones carry it as their grey level."""


@dataclass(frozen=True)
class Clip:
    """A clip on disk: where it is and when each of its frames is shown (seconds)."""

    path: Path
    times: tuple[Fraction, ...]


@dataclass(frozen=True)
class Encoding:
    """How a clip is encoded.

    Attributes:
        codec: encoder name: libx264, libx265, mpeg2video, mpeg4, ffv1, libvpx-vp9, mjpeg, png, rawvideo, ...
        size: width and height in pixels.
        pix_fmt: pixel format of the encoder.
        gop: distance of key frames.
        b_frames: number of B-frames in a row.
        time_base: time base of encoder and, where the container allows, stream.
        container: format name, None = by extension.
        options: options of the encoder.
        mux_options: options of the container.
        sar: sample aspect ratio.
        rotation: counterclockwise degrees of the display matrix (mp4, mov), as FFmpeg counts them.
        interlaced: "" or "tff" or "bff"; the pictures then hold two moments.
        sound: whether a silent audio stream of the same length goes along.
        tags: color_range, colorspace, color_trc, color_primaries of the encoder.
        metadata: container metadata.
    """

    codec: str = "libx264"
    size: tuple[int, int] = (64, 48)
    pix_fmt: str = "yuv420p"
    gop: int = 12
    b_frames: int = 2
    time_base: Fraction = Fraction(1, 90000)
    container: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    mux_options: dict[str, str] = field(default_factory=dict)
    sar: Fraction | None = None
    rotation: int = 0
    interlaced: str = ""
    sound: bool = False
    tags: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)


def cfr(count: int, rate: Fraction | int = 25, start: Fraction | int = 0) -> list[Fraction]:
    """Times of a constant frame rate."""
    return [Fraction(start) + Fraction(index) / Fraction(rate) for index in range(count)]


def vfr(count: int, start: Fraction | int = 0) -> list[Fraction]:
    """Times with steps of 40, 120, 80 and 40 ms in turn: drawings held for one, three and two frames."""
    steps = (40, 120, 80, 40)
    times = [Fraction(start)]
    while len(times) < count:
        times.append(times[-1] + Fraction(steps[len(times) % 4], 1000))
    return times


def picture(number: int, size: tuple[int, int], moment: float | None = None) -> npt.NDArray[np.uint8]:
    """The luma plane of frame `number`, limited range.

    Args:
        number: 0 to 65535.
        size: width and height.
        moment: where the moving bar is, in frames; the number itself by default.
    """
    width, height = size
    if min(size) < MIN_SIDE:
        return np.full((height, width), 16 + 8 * (number % 27), np.uint8)
    luma = np.full((height, width), 60, np.uint8)
    bar = int((number if moment is None else moment) * 4) % max(1, width - 8)
    luma[: height // 2, bar : bar + 8] = 180
    top = height // 2
    for bit in range(COLUMNS * ROWS):
        row, column = divmod(bit, COLUMNS)
        y = (top + row * (height - top) // ROWS, top + (row + 1) * (height - top) // ROWS)
        x = (column * width // COLUMNS, (column + 1) * width // COLUMNS)
        luma[y[0] : y[1], x[0] : x[1]] = 235 if number >> bit & 1 else 16
    return luma


def number_of(luma: npt.NDArray[Any]) -> int:
    """The number in a luma plane of any depth (or a green plane, full range)."""
    height, width = luma.shape[:2]
    values = luma.astype(np.float64)
    if luma.dtype == np.uint16:  # low-aligned samples: the brightest one tells the depth
        values /= 2.0 ** max(0, int(luma.max()).bit_length() - 8)
    if min(width, height) < MIN_SIDE:
        return int(round((float(values.mean()) - 16) / 8))
    top = height // 2
    number = 0
    for bit in range(COLUMNS * ROWS):
        row, column = divmod(bit, COLUMNS)
        y = (top + row * (height - top) // ROWS, top + (row + 1) * (height - top) // ROWS)
        x = (column * width // COLUMNS, (column + 1) * width // COLUMNS)
        cell = values[y[0] + 1 : y[1] - 1, x[0] : x[1]]
        number |= int(cell.mean() > 125) << bit
    return number


def av_frame(luma: npt.NDArray[np.uint8], pix_fmt: str = "yuv420p") -> av.VideoFrame:
    """A decoder frame with this luma and colourless chroma, converted by swscale when needed."""
    height, width = luma.shape
    frame = av.VideoFrame(width, height, "yuv420p")
    chroma_size = (-(-height // 2), -(-width // 2))
    planes = (luma, np.full(chroma_size, 110, np.uint8), np.full(chroma_size, 140, np.uint8))
    for plane, values in zip(frame.planes, planes, strict=True):
        padded = np.zeros((values.shape[0], plane.line_size), np.uint8)
        padded[:, : values.shape[1]] = values
        plane.update(padded.tobytes())
    return frame if pix_fmt == "yuv420p" else frame.reformat(format=pix_fmt)


def woven(number: int, size: tuple[int, int], order: str) -> npt.NDArray[np.uint8]:
    """An interlaced picture: the bar of the second field is half a frame further."""
    first, second = picture(number, size, number), picture(number, size, number + 0.5)
    luma = first.copy()
    rows = slice(1, None, 2) if order == "tff" else slice(0, None, 2)
    luma[rows] = second[rows]
    return luma


def write(
    path: Path,
    times: Sequence[Fraction],
    encoding: Encoding | None = None,
    *,
    draw: Callable[[int], av.VideoFrame] | None = None,
) -> Clip:
    """Encode one frame for each time.

    Args:
        path: file to write.
        times: when each frame is shown, in seconds.
        encoding: how; H.264 4:2:0 of 64x48 by default.
        draw: makes frame i; by default the numbered picture.
    """
    how = encoding or Encoding()
    with av.open(str(path), "w", format=how.container, options=how.mux_options) as output:
        output.metadata.update(how.metadata)
        stream = output.add_stream(how.codec, rate=25)
        assert isinstance(stream, av.video.stream.VideoStream)
        stream.width, stream.height = how.size
        stream.pix_fmt = how.pix_fmt
        if how.sar is not None:
            stream.codec_context.sample_aspect_ratio = how.sar
            stream.sample_aspect_ratio = how.sar
        if how.rotation:
            stream.set_display_rotation(how.rotation)
        context = stream.codec_context
        # MPEG-1/2/4 and AVI know frame rates only.
        context.time_base = Fraction(1, 25) if how.codec.startswith("mpeg") else how.time_base
        stream.time_base = how.time_base
        context.gop_size = how.gop
        if how.codec in ("libx264", "libx265", "mpeg2video", "mpeg4", "mpeg1video"):
            context.max_b_frames = how.b_frames
        context.options = _options(how)
        for name, value in how.tags.items():
            setattr(context, name, value)
        if how.interlaced and how.codec == "mpeg2video":
            context.flags |= av.codec.context.Flags.interlaced_dct | av.codec.context.Flags.interlaced_me
        audio = output.add_stream("aac", rate=48000) if how.sound else None
        for index, frame in enumerate(_frames(times, how, draw)):
            frame.pts = round(times[index] / how.time_base)
            frame.time_base = how.time_base
            for packet in stream.encode(frame):
                output.mux(packet)
        for packet in stream.encode(None):
            output.mux(packet)
        if audio is not None:
            _silence(output, audio, times)
    return Clip(path, tuple(times))


def _options(how: Encoding) -> dict[str, str]:
    options = {
        "libx264": {"preset": "ultrafast", "crf": "10", "sc_threshold": "0", "bf": str(how.b_frames)},
        "libx265": {"preset": "ultrafast", "crf": "10", "x265-params": "log-level=none"},
        "mpeg2video": {"b": "4000000"},
        "mpeg4": {"b": "4000000"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "10"},
    }.get(how.codec, {})
    if how.interlaced and how.codec == "libx264":
        options["x264-params"] = f"{how.interlaced}=1"
    return {**options, **how.options}


def _frames(
    times: Sequence[Fraction], how: Encoding, draw: Callable[[int], av.VideoFrame] | None
) -> Iterable[av.VideoFrame]:
    for index in range(len(times)):
        if draw is not None:
            yield draw(index)
        elif how.interlaced:
            yield _flagged(av_frame(woven(index, how.size, how.interlaced), how.pix_fmt), how.interlaced)
        else:
            yield av_frame(picture(index, how.size), how.pix_fmt)


def _flagged(frame: av.VideoFrame, order: str) -> av.VideoFrame:
    """The frame with its interlaced flag set, which PyAV can only do through a filter."""
    graph = Graph()
    source = graph.add(
        "buffer", f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/25:pixel_aspect=1/1"
    )
    graph.link_nodes(source, graph.add("setfield", order), graph.add("buffersink"))
    graph.configure()
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    graph.vpush(frame)
    return graph.vpull()


def _silence(output: av.container.OutputContainer, audio: Any, times: Sequence[Fraction]) -> None:
    start, end = times[0], times[-1] + Fraction(1, 25)
    samples = int((end - start) * 48000)
    for offset in range(0, samples, 1024):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=min(1024, samples - offset))
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = 48000
        frame.pts, frame.time_base = round(start * 48000) + offset, Fraction(1, 48000)
        output.mux(audio.encode(frame))
    output.mux(audio.encode(None))
