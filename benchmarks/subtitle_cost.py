"""What subtitles cost a playing video: late and dropped frames with and without a scene full of signs, in turn.

    python benchmarks/subtitle_cost.py [--rounds 3] [--seconds 10] [--signs 60] [--size 320x180]

Plays a clip on a private X display, in turn without subtitles and with an ASS track in which so many turning, blurred
signs are on the screen at every moment (each has three bitmaps, all new at every frame) and new ones begin all the
time. Prints for both the frames that came late or not at all, how long 99 of 100 frames took, the subtitles that were
not ready when their frame was shown, and the processor time of the player with its threads as a part of one core.

Without a graphics card the processor draws the signs as well, hence the small picture; other work on the machine spoils
the comparison. Exit status 1 when frames are late or dropped with subtitles that are not without them (more than one
in a hundred).

Needs Xvfb and ffmpeg.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from anime4k.export.display import private_display  # noqa: E402
from tests import subtitle_samples as samples  # noqa: E402

EXCUSED = 0.01
"""Part of the frames that may be late without a cause."""
STAY_S = 2.0
"""How long a sign stays."""
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Run:
    """What one run of the player said at its end.

    Attributes:
        shown: frames.
        dropped: frames left out.
        late: frames shown too late.
        p99_ms: how long 99 of 100 frames took.
        pictures: subtitle pictures drawn.
        peak_ms: the one that took longest, in the thread that draws them.
        waiting: moments at which the subtitles were not ready.
        cores: processor time in proportion to the time that passed.
    """

    shown: int
    dropped: int
    late: int
    p99_ms: float
    pictures: int
    peak_ms: float
    waiting: int
    cores: float

    @property
    def text(self) -> str:
        """In words."""
        return (
            f"{self.shown} shown, {self.dropped} dropped, {self.late} late, p99 {self.p99_ms:.1f} ms, "
            f"{self.pictures} subtitle pictures (longest {self.peak_ms:.0f} ms), {self.waiting} not ready, "
            f"{100 * self.cores:.0f} % of a core"
        )


def sign_heavy(count: int, seconds: float) -> list[samples.Line]:
    """Signs of which `count` are shown at every moment; a new one begins whenever an old one ends."""
    lines = samples.signs(round(count * seconds / STAY_S), STAY_S)
    starts = (number * STAY_S / count for number in range(len(lines)))
    return [replace(line, start=start, end=start + STAY_S) for start, line in zip(starts, lines, strict=True)]


def clip(folder: Path, size: tuple[int, int], seconds: float, count: int) -> Path:
    """The video with its track."""
    samples.video(folder / "plain.mkv", size=size, seconds=seconds)
    (folder / "signs.ass").write_text(samples.script(sign_heavy(count, seconds)))
    sources = ("-i", folder / "plain.mkv", "-i", folder / "signs.ass")
    samples.ffmpeg(*sources, "-map", "0", "-map", "1", "-c", "copy", folder / "clip.mkv")
    return folder / "clip.mkv"


def played(video: Path, display: str, folder: Path, size: tuple[int, int], track: str) -> Run:
    """Play it once.

    Raises:
        RuntimeError: the player failed.
    """
    command = [sys.executable, "-m", "anime4k", "play", str(video), "--sid", track, "--no-config", "--no-resume"]
    command += ["--mode", "off", "--scaler", "bilinear", "--governor", "no", "--interface", "none"]
    command += ["--audio-device", "null", "--stats", "--geometry", f"{size[0]}x{size[1]}"]
    environment = {
        **os.environ, "DISPLAY": display, "XDG_SESSION_TYPE": "x11", "PYTHONPATH": str(ROOT),
        "ANIME4K_CONFIG_DIR": str(folder / "config"), "ANIME4K_STATE_DIR": str(folder / "state"),
    }  # fmt: skip
    before, began = _spent(), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    cores = (_spent() - before) / (time.perf_counter() - began)
    text = done.stdout + done.stderr
    frames = re.search(r"frames: (\d+) shown, (\d+) dropped, (\d+) late", text)
    took = re.search(r"([\d.]+) ms (?:of [\d.]+ ms )?a frame at p99", text)
    drawn = re.search(r"subtitles: (\d+) drawn, longest ([\d.]+) ms, (\d+) late", text)
    if done.returncode or frames is None or took is None or drawn is None:
        raise RuntimeError(f"the player said: {text[-800:]}")
    return Run(
        int(frames[1]), int(frames[2]), int(frames[3]), float(took[1]), int(drawn[1]), float(drawn[2]), int(drawn[3]),
        cores,
    )  # fmt: skip


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def share(runs: Sequence[Run]) -> float:
    """Part of the frames that were late or dropped."""
    return sum(run.dropped + run.late for run in runs) / sum(run.shown + run.dropped for run in runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--signs", type=int, default=60)
    parser.add_argument("--size", type=lambda text: tuple(map(int, text.split("x"))), default=(320, 180))
    chosen = parser.parse_args()
    runs: dict[str, list[Run]] = {"no": [], "1": []}
    with tempfile.TemporaryDirectory() as name, private_display("1280x800") as display:
        folder = Path(name)
        video = clip(folder, chosen.size, chosen.seconds, chosen.signs)
        for _ in range(chosen.rounds):
            for track, found in runs.items():
                found.append(played(video, display, folder, chosen.size, track))
                what = "with signs" if track == "1" else "without   "
                print(f"{what}  {found[-1].text}  (load {os.getloadavg()[0]:.1f})", flush=True)
    without, signs = share(runs["no"]), share(runs["1"])
    print(f"late or dropped: {100 * without:.1f} % without, {100 * signs:.1f} % with {chosen.signs} signs at once")
    return int(signs > without + EXCUSED)


if __name__ == "__main__":
    sys.exit(main())
