"""A video through the renderer into a new file."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from anime4k.cli.main import warn
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest
from anime4k.cli.stopping import StopRequest
from anime4k.cli.upscale_report import say_what_runs
from anime4k.colour import Matrix, Primaries, Range, Transfer
from anime4k.errors import Anime4kError, MediaError, UsageError
from anime4k.gl.device import Device
from anime4k.media.decoder import END, DecoderThread
from anime4k.media.encoders import Encoder, EncodingRequest, choose_encoder
from anime4k.media.format import ColourModel, SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.info import MediaInfo
from anime4k.media.sink import CopyFrom, VideoSink, Written
from anime4k.media.spec import Plane, VideoSpec
from anime4k.pipeline.render import Renderer, output_size
from anime4k.pipeline.settings import OutputFormat
from anime4k.player.timecode import parse_time

_WAIT_S = 0.2
"""How often waiting for the decoder looks whether the user wants to stop."""


@dataclass(frozen=True, kw_only=True)
class VideoOptions:
    """What `upscale` was asked about videos.

    Attributes:
        encoding: encoder options.
        start_s: seconds from the first frame where to begin, None = at the first frame.
        end_s: seconds from the first frame where to stop, None = at the end.
        frames: number of frames to stop after, None = all.
        copy_streams: whether sound, subtitles and so on come along.
        overwrite: whether an existing file may be replaced.
    """

    encoding: EncodingRequest
    start_s: float | None = None
    end_s: float | None = None
    frames: int | None = None
    copy_streams: bool = True
    overwrite: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finished video.

    Attributes:
        written: the file.
        encoder: what encoded it.
        size: (width, height) of the picture.
        seconds: how long it took.
        damaged: damaged places of the source.
        complete: whether the work ended by itself; False when the user or a failure stopped it.
        failure: what stopped it early, None = nothing did.
    """

    written: Written
    encoder: Encoder
    size: tuple[int, int]
    seconds: float
    damaged: int
    complete: bool
    failure: Anime4kError | None = None


def upscale_video(device: Device, source: Path, target: Path, request: RenderRequest, options: VideoOptions) -> Outcome:
    """Upscale one video.

    Raises:
        UsageError: options that do not fit the source or the target.
        MediaError: the source cannot be decoded, or the target cannot be written.
        PlanError: no plan can be made for the size.
        KeyboardInterrupt: the user stopped before the first frame, or a second time.
    """
    decoder = DecoderThread()
    with StopRequest(f"stopping: {target} is being finished; press Ctrl-C again to drop it") as stop:
        try:
            return _Upscaling(device, decoder, stop, source, target, request, options).run()
        finally:
            decoder.stop()


class _Upscaling:
    """The state of one video being upscaled."""

    def __init__(
        self,
        device: Device,
        decoder: DecoderThread,
        stop: StopRequest,
        source: Path,
        target: Path,
        request: RenderRequest,
        options: VideoOptions,
    ) -> None:
        self._device = device
        self._decoder = decoder
        self._stop = stop
        self._source = source
        self._target = target
        self._request = request
        self._options = options
        self._failure: Anime4kError | None = None

    def run(self) -> Outcome:
        began = time.monotonic()
        info, origin = self._open()
        first = self._next()
        if first is None:
            if self._stop.requested:
                raise KeyboardInterrupt
            raise self._failure or MediaError(f"{self._source}: there is no frame to upscale; the file is damaged")
        encoder = choose_encoder(self._target, first.format.depth, self._options.encoding)
        size = fitted_size(first.format, self._request, encoder)
        output = output_format(first.format, encoder)
        if first.format.transfer.is_hdr:
            warn(f"{self._source} is HDR ({first.format.transfer.label}); the output is tone-mapped to SDR BT.709")
        renderer = Renderer(
            self._device,
            self._request.shaders,
            overrides=self._request.overrides,
            settings=self._request.settings,
            output=output,
        )
        try:
            renderer.configure(first.format, size)
            say_what_runs(renderer)
            sink = VideoSink(
                self._target,
                video_spec(first, info, size, output),
                encoder,
                copy=CopyFrom(path=self._source, video_index=main_video(info)) if self._options.copy_streams else None,
                shift=self._shift(first),
                overwrite=self._options.overwrite,
            )
            with sink:
                for note in sink.notes:
                    warn(note)
                said = len(sink.notes)
                whole = self._encode(first, renderer, sink, size, info, origin)
                if self._failure is not None and not sink.frames:
                    raise self._failure
                complete = not self._stop.requested and self._failure is None
                written = sink.finish(whole=whole)
        finally:
            renderer.release()
        latest = self._decoder.info
        for note in (*written.notes[said:], *(latest.notes if latest is not None else ())):
            warn(note)
        return Outcome(
            written=written,
            encoder=encoder,
            size=size,
            seconds=time.monotonic() - began,
            damaged=self._decoder.damaged,
            complete=complete,
            failure=self._failure,
        )

    def _shift(self, first: Frame) -> Fraction:
        """Which time of the source becomes 0, 0 = times stay as they are."""
        if self._options.start_s:
            return first.pts * first.time_base
        if first.pts < 0:
            warn(f"{self._source} begins at {first.time:.3f} s, before zero, which few files can hold; all moves to 0")
            return first.pts * first.time_base
        return Fraction(0)

    def _open(self) -> tuple[MediaInfo, float]:
        """The file and the time of its first frame on its own clock."""
        if self._options.copy_streams and not self._source.is_file():
            raise UsageError(
                f"{self._source} is not an ordinary file, so its sound cannot be read beside its picture;"
                " add --no-copy-streams"
            )
        self._decoder.start(self._source)
        while not self._decoder.wait_open(_WAIT_S):
            if self._stop.requested:
                raise KeyboardInterrupt
        info = self._decoder.info
        assert info is not None
        if self._options.start_s:
            if info.duration_s is not None and self._options.start_s >= info.duration_s:
                raise UsageError(
                    f"--start {self._options.start_s:g} is beyond the end of {self._source} ({info.duration_s:.3f} s)"
                )
            self._decoder.seek(info.start_s + self._options.start_s)
        return info, info.start_s

    def _next(self) -> Frame | None:
        """The next frame; None at the end, after a failure, or when the user wants to stop."""
        while not self._stop.requested:
            try:
                item = self._decoder.get(_WAIT_S)
            except Anime4kError as error:
                self._failure = error
                return None
            if item is END:
                return None
            if isinstance(item, Frame):
                return item
        return None

    def _encode(
        self,
        first: Frame,
        renderer: Renderer,
        sink: VideoSink,
        size: tuple[int, int],
        info: MediaInfo,
        origin: float,
    ) -> bool:
        """Render and encode all frames wanted; whether that was everything to the end of the source."""
        options = self._options
        limit = None if options.end_s is None else origin + options.end_s - 1e-6
        total = expected_frames(info, options)
        done = 0
        frame: Frame | None = first
        with Progress(total, "frames", self._target.name) as progress:
            while frame is not None:
                if limit is not None and frame.time >= limit:
                    return False
                picture = self._render(renderer, frame, size)
                if picture is None:
                    return False
                sink.add(to_planes(picture, sink.encoder), frame.pts, frame.duration)
                done += 1
                progress.update(done)
                if done == options.frames:
                    return False
                frame = self._next()
        return not self._stop.requested and self._failure is None

    def _render(self, renderer: Renderer, frame: Frame, size: tuple[int, int]) -> tuple[Plane, ...] | None:
        """The upscaled picture; None when drawing failed, so that what is done so far can be kept."""
        try:
            renderer.configure(frame.format, size)
            renderer.render(frame.planes, frame.time)
            return renderer.read()
        except Anime4kError as error:
            self._failure = error
            return None


def main_video(info: MediaInfo) -> int:
    """Index of the video stream that `VideoSource` plays: the default one, else the first."""
    moving = [stream for stream in info.streams if stream.kind == "video" and not stream.cover]
    usable = [stream for stream in moving if stream.codec != "unknown"]
    return next((stream for stream in usable if stream.default), usable[0]).index


def expected_frames(info: MediaInfo, options: VideoOptions) -> float | None:
    """How many frames there will be, as far as the file tells; None = no idea."""
    if options.start_s or options.end_s or not info.frame_count:
        end = options.end_s if options.end_s is not None else info.duration_s
        if info.duration_s is not None and end is not None:
            end = min(end, info.duration_s)
        rate = info.frame_rate
        total = None if end is None or not rate else max(1.0, round((end - (options.start_s or 0.0)) * float(rate)))
    else:
        total = float(info.frame_count)
    if options.frames is None:
        return total
    return float(options.frames) if total is None else min(total, float(options.frames))


def fitted_size(source: SourceFormat, request: RenderRequest, encoder: Encoder) -> tuple[int, int]:
    """The size of the output: as asked, in square pixels, whole in the chroma samples of the encoder.

    Raises:
        UsageError: --size does not fit the chroma subsampling.
    """
    width, height = output_size(source, scale=request.scale, size=request.size)
    sub_x, sub_y = encoder.subsampling
    fitted = (-(-width // sub_x) * sub_x, -(-height // sub_y) * sub_y)
    if request.size is not None and fitted != (width, height):
        raise UsageError(
            f"--size {width}x{height} does not fit the pixel format {encoder.pixel_format}, which needs even sides;"
            f" use {fitted[0]}x{fitted[1]}, or --pix-fmt yuv444p"
        )
    return fitted


def output_format(source: SourceFormat, encoder: Encoder) -> OutputFormat:
    """What the renderer has to deliver: the source's own matrix and range in the encoder's layout."""
    if encoder.is_rgb:
        return OutputFormat(depth=encoder.depth, matrix=Matrix.RGB, range=Range.FULL)
    converted = source.transfer.is_hdr or source.primaries.is_wide or source.model is ColourModel.RGB
    return OutputFormat(
        depth=encoder.depth,
        matrix=Matrix.BT709 if converted else source.matrix,
        range=Range.LIMITED if source.model is ColourModel.RGB else source.range,
        subsampling=encoder.subsampling,
        chroma_site=source.chroma_site,
    )


def video_spec(first: Frame, info: MediaInfo, size: tuple[int, int], output: OutputFormat) -> VideoSpec:
    """The video as its tags will describe it."""
    source = first.format
    wide = source.primaries.is_wide
    return VideoSpec(
        width=size[0],
        height=size[1],
        time_base=first.time_base,
        frame_rate=info.frame_rate,
        matrix=output.matrix,
        range=output.range,
        primaries=Primaries.BT709 if wide else source.primaries,
        transfer=Transfer.BT1886 if source.transfer.is_hdr else source.transfer,
        chroma_site=output.chroma_site,
    )


def to_planes(picture: tuple[Plane, ...], encoder: Encoder) -> tuple[Plane, ...]:
    """What the renderer delivers as the encoder's planes: RGB in one plane becomes G, B and R."""
    if not encoder.is_rgb:
        return picture
    return tuple(np.ascontiguousarray(picture[0][..., channel]) for channel in (1, 2, 0))


def video_options(args: argparse.Namespace, *, overwrite: bool) -> VideoOptions:
    """The options of the command line.

    Raises:
        UsageError: a time that is none, or --end not after --start.
    """
    start = None if args.start is None else parse_time(args.start, "--start")
    end = None if args.end is None else parse_time(args.end, "--end")
    if end is not None and end <= (start or 0.0):
        raise UsageError(f"--end {args.end} is not after --start {args.start or 0}")
    return VideoOptions(
        encoding=EncodingRequest(
            codec=args.codec,
            crf=args.crf,
            preset=args.preset,
            pixel_format=args.pix_fmt,
            options=tuple(args.encoder_option),
        ),
        start_s=start,
        end_s=end,
        frames=args.frames,
        copy_streams=not args.no_copy_streams,
        overwrite=overwrite,
    )
