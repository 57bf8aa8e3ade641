"""How far sound and picture are apart, measured from what came out: pixels on a display and samples sent to a device.

    python benchmarks/av_sync.py [--seconds 300] [--clip aac|flac|varying] [--sound record|pulse] [--player anime4k|mpv]

Plays a clip that flashes and beeps at the same time stamps on a private X display. A process of its own looks at one
pixel of the display's memory about 900 times a second and notes the monotonic time of every flash. Sound is either
what the player's output process says it handed to the device and when (`--sound record`, the null device), or what a
private PulseAudio server recorded from its own sink (`--sound pulse`, works with any player). Meanwhile real key
events seek, pause and change the speed. The error is the time of the beep minus that of the flash, in real time.

Flashes and beeps within `--settle` seconds after a key are counted apart. Exit status 1 when the 99th percentile of
the others reaches 20 ms, or when one of them has no partner.

On a machine that does other work as well, `chrt -r 1 python benchmarks/av_sync.py` (as root) keeps that out of the
figures; `--nice` does less.

Needs Xvfb and xdotool; `--sound pulse` needs pulseaudio and parec (Debian: pulseaudio, pulseaudio-utils).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.watch.flashes import FlashWatcher, Looks  # noqa: E402
from benchmarks.watch.pairs import Interval, Matching, Pair, match, quantiles_ms  # noqa: E402
from benchmarks.watch.priority import favoured  # noqa: E402
from benchmarks.watch.screen import readable_display  # noqa: E402
from benchmarks.watch.sound import PulseServer, Recording, pulse_server, recording_of  # noqa: E402
from tests import watch_clips  # noqa: E402

LIMIT_MS = 20.0
WINDOW = (320, 180)
PLACE = (200, 100)
POINT = (PLACE[0] + WINDOW[0] // 4, PLACE[1] + WINDOW[1] // 3)
"""Away from the middle, where the mouse pointer is drawn, and from the edges, where the interface is."""
PATIENCE_S = 60.0
EDGE_S = 0.5
"""Seconds before the end in which nothing is demanded."""


@dataclass(frozen=True)
class Action:
    """Something a user does.

    Attributes:
        what: in words.
        keys: pressed at once.
        then: (seconds later, keys), which end it.
        lasts: whether what it changes stays until `then`, so that the time between is measured as well.
    """

    what: str
    keys: tuple[str, ...]
    then: tuple[float, tuple[str, ...]] | None = None
    lasts: bool = False


ACTIONS = (
    Action("5 s forward", ("Right",)),
    Action("pause for 1.3 s", ("space",), (1.3, ("space",))),
    Action("1 s back", ("shift+Left",)),
    Action("speed 1.21", ("bracketright", "bracketright"), (8.0, ("BackSpace",)), lasts=True),
    Action("1 minute forward", ("Up",)),
    Action("speed 0.5", ("braceleft",), (10.0, ("BackSpace",)), lasts=True),
    Action("three seeks in a row", ("Left", "Left", "Left")),
    Action("pause for 0.2 s", ("space",), (0.2, ("space",))),
    Action("speed 2", ("braceright",), (6.0, ("BackSpace",)), lasts=True),
    Action("to the start", ("Home",)),
    Action("speed 0.83", ("bracketleft", "bracketleft"), (8.0, ("BackSpace",)), lasts=True),
    Action("full screen and back", ("f",), (2.0, ("f",)), lasts=True),
    Action("1 minute back", ("Down",)),
)


@dataclass
class Result:
    """What was measured.

    Attributes:
        matching: pairs of flashes and beeps.
        looks: how often the pixel was looked at.
        recording: the sound.
        actions: what the user did.
        display_ms: how much later than the status line says a flash was on the display, for each flash.
        counts: frame counts of the player at its end.
        problems: what went wrong otherwise.
        begin: monotonic time of the first flash.
    """

    matching: Matching
    looks: Looks
    recording: Recording
    actions: Sequence[Interval]
    display_ms: Sequence[float] = ()
    counts: dict[str, int] = field(default_factory=dict)
    problems: Sequence[str] = ()
    begin: float = 0.0

    @property
    def settled(self) -> list[Pair]:
        """Pairs that no key has disturbed."""
        return [pair for pair in self.matching.pairs if pair.settled]

    @property
    def good(self) -> bool:
        """Whether the aim is reached."""
        errors = quantiles_ms([pair.error for pair in self.settled])
        lonely = self.matching.lonely_flashes + self.matching.lonely_beeps
        return bool(errors) and errors["p99"] < LIMIT_MS and not lonely and not self.problems


def measure(
    clip: watch_clips.FlashClip,
    seconds: float,
    *,
    player: str = "anime4k",
    sound: str = "record",
    actions: Sequence[Action] = ACTIONS,
    every_s: float = 5.0,
    settle_s: float = 1.0,
    seed: int = 1,
    extra: Sequence[str] = (),
    nice: int = 0,
) -> Result:
    """Play a clip for some seconds while pressing keys.

    Args:
        clip: what flashes and beeps.
        seconds: how long to play.
        player: "anime4k" or "mpv".
        sound: "record" or "pulse".
        actions: what the user does, in turn; none = nothing.
        every_s: about the seconds between two actions.
        settle_s: seconds after a key press in which nothing is demanded.
        seed: of the times of the actions.
        extra: further arguments of the player.
        nice: niceness of the player and of the display; below 0 (as root) other work disturbs them less.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sync")))
        screen = stack.enter_context(readable_display(nice=nice))
        server = stack.enter_context(pulse_server()) if sound == "pulse" else None
        run = _Run(player, clip.path, folder, screen.name, server, extra, nice)
        stack.callback(run.stop)
        run.wait_for_window()
        watcher = FlashWatcher(screen.memory, POINT, folder / "flashes.jsonl")
        intervals = [Interval(time.monotonic() - PATIENCE_S, time.monotonic() + 2 * settle_s, "start")]
        intervals += _act(run.keys, actions, seconds, every_s, settle_s, random.Random(seed))
        changes, looks = watcher.finish()
        end = time.monotonic()
        run.quit()
        recording = server.finish() if server else _own_recording(folder / "sound.rec")
        lines = _status_lines(folder / "status.jsonl")
    flashes = [change.time - change.gap / 2 for change in changes if change.bright]
    beeps = recording.beeps()
    intervals += [Interval(end - EDGE_S, end + PATIENCE_S, "end")]
    return Result(
        match(flashes, beeps, intervals, reach_s=0.2),
        looks,
        recording,
        intervals[1:-1],
        _display_ms(lines, clip, flashes),
        next((line["counts"] for line in reversed(lines) if "counts" in line), {}),
        run.problems,
        flashes[0] if flashes else 0.0,
    )


class _Run:
    """A player on a display."""

    def __init__(
        self, player: str, clip: Path, folder: Path, screen: str, server: PulseServer | None, extra: Sequence[str],
        nice: int,
    ) -> None:
        geometry = f"{WINDOW[0]}x{WINDOW[1]}+{PLACE[0]}+{PLACE[1]}"
        if player == "mpv":
            command = ["mpv", "--no-config", "--vo=gpu", "--gpu-api=opengl", "--gpu-context=x11egl", "--hwdec=no"]
            command += ["--osd-level=0", "--no-osc", f"--geometry={geometry}", "--no-border", "--loop-file=inf"]
            command += ["--force-window-position", "--ao=pulse" if server else "--ao=null", "--pulse-latency-hacks=no"]
        else:
            command = [sys.executable, str(ROOT / "player.py"), "--loop-file", "--geometry", geometry]
            command += ["--status-json", str(folder / "status.jsonl")]
            if server is None:
                command += ["--sound-record", str(folder / "sound.rec")]
        environment = {**os.environ, "DISPLAY": screen, "XDG_SESSION_TYPE": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
        environment |= {f"ANIME4K_{name.upper()}_DIR": str(folder / name) for name in ("config", "state")}
        environment |= server.environment if server else {}
        self._class = player
        self._environment = environment
        self._errors = folder / "stderr.txt"
        self.problems: list[str] = []
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [*command, *extra, str(clip)], env=environment, cwd=folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, preexec_fn=favoured(nice),
            )  # fmt: skip

    def _tool(self, *words: str) -> str:
        return subprocess.run(
            ["xdotool", *words], env=self._environment, check=True, capture_output=True, text=True, timeout=PATIENCE_S
        ).stdout

    def wait_for_window(self) -> None:
        """Return when the window is there; the mouse is moved into it, where keys go without a window manager."""
        deadline = time.monotonic() + PATIENCE_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self._tool("search", "--onlyvisible", "--class", self._class)
            except subprocess.CalledProcessError:
                time.sleep(0.05)
                continue
            self._tool("mousemove", str(PLACE[0] + WINDOW[0] // 2), str(PLACE[1] + WINDOW[1] // 2))
            return
        raise RuntimeError(f"the player opened no window: {self._errors.read_text().strip()[-500:]}")

    def keys(self, keys: Sequence[str]) -> None:
        """Press keys."""
        self._tool("key", *keys)

    def quit(self) -> None:
        """Let it end as a user would."""
        self._tool("key", "q")
        try:
            if self._process.wait(PATIENCE_S) not in (0, 4):
                self.problems.append(f"the player ended with status {self._process.returncode}")
        except subprocess.TimeoutExpired:
            self.problems.append("the player did not end")

    def stop(self) -> None:
        """End it if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE_S)


def _act(
    press: Callable[[Sequence[str]], None],
    actions: Sequence[Action],
    seconds: float,
    every_s: float,
    settle_s: float,
    chance: random.Random,
) -> Iterator[Interval]:
    """Press keys until `seconds` have passed; each press as the stretch of time that it unsettles."""
    end = time.monotonic() + seconds
    time.sleep(2 * settle_s)
    for action in itertools.cycle(actions):
        pause = every_s * chance.uniform(0.8, 1.3)
        lasting = action.then[0] if action.then else 0.0
        if time.monotonic() + pause + lasting + 2 * settle_s > end:
            break
        time.sleep(pause)
        begin = time.monotonic()
        press(action.keys)
        if action.then is None:
            yield Interval(begin - 0.1, time.monotonic() + settle_s, action.what)
            continue
        if action.lasts:
            yield Interval(begin - 0.1, time.monotonic() + settle_s, action.what)
        time.sleep(lasting)
        over = time.monotonic()
        press(action.then[1])
        what = f"end of {action.what}" if action.lasts else action.what
        yield Interval((over if action.lasts else begin) - 0.1, time.monotonic() + settle_s, what)
    time.sleep(max(0.0, end - time.monotonic()))


def _own_recording(path: Path) -> Recording:
    """What the player's output process says it handed to the device, at the unfiltered times of its callbacks."""
    from anime4k.player.sound.record import read_recording
    from anime4k.player.sound.ring import RATE

    record = read_recording(path)
    bounds = [*record.starts.tolist(), len(record.samples)]
    blocks = [
        (float(when), record.samples[first:last, 0])
        for when, first, last in zip(record.times, bounds, bounds[1:], strict=False)
    ]
    return recording_of(RATE, blocks)


def _status_lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _display_ms(lines: Sequence[dict], clip: watch_clips.FlashClip, flashes: Sequence[float]) -> list[float]:  # type: ignore[type-arg]
    """How much later than the player says each flash was seen on the display, in milliseconds."""
    begins = set(clip.onsets)
    told = [line["clock"] for line in lines if line["event"] == "frame" and _time(line) in begins]
    return [
        min(((flash - clock) * 1e3 for clock in told if abs(flash - clock) < 0.1), key=abs, default=float("nan"))
        for flash in flashes
    ] if told else []


def _time(line: dict) -> Fraction:  # type: ignore[type-arg]
    return line["pts"] * Fraction(line["time_base"])


def report(result: Result, settle_s: float) -> str:
    """The result as text."""
    settled = result.settled
    lines = [f"{'':34s}{'pairs':>6s}{'mean':>8s}{'p50':>8s}{'p95':>8s}{'p99':>8s}{'max':>8s}  (ms, + = sound late)"]

    def row(name: str, pairs: Sequence[Pair]) -> None:
        values = quantiles_ms([pair.error for pair in pairs])
        figures = "".join(f"{values[key]:8.1f}" for key in ("mean", "p50", "p95", "p99", "max")) if values else ""
        lines.append(f"{name:34s}{len(pairs):6d}{figures}")

    row("all, settled", settled)
    for what in dict.fromkeys(pair.after for pair in settled):
        row(f"  after {what}", [pair for pair in settled if pair.after == what])
    row(f"within {settle_s:g} s after a key", [pair for pair in result.matching.pairs if not pair.settled])
    lonely = len(result.matching.lonely_flashes), len(result.matching.lonely_beeps)
    lines.append(f"settled flashes without a beep: {lonely[0]}, beeps without a flash: {lonely[1]}")
    lines += [f"  {_whereabouts(moment, result)}" for moment in sorted(sum(_lonely(result), ()))[:20]]
    jitter = result.recording.jitter_ms() if len(result.recording.times) else (0.0, 0.0)
    looks = result.looks
    lines.append(
        f"pixel looked at {looks.rate:.0f} times a second (gaps p99 {looks.p99 * 1e3:.1f}, p99.9 "
        f"{looks.p999 * 1e3:.1f}, longest {looks.longest * 1e3:.1f} ms); times of sound blocks off by "
        f"p50 {jitter[0]:.1f}, p99 {jitter[1]:.1f} ms, smoothed; load {os.getloadavg()[0]:.1f}"
    )
    shown = [abs(value) for value in result.display_ms if value == value]
    if shown:
        seen = quantiles_ms([value / 1e3 for value in result.display_ms if value == value])
        lines.append(f"flash on the display after its status line: mean {seen['mean']:.1f}, p99 {seen['p99']:.1f} ms")
    if result.counts:
        lines.append("frames: " + ", ".join(f"{number} {name}" for name, number in result.counts.items()))
    lines += [f"PROBLEM: {problem}" for problem in result.problems]
    return "\n".join(lines)


def _lonely(result: Result) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return result.matching.lonely_flashes, result.matching.lonely_beeps


def _whereabouts(moment: float, result: Result) -> str:
    """When something lonely was, and after what."""
    what = "flash" if moment in result.matching.lonely_flashes else "beep"
    before = [action for action in result.actions if action.begin <= moment]
    after = f"{moment - before[-1].begin - 0.1:.2f} s after {before[-1].what}" if before else "before any key"
    return f"{what} {moment - result.begin:.2f} s after the first flash, {after}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--clip", choices=("aac", "flac", "varying"), default="aac")
    parser.add_argument("--sound", choices=("record", "pulse"), default="record")
    parser.add_argument("--player", choices=("anime4k", "mpv"), default="anime4k")
    parser.add_argument("--settle", type=float, default=1.0, metavar="S")
    parser.add_argument("--every", type=float, default=5.0, metavar="S", help="seconds between two actions")
    parser.add_argument("--idle", action="store_true", help="press no keys")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nice", type=int, default=0, help="niceness of player and display; below 0 needs root")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write pairs and actions there as well")
    parser.add_argument("--arguments", default="", help="further arguments of the player, in one word")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clip") as folder:
        clip = watch_clips.flash_and_beep(
            Path(folder) / "flash.mkv", 300.0, varying=options.clip == "varying",
            codec="flac" if options.clip == "flac" else "aac",
        )  # fmt: skip
        result = measure(
            clip, options.seconds, player=options.player, sound=options.sound, settle_s=options.settle,
            every_s=options.every, actions=() if options.idle else ACTIONS, seed=options.seed,
            extra=options.arguments.split(), nice=options.nice,
        )  # fmt: skip
    print(f"{options.player}, clip {options.clip}, sound from {options.sound}, {options.seconds:g} s of playing")
    print(report(result, options.settle))
    if options.json:
        pairs = [vars(pair) for pair in result.matching.pairs]
        options.json.write_text(json.dumps({"pairs": pairs, "actions": [vars(a) for a in result.actions]}, indent=1))
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
