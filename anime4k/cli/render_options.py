"""The options that every rendering command shares, and what they come to."""

from __future__ import annotations

import argparse
import enum
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.main import warn
from anime4k.cli.mode_list import mode_list
from anime4k.errors import ShaderError, UsageError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.form import Form
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file
from anime4k.hooks.stages import Stage
from anime4k.modes.load import load_mode
from anime4k.modes.options import MODE_OPTIONS
from anime4k.modes.pack import locate
from anime4k.modes.rules import Decision, decide
from anime4k.modes.situation import Situation
from anime4k.modes.table import AUTO, Mode, find_mode
from anime4k.pipeline.options import RENDER_OPTIONS
from anime4k.pipeline.settings import Dither, Light, RenderSettings, Scaler

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
        shaders: the parsed files in the order in which they run; empty while the mode auto has not decided.
        overrides: PARAM values, (name or shader/name, text), in the order given.
        settings: settings of the built-in stages.
        scale: output size as a factor of the source; None exactly when `size` is given.
        size: output (width, height) in pixels, or None.
        scale_given: whether the user asked for `scale`, or it is the default of 2.
        source_model: how shaders see an RGB source.
        mode: name of the mode that was asked for, `CUSTOM_MODE` when files were named.
        gpu: number of the GPU, None = the system's default.
        live_action: whether the user says that the source is no drawing.
        explain: whether the rules of the mode auto are to be printed.
        decision: what the mode auto takes, None before `decided` and for other modes.
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
    live_action: bool = False
    explain: bool = False
    decision: Decision | None = None

    @property
    def automatic(self) -> bool:
        """Whether the source and the output decide about the shaders."""
        return self.mode == AUTO.name

    @property
    def is_custom(self) -> bool:
        """Whether the shaders were named one by one."""
        return self.mode == CUSTOM_MODE

    def seen(self, situation: Situation) -> Situation:
        """`situation` with what the options say about it."""
        return replace(situation, live_action=self.live_action)

    def settings_for(self, shaders: Sequence[ShaderFile]) -> RenderSettings:
        """The settings with which `shaders` are drawn: those that hook a plane see RGB sources as YUV."""
        model = self.source_model
        as_yuv = model is SourceModel.YUV or (model is SourceModel.AUTO and hooks_a_plane(shaders))
        return replace(self.settings, rgb_as_yuv=as_yuv)

    def decided(self, situation: Situation) -> RenderRequest:
        """The same request with the shaders that the mode auto takes in `situation`; others stay as they are."""
        if not self.automatic:
            return self
        decision = decide(self.seen(situation))
        if self.decision is not None and decision.mode == self.decision.mode:
            return replace(self, decision=decision)
        return replace(self, decision=decision)._with_shaders(load_shaders(decision.mode))

    def _with_shaders(self, shaders: tuple[ShaderFile, ...]) -> RenderRequest:
        for message in resolve_overrides(shaders, self.overrides)[1]:
            warn(message)
        return replace(self, shaders=shaders, settings=self.settings_for(shaders))

    @property
    def chain_text(self) -> str:
        """The mode and its shaders in words."""
        shaders = ", ".join(shader.name for shader in self.shaders) or "no shader"
        if self.decision is None:
            return f"{self.mode}: {shaders}"
        return f"{self.mode} takes {self.decision.mode.name} ({self.decision.rule.name}): {shaders}"


def add_render_options(parser: argparse.ArgumentParser) -> None:
    """Declare the shared options on `parser`."""
    add_options(parser, (*MODE_OPTIONS, *RENDER_OPTIONS), title="picture")
    parser.add_argument("--list-modes", action=_ListModes, help="list the modes with what each is for, and leave")
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
    model = SourceModel(args.source)
    request = RenderRequest(
        shaders=(),
        overrides=tuple(args.shader_opt),
        settings=RenderSettings(
            scaler=Scaler(args.scaler),
            sigmoid=Light(args.light) is Light.LINEAR,
            linear_downscale=Light(args.light) is Light.LINEAR,
            dither=Dither(args.dither),
            compat=Compat(args.compat),
            strength=args.strength,
            float32=args.precision == "32",
            no_rewrites=frozenset(args.no_opt),
            reuse_threshold=args.reuse_threshold,
            form=Form(args.form),
            rgb_as_yuv=model is SourceModel.YUV,
        ),
        scale=None if args.size else (args.scale or DEFAULT_SCALE),
        size=args.size,
        scale_given=args.scale is not None,
        source_model=model,
        mode=CUSTOM_MODE,
        gpu=args.gpu,
        live_action=args.live_action,
        explain=args.explain,
    )
    if args.shader:
        return request._with_shaders(_parse_all([locate(name) for name in args.shader]))
    mode = find_mode(default_mode if args.mode is None else args.mode)
    request = replace(request, mode=mode.name)
    return request if request.automatic else request._with_shaders(load_shaders(mode))


def load_shaders(mode: Mode) -> tuple[ShaderFile, ...]:
    """The files of `mode`; what is wrong with one is a warning, and it is left out."""
    loaded = load_mode(mode)
    for problem in loaded.problems:
        warn(f"{problem}; the picture goes on without this file")
    return loaded.shaders


def hooks_a_plane(shaders: Sequence[ShaderFile]) -> bool:
    """Whether any pass hooks a stage that only sources with luma and chroma planes have."""
    return any(not _PLANE_STAGES.isdisjoint(decl.hooks) for shader in shaders for decl in shader.passes)


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


class _ListModes(argparse.Action):
    """Print the modes and leave, as --help does."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help, default=argparse.SUPPRESS)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(mode_list())
        parser.exit()


class _ListGpus(argparse.Action):
    """Print the GPUs and leave, as --help does."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help, default=argparse.SUPPRESS)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from anime4k.cli.gpus import print_gpus

        parser.exit(print_gpus())
