"""Passes of our own that change nothing: the yardstick for what a shader does to the picture."""

from __future__ import annotations

from pathlib import Path

from anime4k.hooks.decl import ShaderFile
from anime4k.quality import downloads


def noop_for(file: ShaderFile) -> Path:
    """A shader file that hooks the first stage the file hooks and returns what it got.

    With it a peer takes the same way through its pipeline (separate textures, half floats) as with the file.
    """
    stage = next(stage for declaration in file.passes for stage in declaration.hooks)
    text = f"//!HOOK {stage.text}\n//!BIND HOOKED\n//!DESC nothing\n"
    text += "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
    path = downloads.folder() / f"noop-{stage.text}.glsl"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path
