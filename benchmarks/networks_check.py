"""Prove the networks of the pack: every shader file shows what numpy computes, and the same in three renderers.

    python benchmarks/networks_check.py [--only GLOB] [--sizes 64x48,117x65] [--json FILE]

For each file: the largest difference from the evaluation in numpy, with floats of 16 bits between passes (less than
1/255), of 32 bits (less than 0.0001) and in OpenGL 4.1; the largest difference between its fragment and its compute
form; and how far mpv (vo=gpu) and FFmpeg's libplacebo agree with us (50 dB or more, with as many passes). The pictures
are parts of drawn ones. Numbers are the worst of all sizes, differences in 1/255 except those with 32 bits.

Results are kept in the user's cache folder (ANIME4K_PEERS_CACHE overrides it) for as long as the file, the renderer
and the other programs stay the same. Needs mpv, ffmpeg (with libplacebo), Xvfb and Mesa's software drivers.
The exit code is 1 when anything does not hold.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import cache, display  # noqa: E402
from proof import results  # noqa: E402
from proof.check import Checker  # noqa: E402
from proof.files import chosen  # noqa: E402

from anime4k.errors import Anime4kError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.quality import downloads  # noqa: E402

SIZES = "64x48,117x65"


def size(text: str) -> tuple[int, int]:
    """Width and height out of WxH.

    Raises:
        ValueError: it is something else.
    """
    width, height = map(int, text.split("x"))
    if min(width, height) < 8:
        raise ValueError(text)
    return width, height


def sizes(text: str) -> list[tuple[int, int]]:
    """Sizes with commas between them."""
    return [size(part) for part in text.split(",")]


HEAD = f"{'file':<34} {'16 bit':>7} {'32 bit':>7} {'GL 4.1':>7} {'forms':>7} {'mpv':>8} {'libplacebo':>10}"


def line(row: results.Row) -> str:
    """A row as text; differences in 1/255, of floats of 32 bits as they are."""
    found = row.result
    differences = (found.half, found.old, found.twin)
    cells = [f"{'-' if value is None else f'{value * 255:.3f}':>7}" for value in differences]
    cells.insert(1, f"{found.single:7.0e}")
    decibels = f"{found.mpv:5.1f} dB {found.libplacebo:7.1f} dB"
    verdict = f"WRONG: {'; '.join(found.faults)}" if found.faults else "ok"
    return f"{row.name:<34} {' '.join(cells)} {decibels}  {verdict}"


def run(only: list[str], wanted: list[tuple[int, int]], kept: Path | None) -> int:
    """Check, print, keep."""
    files = chosen(only)
    versions = [cache.program_version(program) for program in ("mpv", "ffmpeg")]
    modern, baseline = Device.standalone(), Device.standalone(baseline=True)
    rows = []
    print(HEAD)
    with display.private_display() as screen, tempfile.TemporaryDirectory() as scratch:
        checker = Checker(modern, baseline, screen, Path(scratch))
        for file in files:
            begun = time.monotonic()
            row, known = results.row(file, wanted, versions, lambda each, file=file: checker.result(file, each))
            rows.append(row)
            print(line(row) + ("" if known else f"  ({time.monotonic() - begun:.0f} s)"), flush=True)
    wrong = sum(bool(row.result.faults) for row in rows)
    print(f"{len(rows) - wrong} of {len(rows)} hold")
    if kept is not None:
        facts = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": f"{platform.machine()} with {modern.info.renderer}",
            "mpv": versions[0].split(" Copyright")[0],
            "ffmpeg": versions[1].split(" Copyright")[0],
        }
        digests = {path.stem: downloads.key(path.read_bytes()) for path in pack_files()}
        results.keep(kept, rows, facts, digests)
    for device in (baseline, modern):
        device.ctx.__enter__()
        device.release()
    return 1 if wrong else 0


def main() -> int:
    """Run; failures that are expected are one sentence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="GLOB", action="append", default=[], help="only such names (repeatable)")
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="of the pictures (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the rows in this file, with machine and date")
    arguments = parser.parse_args()
    try:
        return run(arguments.only, arguments.sizes, arguments.json)
    except Anime4kError as error:
        print(f"networks_check.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
