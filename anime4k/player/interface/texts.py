"""What the interface writes, made of the player's state. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anime4k.player.geometry import Size
from anime4k.player.interface.layout import chapter_at
from anime4k.player.interface.theme import Tone
from anime4k.player.state import ChainState, ParameterView, PlayerState, Preparing, TrackView, mode_name
from anime4k.player.timecode import format_time

_NAMED_REASONS = 4
FRAMES = "Frames"
"""The row that counts frames."""


@dataclass(frozen=True)
class Line:
    """One line of text and what it means."""

    text: str
    tone: Tone = Tone.NORMAL


def base_name(path: str) -> str:
    """The name of a file without its folder."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def size_text(size: Size) -> str:
    """A size as people write it."""
    return f"{size[0]}x{size[1]}"


def mode_text(chain: ChainState) -> str:
    """The mode, with what auto takes, or that the shaders are off."""
    if not chain.enabled:
        return "shaders off"
    return mode_name(chain)


def state_lines(state: PlayerState) -> tuple[Line, ...]:
    """Is it on? Mode, sizes, passes that run and that do not, with the reason, and what draws it."""
    chain = state.chain
    total = chain.run + len(chain.skipped)
    if not chain.enabled:
        passes, tone = "no pass runs: the shaders are switched off", Tone.WARN
    elif total == 0:
        passes, tone = "no shaders", Tone.NORMAL
    else:
        passes = f"{chain.run} of {total} passes run"
        tone = Tone.GOOD if chain.run and not chain.disabled else Tone.WARN
    if chain.enabled and chain.strength < 1.0:
        passes += f", strength {chain.strength:.0%}"
    lines = [Line(f"mode {mode_text(chain)}   {size_text(state.source)} → {size_text(state.output)}   {passes}", tone)]
    if chain.takes and chain.reason:
        lines.append(Line(f"auto takes {chain.takes}: {chain.reason}", Tone.DIM))
    if chain.enabled:
        lines += [Line(text, Tone.DIM) for text in skipped_texts(chain)]
        lines += [Line(f"left out: {base_name(file)}: {reason}", Tone.BAD) for file, reason in chain.disabled]
    if state.gpu:
        lines.append(Line(f"drawn by {state.gpu}", Tone.DIM))
    if state.better_gpu:
        lines.append(Line(f"a faster one is not used: {state.better_gpu}", Tone.WARN))
    if chain.note:
        lines.append(Line(chain.note, Tone.WARN))
    return tuple(lines)


def skipped_texts(chain: ChainState) -> list[str]:
    """The passes that do not run, one line for every reason."""
    reasons: dict[str, list[str]] = {}
    for name, reason in chain.skipped:
        reasons.setdefault(reason, []).append(name)
    lines = []
    for reason, names in list(reasons.items())[:_NAMED_REASONS]:
        what = names[0] if len(names) == 1 else f"{len(names)} passes"
        lines.append(f"skipped: {what}: {reason}")
    if len(reasons) > _NAMED_REASONS:
        lines.append(f"skipped for other reasons: {sum(map(len, list(reasons.values())[_NAMED_REASONS:]))} passes")
    return lines


def track_text(track: TrackView) -> str:
    """A track in one line: number, language, title."""
    words = [track.language.upper() if len(track.language) <= 3 else track.language, track.title]
    named = "  ".join(word for word in words if word)
    return f"{track.number}  {named}" if named else f"{track.number}  unnamed"


def track_detail(track: TrackView) -> str:
    """What else tells a track apart."""
    parts = (track.codec, track.detail, "a file of its own" if track.external else "")
    return ", ".join(part for part in parts if part)


def time_text(state: PlayerState) -> str:
    """Position and duration."""
    return f"{format_time(state.position)} / {format_time(state.duration)}"


def osd_text(state: PlayerState, *, with_duration: bool = True) -> str:
    """The position for the corner of the picture: "1:02 / 23:40 (4%)" and what is not as usual."""
    text = time_text(state) if with_duration else format_time(state.position)
    if with_duration and state.duration and state.position is not None:
        text += f" ({min(max(state.position / state.duration, 0.0), 1.0):.0%})"
    return text + "".join(f"   {word}" for word in manner(state))


def manner(state: PlayerState) -> list[str]:
    """How playing differs from the usual."""
    words = []
    if state.speed != 1.0:
        words.append(f"{state.speed:.2f}x")
    if state.loop:
        words.append("repeating")
    if state.ab_loop[1] is not None:
        words.append("A-B")
    elif state.ab_loop[0] is not None:
        words.append("A-")
    return words


def seek_tip(state: PlayerState, seconds: float) -> str:
    """What lies at a place of the seek bar: the time and, below it, the chapter."""
    chapter = chapter_at(state.chapters, seconds)
    return f"{format_time(seconds)}\n{chapter.title}" if chapter and chapter.title else format_time(seconds)


def bar_title(state: PlayerState) -> str:
    """What the bar has in its middle: the chapter, or the name of the file."""
    chapter = chapter_at(state.chapters, state.position) if state.position is not None else None
    return chapter.title if chapter and chapter.title else base_name(state.file)


def preparing_text(preparing: Preparing) -> str:
    """How far a chain is that is being made ready."""
    part = f" {min(preparing.done / preparing.total, 1.0):.0%}" if preparing.total > 0 else ""
    return f"preparing {preparing.what}{part}"


def parameter_range(parameter: ParameterView) -> tuple[float, float]:
    """Ends of the slider of a parameter: its own, or a span around its values where it has none."""
    reach = max(abs(parameter.default) * 2, abs(parameter.value), 1.0)
    low, high = parameter.minimum, parameter.maximum
    if low is None:
        low = min(0.0 if parameter.default >= 0 else -reach, parameter.value)
    if high is None:
        high = max(low + reach, parameter.value)
    return (low, high) if high > low else (low, low + 1.0)


def state_texts(state: PlayerState) -> Iterable[str]:
    """Every text of the state that comes from a file and may be in any language."""
    yield state.file
    yield from state.playlist
    yield from (chapter.title for chapter in state.chapters)
    yield from (track.title for track in (*state.sound.tracks, *state.subtitles.tracks))


def bullets(state: PlayerState) -> tuple[tuple[str, str], ...]:
    """(name, value) of the first page of the statistics that needs no measurement."""
    sound, subtitles, counts = state.sound, state.subtitles, state.counts
    rows = [
        ("File", base_name(state.file) + (f"  ({state.index + 1} of {state.count})" if state.count > 1 else "")),
        ("Position", " ".join((osd_text(state), "paused" if state.paused else "")).strip()),
        ("Decoder", state.hwdec or "software"),
        ("Picture", f"{size_text(state.source)} → {size_text(state.output)} in a window of {size_text(state.window)}"),
        (FRAMES, f"{counts.shown} shown, {counts.late} late, {counts.dropped} dropped, {counts.repeated} redrawn, "
         f"{counts.held} unchanged, {counts.partly} drawn in parts"
         + (f", {counts.damaged} damaged" if counts.damaged else "")),
    ]  # fmt: skip
    chapter = chapter_at(state.chapters, state.position) if state.position is not None else None
    if chapter is not None:
        rows.insert(2, ("Chapter", f"{state.chapters.index(chapter) + 1} of {len(state.chapters)}  {chapter.title}"))
    heard = next((track for track in sound.tracks if track.number == sound.track), None)
    if sound.tracks:
        words = [f"{track_text(heard)} ({track_detail(heard)})" if heard else "none", f"volume {sound.volume:.0f}%"]
        words += ["muted"] if sound.muted else []
        words += [f"delay {sound.delay * 1000:+.0f} ms"] if sound.delay else []
        words += [f"device {sound.device}" if not sound.silent else "no device to hear it"] if sound.device else []
        rows.append(("Sound", ", ".join(words)))
    read = next((track for track in subtitles.tracks if track.number == subtitles.track), None)
    if subtitles.tracks:
        words = [f"{track_text(read)} ({track_detail(read)})" if read else "none"]
        words += [] if subtitles.visible else ["hidden"]
        words += [f"delay {subtitles.delay * 1000:+.0f} ms"] if subtitles.delay else []
        words += [subtitles.library] if subtitles.library else []
        rows.append(("Subtitles", ", ".join(words)))
    return tuple(rows)
