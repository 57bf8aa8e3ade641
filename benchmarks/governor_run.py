"""Two minutes of a mode that is too much for the machine, beside a noisy load: does the player keep it smooth?

    python benchmarks/governor_run.py [--seconds 120] [--mode a-hq] [--size 480x270] [--geometry 960x540] [--seed 1]

Plays a generated clip on a private X display with software rendering while busy loops come and go in a seeded
pattern; the first `--calm` and the last `--calm` seconds have none. From the status lines it takes every change of
what is drawn with, and every late or dropped frame. Asked for:

* the first step down (from then on frames are drawn with something cheaper) comes within 2 s after the beginning of
  the first second in which a quarter of the frames were late or lost,
* in steady stretches (more than 3 s after a change and without any change of the load in the second before) at most
  `--late` of the frames are late or dropped,
* at most `--changes` changes in all, and no chain is returned to more than `--returns` times,
* in the last calm stretch no step down.

Exit status 1 when one of them is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.watch.load import Load, Phase, noisy_phases  # noqa: E402
from benchmarks.watch.puppet import Line, Puppet  # noqa: E402
from benchmarks.watch.screen import readable_display  # noqa: E402
from tests import clips, watch_clips  # noqa: E402

STEP_DOWN_S = 2.0
STEADY_S = 3.0


@dataclass(frozen=True)
class Shown:
    """A frame that was shown: when (seconds of the run), and how many were late or lost since the one before."""

    time: float
    late: int
    dropped: int


@dataclass(frozen=True)
class Chain:
    """What is drawn with from a time on.

    Attributes:
        time: seconds of the run.
        mode: the mode.
        takes: what the mode auto or the governor takes.
        run: number of passes.
        note: what the governor says.
    """

    time: float
    mode: str
    takes: str
    run: int
    note: str

    @property
    def name(self) -> str:
        """Mode and what it takes."""
        return f"{self.mode} ({self.takes})" if self.takes else self.mode


class Watcher:
    """Notes frames and changes of the chain."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.chains: list[Chain] = []
        self.down: list[float] = []
        """Times of every step of the governor to a cheaper tier."""
        self._level: int | None = None
        self._counts = {"late": 0, "dropped": 0}
        self._begun: float | None = None

    def hear(self, line: Line) -> None:
        """A status line."""
        now = time.monotonic()
        if line["event"] == "frame":
            self._begun = self._begun or line["clock"]
            counts = line["counts"]
            more = {name: counts[name] - before for name, before in self._counts.items()}
            self._counts = {name: counts[name] for name in self._counts}
            self.shown.append(Shown(line["clock"] - self._begun, more["late"], more["dropped"]))
        elif line["event"] == "state":
            chain = line["chain"]
            level = chain.get("level")
            if level is not None and self._level is not None and level > self._level:
                self.down.append(now - self.begun)
            self._level = level
            new = (chain["mode"], chain.get("takes", ""), chain["run"])
            last = self.chains[-1] if self.chains else None
            if last is None or new != (last.mode, last.takes, last.run):
                self.chains.append(Chain(now - (self._begun or now), *new, chain.get("note", "")))

    @property
    def begun(self) -> float:
        """Monotonic time of the first frame."""
        return self._begun or 0.0

    @property
    def changes(self) -> list[Chain]:
        """Chains after the first one drawn with."""
        started = [chain for chain in self.chains if chain.time <= 0.0]
        return self.chains[max(1, len(started)) :]

    @property
    def trouble(self) -> float | None:
        """Beginning of the first second in which a quarter of the frames were late or lost, None = there was none."""
        for number, first in enumerate(self.shown):
            second = [frame for frame in self.shown[number:] if frame.time < first.time + 1.0]
            bad = sum(frame.late + frame.dropped for frame in second)
            if (first.late or first.dropped) and bad >= (len(second) + sum(f.dropped for f in second)) / 4:
                return first.time
        return None


def steady(shown: Sequence[Shown], changes: Sequence[Chain], edges: Sequence[float]) -> list[Shown]:
    """Frames well after the last change of the chain, and not just after a change of the load."""
    return [
        frame for frame in shown
        if frame.time > STEADY_S
        and not any(0.0 <= frame.time - change.time <= STEADY_S for change in changes)
        and not any(0.0 <= frame.time - edge <= 1.0 for edge in edges)
    ]  # fmt: skip


def timeline(watcher: Watcher, phases: Sequence[Phase], offset: float, seconds: float, step: float = 2.0) -> str:
    """A line for every `step` seconds: load, frames, late, lost, longest gap, changes."""
    lines = [f"{'from':>6s} {'load':>5s} {'frames':>6s} {'late':>5s} {'lost':>5s} {'longest gap':>11s}"]
    for number in range(int(seconds / step)):
        begin, end = number * step, (number + 1) * step
        frames = [frame for frame in watcher.shown if begin <= frame.time < end]
        pairs = zip(watcher.shown, watcher.shown[1:], strict=False)
        gaps = [after.time - before.time for before, after in pairs if begin <= after.time < end]
        busy = sum(
            phase.loops * max(0.0, min(end, phase.begin + phase.seconds + offset) - max(begin, phase.begin + offset))
            for phase in phases
        )
        said = "; ".join(
            f"{chain.time:.1f} s: {chain.name}, {chain.run} passes" + (f" ({chain.note})" if chain.note else "")
            for chain in watcher.chains if begin <= chain.time < end
        )  # fmt: skip
        late, lost = sum(frame.late for frame in frames), sum(frame.dropped for frame in frames)
        gap = f"{max(gaps, default=0.0) * 1e3:8.0f} ms"
        lines.append(f"{begin:6.0f} {busy / step:5.1f} {len(frames):6d} {late:5d} {lost:5d} {gap}  {said}")
    return "\n".join(lines)


def judge(
    watcher: Watcher, phases: Sequence[Phase], offset: float, seconds: float, calm_s: float, options: argparse.Namespace
) -> list[tuple[bool, str]]:
    """What was asked for: (whether it is so, in words)."""
    changes = watcher.changes
    edges = [phase.begin + offset for phase in phases]
    calm = steady(watcher.shown, changes, edges)
    bad = sum(frame.late + frame.dropped for frame in calm)
    share = bad / max(1, len(calm) + sum(frame.dropped for frame in calm))
    visits = Counter(chain.name for chain in watcher.chains)
    returned = max(visits.values(), default=1) - 1
    at_end = [time for time in watcher.down if time > seconds - calm_s + 2.0]
    trouble = watcher.trouble
    # A step may come before the second is over in which a quarter of the frames turn out to be late.
    down = [time for time in watcher.down if trouble is not None and time >= trouble - 1.0]
    took = f"first step down {down[0] - trouble:.2f} s after trouble began" if down and trouble is not None else ""
    return [
        (trouble is None or bool(down) and down[0] - trouble <= STEP_DOWN_S,
         took or ("no step down" if trouble is not None else "never any trouble")),
        (share <= options.late, f"{share:.1%} of {len(calm)} frames in steady stretches late or lost"),
        (len(changes) <= options.changes, f"{len(changes)} changes"),
        (returned <= options.returns, f"the chain most often returned to came back {returned} times"),
        (not at_end, f"{len(at_end)} steps down in the last calm stretch"),
    ]  # fmt: skip


def main() -> int:
    """Run and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--mode", default="a-hq")
    parser.add_argument("--size", default="480x270", help="of the video")
    parser.add_argument("--geometry", default="960x540")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loops", type=int, default=2, help="busy loops at most")
    parser.add_argument("--nice", type=int, default=5)
    parser.add_argument("--calm", type=float, default=15.0, metavar="S")
    parser.add_argument("--late", type=float, default=0.05, help="share of late frames allowed")
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--returns", type=int, default=3)
    parser.add_argument("--arguments", default="--governor yes", help="further arguments of the player, in one word")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    watcher = Watcher()
    phases = noisy_phases(options.seconds - options.calm, options.seed, most=options.loops, calm_s=options.calm)
    with tempfile.TemporaryDirectory(prefix="governor") as place, readable_display() as screen:
        folder = Path(place)
        times = [Fraction(round(n * 1001 / 24), 1000) for n in range(24 * 20)]
        film = watch_clips.Film(times, size=(width, height), draw=lambda n: clips.picture(n, (width, height)))
        clip = watch_clips.write(folder / "clip.mkv", film)
        puppet = Puppet(
            screen.name, folder,
            ["--loop-file", "--mode", options.mode, "--geometry", f"{options.geometry}+0+0",
             *options.arguments.split(), clip],
            watcher.hear, fresh=True,
        )  # fmt: skip
        load = Load(phases, nice=options.nice)
        try:
            puppet.enter()
            load.start()
            offset = load.begun - watcher.begun
            time.sleep(max(0.0, options.seconds - offset))
            puppet.key("q")
            code = puppet.finish()
        finally:
            load.stop()
            puppet.stop()
        complaints = puppet.errors.read_text().strip()
    print(timeline(watcher, phases, offset, options.seconds))
    print(f"load: up to {options.loops} busy loops, niceness {options.nice}, seed {options.seed}; {options.size} to "
          f"{options.geometry}, mode {options.mode}; {puppet.frame.get('counts')}")  # fmt: skip
    findings = judge(watcher, phases, offset, options.seconds, options.calm, options)
    findings.append((code == 0, f"exit status {code}"))
    for fine, words in findings:
        print(f"{'ok    ' if fine else 'MISSED'}  {words}")
    if complaints:
        print(complaints[-2000:])
    return 0 if all(fine for fine, _ in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
