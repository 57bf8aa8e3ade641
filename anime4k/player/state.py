"""What the player is doing, as one frozen value, and the same in words for the window title. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from anime4k.pipeline.plan import Plan
from anime4k.player.geometry import Size
from anime4k.player.picture.selection import Active
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
        held: shown frames that equal the one before and were not drawn anew.
        partly: shown frames of which only what had changed was drawn.
    """

    shown: int = 0
    dropped: int = 0
    late: int = 0
    repeated: int = 0
    hidden: int = 0
    damaged: int = 0
    held: int = 0
    partly: int = 0


@dataclass(frozen=True)
class TrackView:
    """A sound or subtitle track that can be chosen.

    Attributes:
        number: from 1, in the order of the file.
        codec: name of the codec.
        language: ISO 639 code, or "".
        title: the author's title, or "".
        external: whether it comes from a file of its own.
        detail: what else tells it apart: channels, "forced", ...
    """

    number: int
    codec: str = ""
    language: str = ""
    title: str = ""
    external: bool = False
    detail: str = ""


@dataclass(frozen=True)
class SoundView:
    """What is heard.

    Attributes:
        tracks: what can be chosen.
        track: number of the chosen one, None = none.
        volume: percent.
        muted: whether it is silent all the same.
        delay: seconds by which sound comes later.
        device: name of the device; empty before there is one.
        silent: whether the device is only a clock, because there is none to hear.
    """

    tracks: tuple[TrackView, ...] = ()
    track: int | None = None
    volume: float = 100.0
    muted: bool = False
    delay: float = 0.0
    device: str = ""
    silent: bool = False


@dataclass(frozen=True)
class SubtitlesView:
    """What is read.

    Attributes:
        tracks: what can be chosen.
        track: number of the chosen one, None = none.
        secondary: number of the one at the top, None = none.
        visible: whether they are shown.
        delay: seconds by which they come later.
        scale: size, 1 = their own.
        shift: how far they are moved up, in percent of the height.
        own_style: whether the author's styles are replaced.
        library: what draws them.
    """

    tracks: tuple[TrackView, ...] = ()
    track: int | None = None
    secondary: int | None = None
    visible: bool = True
    delay: float = 0.0
    scale: float = 1.0
    shift: float = 0.0
    own_style: bool = False
    library: str = ""


@dataclass(frozen=True)
class PictureView:
    """How the finished picture is shown.

    Attributes:
        contrast: -100 to 100, like the next three.
        brightness: see above.
        gamma: see above.
        saturation: see above.
        aspect: "16:9" and the like, empty = the picture's own.
        panscan: 0 to 1.
        pan: (x, y) in parts of the picture.
        zoom: octaves.
        deband: whether bands are smoothed.
        deinterlace: whether fields are made into frames.
    """

    contrast: int = 0
    brightness: int = 0
    gamma: int = 0
    saturation: int = 0
    aspect: str = ""
    panscan: float = 0.0
    pan: tuple[float, float] = (0.0, 0.0)
    zoom: float = 0.0
    deband: bool = False
    deinterlace: bool = True


@dataclass(frozen=True)
class ParameterView:
    """A parameter of a shader file that can be changed while it runs.

    Attributes:
        name: its name.
        text: what it does, from the file.
        value: the present value.
        default: the value in the file.
        minimum: smallest value, None = unbounded.
        maximum: largest value, None = unbounded.
        whole: whether only whole numbers make sense.
        choices: names of the values 0, 1, ..., empty = a number.
    """

    name: str
    text: str
    value: float
    default: float
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileView:
    """A shader file of the chain.

    Attributes:
        name: its name without folder and ending.
        path: the file.
        used: whether the user has it switched on.
        parameters: what can be changed.
        problem: why it is left out, or draws as it was before it was edited; empty when all is well.
    """

    name: str
    path: str
    used: bool = True
    parameters: tuple[ParameterView, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Preparing:
    """A chain that is being made ready while the old one draws.

    Attributes:
        what: the chain in words.
        done: steps taken.
        total: steps there are, 0 = unknown.
    """

    what: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class CompareView:
    """What is compared.

    Attributes:
        original: whether the picture without shaders is shown.
        split: where the line is, in parts of the picture's width; None = no line.
        against: what is right of the line.
        magnifier: the magnification, None = none.
    """

    original: bool = False
    split: float | None = None
    against: str = "no shaders"
    magnifier: float | None = None


@dataclass(frozen=True)
class ChapterView:
    """Where a chapter begins, in seconds from the start of the file, and its title."""

    start: float
    title: str = ""


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
        strength: how much of the chain is seen, 0 to 1.
        files: the shader files in order.
        preparing: the chain that comes next, None = nothing is being prepared.
        remembered: whether the mode belongs to this folder.
        note: what the governor did last, empty = nothing.
        level: how many tiers the governor is below the best one, None = it has none to choose from.
    """

    mode: str = "off"
    takes: str = ""
    reason: str = ""
    enabled: bool = True
    run: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    disabled: tuple[tuple[str, str], ...] = ()
    strength: float = 1.0
    files: tuple[FileView, ...] = ()
    preparing: Preparing | None = None
    remembered: bool = False
    note: str = ""
    level: int | None = None


@dataclass(frozen=True)
class PlayerState:
    """Everything that the title, the status lines, the interface and tests want to know.

    Sizes are (width, height) in pixels, times in seconds from the beginning of the file.

    Attributes:
        file: what plays.
        index: its number in the list, from 0.
        count: how many files there are.
        position: of the picture on the screen.
        duration: of the file.
        paused: whether the user has paused.
        scrubbing: whether the mouse drags the position.
        speed: media seconds per second.
        loop: whether the file repeats.
        ab_loop: beginning and end of the part that repeats; None = not marked.
        fullscreen: whether the window fills the screen.
        on_top: whether the window stays above others.
        window: drawable area.
        source: the video in square pixels.
        output: what is drawn.
        rect: (x, y, width, height) of the picture in the window.
        chain: the shaders.
        sound: what is heard.
        subtitles: what is read.
        picture: how the picture is shown.
        compare: what is compared.
        playlist: all files.
        chapters: of the file.
        hwdec: name of the hardware decoder in use, empty = software.
        gpu: what draws.
        better_gpu: a faster one that is not used, empty = none is known.
        osd_level: 0 nothing, 1 messages, 2 position, 3 position and duration stay on screen.
        counts: what happened to frames.
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
    scrubbing: bool = False
    ab_loop: tuple[float | None, float | None] = (None, None)
    on_top: bool = False
    sound: SoundView = field(default_factory=SoundView)
    subtitles: SubtitlesView = field(default_factory=SubtitlesView)
    picture: PictureView = field(default_factory=PictureView)
    compare: CompareView = field(default_factory=CompareView)
    playlist: tuple[str, ...] = ()
    chapters: tuple[ChapterView, ...] = ()
    hwdec: str = ""
    gpu: str = ""
    better_gpu: str = ""
    osd_level: int = 1

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


def mode_name(chain: ChainState) -> str:
    """The mode, with what auto takes; files that were added to no mode are no "off"."""
    if chain.takes:
        return f"{chain.mode} ({chain.takes})"
    return f"{chain.mode} + files" if chain.mode == "off" and chain.run else chain.mode


def chain_text(chain: ChainState, *, brief: bool = False) -> str:
    """The chain in words: the mode, how many passes run, how many do not and why (`brief`: in a few words)."""
    mode = f"mode {mode_name(chain)}"
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
