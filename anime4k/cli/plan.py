"""`anime4k plan`: what one frame's work would be, without doing it."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.describe import amount_text, bytes_text, describe_format, describe_media
from anime4k.cli.modes import decided, explanation, situation_of
from anime4k.cli.render_options import RenderRequest, add_render_options, render_request
from anime4k.errors import GLError
from anime4k.hooks.decl import Origin
from anime4k.hooks.form import Form
from anime4k.media.format import SourceFormat
from anime4k.media.images import is_image, read_image
from anime4k.media.info import MediaInfo
from anime4k.media.source import VideoSource
from anime4k.modes.form_memory import FormMemory
from anime4k.modes.forms import Choice, Driver
from anime4k.modes.pairs import Forms, compute_form
from anime4k.modes.situation import Pace
from anime4k.options import Kind, Option
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Plan, Size, Step
from anime4k.pipeline.planning import output_size, plan_for
from anime4k.pipeline.rewrites import effects, optimise

HELP = "print every pass: whether it runs, at which size, what it costs, or why it is skipped"

EXAMPLES = """
anime4k plan episode.mkv                              the mode auto, at twice the size
anime4k plan episode.mkv --shader my.glsl -s 3        one shader file, at three times the size
anime4k plan episode.mkv --size 2560x1440 --explain   and why the mode auto takes those shaders
anime4k plan picture.png --size 3840x2160 --json      the same facts for programs
anime4k plan episode.mkv --mode c-hq --no-opt fusion  what a rewrite is good for
"""

SCHEMA = 1
"""Number of the JSON layout; it changes when a field changes its meaning."""

PACE = Option(
    name="pace",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Pace.PLAY.value,
    choices=tuple(pace.value for pace in Pace),
    help="what the mode auto decides for: playing or writing a file, on a GPU or on a software renderer",
)

_MODERN = Capabilities(glsl=450, compute=True)
_BASELINE = Capabilities()


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("input", metavar="IN", help="a video or a picture")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--baseline", action="store_true", help="plan for OpenGL 4.1, which has no compute shaders, instead of 4.5"
    )
    add_options(parser, (PACE,))
    add_render_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the plan."""
    request = render_request(args, default_mode="auto")
    source, info = _look_at(args.input)
    size = output_size(source, scale=request.scale, size=request.size)
    situation = situation_of(source, size, info, Pace(args.pace))
    why = explanation(request, situation) if request.explain else None
    request = decided(replace(request, explain=False), situation)
    capabilities = _BASELINE if args.baseline else _MODERN
    forms = _forms(request, capabilities)
    plan = plan_for(
        source,
        size,
        request.shaders,
        overrides=request.overrides,
        settings=request.settings,
        request=PlanRequest(source, Size(*size), capabilities=capabilities),
        forms=forms,
    )
    choices = forms.choices(
        request.shaders, request.settings.form, source.width * source.height, compute=capabilities.compute
    )
    without = request.settings.no_rewrites
    drawn = optimise(plan, capabilities, without)
    report = _Report(args.input, source, info, request, plan, drawn, effects(plan, capabilities, without), why, choices)
    print(json.dumps(report.as_json(), indent=2) if args.json else report.as_text())
    return 0


def _forms(request: RenderRequest, able: Capabilities) -> Forms:
    """What knows the forms of networks; the device is only looked at where something was measured."""
    memory, asked = FormMemory.of_user(), request.settings.form
    if asked is not Form.AUTO or memory.empty or not able.compute:
        return Forms(None, memory)
    if not any(compute_form(shader.path) for shader in request.shaders):
        return Forms(None, memory)
    from anime4k.gl.device import Device

    try:
        device = Device.standalone(gpu=request.gpu)
    except GLError:
        return Forms(None, memory)
    try:
        return Forms(Driver.of(device.info), memory)
    finally:
        device.release()


def _look_at(path: str) -> tuple[SourceFormat, MediaInfo | None]:
    if Path(path).is_file() and is_image(path):
        return read_image(path).format, None
    with VideoSource(path) as source:
        return source.format, source.info


@dataclass(frozen=True)
class _Report:
    path: str
    source: SourceFormat
    info: MediaInfo | None
    request: RenderRequest
    plan: Plan
    """As the files say."""
    drawn: Plan
    """After the rewrites."""
    effects: tuple[str, ...]
    why: str | None
    choices: tuple[Choice, ...]

    def as_text(self) -> str:
        plan, request = self.plan, self.request
        lines = [
            *([self.why, ""] if self.why else []),
            f"source  {self.path}: {describe_format(self.source)}"
            + (f"; {describe_media(self.info)}" if self.info else ""),
            f"mode    {request.chain_text}",
            f"output  {plan.output_size} with {request.settings.scaler.value}",
            "",
            *_table(plan.steps),
        ]
        if plan.skipped:
            lines += ["", "skipped:"]
            for skip in plan.skipped:
                stage = f"{skip.stage.text}: " if skip.stage else ""
                lines += [f"  {stage}{skip.desc} ({_short(skip.origin)})", f"      {skip.reason}"]
        if plan.disabled:
            lines += ["", "left out:", *(f"  {disabled.reason}" for disabled in plan.disabled)]
        notes = (*plan.notes, *(self.info.notes if self.info else ()))
        if notes:
            lines += ["", "notes:", *(f"  {note}" for note in notes)]
        if self.choices:
            lines += ["", "forms:", *(f"  {choice.text}" for choice in self.choices)]
        if self.effects:
            lines += ["", "made cheaper:", *(f"  {effect}" for effect in self.effects)]
        cost = self.drawn.cost
        lines += [
            "",
            f"a frame: {len(plan.steps)} passes in {len(self.drawn.steps)} draws,"
            f" {amount_text(cost.reads)} texel reads, {amount_text(cost.writes)} texel writes,"
            f" {amount_text(cost.multiply_adds)} multiply-adds in networks, {bytes_text(cost.peak_bytes)} of textures",
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        plan, source, request = self.plan, self.source, self.request
        return {
            "schema": SCHEMA,
            "source": {
                "path": self.path,
                "width": source.width,
                "height": source.height,
                "model": source.model.value,
                "depth": source.depth,
                "range": source.range.label,
                "matrix": source.matrix.label,
                "primaries": source.primaries.label,
                "transfer": source.transfer.label,
                "sample_aspect_ratio": [source.sar.numerator, source.sar.denominator],
                "rotation": source.rotation,
                "deinterlaced": self.info is not None and self.info.deinterlaced,
                "notes": list(self.info.notes) if self.info else [],
            },
            "mode": request.mode,
            "auto": self._auto_json(),
            "explanation": self.why,
            "shaders": [shader.path for shader in request.shaders],
            "output": {"width": plan.output_size.width, "height": plan.output_size.height},
            "passes": [_step_json(step) for step in plan.steps],
            "skipped": [
                {
                    "desc": skip.desc,
                    "stage": skip.stage.text if skip.stage else None,
                    "file": skip.origin.path,
                    "line": skip.origin.line,
                    "reason": skip.reason,
                }
                for skip in plan.skipped
            ],
            "left_out": [{"file": disabled.path, "reason": disabled.reason} for disabled in plan.disabled],
            "notes": list(plan.notes),
            "draws": len(self.drawn.steps),
            "rewrites": list(self.effects),
            "forms": [
                {"shader": choice.name, "form": choice.form.value, "reason": choice.reason} for choice in self.choices
            ],
            "cost": {
                "reads": self.drawn.cost.reads,
                "writes": self.drawn.cost.writes,
                "multiply_adds": self.drawn.cost.multiply_adds,
                "peak_bytes": self.drawn.cost.peak_bytes,
            },
        }

    def _auto_json(self) -> dict[str, object] | None:
        decision = self.request.decision
        if decision is None:
            return None
        return {"takes": decision.mode.name, "rule": decision.rule.name, "reason": decision.rule.reason}


def _table(steps: tuple[Step, ...]) -> list[str]:
    rows = [("", "stage", "size", "reads", "writes", "mul-adds", "kind", "pass")]
    for number, step in enumerate(steps, 1):
        where = f"  ({_short(step.origin)})" if step.origin else ""
        rows.append(
            (
                str(number),
                step.stage.text if step.stage else "built in",
                str(step.size),
                amount_text(step.reads),
                amount_text(step.writes),
                amount_text(step.multiply_adds) if step.multiply_adds else "-",
                step.kind.value,
                step.desc + where,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    right = (0, 3, 4, 5)
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, [*widths, 0], strict=True))
        ).rstrip()
        for row in rows
    ]


def _short(origin: Origin) -> str:
    return f"{Path(origin.path).name}:{origin.line}"


def _step_json(step: Step) -> dict[str, object]:
    return {
        "desc": step.desc,
        "stage": step.stage.text if step.stage else None,
        "kind": step.kind.value,
        "width": step.size.width,
        "height": step.size.height,
        "reads": step.reads,
        "writes": step.writes,
        "multiply_adds": step.multiply_adds,
        "file": step.origin.path if step.origin else None,
        "line": step.origin.line if step.origin else None,
    }
