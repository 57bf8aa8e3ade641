"""What `upscale` says about the shaders: whether they run, and if not, why; how much they had to draw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from anime4k.cli.main import warn
from anime4k.cli.render_options import RenderRequest
from anime4k.pipeline.costs import Tally
from anime4k.pipeline.render import Renderer

_log = logging.getLogger(__name__)


def say_what_runs(renderer: Renderer, request: RenderRequest) -> None:
    """Warn of named shader files that do nothing, or of a whole mode that does nothing; log everything else."""
    plan = renderer.plan
    for message in renderer.disabled.values():
        warn(f"{message}; the picture goes on without this file")
    for skip in plan.skipped:
        _log.info("skipped: %s (%s)", skip.desc, skip.reason)
    for note in plan.notes:
        _log.info("%s", note)
    running = {step.origin.path for step in plan.steps if step.origin is not None}
    idle: dict[str, str] = {}
    for skip in plan.skipped:
        if skip.origin is not None and skip.origin.path not in running:
            idle.setdefault(skip.origin.path, skip.reason)
    if request.is_custom:
        for path, reason in idle.items():
            warn(f"{Path(path).name} does nothing here: {reason}")
    elif idle and not running:
        # A mode has shaders for other sizes as well, so that some of them rest is as it should be.
        warn(f"the mode {request.mode} does nothing here: {next(reversed(idle.values()))}")
    count = sum(len(step.passes) for step in plan.steps)
    _log.info("%d shader passes run, %d are skipped", count, len(plan.skipped))


def what_was_drawn(tally: Tally) -> Iterator[str]:
    """Lines about the frames that were not drawn, or only in parts; none where all were drawn as wholes."""
    if not tally.kept and not tally.parts:
        return
    part = f" ({tally.part:.0%} of the picture)" if tally.parts else ""
    yield (
        f"  {tally.whole} frames were drawn whole, {tally.parts} in parts{part}, {tally.kept} kept from before:"
        f" {tally.saved:.0%} of the shading saved"
    )
