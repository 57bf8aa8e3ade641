"""What a path is to the player, by its extension. The contents are looked at by whoever opens it."""

from __future__ import annotations

import enum
import os
from pathlib import PurePath


class FileKind(enum.Enum):
    """What can be done with a path."""

    VIDEO = "video"
    SUBTITLES = "subtitles"
    SHADER = "shader"
    PLAYLIST = "playlist"
    FOLDER = "folder"
    UNKNOWN = "unknown"


_EXTENSIONS = {
    FileKind.VIDEO: (
        "3g2 3gp amv apng asf avi divx dv f4v flv gif ivf m2ts m2v m4v mj2 mk3d mkv mov mp4 mp4v mpe mpeg mpg mpv mts "
        "mxf nut ogm ogv qt rm rmvb ts vob webm wmv y4m"
    ),
    FileKind.SUBTITLES: "ass idx lrc mks smi srt ssa sub sup ttml vtt",
    FileKind.SHADER: "glsl hook",
    FileKind.PLAYLIST: "m3u m3u8 pls",
}
_KINDS = {f".{name}": kind for kind, names in _EXTENSIONS.items() for name in names.split()}


def kind_of(path: str) -> FileKind:
    """What `path` is: a folder when there is one, otherwise what its extension says."""
    if os.path.isdir(path):
        return FileKind.FOLDER
    return kind_by_name(path)


def kind_by_name(path: str) -> FileKind:
    """What the extension of `path` says, whatever is there."""
    return _KINDS.get(PurePath(path).suffix.lower(), FileKind.UNKNOWN)
