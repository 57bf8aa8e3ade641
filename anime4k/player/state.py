"""What the player is doing, as one frozen value, and the same in words for the window title. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from anime4k.pipeline.plan import Plan
from anime4k.player.geometry import Size
from anime4k.player.selection import Active
from anime4k.player.timecode import format_time

LONGEST_REASON = 80
"""Characters of a reason that fit into a window title."""


@dataclass(frozen=True)
class Counts:
    """What happened to frames since the player started.

    Attributes:
        shown: frames drawn and put on the screen.
        dropped: frames never drawn because a newer one was due.
        late: shown frames that lost more than half of their time.
        repeated: redraws without a new frame (the window was resized or uncovered).
        hidden: frames that were due while the window had no pixels.
        damaged: frames or packets that the decoder could not use.
    """

    shown: int = 0
    dropped: int = 0
    late: int = 0
    repeated: int = 0
    hidden: int = 0
    damaged: int = 0


@dataclass(frozen=True)
class ChainState:
    """What the shader chain does at the current sizes.

    Attributes:
        mode: name of the mode.
        takes: what the mode auto takes, empty for other modes.
        reason: why it takes that.
        enabled: whether the user has the shaders switched on.
        run: number of shader passes that run.
        skipped: (pass, reason) of those that do not.
        disabled: (file, reason) of shader files that are left out.
    """

    mode: str = "off"
    takes: str = ""
    reason: str = ""
    enabled: bool = True
    run: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    disabled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PlayerState:
    """Everything that the title, the status lines and tests want to know.

    Sizes are (width, height) in pixels, times in seconds from the beginning of the file.
    """

    file: str
    index: int = 0
    count: int = 1
    position: float | None = None
    duration: float | None = None
    paused: bool = False
    speed: float = 1.0
    loop: bool = False
    fullscreen: bool = False
    window: Size = (0, 0)
    source: Size = (0, 0)
    output: Size = (0, 0)
    rect: tuple[int, int, int, int] = (0, 0, 0, 0)
    chain: ChainState = field(default_factory=ChainState)
    counts: Counts = field(default_factory=Counts)

    def as_json(self) -> dict[str, object]:
        """The state as plain lists, dictionaries, texts and numbers."""
        return asdict(self)


def chain_state(plan: Plan, active: Active, *, broken: Mapping[str, str] | None = None) -> ChainState:
    """The summary of a plan; `broken` are files that the driver refused (path to message)."""
    disabled = {entry.path: entry.reason for entry in plan.disabled} | dict(broken or {})
    return ChainState(
        mode=active.name,
        takes=active.takes,
        reason=active.reason,
        enabled=active.enabled,
        run=sum(step.stage is not None for step in plan.steps),
        skipped=tuple((skip.desc, skip.reason) for skip in plan.skipped),
        disabled=tuple(disabled.items()),
    )


def chain_text(chain: ChainState, *, brief: bool = False) -> str:
    """The chain in words: the mode, how many passes run, how many do not and why (`brief`: in a few words)."""
    mode = f"mode {chain.mode} ({chain.takes})" if chain.takes else f"mode {chain.mode}"
    if not chain.enabled:
        return f"{mode}: shaders off"
    total = chain.run + len(chain.skipped)
    if total == 0 and not chain.disabled:
        return f"{mode}: no shaders"
    parts = [f"{chain.run} of {total} passes run"]
    if chain.skipped:
        commonest = _commonest([reason for _, reason in chain.skipped])
        parts.append(f"{len(chain.skipped)} skipped: {shorten(commonest) if brief else commonest}")
    if chain.disabled:
        parts.append(f"{len(chain.disabled)} broken: {chain.disabled[0][0]}")
    return f"{mode}: " + ", ".join(parts)


def title(state: PlayerState) -> str:
    """The window title."""
    parts = [state.file.replace("\\", "/").rsplit("/", 1)[-1]]
    if state.count > 1:
        parts[0] += f" ({state.index + 1}/{state.count})"
    parts.append(f"{format_time(state.position)} / {format_time(state.duration)}")
    parts.append(chain_text(state.chain, brief=True))
    parts.append(f"{state.source[0]}x{state.source[1]} to {state.output[0]}x{state.output[1]}")
    if state.counts.dropped:
        parts.append(f"{state.counts.dropped} dropped")
    if state.speed != 1.0:
        parts.append(f"speed {state.speed:.2f}")
    if state.loop:
        parts.append("repeating")
    if state.paused:
        parts.append("paused")
    return " | ".join(parts)


def shorten(reason: str) -> str:
    """The telling end of a reason, at most `LONGEST_REASON` characters (a condition explains itself last)."""
    if reason.endswith(")"):
        reason = reason[:-1].rsplit("; ", 1)[-1] if "; " in reason else reason
    return reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 3].rstrip() + "..."


def _commonest(reasons: Sequence[str]) -> str:
    return max(dict.fromkeys(reasons), key=reasons.count)
