"""Play deliberately damaged files and count hangs, tracebacks and clean refusals.

    python benchmarks/damage.py                                  # 300 files through the decoder
    python benchmarks/damage.py --command "anime4k upscale {} -o {}.out.png -y"

The damage is the same on every run: file N depends on the seed and N only. With `--command` each file goes
through that command ("{}" is the file) and any output that looks like a traceback counts as one; without it
the file is read through the public decoder in a process of its own. Exit status 1 when anything hung or broke.
"""

from __future__ import annotations

import argparse
import random
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import clips  # noqa: E402
from tests.clips import Encoding  # noqa: E402

KINDS = ("bytes", "burst", "zeros", "cut", "removed", "inserted", "header", "shuffled")
_MILLI = Fraction(1, 1000)


def originals(folder: Path) -> list[Path]:
    """Small healthy files of every container and codec that matters."""
    wanted = {
        "h264.mp4": Encoding(),
        "h264.mkv": Encoding(sound=True, time_base=_MILLI),
        "h264.ts": Encoding(gop=25),
        "hevc.mkv": Encoding(codec="libx265", pix_fmt="yuv420p10le", time_base=_MILLI),
        "mpeg4.avi": Encoding(codec="mpeg4"),
        "mpeg2.mpg": Encoding(codec="mpeg2video", interlaced="tff"),
        "vp9.webm": Encoding(codec="libvpx-vp9", time_base=_MILLI),
        "ffv1.mkv": Encoding(codec="ffv1", time_base=_MILLI),
        "raw.h264": Encoding(container="h264"),
    }
    return [clips.write(folder / name, clips.cfr(60), how).path for name, how in wanted.items()]


def damaged(data: bytes, kind: str, chance: random.Random) -> bytes:
    """A damaged copy of a file's bytes; `kind` is one of `KINDS`."""
    spoiled = bytearray(data)
    at = chance.randrange(len(data))
    length = 1 + chance.randrange(max(1, len(data) // 8))
    if kind == "bytes":
        for _ in range(1 + chance.randrange(max(2, len(data) // 100))):
            spoiled[chance.randrange(len(data))] = chance.randrange(256)
    elif kind == "burst":
        spoiled[at : at + length] = chance.randbytes(len(spoiled[at : at + length]))
    elif kind == "zeros":
        spoiled[at : at + length] = bytes(len(spoiled[at : at + length]))
    elif kind == "cut":
        del spoiled[at:]
    elif kind == "removed":
        del spoiled[at : at + length]
    elif kind == "inserted":
        spoiled[at:at] = chance.randbytes(length)
    elif kind == "header":
        for _ in range(1 + chance.randrange(20)):
            spoiled[chance.randrange(min(512, len(data)))] = chance.randrange(256)
    else:
        block = max(1, len(data) // 20)
        pieces = [data[start : start + block] for start in range(0, len(data), block)]
        chance.shuffle(pieces)
        spoiled = bytearray(b"".join(pieces))
    return bytes(spoiled)


def specimens(sources: list[Path], folder: Path, count: int, seed: int) -> Iterator[tuple[Path, str]]:
    """Write damaged files one by one: (path, what was done)."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        source = sources[number % len(sources)]
        kind = KINDS[number // len(sources) % len(KINDS)]
        path = folder / f"{number:04d}-{kind}-{source.name}"
        path.write_bytes(damaged(source.read_bytes(), kind, chance))
        yield path, kind


def run_one(command: list[str], limit_s: float) -> tuple[str, str]:
    """Run a command: (verdict, text); the verdict is ok, refused, traceback, crash or hang."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=limit_s, cwd=ROOT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "hang", f"no end within {limit_s:g} s"
    text = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
    if "Traceback (most recent call last)" in text:
        return "traceback", text
    if done.returncode < 0 or done.returncode > 125:
        return "crash", f"exit status {done.returncode}: {text}"
    return ("ok" if done.returncode == 0 else "refused"), text


def read(paths: list[Path]) -> int:
    """What the child process does: play, seek, play again."""
    from anime4k.errors import MediaError
    from anime4k.media.source import VideoSource

    for path in paths:
        try:
            with VideoSource(path) as source:
                shown = [frame.pts for frame in source.frames()]
                assert all(a < b for a, b in zip(shown, shown[1:], strict=False)), "times do not increase"
                source.seek(source.info.start_s + 1)
                next(source.frames(), None)
                print(f"{len(shown)} frames, {source.damaged} damaged")
        except MediaError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def main() -> int:
    """Run the check; the exit status is 1 when anything hung or broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that one file may take")
    parser.add_argument("--command", help="command line to run on each file, {} is the file")
    parser.add_argument("--keep", type=Path, help="copy files that hung or broke something here")
    parser.add_argument("--read", type=Path, nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.read:
        return read(args.read)
    template = shlex.split(args.command) if args.command else [sys.executable, str(Path(__file__)), "--read", "{}"]
    verdicts: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="damage-") as name:
        folder = Path(name)
        for path, kind in specimens(originals(folder), folder, args.count, args.seed):
            verdict, text = run_one([part.replace("{}", str(path)) for part in template], args.limit)
            verdicts[verdict] += 1
            if verdict in ("hang", "traceback", "crash"):
                print(f"{verdict}: {path.name} ({kind})\n{text}\n", flush=True)
                if args.keep:
                    args.keep.mkdir(parents=True, exist_ok=True)
                    (args.keep / path.name).write_bytes(path.read_bytes())
            for left in folder.glob(f"{path.name}*"):
                left.unlink()
    broken = sum(verdicts[verdict] for verdict in ("hang", "traceback", "crash"))
    print(
        f"{args.count} damaged files in {time.monotonic() - started:.0f} s: {verdicts['ok']} played, "
        f"{verdicts['refused']} refused, {verdicts['hang']} hangs, {verdicts['traceback']} tracebacks, "
        f"{verdicts['crash']} crashes"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
