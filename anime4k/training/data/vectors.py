"""Vector art as pixels. Needs `resvg-py` from PyPI; without it vector art is left out."""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from pathlib import Path

from PIL import Image

LONGEST = 1400
"""Longest side of a rendering in pixels; the pictures that are used are half as large or less."""

_MOST_SLENDER = 4.0
_HEAD = 20_000

_VIEW = re.compile(r"""viewBox\s*=\s*["']\s*[-\d.eE]+[\s,]+[-\d.eE]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)""")
_SIDE = r"""<svg\b[^>]*?\s{}\s*=\s*["']\s*([\d.]+)"""
_WIDTH, _HEIGHT = (re.compile(_SIDE.format(name), re.DOTALL) for name in ("width", "height"))


def available() -> bool:
    """Whether vector art can be drawn."""
    return importlib.util.find_spec("resvg_py") is not None


def proportions(path: Path) -> float:
    """Width over height of the art; 0 if the file does not say."""
    text = path.read_bytes()[:_HEAD].decode("utf-8", "replace")
    if view := _VIEW.search(text):
        width, height = float(view.group(1)), float(view.group(2))
    else:
        across, down = _WIDTH.search(text), _HEIGHT.search(text)
        if across is None or down is None:
            return 0.0
        width, height = float(across.group(1)), float(down.group(1))
    return width / height if height > 0 else 0.0


def drawn(path: Path) -> Image.Image | None:
    """The art as RGBA with the longest side `LONGEST`, or None if it cannot be drawn.

    Text is left out, so that the result does not depend on the fonts of the machine.
    """
    ratio = proportions(path)
    if not 1 / _MOST_SLENDER <= ratio <= _MOST_SLENDER:
        return None
    renderer = importlib.import_module("resvg_py")
    try:
        data = renderer.svg_to_bytes(svg_path=str(path), width=round(LONGEST * min(1.0, ratio)), skip_system_fonts=True)
        picture = Image.open(io.BytesIO(bytes(data)))
        picture.load()
    except (ValueError, OSError):
        return None
    return picture.convert("RGBA") if max(picture.size) <= 2 * LONGEST else None
