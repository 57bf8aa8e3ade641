"""What `upscale` says about the shaders: whether they run, and if not, why."""

from __future__ import annotations

import logging
from pathlib import Path

from anime4k.cli.main import warn
from anime4k.pipeline.render import Renderer

_log = logging.getLogger(__name__)


def say_what_runs(renderer: Renderer) -> None:
    """Warn of shader files that do nothing, and log everything else."""
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
    for path, reason in idle.items():
        warn(f"{Path(path).name} does nothing here: {reason}")
    count = sum(1 for step in plan.steps if step.origin is not None)
    _log.info("%d shader passes run, %d are skipped", count, len(plan.skipped))
