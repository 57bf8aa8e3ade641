"""A video through the renderer into a new file."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from anime4k.cli.main import warn
from anime4k.cli.modes import decided, situation_of
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest
from anime4k.cli.stopping import StopRequest
from anime4k.cli.upscale_format import fitted_size, output_format, to_planes, video_spec
from anime4k.cli.upscale_report import say_what_runs
from anime4k.errors import Anime4kError, MediaError, UsageError
from anime4k.gl.device import Device
from anime4k.media.decoder import END, DecoderThread
from anime4k.media.encoders import Encoder, EncodingRequest, choose_encoder
from anime4k.media.frame import Frame
from anime4k.media.info import MediaInfo
from anime4k.media.sink import CopyFrom, VideoSink, Written
from anime4k.media.spec import Plane, VideoSpec
from anime4k.modes.forms import Driver
from anime4k.modes.pairs import Forms
from anime4k.modes.situation import Pace
from anime4k.pipeline.costs import Tally
from anime4k.pipeline.render import Renderer
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
        made: pictures made by this run; an earlier one may have made the others.
        tally: how much of them was drawn.
        seconds: how long it took.
        damaged: damaged places of the source.
        complete: whether the work ended by itself; False when the user or a failure stopped it.
        failure: what stopped it early, None = nothing did.
    """

    written: Written
    encoder: Encoder
    size: tuple[int, int]
    made: int
    tally: Tally
    seconds: float
    damaged: int
    complete: bool
    failure: Anime4kError | None = None


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A video that is ready to be upscaled.

    Attributes:
        info: the source.
        origin: time of its first frame in seconds on its own clock.
        first: the first frame wanted.
        encoder: what will encode the pictures.
        size: (width, height) of the pictures.
        spec: the output as its tags will describe it.
        shift: time of the source in seconds that becomes 0, 0 = times stay as they are.
        renderer: configured for `first`.
    """

    info: MediaInfo
    origin: float
    first: Frame
    encoder: Encoder
    size: tuple[int, int]
    spec: VideoSpec
    shift: Fraction
    renderer: Renderer


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
            return Upscaling(device, decoder, stop, source, target, request, options).run()
        finally:
            decoder.stop()


class Upscaling:
    """The state of one video being upscaled.

    Args:
        device: where to draw.
        decoder: not started yet.
        stop: the user's wish to stop.
        source: the video.
        target: the file to write.
        request: what to draw with.
        options: what was asked about the video.
    """

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
        self._said = 0
        self._made = 0

    def run(self) -> Outcome:
        """Do it; raises as `upscale_video`."""
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
        pace = Pace.of(playing=False, software=self._device.info.is_software)
        self._request = decided(self._request, situation_of(first.format, size, info, pace), name=str(self._source))
        renderer = Renderer(
            self._device,
            self._request.shaders,
            overrides=self._request.overrides,
            settings=self._request.settings,
            output=output,
            forms=Forms(Driver.of(self._device.info)),
        )
        try:
            renderer.configure(first.format, size)
            say_what_runs(renderer, self._request)
            work = Prepared(
                info=info,
                origin=origin,
                first=first,
                encoder=encoder,
                size=size,
                spec=video_spec(first, info, size, output),
                shift=self._shift(first),
                renderer=renderer,
            )
            written = self._produce(work)
            tally = renderer.executor.tally
        finally:
            renderer.release()
        latest = self._decoder.info
        for note in (*written.notes[self._said :], *(latest.notes if latest is not None else ())):
            warn(note)
        return Outcome(
            written=written,
            encoder=encoder,
            size=size,
            made=self._made,
            tally=tally,
            seconds=time.monotonic() - began,
            damaged=self._damaged(),
            complete=self._complete(),
            failure=self._failure,
        )

    def _produce(self, work: Prepared) -> Written:
        """Draw, encode and finish everything; what was made before a failure or a stop is finished as well."""
        with self._sink(work) as sink:
            self._say(sink)
            whole = self._draw(work, work.first, lambda planes, frame: sink.add(planes, frame.pts, frame.duration))
            if self._failure is not None and not sink.frames:
                raise self._failure
            return sink.finish(whole=whole)

    def _sink(self, work: Prepared, scratch: Path | None = None) -> VideoSink:
        copy = CopyFrom(path=self._source, video_index=main_video(work.info)) if self._options.copy_streams else None
        return VideoSink(
            self._target,
            work.spec,
            work.encoder,
            copy=copy,
            shift=work.shift,
            overwrite=self._options.overwrite,
            scratch=scratch,
        )

    def _say(self, sink: VideoSink) -> None:
        for note in sink.notes:
            warn(note)
        self._said = len(sink.notes)

    def _complete(self) -> bool:
        """Whether the work ended by itself."""
        return not self._stop.requested and self._failure is None

    def _damaged(self) -> int:
        """Damaged places of the source."""
        return self._decoder.damaged

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

    def _draw(
        self, work: Prepared, first: Frame | None, take: Callable[[tuple[Plane, ...], Frame], None], before: int = 0
    ) -> bool:
        """Draw all frames wanted; whether that was everything to the end of the source.

        Args:
            work: what to do.
            first: the first frame to draw, None = none is left.
            take: is given every picture as planes of the encoder, with the frame that it was made of.
            before: frames that an earlier run has drawn.
        """
        options = self._options
        limit = None if options.end_s is None else work.origin + options.end_s - 1e-6
        total = expected_frames(work.info, options)
        frame = first
        with Progress(total, "frames", self._target.name, before=before) as progress:
            while frame is not None:
                if limit is not None and frame.time >= limit:
                    progress.finish()
                    return False
                picture = self._render(work.renderer, frame, work.size)
                if picture is None:
                    return False
                take(to_planes(picture, work.encoder), frame)
                self._made += 1
                progress.update(before + self._made)
                if before + self._made == options.frames:
                    return False
                frame = self._next()
            if self._stop.requested or self._failure is not None:
                return False
            progress.finish()
            return True

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
