"""Plays for hours and watches whether anything grows: memory, open files, threads, textures, programs.

    python benchmarks/soak.py [--hours 2] [--files 50] [--seeks 200] [--modes 100] [--resizes 100]

Untimed, from a playlist of generated files with different sizes and sounds, driven by real keys: seeks, mode
switches, resizes and jumps in the list, in a seeded order. About a hundred times it comes to rest (shaders off, the
same window size) and is measured there.

Rule: over the second half of these measurements a straight line is fitted. The memory of the player and of the
processes it started may grow by at most 3 % of its middle value along that line, open files, threads and processes by
less than 1, textures and programs by less than 1. A number of 0 changes is what is hoped for. Exit status 1 when
something grows, the player complains or ends by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.watch.puppet import Line, Puppet, descendants  # noqa: E402
from benchmarks.watch.screen import readable_display  # noqa: E402
from tests import block_font, watch_clips  # noqa: E402
from tests.rich_clips import ASS_HEADER  # noqa: E402

REST_SIZE = (320, 180)
SIZES = ((320, 180), (160, 90), (96, 200), (400, 225), (64, 64), (333, 207), (240, 240))
SEEKS = ("Right", "Left", "shift+Right", "shift+Left", "shift+Up", "shift+Down", "Home")
MODES = ("ctrl+1", "ctrl+2", "ctrl+3", "ctrl+4", "ctrl+5", "ctrl+6", "ctrl+7")
MEMORY_GROWTH = 0.03
COUNT_GROWTH = 1.0
MODE_FRAMES = 2
"""Frames drawn with every mode; with software rendering each costs much."""


@dataclass(frozen=True)
class Sample:
    """A measurement at rest: what is counted, by name; memory in MiB."""

    video_s: float
    values: dict[str, float]


def make_files(folder: Path, count: int, seconds: float, rate: int) -> list[Path]:
    """Files of five sizes, with and without sound, some with subtitles, one with chapters."""
    sizes = ((160, 90), (128, 96), (192, 108), (96, 128), (161, 91))
    times = [Fraction(n, rate) for n in range(round(seconds * rate))]
    header = ASS_HEADER.replace("Arial", "Tests Blocks")
    files, models = [], []
    for number, size in enumerate(sizes):
        events = [(2.0 * n + 0.5, 1.5, f"0,Default,,0,0,0,,Line {n}") for n in range(int(seconds // 2) - 1)]
        models.append(
            watch_clips.write(
                folder / f"model {number}.mkv",
                watch_clips.Film(
                    times, size=size, rate=Fraction(rate), pix_fmt="yuv444p" if size[0] % 2 else "yuv420p",
                    sounds=[watch_clips.Sound(watch_clips.tone(330))] if number % 2 else [],
                    texts=[watch_clips.Text(events, "ass", "eng", header=header)] if number in (0, 1) else [],
                    fonts=[("blocks.ttf", block_font.build())] if number in (0, 1) else [],
                    chapters=[("One", 0.0), ("Two", seconds / 2)] if number == 1 else [],
                ),
            )
        )  # fmt: skip
    for number in range(count):
        file = folder / f"episode {number + 1}.mkv"
        os.link(models[number % len(models)], file)
        files.append(file)
    for model in models:
        model.unlink()
    return files


def measure(puppet: Puppet, video_s: float) -> Sample:
    """Look at the player and everything it started."""
    memory = files = threads = 0.0
    processes = descendants(puppet.process.pid)
    for process in processes:
        with contextlib.suppress(OSError):
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
            )
            memory += float(status["VmRSS"].split()[0]) / 1024
            threads += float(status["Threads"])
            files += len(os.listdir(f"/proc/{process}/fd"))
    values = {"memory": memory, "files": files, "threads": threads, "processes": float(len(processes))}
    return Sample(video_s, values | {name: float(number) for name, number in puppet.resources.items()})


def growth(samples: Sequence[Sample], name: str) -> tuple[float, float]:
    """(growth along the fitted line, middle value) over the second half."""
    half = [sample for sample in samples[len(samples) // 2 :] if name in sample.values]
    values = np.array([sample.values[name] for sample in half])
    if len(values) < 3:
        return (0.0, float(values.mean()) if len(values) else 0.0)
    slope = np.polyfit(np.arange(len(values)), values, 1)[0]
    return (float(slope) * (len(values) - 1), float(np.median(values)))


class Soak:
    """One run.

    Args:
        puppet: the player.
        rate: frames a second of all files.
        seed: of the order of actions.
    """

    def __init__(self, puppet: Puppet, rate: int, seed: int) -> None:
        self.puppet, self.rate, self.chance = puppet, rate, random.Random(seed)
        self.window = puppet.enter()
        self.samples: list[Sample] = []
        self.done = {"seeks": 0, "mode switches": 0, "resizes": 0, "files chosen": 0}

    @property
    def video_s(self) -> float:
        """Seconds of video shown."""
        return self.puppet.frames / self.rate

    def seek(self) -> None:
        self.puppet.key(self.chance.choice(SEEKS))
        self.done["seeks"] += 1

    def switch(self) -> None:
        self.puppet.key(self.chance.choice(MODES))
        self.done["mode switches"] += 1
        self.puppet.wait(lambda: not (self.puppet.state["chain"].get("preparing")), "the mode")
        self.puppet.wait_frames(MODE_FRAMES, 300)
        if self.chance.random() < 0.5:
            self.off()

    def off(self) -> None:
        """Shaders off, if they are on."""
        if self.puppet.state["chain"]["enabled"]:
            self.puppet.key("ctrl+0")
            self.puppet.wait(lambda: not self.puppet.state["chain"]["enabled"], "shaders off")

    def resize(self, size: tuple[int, int] | None = None) -> None:
        width, height = size or self.chance.choice(SIZES)
        self.puppet.tool("windowsize", self.window, width, height)
        self.done["resizes"] += size is None
        self.puppet.wait(lambda: self.puppet.state["window"] == [width, height], f"a window of {width}x{height}")

    def other_file(self) -> None:
        self.puppet.key(self.chance.choice(("greater", "less")))
        self.done["files chosen"] += 1

    def rest(self) -> None:
        """Come to rest and measure."""
        self.off()
        self.resize(REST_SIZE)
        self.puppet.wait_frames(self.rate * 5)
        self.samples.append(measure(self.puppet, self.video_s))

    def run(self, video_s: float, seeks: int, modes: int, resizes: int, rests: int) -> None:
        """Do everything in a mixed order, evenly spread over the video time."""
        work = [self.seek] * seeks + [self.switch] * modes + [self.resize] * resizes + [self.other_file] * (seeks // 8)
        self.chance.shuffle(work)
        for number in range(rests):
            for action in work[number * len(work) // rests : (number + 1) * len(work) // rests]:
                action()
                self.puppet.wait_frames(3, 300)
            self.rest()
            goal = video_s * (number + 1) / rests
            self.puppet.wait(lambda goal=goal: self.video_s >= goal, f"{goal:.0f} s of video", 3600)  # type: ignore[misc]


def verdict(samples: Sequence[Sample]) -> tuple[list[str], bool]:
    """Lines for people, and whether nothing grows."""
    lines = [f"{'':14s}{'first':>9s}{'middle':>9s}{'last':>9s}{'growth':>9s}{'allowed':>9s}"]
    flat = True
    for name in samples[-1].values:
        values = [sample.values[name] for sample in samples if name in sample.values]
        grown, middle = growth(samples, name)
        allowed = middle * MEMORY_GROWTH if name == "memory" else COUNT_GROWTH
        fine = grown < allowed
        flat &= fine
        mark = "" if fine else "  GROWS"
        seen = "".join(f"{value:9.1f}" for value in (values[0], values[len(values) // 2], values[-1]))
        lines.append(f"{name:14s}{seen}{grown:+9.2f}{allowed:9.2f}{mark}")
    return lines, flat


def main() -> int:
    """Run and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2.0, help="of video")
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--modes", type=int, default=100)
    parser.add_argument("--resizes", type=int, default=100)
    parser.add_argument("--rests", type=int, default=100)
    parser.add_argument("--rate", type=int, default=24, help="frames a second of the files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--arguments", default="--mode off --scaler bilinear", help="of the player")
    options = parser.parse_args()
    video_s = options.hours * 3600
    complaints: list[str] = []
    endings: list[Line] = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak") as place, readable_display() as screen:
        folder = Path(place)
        files = make_files(folder, options.files, video_s / options.files, options.rate)
        rounds = files * 3  # seeks and jumps shift the end of the list
        geometry = f"{REST_SIZE[0]}x{REST_SIZE[1]}+0+0"
        puppet = Puppet(
            screen.name, folder, ["--untimed", "--geometry", geometry, *options.arguments.split(), *rounds],
            lambda line: endings.append(line) if line["event"] == "end" else None,
        )  # fmt: skip
        soak = None
        try:
            soak = Soak(puppet, options.rate, options.seed)
            soak.run(video_s, options.seeks, options.modes, options.resizes, options.rests)
            shown = soak.video_s
            puppet.key("q")
            code = puppet.finish()
        except RuntimeError as error:
            complaints.append(str(error))
            code, shown = puppet.process.poll() or 0, soak.video_s if soak else 0.0
        finally:
            puppet.stop()
        complaints += [line for line in puppet.errors.read_text().splitlines() if "rror" in line or "warning" in line]
    if code:
        complaints.append(f"exit status {code}")
    samples = soak.samples if soak else []
    print(f"{shown / 3600:.2f} hours of video, {puppet.frames} frames in {(time.monotonic() - begun) / 60:.1f} minutes")
    print(", ".join(f"{number} {name}" for name, number in (soak.done.items() if soak else ())))
    lines, flat = verdict(samples) if samples else ([], False)
    print("\n".join(lines))
    print(f"{len(samples)} measurements; counts at the end: {endings[-1]['counts'] if endings else 'none'}")
    print("\n".join(f"COMPLAINT: {text}" for text in dict.fromkeys(complaints)) or "no complaint")
    return 0 if flat and not complaints and samples else 1


if __name__ == "__main__":
    sys.exit(main())
