"""The options that every rendering command shares, and what they come to."""

from __future__ import annotations

import argparse
import enum
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.main import warn
from anime4k.errors import ShaderError, UsageError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file
from anime4k.hooks.stages import Stage
from anime4k.modes.pack import pack_file
from anime4k.modes.table import MODE_OPTION, find_mode
from anime4k.pipeline.options import RENDER_OPTIONS
from anime4k.pipeline.settings import RenderSettings, Scaler

_log = logging.getLogger(__name__)

DEFAULT_SCALE = 2.0
CUSTOM_MODE = "custom"
"""The mode name of a request whose shaders were named one by one."""

_PLANE_STAGES = frozenset({Stage.LUMA, Stage.CHROMA, Stage.CHROMA_SCALED})


class SourceModel(enum.Enum):
    """How shaders see an RGB source."""

    AUTO = "auto"
    YUV = "yuv"
    RGB = "rgb"


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """The shared options, checked and loaded.

    Attributes:
        shaders: the parsed files in the order in which they run.
        overrides: PARAM values, (name or shader/name, text), in the order given.
        settings: settings of the built-in stages.
        scale: output size as a factor of the source; None exactly when `size` is given.
        size: output (width, height) in pixels, or None.
        scale_given: whether the user asked for `scale`, or it is the default of 2.
        source_model: how shaders see an RGB source.
        mode: name of the mode, `CUSTOM_MODE` when files were named.
        gpu: number of the GPU, None = the system's default.
    """

    shaders: tuple[ShaderFile, ...]
    overrides: tuple[tuple[str, str], ...]
    settings: RenderSettings
    scale: float | None
    size: tuple[int, int] | None
    scale_given: bool
    source_model: SourceModel
    mode: str
    gpu: int | None


def add_render_options(parser: argparse.ArgumentParser) -> None:
    """Declare the shared options on `parser`."""
    add_options(parser, (MODE_OPTION, *RENDER_OPTIONS), title="picture")
    parser.add_argument("--list-gpus", action=_ListGpus, help="list the GPUs and leave")


def render_request(args: argparse.Namespace, *, default_mode: str) -> RenderRequest:
    """What the parsed options ask for.

    A shader file that breaks the rules of the language is left out with a warning.

    Args:
        args: from a parser that went through `add_render_options`.
        default_mode: the mode when neither --mode nor --shader is given.

    Raises:
        UsageError: an unknown mode or shader name, a missing file, or both --scale and --size.
    """
    if args.scale is not None and args.size is not None:
        raise UsageError("--scale and --size exclude each other: give one of them")
    if args.shader:
        mode_name, paths = CUSTOM_MODE, [_shader_path(name) for name in args.shader]
    else:
        mode = find_mode(args.mode or default_mode)
        mode_name, paths = mode.name, [_shader_path(name) for name in mode.shaders]
    shaders = _parse_all(paths)
    overrides = tuple(args.shader_opt)
    for message in resolve_overrides(shaders, overrides)[1]:
        warn(message)
    model = SourceModel(args.source)
    as_yuv = model is SourceModel.YUV or (model is SourceModel.AUTO and hooks_a_plane(shaders))
    return RenderRequest(
        shaders=shaders,
        overrides=overrides,
        settings=RenderSettings(
            scaler=Scaler(args.scaler),
            compat=Compat(args.compat),
            strength=args.strength,
            float32=args.precision == "32",
            rgb_as_yuv=as_yuv,
        ),
        scale=None if args.size else (args.scale or DEFAULT_SCALE),
        size=args.size,
        scale_given=args.scale is not None,
        source_model=model,
        mode=mode_name,
        gpu=args.gpu,
    )


def hooks_a_plane(shaders: Sequence[ShaderFile]) -> bool:
    """Whether any pass hooks a stage that only sources with luma and chroma planes have."""
    return any(not _PLANE_STAGES.isdisjoint(decl.hooks) for shader in shaders for decl in shader.passes)


def _shader_path(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        raise UsageError(f"{name} is a folder: name a shader file in it")
    if path.exists():
        return path
    found = pack_file(name)
    if found is None:
        raise UsageError(
            f"there is no shader file {name}, and the pack has none of that name either"
            " ('anime4k shaders list' names them)"
        )
    return found


def _parse_all(paths: Sequence[Path]) -> tuple[ShaderFile, ...]:
    shaders: list[ShaderFile] = []
    for path in paths:
        try:
            shader = parse_file(path)
        except ShaderError as error:
            warn(f"{error}; the picture goes on without this file")
            continue
        if not shader.passes:
            warn(f"{path} holds no shader pass and changes nothing; check that it is an mpv user shader")
        for remark in shader.warnings:
            _log.info("%s", remark)
        shaders.append(shader)
    return tuple(shaders)


class _ListGpus(argparse.Action):
    """Print the GPUs and leave, as --help does."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help, default=argparse.SUPPRESS)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from anime4k.cli.gpus import print_gpus

        parser.exit(print_gpus())
