"""Picture and sound of the whole player while its mode changes, from what came out of it.

    python benchmarks/switching_player.py [FILE.glsl] [--size 160x90] [--geometry 320x180] [--pairs 56]

Plays a clip with a steady tone on a private X display and changes the mode with real keys, so that every pair of "no
shaders", the modes and, when one is named, a shader file follows each other in both directions; then the -hq form
and back for every mode. The governor is off and the driver's cache empty at the beginning. Asked for:

* no gap in the sound: the recording of what went to the (null) device has no stretch of silence above `--silence`,
* no presentation gap of more than 100 ms beyond the longest one of the pictures involved: of the plain picture, and
  of the chains before and after, each measured while it draws undisturbed. Chains that take long for a frame
  themselves, as with software rendering they do, are not the change's fault.

Exit status 1 when one of them is missed. The times of presentation are those of the status lines.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from anime4k.player.sound.record import read_recording  # noqa: E402
from anime4k.player.sound.ring import RATE  # noqa: E402
from benchmarks.watch.puppet import Line, Puppet  # noqa: E402
from benchmarks.watch.screen import readable_display  # noqa: E402
from tests import clips, watch_clips  # noqa: E402

LIMIT_MS = 100.0
MODES = {"a": "ctrl+1", "b": "ctrl+2", "c": "ctrl+3", "a+a": "ctrl+4", "b+b": "ctrl+5", "c+a": "ctrl+6"}
OFF = "off"
LOUD = 0.02
"""The tone peaks at 0.25."""
STEADY = 24
"""Frames that a chain draws undisturbed."""


@dataclass(frozen=True)
class Change:
    """A change of the mode; times in milliseconds.

    Attributes:
        before: name of the chain before.
        after: name of the chain after.
        ready_s: seconds until it drew.
        longest: the longest time between two presentations from the key to the first frame of the new chain.
        steady: the longest of the new chain after that.
    """

    before: str
    after: str
    ready_s: float
    longest: float
    steady: float


class Film:
    """The player while it plays, and when it presented.

    Args:
        options: of this program.
        screen: name of the display.
        folder: for its files.
    """

    def __init__(self, options: argparse.Namespace, screen: str, folder: Path) -> None:
        size = tuple(map(int, options.size.split("x")))
        pictures = [clips.picture(number, size) for number in range(97)]
        times = [Fraction(round(n * 1000 / 24), 1000) for n in range(24 * options.seconds)]
        clip = watch_clips.write(folder / "clip.mkv", watch_clips.Film(
            times, size=size, draw=lambda n: pictures[n % 97], sounds=[watch_clips.Sound(watch_clips.tone(441), "flac")]
        ))  # fmt: skip
        self.clocks: list[float] = []
        self.record = folder / "sound.rec"
        self.seconds = options.seconds
        chain = ["--shader", options.file] if options.file else ["--mode", "c"]
        os.environ["MESA_SHADER_CACHE_DIR"] = str(folder / "programs")
        self.puppet = Puppet(
            screen, folder,
            [*chain, "--geometry", f"{options.geometry}+0+0", "--governor", "no", "--audio-device", "null",
             "--sound-record", self.record, *options.arguments.split(), clip],
            self._hear,
        )  # fmt: skip
        self.puppet.enter()

    def _hear(self, line: Line) -> None:
        if line["event"] == "frame":
            self.clocks.append(line["clock"])

    def change(self, before: str, after: str, key: str) -> Change:
        """Press `key` and play on until what it asks for has drawn for a while."""
        puppet, first = self.puppet, len(self.clocks) - 1
        if (puppet.frame.get("position") or 0.0) > self.seconds - 30.0:
            raise RuntimeError("the clip is too short for all this; give --seconds")
        chain = dict(puppet.state["chain"])
        began = time.monotonic()
        puppet.key(key)
        puppet.wait(lambda: _differs(chain, puppet.state["chain"]), f"{after} after {before}", 180.0)
        ready_s = time.monotonic() - began
        puppet.wait_frames(2, 180.0)
        switched = len(self.clocks)
        puppet.wait_frames(STEADY, 180.0)
        return Change(before, after, ready_s, self.longest(first, switched), self.longest(switched, len(self.clocks)))

    def longest(self, first: int, last: int) -> float:
        """Longest time between two presentations, in milliseconds."""
        clocks = self.clocks[max(0, first) : last]
        return max((1e3 * (b - a) for a, b in zip(clocks, clocks[1:], strict=False)), default=0.0)

    def silences(self, longer_than_s: float) -> tuple[float, list[tuple[float, float]]]:
        """(seconds from the first to the last sound, (second, length) of every stretch of silence between)."""
        samples = np.abs(read_recording(self.record).samples).max(axis=1)
        loud = np.flatnonzero(samples > LOUD)
        gaps = np.diff(loud)
        heard = float(loud[-1] - loud[0]) / RATE if len(loud) else 0.0
        return heard, [
            (loud[at] / RATE, gaps[at] / RATE) for at in np.flatnonzero(gaps > longer_than_s * RATE)
        ]


def _differs(before: Line, now: Line) -> bool:
    """Whether another chain draws, and none is on its way."""
    same = all(before[name] == now[name] for name in ("mode", "enabled", "run"))
    return now["preparing"] is None and not same


def _ready(chain: Line) -> bool:
    """Whether the chain that was asked for draws."""
    return chain["preparing"] is None and chain["run"] > 0


def tour(names: list[str], chance: random.Random) -> list[str]:
    """A way that takes every step from one name to another once and ends where it began (Hierholzer)."""
    left = {name: chance.sample([other for other in names if other != name], len(names) - 1) for name in names}
    way, found = [names[0]], []
    while way:
        if left[way[-1]]:
            way.append(left[way[-1]].pop())
        else:
            found.append(way.pop())
    return found[::-1]


def drive(film: Film, options: argparse.Namespace) -> list[Change]:
    """All changes."""
    began = time.monotonic()
    start = "file" if options.file else "c"
    film.puppet.wait(lambda: _ready(film.puppet.state["chain"]), "the first chain", 180.0)
    ready_s, switched = time.monotonic() - began, len(film.clocks) + 2
    film.puppet.wait_frames(STEADY + 2, 180.0)
    first = Change(OFF, start, ready_s, film.longest(1, switched), film.longest(switched, len(film.clocks)))
    print(row(first), flush=True)
    keys = {**MODES, OFF: "ctrl+0"} | ({"file": "ctrl+9"} if options.file else {})
    changes = [first, film.change(start, OFF, keys[OFF])]
    way = tour([OFF, *(name for name in keys if name != OFF)], random.Random(options.seed))[: options.pairs + 1]
    steps = list(zip(way, way[1:], strict=False))
    for before, after in steps:
        changes.append(film.change(before, after, keys[after]))
        print(row(changes[-1]), flush=True)
    present = way[-1]
    for name in MODES if options.hq else ():
        for before, after, key in (
            (present, name, MODES[name]), (name, f"{name} -hq", "ctrl+8"), (f"{name} -hq", name, "ctrl+8")
        ):  # fmt: skip
            if before != after:
                changes.append(film.change(before, after, key))
                print(row(changes[-1]), flush=True)
        present = name
    return changes


def row(change: Change) -> str:
    """A line about a change."""
    names = f"{change.before:7} to {change.after:7}"
    return f"  {names} ready {change.ready_s:5.1f} s   longest {change.longest:4.0f} ms   then {change.steady:4.0f} ms"


def main() -> int:
    """Drive and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", help="a shader file")
    parser.add_argument("--size", default="160x90", help="of the video")
    parser.add_argument("--geometry", default="320x180")
    parser.add_argument("--seconds", type=int, default=600, help="of the clip")
    parser.add_argument("--pairs", type=int, default=1000, help="at most so many changes of the tour")
    parser.add_argument("--hq", action="store_true", help="also the -hq form of every mode, and back")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--silence", type=float, default=0.005, metavar="S")
    parser.add_argument("--arguments", default="", help="further arguments of the player, in one word")
    options = parser.parse_args()
    options.file = options.file and str(Path(options.file).resolve())
    with tempfile.TemporaryDirectory(prefix="switching") as place, readable_display() as screen:
        film = Film(options, screen.name, Path(place))
        try:
            changes = drive(film, options)
            film.puppet.key("q")
            code = film.puppet.finish()
        finally:
            film.puppet.stop()
        complaints = film.puppet.errors.read_text().strip()
        recorded_s, silences = film.silences(options.silence)
    own: dict[str, float] = {}
    for change in changes:
        own[change.after] = max(own.get(change.after, 0.0), change.steady)
    added = {
        change: max(0.0, change.longest - max(own[OFF], own.get(change.before, 0.0), own[change.after]))
        for change in changes
    }
    worst = max(added, key=lambda change: added[change])
    print("longest of their own: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in own.items()))
    findings = [
        (added[worst] <= LIMIT_MS,
         f"{len(changes)} changes add at most {added[worst]:.0f} ms ({worst.before} to {worst.after})"),
        (recorded_s > (film.clocks[-1] - film.clocks[0]) - 5.0, f"{recorded_s:.0f} s of sound"),
        (not silences, f"{len(silences)} gaps in the sound {silences[:5]}"),
        (code == 0, f"exit status {code}"),
    ]  # fmt: skip
    for fine, words in findings:
        print(f"{'ok    ' if fine else 'MISSED'}  {words}")
    if complaints:
        print(complaints[-2000:])
    return 0 if all(fine for fine, _ in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
