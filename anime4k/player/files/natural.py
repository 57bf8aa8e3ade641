"""The order in which people put files: 2 before 10, letter case aside. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_NUMBER = re.compile(r"([0-9]+)")

Key = tuple[object, ...]


def natural_key(path: str) -> Key:
    """A key to sort paths by: folder by folder, numbers by their value, the exact spelling decides last."""
    name = PurePath(path)
    folders = tuple(_text_key(part) for part in name.parent.parts)
    return (folders, _text_key(name.stem), _text_key(name.suffix), path)


def _text_key(text: str) -> Key:
    # Full-width digits and letters are those of a keyboard, and _ stands for a space in many file names.
    plain = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    # Text and numbers take turns, so that the same places of two keys hold the same type. A number is told by the
    # count of its digits before the digits, which compares right whatever its length.
    return tuple(
        (len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part
        for place, part in enumerate(_NUMBER.split(plain))
    )
