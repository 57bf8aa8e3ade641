"""What the player writes for people and programs: the statistics text and the JSON status lines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TextIO

from anime4k.errors import OutputError
from anime4k.gl.counts import Counts
from anime4k.media.frame import Frame
from anime4k.player.pace.performance import StageTime
from anime4k.player.state import PlayerState, chain_text
from anime4k.player.timecode import format_time


def statistics_text(
    state: PlayerState, stages: Sequence[StageTime], steps: Sequence[tuple[str, float]], device: str
) -> str:
    """Counts and times as lines of text.

    Args:
        state: the state of the player.
        stages: times of the player's stages.
        steps: (step, milliseconds) of one frame, measured step by step; empty = not measured.
        device: name of the renderer.
    """
    counts = state.counts
    lines = [
        f"{state.file} at {format_time(state.position)} of {format_time(state.duration)}",
        f"  {chain_text(state.chain)}",
        f"  {_size(state.source)} to {_size(state.output)} in a window of {_size(state.window)}, drawn by {device}",
        f"  frames: {counts.shown} shown, {counts.dropped} dropped, {counts.late} late, {counts.repeated} redrawn, "
        f"{counts.damaged} damaged" + (f", {counts.hidden} while hidden" if counts.hidden else ""),
        f"  of those shown {counts.held} were kept from before, {counts.partly} drawn in parts",
    ]
    lines += [
        f"  {entry.stage.value:<24} mean {entry.mean_ms:7.2f} ms, longest {entry.longest_ms:7.2f} ms, {entry.count} x"
        for entry in stages
    ]
    if steps:
        lines.append("  one frame, step by step:")
        lines += [f"    {ms:8.2f} ms  {desc}" for desc, ms in steps]
        lines.append(f"    {sum(ms for _, ms in steps):8.2f} ms  together")
    if state.chain.reason:
        lines.append(f"  auto takes {state.chain.takes}: {state.chain.reason}")
    lines += [f"  skipped: {desc}: {reason}" for desc, reason in state.chain.skipped]
    lines += [f"  left out: {reason}" for _, reason in state.chain.disabled]
    return "\n".join(lines)


class StatusLines:
    """JSON lines for programs that watch the player: one for every shown frame and every change of state.

    `{"event": "frame", ...}` has the exact time stamp (`pts` in units of `time_base`) and
    `clock`, seconds of the system's monotonic clock when it was handed to the screen; `{"event": "state", ...}`
    everything else, `{"event": "resources", ...}` how many objects there are on the graphics device whenever that
    changes, `{"event": "end", ...}` the totals.

    Args:
        stream: where the lines go; each is flushed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: PlayerState | None = None
        self._held: Counts | None = None

    def frame(self, frame: Frame, state: PlayerState) -> None:
        """`frame` is on the screen."""
        self._write(
            event="frame",
            pts=frame.pts,
            time_base=str(frame.time_base),
            position=state.position,
            clock=time.monotonic(),
            output=state.output,
            counts=state.as_json()["counts"],
        )

    def state(self, state: PlayerState) -> None:
        """The state as it is now; written only when more than position and counts has changed."""
        still = replace(state, position=None, counts=type(state.counts)())
        if still != self._last:
            self._last = still
            self._write(event="state", **state.as_json())

    def resources(self, counts: Counts) -> None:
        """Objects on the graphics device as they are now; written when the numbers have changed."""
        if counts != self._held:
            self._held = counts
            self._write(event="resources", resources=asdict(counts))

    def end(self, state: PlayerState, reason: str) -> None:
        """The player stops."""
        self._write(event="end", reason=reason, **state.as_json())

    def _write(self, **values: object) -> None:
        try:
            self._stream.write(json.dumps(values) + "\n")
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(
                f"the status lines cannot be written ({error.strerror}); give --status-json another place"
            ) from error


class Reporter:
    """Tells people and programs what the player does.

    Args:
        say: prints a text for people.
        warn: prints a warning for people.
        status: writes status lines for programs, None = nobody watches.
    """

    def __init__(
        self, say: Callable[[str], None], warn: Callable[[str], None], status: StatusLines | None = None
    ) -> None:
        self.say = say
        self.warn = warn
        self._status = status
        self._told: set[str] = set()
        self.failures = 0
        """How often something asked for could not be written."""

    @property
    def watched(self) -> bool:
        """Whether a program reads the status lines."""
        return self._status is not None

    def warn_once(self, text: str) -> None:
        """Warn, unless the same has been said before."""
        if text not in self._told:
            self._told.add(text)
            self.warn(text)

    def closed(self, path: str, notes: Sequence[str], damaged: int) -> None:
        """A file has been played."""
        for note in notes:
            self.warn_once(f"{path}: {note}")
        if damaged:
            self.warn(f"{path}: {damaged} damaged frames or packets were skipped or concealed")

    def frame(self, frame: Frame, state: PlayerState) -> None:
        """`frame` is on the screen."""
        self._note(lambda lines: lines.frame(frame, state))

    def state(self, state: PlayerState) -> None:
        """The state as it is now."""
        self._note(lambda lines: lines.state(state))

    def resources(self, counts: Counts) -> None:
        """Objects on the graphics device as they are now."""
        self._note(lambda lines: lines.resources(counts))

    def end(self, state: PlayerState, reason: str) -> None:
        """The player stops."""
        self._note(lambda lines: lines.end(state, reason))

    def _note(self, write: Callable[[StatusLines], None]) -> None:
        if self._status is None:
            return
        try:
            write(self._status)
        except OutputError as error:  # the film goes on without them
            self._status = None
            self.failures += 1
            self.warn(str(error))


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
