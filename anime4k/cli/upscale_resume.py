"""`upscale --resume`: a video in segments, so that an interrupted run goes on after the last finished one."""

from __future__ import annotations

import hashlib
import json
import sys
import time
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from anime4k import __version__
from anime4k.cli.main import warn
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest
from anime4k.cli.stopping import StopRequest
from anime4k.cli.upscale_video import Outcome, Prepared, Upscaling, VideoOptions
from anime4k.errors import Anime4kError, MediaError, OutputError, UsageError
from anime4k.gl.device import Device
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.write import write
from anime4k.media.decoder import DecoderThread
from anime4k.media.fingerprint import codec_version, file_fingerprint
from anime4k.media.frame import Frame
from anime4k.media.join import join
from anime4k.media.journal import Journal, Segment, WorkFolder, sealed_segment
from anime4k.media.segment import SegmentWriter, segment_muxer
from anime4k.media.sink import Written
from anime4k.media.source import RESTARTING_CLOCKS
from anime4k.media.spec import Plane
from anime4k.media.timeline import Timeline

SEGMENT_S = 20.0
"""Seconds of video in a segment."""

PATIENCE_S = 120.0
"""Seconds of work after which a segment ends early, so that slow shaders do not lose long work either."""

_LEAST_S = 2.0
"""Seconds of video in a segment that ends early: every segment costs a key frame."""


def upscale_resumable(
    device: Device, source: Path, target: Path, request: RenderRequest, options: VideoOptions
) -> Outcome:
    """Upscale one video, going on where an earlier run of the same work ended.

    Raises:
        UsageError: options that do not fit the source or the target, or differ from those of the earlier run.
        MediaError: the source cannot be decoded, the target cannot be written, or the journal is damaged.
        PlanError: no plan can be made for the size.
        KeyboardInterrupt: the user stopped; what was done is kept.
    """
    if not source.is_file():
        raise UsageError(f"{source} is not an ordinary file, so it cannot be read again; leave out --resume")
    decoder = DecoderThread()
    with StopRequest("stopping: what is done so far is being kept; press Ctrl-C again to stop at once") as stop:
        try:
            return _Resumable(device, decoder, stop, source, target, request, options).run()
        finally:
            decoder.stop()


class _Resumable(Upscaling):
    """Upscaling into segments that are joined at the end."""

    _folder: WorkFolder
    _journal: Journal
    _timeline: Timeline
    _header: bytes

    def _produce(self, work: Prepared) -> Written:
        self._writer: SegmentWriter | None = None
        self._times: list[tuple[int, int]] = []
        self._counted = 0
        with WorkFolder(self._target) as self._folder:
            self._header = self._try_sink(work)
            self._journal, dropped = self._folder.resume(self._fingerprint(work))
            if dropped:
                warn(f"{dropped} finished parts of {self._target} were damaged on the disk and are made again")
            if self._journal.whole is None:
                self._go_on(work)
            written = self._join(work)
            self._folder.remove(self._journal)
        return written

    def _try_sink(self, work: Prepared) -> bytes:
        """The encoder's header from a sink opened for a moment, so that what would fail at the end fails now."""
        with self._sink(work, scratch=self._folder.path) as sink:
            self._say(sink)
            return sink.header

    def _complete(self) -> bool:
        return True

    def _damaged(self) -> int:
        return sum(segment.damaged for segment in self._journal.segments)

    # -- what must not change ----------------------------------------------------------------------------

    def _fingerprint(self, work: Prepared) -> dict[str, str]:
        request, options = self._request, self._options
        values = resolve_overrides(request.shaders, request.overrides)[0]
        texts = "\0".join(write(shader) for shader in request.shaders)
        info = self._device.info
        return {
            **file_fingerprint(self._source),
            "--start": _given(options.start_s),
            "--end": _given(options.end_s),
            "--frames": _given(options.frames),
            "--no-copy-streams": "off" if options.copy_streams else "on",
            "the encoder": f"{work.encoder.name} {work.encoder.pixel_format}",
            "the encoder options": " ".join(f"{key}={value}" for key, value in work.encoder.options),
            "the size of the picture": f"{work.size[0]}x{work.size[1]}",
            "the description of the video": repr(work.spec),
            "the time that becomes zero": str(work.shift),
            "the list of shaders": " ".join(Path(shader.path).name for shader in request.shaders),
            "the text of the shaders": hashlib.sha256(texts.encode("utf-8", "surrogateescape")).hexdigest(),
            "the shader parameters": json.dumps(values, sort_keys=True),
            "the picture settings": repr(request.settings),
            "the version of anime4k": __version__,
            "the version of PyAV": codec_version(),
            "the header of the encoder": hashlib.sha256(self._header).hexdigest(),
            "the graphics driver": f"{info.renderer} {info.version}",
        }

    # -- segments ----------------------------------------------------------------------------------------

    def _go_on(self, work: Prepared) -> None:
        """Make the segments that are missing."""
        self._timeline = Timeline(self._target, work.spec, work.shift)
        for segment in self._journal.segments:
            for pts, duration in zip(segment.pts, segment.durations, strict=True):
                self._timeline.add(pts, duration)
        done = self._journal.frames
        whole = False
        try:
            if self._options.frames is None or done < self._options.frames:
                first = self._first(work)
                self._counted = self._decoder.damaged if done else 0
                self._began = time.monotonic()
                whole = self._draw(work, first, lambda planes, frame: self._take(work, planes, frame), done)
            stopped = self._stop.requested or self._failure is not None
            self._seal(whole=None if stopped else whole)
        except OutputError as error:
            raise OutputError(f"{error}; {self._kept(work)}") from error
        finally:
            if self._writer is not None:
                self._writer.abort()
        if self._failure is not None:
            raise Anime4kError(f"{self._failure}; {self._kept(work)}") from self._failure
        if self._stop.requested:
            self._say_stopped(work)
            raise KeyboardInterrupt

    def _take(self, work: Prepared, planes: tuple[Plane, ...], frame: Frame) -> None:
        if self._writer is not None and self._is_due(frame):
            self._seal(whole=None)
        pts, duration = self._timeline.add(frame.pts, frame.duration)
        if self._writer is None:
            name = f"{len(self._journal.segments) + 1:05}.{segment_muxer(work.encoder)}"
            path = self._folder.file(name)
            self._writer = SegmentWriter(path, self._target, work.spec, work.encoder, self._header)
            self._name = name
            self._began = time.monotonic()
        self._writer.add(planes, pts, duration)
        self._times.append((frame.pts, frame.duration))
        self._latest = frame

    def _is_due(self, frame: Frame) -> bool:
        length = (frame.pts - self._times[0][0]) * frame.time_base
        slow = time.monotonic() - self._began >= PATIENCE_S and length >= _LEAST_S
        return length >= SEGMENT_S or slow

    def _seal(self, whole: bool | None) -> None:
        """Finish the segment at hand, if any, and note it in the journal.

        Args:
            whole: None while pictures are missing, otherwise whether the source was read to its end.
        """
        segments = self._journal.segments
        if self._writer is not None:
            sealed = self._writer.finish()
            self._writer = None
            damaged = self._decoder.damaged
            made = sealed_segment(
                self._name,
                sealed,
                self._times,
                picture=_checksum(self._latest),
                damaged=damaged - self._counted,
            )
            segments = (*segments, made)
            self._counted = damaged
            self._times = []
        journal = replace(self._journal, segments=segments, whole=whole)
        self._folder.save(journal)
        self._journal = journal

    # -- going on ----------------------------------------------------------------------------------------

    def _first(self, work: Prepared) -> Frame | None:
        """The first frame that is not done, None = none is left."""
        if not self._journal.segments:
            return work.first
        segment = self._journal.segments[-1]
        print(
            f"{self._target}: {self._journal.frames} frames are done already; going on after"
            f" {float(segment.last * work.spec.time_base):.3f} s",
            file=sys.stderr,
            flush=True,
        )
        if any(step.has_side_effects for step in work.renderer.plan.steps):
            warn("what these shaders may remember of earlier frames begins anew here")
        work.renderer.skip(self._journal.frames)
        found = False
        if work.info.container not in RESTARTING_CLOCKS:
            self._decoder.seek(float(segment.last * work.spec.time_base))
            found = self._skip_through(segment)
        if not found:
            # Times found by seeking are not those found by reading on, so read on.
            self._decoder.stop()
            self._open()
            found = self._skip_through(segment)
        if not found:
            raise MediaError(
                f"{self._source} is decoded differently than before, so the work cannot go on; remove the folder"
                f" {self._folder.path} to start anew"
            )
        return self._next()

    def _skip_through(self, segment: Segment) -> bool:
        """Read up to the last frame of a segment; whether it was found and is the same picture."""
        while (frame := self._next()) is not None:
            if frame.pts >= segment.last:
                return frame.pts == segment.last and _checksum(frame) == segment.picture
        if self._failure is not None:
            raise self._failure
        if self._stop.requested:
            raise KeyboardInterrupt
        return False

    # -- the end -----------------------------------------------------------------------------------------

    def _join(self, work: Prepared) -> Written:
        journal = self._journal
        if not journal.segments:
            raise MediaError(f"{self._source}: there is no frame to upscale; the file is damaged")

        def joined(frames: int) -> None:
            progress.update(frames)
            if self._stop.requested:
                self._say_stopped(work)
                raise KeyboardInterrupt

        try:
            with self._sink(work, scratch=self._folder.path) as sink:
                with Progress(journal.frames, "frames", f"joining {self._target.name}") as progress:
                    join(sink, journal.segments, self._folder.file, work.spec, work.shift, joined)
                return sink.finish(whole=bool(journal.whole))
        except OutputError as error:
            raise OutputError(f"{error}; {self._kept(work)}") from error

    def _kept(self, work: Prepared) -> str:
        if not self._journal.segments:
            return "nothing was finished before that"
        return (
            f"the first {self._journal.frames} frames"
            f" (up to {float(self._end(work)):.3f} s) are kept, run the same command again to go on"
        )

    def _say_stopped(self, work: Prepared) -> None:
        print(f"anime4k: stopped: {self._kept(work)}", file=sys.stderr, flush=True)

    def _end(self, work: Prepared) -> Fraction:
        return self._journal.segments[-1].last * work.spec.time_base


def _given(value: float | None) -> str:
    return "not given" if value is None else f"{value:g}"


def _checksum(frame: Frame) -> int:
    checksum = 0
    for plane in frame.planes:
        checksum = zlib.crc32(np.ascontiguousarray(plane).data, checksum)
    return checksum
