"""Which codecs this build of FFmpeg has."""

from __future__ import annotations

from collections.abc import Callable

import av


def has_decoder(name: str) -> bool:
    """Whether video, sound or text of the codec `name` can be decoded."""
    return _has(lambda: av.Codec(name, "r"))


def has_encoder(name: str) -> bool:
    """Whether there is an encoder called `name`."""
    return _has(lambda: av.Codec(name, "w"))


def libraries() -> str:
    """PyAV's version and that of FFmpeg's codec library."""
    codec = ".".join(str(part) for part in av.library_versions.get("libavcodec", ()))
    return f"PyAV {av.__version__}, libavcodec {codec}"


def _has(look_up: Callable[[], object]) -> bool:
    try:
        look_up()
    except (av.FFmpegError, ValueError):
        return False
    return True
