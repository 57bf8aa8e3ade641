"""One opened container and the frames of its video stream as the decoder gives them."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path

import av
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from anime4k.errors import MediaError, UsageError
from anime4k.media.decoding import FAILURES, decoded
from anime4k.media.info import is_cover
from anime4k.media.probe import MAX_PIXELS, MAX_SIDE
from anime4k.media.reader import AbortableFile, ReadAborted

_BUFFER_BYTES = 1 << 17
_NOT_VIDEO = {
    "tty": "is a text file, not a video",
    "hls": "is a playlist, not a video",
    "concat": "is a playlist, not a video",
    "dash": "is a playlist, not a video",
    "sdp": "is a stream description, not a video",
    "lrc": "is a text file, not a video",
}



class RawVideo:
    """A container opened for decoding its video stream.

    Args:
        path: the file.
        hwdec: "no", "auto" or the name of a device type.
        threads: decoder threads, 0 = as many as useful.
        abort: ends all reading when set.

    Raises:
        MediaError: the file is missing, unreadable, not a video, or of an unknown codec.
        UsageError: no such hardware decoder.
    """

    container: InputContainer
    stream: VideoStream

    def __init__(self, path: Path, hwdec: str, threads: int, abort: threading.Event) -> None:
        self.path = path
        self.abort = abort
        self.notes: list[str] = []
        self.damaged = 0
        """Packets that could not be read or decoded, and frames with concealed damage."""
        self.hardware = ""
        """Device type that decodes, "" = software."""
        self._threads = threads
        self._file: AbortableFile | None = None
        self._devices = hardware_devices(hwdec)
        self.open()
        if hwdec not in ("no", "auto") and not self.hardware:
            self.notes.append(f"hardware decoding with {hwdec} is not available; the video is decoded in software")

    def open(self) -> None:
        """Open the file, again if it was open: the position is then exactly the first frame."""
        self.close()
        _check_path(self.path)
        for device in self._devices:
            try:
                self._open(HWAccel(device_type=device, allow_software_fallback=True))
            except ReadAborted:
                raise
            except MediaError:
                self.close()
                continue
            if self.stream.codec_context.is_hwaccel:
                self.hardware = device
                self._devices = [device]
                return
            self.close()
        self._devices = []
        self.hardware = ""
        self._open(None)

    def _open(self, hwaccel: HWAccel | None) -> None:
        try:
            self._file = AbortableFile(self.path, self.abort)
            self.container = av.open(
                self._file,
                "r",
                metadata_errors="replace",
                buffer_size=_BUFFER_BYTES,
                options={"max_pixels": str(MAX_PIXELS)},
                hwaccel=hwaccel,
            )
        except ReadAborted:
            self._close_file()
            raise
        except FAILURES as error:
            self._close_file()
            raise open_error(self.path, error) from error
        try:
            self.stream = _video_stream(self.container, self.path)
            for other in self.container.streams:
                other.discard = Discard.default if other.index == self.stream.index else Discard.all
            context = self.stream.codec_context
            context.thread_count = self._threads
            context.thread_type = "AUTO"
            context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; harmless when closed."""
        container = getattr(self, "container", None)
        if container is not None:
            container.close()
            del self.container
        self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def seekable(self) -> bool:
        """Whether the file can be read from another place: a pipe cannot."""
        return self._file is not None and self._file.seekable()

    def seek(self, ticks: int) -> bool:
        """Move to a key frame before `ticks` (stream time base) if the container can; False when it cannot."""
        try:
            self.container.seek(ticks, stream=self.stream)
        except ReadAborted:
            raise
        except FAILURES:
            return False
        return True

    def frames(self) -> Iterator[av.VideoFrame]:
        """Decoded frames in presentation order from the current position; damage is counted, never raised.

        Raises:
            ReadAborted: reading was ended on request.
        """
        return decoded(
            lambda: self.container.demux(self.stream),
            lambda packet: self.stream.codec_context.decode(packet),
            self.abort,
            self._count,
        )

    def _count(self) -> None:
        self.damaged += 1


def hardware_devices(hwdec: str) -> list[str]:
    """The kinds of hardware to try for "no", "auto" or a name.

    Raises:
        UsageError: no such hardware decoder.
    """
    if hwdec in ("no", ""):
        return []
    built_in = [name for name in hwdevices_available() if name != "none"]
    if hwdec == "auto":
        return built_in
    if hwdec in built_in:
        return [hwdec]
    known = ("vdpau", "cuda", "vaapi", "dxva2", "qsv", "videotoolbox", "d3d11va", "drm", "vulkan", "d3d12va", "amf")
    if hwdec in known:
        return []
    raise UsageError(f"unknown hardware decoder '{hwdec}'; use no, auto or one of {', '.join(built_in) or 'none here'}")


def _check_path(path: Path) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise open_error(path, error) from error
    if path.is_dir():
        raise MediaError(f"{path}: is a folder; name a video file")
    if path.is_file() and status.st_size == 0:
        raise MediaError(f"{path}: the file is empty; copy or download it again")


def open_error(path: Path, error: BaseException) -> MediaError:
    """The error that a user sees for an exception of `av.open`: one sentence."""
    number = getattr(error, "errno", None)
    if isinstance(error, FileNotFoundError) or number == errno.ENOENT:
        return MediaError(f"{path}: there is no such file; check the name")
    if isinstance(error, PermissionError) or number in (errno.EACCES, errno.EPERM):
        return MediaError(f"{path}: the file may not be read; check its permissions")
    if isinstance(error, IsADirectoryError):
        return MediaError(f"{path}: is a folder; name a video file")
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return MediaError(f"{path}: the file asks for more memory than there is; it is probably damaged")
    if isinstance(error, (av.InvalidDataError, EOFError, ValueError, IndexError)):
        return MediaError(f"{path}: is not a video, or too damaged to open; check the file with another player")
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return MediaError(f"{path}: cannot be opened ({reason}); check the file")


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    for name in container.format.name.split(","):
        if name in _NOT_VIDEO:
            raise MediaError(f"{path}: {_NOT_VIDEO[name]}; name a video file")
    videos = [stream for stream in container.streams if stream.type == "video"]
    moving = [stream for stream in videos if not is_cover(stream)]
    if not moving:
        only = "only cover art and sound" if videos else "no video stream"
        raise MediaError(f"{path}: holds {only}; name a file with a picture")
    usable = [stream for stream in moving if stream.codec_context is not None]
    if not usable:
        raise MediaError(f"{path}: no decoder is built in for the codec of its video stream; convert the file")
    best = next((stream for stream in usable if stream.disposition & Disposition.default), usable[0])
    assert isinstance(best, VideoStream)
    return best


def check_size(path: Path, picture: av.VideoFrame) -> None:
    """Raise `MediaError` for a picture larger than `MAX_SIDE` or `MAX_PIXELS`."""
    if max(picture.width, picture.height) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
        raise MediaError(
            f"{path}: a picture of {picture.width}x{picture.height} is larger than {MAX_SIDE} pixels a side "
            f"or {MAX_PIXELS >> 20} million pixels; scale it down first"
        )
