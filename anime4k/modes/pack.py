"""Where the shader files of the pack are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

from anime4k.errors import UsageError
from anime4k.hooks.bundle import preamble
from anime4k.hooks.syntax import nearest

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


def locate(name: str) -> Path:
    """The shader file that the user means: an existing path, else a name of the pack.

    Raises:
        UsageError: there is neither, or only a folder.
    """
    path = Path(name)
    if path.exists() and not path.is_dir():
        return path
    found = pack_file(name)
    if found is None and path.is_dir():
        raise UsageError(f"{name} is a folder: name a shader file in it")
    if found is None:
        near = nearest(name, [file.stem for file in pack_files()])
        hint = f"did you mean {near}?" if near else "'anime4k shaders list' shows the pack"
        raise UsageError(f"{name} is neither a shader file nor a name of the pack; {hint}")
    return found


def purpose(path: Path) -> str:
    """What a shader file of the pack is for: the sentences behind its name at the top; empty when it has none."""
    begin, found = f"// {path.stem}: ", []
    for line in preamble(path.read_bytes()).splitlines():
        if line.startswith(begin):
            found.append(line.removeprefix(begin))
        elif found and line.strip("/ ") == "":
            break
        elif found:
            found.append(line.removeprefix("// "))
    return " ".join(found)
