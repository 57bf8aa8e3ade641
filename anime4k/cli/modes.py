"""What the mode auto decides about a file, and how that is said."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from anime4k.cli.main import warn
from anime4k.cli.render_options import RenderRequest
from anime4k.media.format import SourceFormat
from anime4k.media.info import MediaInfo
from anime4k.modes.rules import explain
from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import OFF, find_mode

_log = logging.getLogger(__name__)


def situation_of(source: SourceFormat, size: tuple[int, int], info: MediaInfo | None, pace: Pace) -> Situation:
    """What the mode auto looks at.

    Args:
        source: what the frames are.
        size: (width, height) of the output in pixels.
        info: facts about the file, None for a still picture.
        pace: how quickly a frame must be done.
    """
    return Situation(
        source=source.display_size,
        output=size,
        frame_rate=info.frame_rate if info else None,
        interlaced=info is not None and info.deinterlaced,
        pace=pace,
    )


def decided(
    request: RenderRequest, situation: Situation, say: Callable[[str], None] | None = None, *, name: str = ""
) -> RenderRequest:
    """`request` with the shaders that it comes to in `situation`; explains itself when asked to.

    Args:
        request: the options.
        situation: the source on its way to the output.
        say: prints an explanation for people; standard error when None.
        name: what the source is called, where one run may have several of them.
    """
    whose = f"{name}: " if name else ""
    if request.explain:
        (say or _to_stderr)(whose + explanation(request, situation))
    result = request.decided(situation)
    if result.decision is not None:
        text = f"{whose}the mode auto takes {result.decision.mode.name} ({result.decision.text})"
        if result.decision.mode == OFF and not request.live_action and not request.explain:
            warn(text)
        else:
            _log.info("%s", text)
    return result


def explanation(request: RenderRequest, situation: Situation) -> str:
    """Why `request` comes to its shaders, in lines of text."""
    if request.automatic:
        return explain(request.seen(situation))
    if request.is_custom:
        return "the shaders were named one by one, so no mode is used"
    mode = find_mode(request.mode)
    return f"the mode {mode.name} was named: for {mode.summary}"


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
