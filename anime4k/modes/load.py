"""From the name of a shader to its parsed file."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.errors import Anime4kError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file
from anime4k.modes.pack import locate, pack_directory, pack_file
from anime4k.modes.table import Mode


@dataclass(frozen=True)
class Loaded:
    """The shader files of a chain.

    Attributes:
        shaders: those that could be read, in order.
        problems: what is wrong with the others, each a sentence without a final stop.
    """

    shaders: tuple[ShaderFile, ...]
    problems: tuple[str, ...] = ()


def load_mode(mode: Mode) -> Loaded:
    """Read and parse the files of `mode`; a file that cannot be read is left out and named."""
    shaders: dict[str, ShaderFile] = {}
    problems: list[str] = []
    for name in dict.fromkeys(mode.shaders):
        path = pack_file(name)
        if path is None:
            problems.append(f"the mode {mode.name} needs {name}, which is missing in {pack_directory()}")
            continue
        try:
            shaders[name] = parse_file(path)
        except Anime4kError as error:
            problems.append(str(error))
    return Loaded(tuple(shaders[name] for name in mode.shaders if name in shaders), tuple(problems))


def load_shader(name: str) -> ShaderFile:
    """Read and parse one file, named by its path or as in the pack.

    Raises:
        UsageError: there is no such file.
        ShaderError: its text cannot be used.
    """
    return parse_file(locate(name))
