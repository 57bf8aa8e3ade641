"""Where the shader files of the pack are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent

SUFFIX = ".glsl"


def pack_directory() -> Path:
    """The folder that holds the shader files."""
    installed = _PACKAGE / "shaders"
    return installed if installed.is_dir() else _PACKAGE.parent / "shaders"


def pack_files() -> tuple[Path, ...]:
    """Every shader file of the pack, sorted by name."""
    return tuple(sorted(pack_directory().glob(f"*{SUFFIX}")))


def pack_file(name: str) -> Path | None:
    """The file of the pack shader `name` (with or without the extension), or None when there is none."""
    wanted = name.removesuffix(SUFFIX)
    return next((path for path in pack_files() if path.stem == wanted), None)
