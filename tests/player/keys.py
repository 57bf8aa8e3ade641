"""What every key of the player is expected to do, as data: independent of the player's own table of keys.

The expectations are those of mpv's users and of the key list in the documentation. A row presses one key, as the
bindings name it, once or several times, and says after each press what must have become of the player: of a value of
the status lines, of the position, of the window's picture, or of the files in the folder for screenshots.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.player.harness import RunningPlayer

PATIENCE_S = 15.0
STILL_S, STILL_FOR_S = 8.0, 0.6
"""How long the window may take to become still, and how long it must not have changed for that."""
AFTERWARDS_S = 4.5
"""Longer than anything stays on the screen by itself."""

_NAMES = {
    "SPACE": "space", "LEFT": "Left", "RIGHT": "Right", "UP": "Up", "DOWN": "Down", "PGUP": "Prior", "PGDWN": "Next",
    "HOME": "Home", "END": "End", "BS": "BackSpace", "ENTER": "Return", "ESC": "Escape", "TAB": "Tab", "MENU": "Menu",
    ".": "period", ",": "comma", "[": "bracketleft", "]": "bracketright", "{": "braceleft", "}": "braceright",
    ">": "greater", "<": "less", "/": "slash", "*": "asterisk", "#": "numbersign", "-": "minus", "=": "equal",
    "\\": "backslash", "|": "bar", "?": "question", "+": "KP_Add",
}  # fmt: skip
_BUTTONS = {
    "MBTN_LEFT": 1, "MBTN_MID": 2, "MBTN_RIGHT": 3, "WHEEL_UP": 4, "WHEEL_DOWN": 5, "WHEEL_LEFT": 6, "WHEEL_RIGHT": 7,
    "MBTN_BACK": 8, "MBTN_FORWARD": 9,
}  # fmt: skip


def split(key: str) -> tuple[list[str], str]:
    """Modifiers (for xdotool) and the bare key of a key name such as "Ctrl++" or "Alt+WHEEL_UP"."""
    parts = key[:-1].split("+") + [key[-1]] if key.endswith("+") else key.split("+")
    return [part.lower() for part in parts[:-1] if part], parts[-1]


def press(player: RunningPlayer, key: str) -> None:
    """Press and release a key or a mouse button, with the pointer in the middle of the window."""
    modifiers, bare = split(key)
    double = bare == "MBTN_LEFT_DBL"
    button = _BUTTONS.get("MBTN_LEFT" if double else bare)
    if button is None:
        player.key("+".join([*modifiers, _NAMES.get(bare, bare)]))
        return
    player.key()
    words = [word for modifier in modifiers for word in ("keydown", modifier)]
    words += ["click", *(("--repeat", "2", "--delay", "20") if double else ()), str(button)]
    words += [word for modifier in modifiers for word in ("keyup", modifier)]
    player.display.run("xdotool", *words)


@dataclass(frozen=True)
class Sight:
    """What can be seen of a player at a moment.

    Attributes:
        state: the latest state line.
        position: time of the frame on the screen, in seconds of the file.
        frames: frames shown so far.
        pictures: names of the screenshots.
    """

    state: dict[str, Any]
    position: float
    frames: int
    pictures: frozenset[str]

    def value(self, path: str) -> Any:
        """A value of the state, by its path with points; "nothing of that name" when there is none."""
        value: Any = self.state
        for name in path.split("."):
            if not isinstance(value, dict) or name not in value:
                return "nothing of that name"
            value = value[name]
        return value


@dataclass(frozen=True)
class Scene:
    """Where keys are pressed.

    Attributes:
        player: the player, paused.
        times: when each frame of its file is shown.
        shots: folder for screenshots.
    """

    player: RunningPlayer
    times: Sequence[Fraction]
    shots: Path

    def look(self) -> Sight:
        """The present moment."""
        lines = list(self.player.lines)
        frame = next((line for line in reversed(lines) if line["event"] == "frame"), None)
        position = float(frame["pts"] * Fraction(frame["time_base"])) if frame else math.nan
        frames = sum(line["event"] == "frame" for line in lines)
        return Sight(self.player.state, position, frames, frozenset(path.name for path in self.shots.glob("*.png")))

    def landing(self, target: float) -> float:
        """Time of the frame that is on the screen at `target`."""
        return float(self.times[max(0, bisect_right(self.times, target + 1e-6) - 1)])

    def still(self) -> npt.NDArray[np.uint8]:
        """The window's picture once it has stopped changing: messages are gone."""
        deadline = time.monotonic() + STILL_S
        last, since = self.player.screen(), time.monotonic()
        while time.monotonic() - since < STILL_FOR_S and time.monotonic() < deadline:
            time.sleep(0.1)
            now = self.player.screen()
            if now.shape != last.shape or not np.array_equal(now, last):
                last, since = now, time.monotonic()
        return last


Expectation = Callable[[Scene, Sight], Callable[[], str]]
"""Given the moment before, a function that is asked until it answers "" (as expected) or time is up."""


def becomes(path: str, wanted: Callable[[Any], Any]) -> Expectation:
    """A value of the state becomes `wanted(value before)`."""

    def expect(scene: Scene, before: Sight) -> Callable[[], str]:
        goal = wanted(before.value(path))

        def ask() -> str:
            value = scene.look().value(path)
            return "" if same(value, goal) else f"{path} is {value!r}, not {goal!r}"

        return ask

    return expect


def same(value: Any, goal: Any) -> bool:
    """Equal, numbers nearly."""
    if callable(goal):
        return bool(goal(value))
    if isinstance(goal, (list, tuple)):
        return isinstance(value, (list, tuple)) and len(value) == len(goal) and all(map(same, value, goal))
    if isinstance(goal, bool) or goal is None or isinstance(goal, str):
        return type(value) is type(goal) and bool(value == goal)
    return isinstance(value, (int, float)) and math.isclose(value, goal, abs_tol=1e-6)


def to(path: str, value: Any) -> Expectation:
    """A value of the state becomes `value` (or what `value(it)` accepts)."""
    return becomes(path, lambda _: value)


def plus(path: str, amount: float) -> Expectation:
    """A number of the state grows by `amount`."""
    return becomes(path, lambda value: value + amount if isinstance(value, (int, float)) else amount)


def times(path: str, factor: float) -> Expectation:
    """A number of the state is multiplied."""
    return becomes(path, lambda value: value * factor if isinstance(value, (int, float)) else factor)


def toggled(path: str) -> Expectation:
    """A truth value of the state turns round."""
    return becomes(path, lambda value: not value)


def moves(seconds: float) -> Expectation:
    """The frame `seconds` further is on the screen, exactly, or the first or last one."""
    return goes(lambda scene, position: scene.landing(position + seconds))


def arrives(seconds: float) -> Expectation:
    """The frame at `seconds` is on the screen."""
    return goes(lambda scene, _: scene.landing(seconds))


def begins(seconds: float) -> Expectation:
    """The first frame that is not older than `seconds` is on the screen."""
    return goes(lambda scene, _: float(next(time for time in scene.times if time >= seconds)))


def steps(count: int) -> Expectation:
    """The frame `count` further is on the screen."""
    return goes(lambda scene, position: float(scene.times[bisect_right(scene.times, position + 1e-6) - 1 + count]))


def goes(target: Callable[[Scene, float], float]) -> Expectation:
    """The frame at `target(scene, time before)` is on the screen, and it is a newly drawn one."""

    def expect(scene: Scene, before: Sight) -> Callable[[], str]:
        goal = target(scene, before.position)

        def ask() -> str:
            now = scene.look()
            arrived = now.frames > before.frames and math.isclose(now.position, goal, abs_tol=1e-6)
            return "" if arrived else f"at {now.position}, not {goal}"

        return ask

    return expect


def comes_near(target: Callable[[float], float]) -> Expectation:
    """A frame at or up to a quarter of a second before `target(time before)` is on the screen.

    For keys that follow each other faster than frames are shown: a jump starts at the frame that is shown, or where
    the jump before it, which is still under way, is to end.
    """

    def expect(scene: Scene, before: Sight) -> Callable[[], str]:
        goal = target(before.position)

        def ask() -> str:
            now = scene.look()
            arrived = now.frames > before.frames and goal - 0.25 <= now.position <= goal
            return "" if arrived else f"at {now.position}, not at {goal} or just before"

        return ask

    return expect


def draws(pixels: int = 150) -> Expectation:
    """The window's picture changes in so many pixels at least; ask it of a still window only."""

    def expect(scene: Scene, _before: Sight) -> Callable[[], str]:
        first = scene.still()

        def ask() -> str:
            now = scene.player.screen()
            if now.shape != first.shape:
                return "the window has another size"
            changed = int(np.count_nonzero((now != first).any(axis=2)))
            return "" if changed >= pixels else f"{changed} pixels of the window have changed, not {pixels}"

        return ask

    return expect


def writes(count: int) -> Expectation:
    """So many new screenshots are in their folder."""

    def expect(scene: Scene, before: Sight) -> Callable[[], str]:
        def ask() -> str:
            new = len(scene.look().pictures - before.pictures)
            return "" if new == count else f"{new} new pictures, not {count}"

        return ask

    return expect


def both(one: Expectation, other: Expectation) -> Expectation:
    """Both are so."""

    def expect(scene: Scene, before: Sight) -> Callable[[], str]:
        asked = one(scene, before), other(scene, before)
        return lambda: "; ".join(problem for ask in asked if (problem := ask()))

    return expect


def leaves() -> Expectation:
    """The player ends, as asked for."""

    def expect(scene: Scene, _before: Sight) -> Callable[[], str]:
        def ask() -> str:
            code, state = scene.player.process.poll(), scene.player.state
            return "" if code == 0 and state.get("reason") == "quit" else f"exit status {code}, {state.get('reason')}"

        return ask

    return expect


@dataclass(frozen=True)
class Row:
    """A key and what it does.

    Attributes:
        key: as bindings name it.
        presses: what is expected after each press.
        first: keys pressed before, which are waited for only as far as `ready` says.
        ready: what is expected after `first`.
        held: whether the last expectation is about letting the key go.
        rest_s: seconds to let pass before; seeks within two seconds of each other are undone as one.
    """

    key: str
    presses: tuple[Expectation, ...]
    first: tuple[str, ...] = ()
    ready: Expectation | None = None
    held: bool = False
    rest_s: float = 0.0


def row(
    key: str,
    *presses: Expectation,
    first: Sequence[str] = (),
    ready: Expectation | None = None,
    held: bool = False,
    rest_s: float = 0.0,
) -> Row:
    """A row of the table."""
    return Row(key, presses, tuple(first), ready, held, rest_s)


def check(scene: Scene, entry: Row) -> str:
    """Press the keys of a row; "" or what is not as expected."""
    time.sleep(entry.rest_s)
    if entry.first:
        asked = entry.ready(scene, scene.look()) if entry.ready else None
        for key in entry.first:
            press(scene.player, key)
        if asked is not None and (problem := _until(asked, scene.player)):
            return f"{entry.key}: before it: {problem}"
    for number, expectation in enumerate(entry.presses, 1):
        asked = expectation(scene, scene.look())
        if entry.held:
            modifiers, bare = split(entry.key)
            scene.player.key()
            scene.player.display.run("xdotool", "keydown" if number == 1 else "keyup", _NAMES.get(bare, bare))
        else:
            press(scene.player, entry.key)
        if problem := _until(asked, scene.player):
            return f"{entry.key}, press {number}: {problem}"
    return ""


def _until(asked: Callable[[], str], player: RunningPlayer) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while problem := asked():
        if time.monotonic() > deadline:
            return problem
        time.sleep(0.01 if player.process.poll() is None else 0.1)
    return ""


def prefixed(*words: str) -> Callable[[Any], bool]:
    """Accepts texts that begin with one of these."""
    return lambda value: isinstance(value, str) and value.startswith(words)


def number(value: Any) -> bool:
    """Accepts a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# -- the table -----------------------------------------------------------------------------------------

BACK_TO_START = ("HOME",)
AT_20 = ("HOME", "RIGHT", "RIGHT", "RIGHT", "RIGHT")
"""To 20 s of the episode, which lasts 40 s and has chapters at 0, 8, 16, 24 and 32 s; lines at 0.5, 2.5, 4.5 s, ..."""
NEAR_20 = comes_near(lambda _: 20.0)

PLAYING = (
    row("SPACE", to("paused", False), to("paused", True)),
    row("p", to("paused", False), to("paused", True)),
    row("RIGHT", moves(5), first=BACK_TO_START, ready=arrives(0)),
    row("WHEEL_RIGHT", moves(5)),
    row("LEFT", moves(-5)),
    row("WHEEL_LEFT", moves(-5)),
    row("Shift+RIGHT", moves(1), moves(1)),
    row("Shift+LEFT", moves(-1)),
    row("Shift+UP", moves(5)),
    row("Shift+DOWN", moves(-5)),
    row(".", steps(1), steps(1)),
    row(",", steps(-1), steps(-1), steps(-1)),
    row("HOME", arrives(0)),
    row("PGUP", arrives(24), arrives(32), first=AT_20, ready=NEAR_20),
    row("PGDWN", arrives(32), arrives(24), first=("RIGHT", "Shift+RIGHT"),
        ready=comes_near(lambda position: position + 6)),
    row("Ctrl+RIGHT", begins(20.5), begins(22.5), first=AT_20, ready=NEAR_20),
    row("Ctrl+LEFT", begins(20.5), begins(18.5)),
    row("Shift+BS", begins(18.5), arrives(23.5), first=("RIGHT",), ready=moves(5), rest_s=2.1),
    row("[", times("speed", 1 / 1.1), times("speed", 1 / 1.1)),
    row("]", times("speed", 1.1), times("speed", 1.1)),
    row("{", times("speed", 0.5)),
    row("}", times("speed", 2.0), times("speed", 2.0)),
    row("BS", to("speed", 1.0)),
    row("l", to("ab_loop", [number, None])),
    row("l", to("ab_loop", [number, number]), to("ab_loop", [None, None]), first=("RIGHT",), ready=moves(5)),
    row("L", to("loop", True), to("loop", False)),
    row("Ctrl+r", moves(0)),
    row("Ctrl+h", moves(0)),
    row("d", toggled("picture.deinterlace"), toggled("picture.deinterlace")),
)  # fmt: skip
"""In the episode."""

SEEKING = (
    row("UP", moves(60), moves(60), first=BACK_TO_START, ready=arrives(0)),
    row("DOWN", moves(-60)),
    row("Shift+PGUP", moves(600), moves(600)),
    row("Shift+PGDWN", moves(-600)),
)
"""In a film of an hour and a half."""

FILES = (
    row(">", to("index", 1)),
    row("<", to("index", 0)),
    row("ENTER", to("index", 1)),
    row("MBTN_BACK", to("index", 0)),
    row("MBTN_FORWARD", to("index", 1)),
)
"""In a list of three."""

SOUND = (
    *(row(key, plus("sound.volume", -2), plus("sound.volume", -2)) for key in ("9", "/", "WHEEL_DOWN")),
    *(row(key, plus("sound.volume", 2), plus("sound.volume", 2)) for key in ("0", "*", "WHEEL_UP")),
    row("m", to("sound.muted", True), to("sound.muted", False)),
    row("#", to("sound.track", 2), to("sound.track", None), to("sound.track", 1)),
    row("Ctrl++", plus("sound.delay", 0.1)),
    row("Ctrl+=", plus("sound.delay", 0.1)),
    row("Ctrl+-", plus("sound.delay", -0.1), plus("sound.delay", -0.1), plus("sound.delay", -0.1)),
)
SUBTITLES = (
    row("v", to("subtitles.visible", False), to("subtitles.visible", True)),
    row("j", to("subtitles.track", 2), to("subtitles.track", 3), to("subtitles.track", None), to("subtitles.track", 1)),
    row("J", to("subtitles.track", None), to("subtitles.track", 3)),
    row("Alt+v", to("subtitles.secondary", 1), to("subtitles.secondary", 2)),
    row("z", plus("subtitles.delay", -0.1), plus("subtitles.delay", -0.1)),
    row("x", plus("subtitles.delay", 0.1)),
    row("Z", plus("subtitles.delay", 0.1)),
    row("r", plus("subtitles.shift", 1), plus("subtitles.shift", 1)),
    row("R", plus("subtitles.shift", -1)),
    row("t", plus("subtitles.shift", -1)),
    row("G", plus("subtitles.scale", 0.1), plus("subtitles.scale", 0.1)),
    row("F", plus("subtitles.scale", -0.1)),
    row("u", to("subtitles.own_style", True), to("subtitles.own_style", False)),
)
PICTURE = (
    *(
        row(key, plus(f"picture.{name}", amount), plus(f"picture.{name}", amount))
        for keys, name in (("12", "contrast"), ("34", "brightness"), ("56", "gamma"), ("78", "saturation"))
        for key, amount in zip(keys, (-1, 1), strict=True)
    ),
    row("b", to("picture.deband", True), to("picture.deband", False)),
    row("A", *(to("picture.aspect", shape) for shape in ("16:9", "4:3", "2.35:1", ""))),
    row("W", plus("picture.panscan", 0.1), plus("picture.panscan", 0.1)),
    row("e", plus("picture.panscan", 0.1)),
    row("w", plus("picture.panscan", -0.1)),
    row("Alt+LEFT", to("picture.pan", [0.1, 0.0])),
    row("Alt+UP", to("picture.pan", [0.1, 0.1])),
    row("Alt+RIGHT", to("picture.pan", [0.0, 0.1])),
    row("Alt+DOWN", to("picture.pan", [0.0, 0.0]), to("picture.pan", [0.0, -0.1])),
    *(row(key, plus("picture.zoom", 0.1)) for key in ("Alt++", "Alt+=", "Ctrl+WHEEL_UP")),
    *(row(key, plus("picture.zoom", -0.1)) for key in ("Alt+-", "Ctrl+WHEEL_DOWN")),
    row("Alt+BS", to("picture.zoom", 0.0)),
)
SHADERS = (
    row("Ctrl+8", to("chain.mode", "a-hq"), to("chain.mode", "a-fast")),
    row("Ctrl+2", to("chain.mode", prefixed("b-"))),
    row("Ctrl+3", to("chain.mode", prefixed("c-"))),
    row("Ctrl+4", to("chain.mode", prefixed("a+a", "aa"))),
    row("Ctrl+5", to("chain.mode", prefixed("b+b", "bb"))),
    row("Ctrl+6", to("chain.mode", prefixed("c+a", "ca"))),
    row("Ctrl+7", to("chain.mode", "auto")),
    row("Ctrl+1", to("chain.mode", prefixed("a-"))),
    row("Ctrl+0", to("chain.enabled", False), to("chain.enabled", True)),
    row("Ctrl+DOWN", plus("chain.strength", -0.1), plus("chain.strength", -0.1)),
    row("Ctrl+UP", plus("chain.strength", 0.1)),
    row("Ctrl+f", to("chain.remembered", True), to("chain.remembered", False)),
    row("Ctrl+9", to("chain.mode", "a-fast")),
)
"""Started with the mode a-fast."""
COMPARE = (
    row("\\", to("compare.original", True), to("compare.original", False), held=True),
    row("|", to("compare.split", number), to("compare.split", None)),
    row("Ctrl+m", to("compare.magnifier", number), to("compare.magnifier", None)),
    row("Alt+WHEEL_UP", times("compare.magnifier", 1.25), times("compare.magnifier", 1.25),
        first=("Ctrl+m",), ready=to("compare.magnifier", number)),
    row("Alt+WHEEL_DOWN", times("compare.magnifier", 1 / 1.25)),
    row("Ctrl+p", writes(2)),
)  # fmt: skip
WINDOW = (
    row("Alt+0", to("window", [160, 90])),
    row("Alt+1", to("window", [320, 180])),
    row("Alt+2", to("window", [640, 360])),
    row("f", to("fullscreen", True), to("fullscreen", False)),
    row("MBTN_LEFT_DBL", to("fullscreen", True), to("fullscreen", False)),
    row("ESC", to("fullscreen", False), first=("f",), ready=to("fullscreen", True)),
    row("T", to("on_top", True), to("on_top", False)),
)
SCREENSHOTS = (
    row("s", writes(1)),
    row("S", writes(1)),
    row("Ctrl+s", writes(1)),
    row("Alt+s", draws(), rest_s=AFTERWARDS_S),
    row(".", both(steps(1), writes(1))),
    row("Alt+s", draws()),
    row(".", both(steps(1), writes(0))),
)
TELLING = (
    row("O", plus("osd_level", 1), plus("osd_level", 1), to("osd_level", 0), to("osd_level", 1)),
    *(row(key, draws(), draws())
      for key in ("I", "Ctrl+j", "?", "F7", "F8", "F9", "F10", "Ctrl+e", "MENU", "MBTN_RIGHT")),
    *(row(key, draws(), rest_s=AFTERWARDS_S) for key in ("i", "o", "P")),
)  # fmt: skip
LEAVING = (row("q", leaves()), row("Q", leaves()))
"""Each with a player of its own."""

TABLE = {
    "playing": PLAYING, "seeking": SEEKING, "files": FILES, "sound": SOUND, "subtitles": SUBTITLES,
    "picture": PICTURE, "shaders": SHADERS, "compare": COMPARE, "window": WINDOW, "screenshots": SCREENSHOTS,
    "telling": TELLING, "leaving": LEAVING,
}  # fmt: skip
