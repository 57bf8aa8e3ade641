"""Subtitle files: which lie beside a video, and their contents as something the demuxer can read."""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anime4k.errors import MediaError
from anime4k.media.charset import decode

TEXT_SUFFIXES: Final = (".ass", ".ssa", ".srt", ".vtt", ".sub", ".smi", ".mpl2", ".txt")
SUFFIXES: Final = (".ass", ".ssa", ".srt", ".vtt", ".idx", ".sub", ".sup", ".mks", ".smi")
"""Suffixes of files that are looked for beside a video, the richest format first."""
MAX_TEXT: Final = 64 << 20
"""A larger text file is refused, in bytes."""
_TAG: Final = re.compile(r"[A-Za-z0-9-]{1,12}")
_FLAGS: Final = ("forced", "sdh", "cc", "hi", "default", "full", "dialogue", "signs", "songs")


@dataclass(frozen=True)
class SubtitleFile:
    """A file beside a video.

    Attributes:
        path: where it is.
        language: from its name, or "".
        title: the rest of what its name adds to that of the video, or "".
        forced: whether its name says that it is for foreign parts only.
    """

    path: Path
    language: str = ""
    title: str = ""
    forced: bool = False


def beside(video: Path) -> list[SubtitleFile]:
    """Files with the name of the video, plain or with `.language` and `.forced` before the suffix.

    A folder that cannot be read has none.
    """
    stem = video.stem.casefold()
    found: list[SubtitleFile] = []
    try:
        names = sorted(os.listdir(video.parent or "."))
    except OSError:
        return []
    stems = {name.casefold() for name in names}
    for name in names:
        path = video.parent / name
        suffix = path.suffix.casefold()
        if suffix not in SUFFIXES or path == video or not name.casefold().startswith(stem):
            continue
        if suffix == ".sub" and path.with_suffix(".idx").name.casefold() in stems:
            # The pictures that belong to the index.
            continue
        rest = path.stem[len(stem) :]
        if rest and rest[0] not in ".-_[ ":
            continue
        described = describe(path, rest)
        if described is not None and path.is_file():
            found.append(described)
    return sorted(found, key=lambda file: (SUFFIXES.index(file.path.suffix.casefold()), file.path.name.casefold()))


def describe(path: Path, rest: str) -> SubtitleFile | None:
    """What a name says; None when `rest`, what it adds to the video's, belongs to another video.

    Args:
        path: the file.
        rest: e.g. ".en", ".pt-BR.forced", "" or ".Fansub.ja".
    """
    words = [word for word in re.split(r"[.\[\]_ ]+", rest) if word]
    if not all(_TAG.fullmatch(word) for word in words) or len(words) > 4:
        return None
    plain = [word for word in words if word.casefold() not in _FLAGS]
    if plain and plain[-1].isdigit():
        # "Show 1" and "Show 10.srt": another episode.
        return None
    language = next((word for word in reversed(plain) if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?", word)), "")
    title = " ".join(word for word in words if word != language and word.casefold() != "forced")
    return SubtitleFile(path, language.lower(), title, any(word.casefold() == "forced" for word in words))


def described(path: Path) -> SubtitleFile:
    """What the name of a file that was chosen by hand says: "Show.en.forced.srt"."""
    rest = "".join(f".{word}" for word in path.stem.split(".")[1:][-2:])
    return describe(path, rest) or SubtitleFile(path)


class TextFile(io.BytesIO):
    """A text file in UTF-8 for the demuxer, which guesses the format from the name and the contents."""

    def __init__(self, path: Path, language: str = "") -> None:
        try:
            if path.stat().st_size > MAX_TEXT:
                raise MediaError(f"{path.name}: this subtitle file is larger than {MAX_TEXT >> 20} MB and is left out")
            data = path.read_bytes()
        except MediaError:
            raise
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise MediaError(f"{path.name}: the subtitle file cannot be read: {reason}") from error
        text, self.encoding = decode(data, language)
        super().__init__(text.replace("\0", "").encode("utf-8", "replace"))
        self.name = path.name.encode("utf-8", "replace").decode("utf-8")
