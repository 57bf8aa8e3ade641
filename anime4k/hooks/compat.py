"""The two profiles of user-shader semantics; docs/user-shaders.md numbers what they decide."""

from __future__ import annotations

import enum


class Compat(enum.Enum):
    """Whose behaviour to follow where mpv's two renderers differ."""

    NEXT = "next"
    """libplacebo (mpv's default renderer)."""
    GPU = "gpu"
    """mpv's older `vo=gpu`."""
