"""A plan for files and sizes, without a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from anime4k.errors import PlanError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.form import Form
from anime4k.hooks.params import resolve_overrides
from anime4k.media.format import SourceFormat
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.journey import PlanRequest, make_plan
from anime4k.pipeline.plan import Plan, Size
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RGB8, OutputFormat, RenderSettings


def output_size(
    source: SourceFormat,
    *,
    scale: float | None = None,
    size: tuple[int, int] | None = None,
    multiple: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    """(width, height) of the finished picture in square pixels, after rotation.

    Args:
        source: what the frames are.
        scale: factor on the source's display size (default 2 when `size` is not given either).
        size: the exact size, which wins.
        multiple: what a scaled (width, height) must be a multiple of; the nearest one is taken.

    Raises:
        PlanError: the result is not a possible picture size.
    """
    if size is not None:
        width, height = size
    else:
        factor = 2.0 if scale is None else scale
        width, height = (
            max(1, int(float(extent) * factor / unit + 0.5)) * unit
            for extent, unit in zip(source.display_extent, multiple, strict=True)
        )
    if width < 1 or height < 1:
        raise PlanError(f"an output of {width}x{height} pixels is impossible; give a size of at least 1x1")
    return width, height


class FormChoice(Protocol):
    """Knows files that exist in two forms."""

    def drawn(
        self, files: Sequence[ShaderFile], asked: Form, pixels: int, *, compute: bool
    ) -> tuple[ShaderFile, ...]:
        """What is drawn in place of `files`, in the same order: files with the same parameters and the same picture.

        Args:
            files: a chain.
            asked: what the user wants.
            pixels: of a frame that goes in.
            compute: whether the device has compute shaders.
        """


def in_form(
    forms: FormChoice | None, files: Sequence[ShaderFile], form: Form, source: SourceFormat, able: Capabilities
) -> tuple[ShaderFile, ...]:
    """What is drawn in place of a chain on a device, for frames of a source; the chain itself without a choice."""
    if forms is None:
        return tuple(files)
    return forms.drawn(files, form, source.width * source.height, compute=able.compute)


def plan_for(
    source: SourceFormat,
    size: tuple[int, int],
    shaders: Sequence[ShaderFile] = (),
    *,
    overrides: Sequence[tuple[str, str]] = (),
    settings: RenderSettings = DEFAULT_SETTINGS,
    output: OutputFormat = RGB8,
    request: PlanRequest | None = None,
    forms: FormChoice | None = None,
) -> Plan:
    """A plan without a device: what would run and why.

    Args:
        source: what the frames are.
        size: size of the finished picture.
        shaders: shader files in order.
        overrides: (key, value) parameter overrides in order.
        settings: choices about built-in stages.
        output: what comes out.
        request: template for device capabilities.
        forms: chooses between forms of files; the files as they are unless given.
    """
    values, _ = resolve_overrides(shaders, overrides)
    template = request or PlanRequest(source, Size(*size))
    return make_plan(
        replace(
            template,
            source=source,
            size=Size(*size),
            files=in_form(forms, shaders, settings.form, source, template.capabilities),
            values=tuple(tuple(mapping.items()) for mapping in values),
            settings=settings,
            output=output,
        )
    )
