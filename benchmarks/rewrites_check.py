"""Prove the rewrites of plans: every shader draws the same picture with them as without.

    python benchmarks/rewrites_check.py                      every file of the pack and of the wheel jellyfin-mpv-shim
    python benchmarks/rewrites_check.py --only 'a4k-*-s*'    some of them
    python benchmarks/rewrites_check.py --json FILE

Each file draws a picture of 62x38 pixels at twice its size in 16-bit output, without rewrites, with each rewrite alone,
and with all. The table has the largest difference from the picture without, in codes of 8 bits, and the draws with
all of them. What works on fetched texels only (winograd) is drawn with exact fetching and compared with that alone.
Exact fetching may differ by what filtering at texel centres rounds; the others by the order in which a compiler sums
(`anime4k.pipeline.rewrites`). The exit code is 1 when a difference is larger than the limit of the rewrite, or a file
that runs without rewrites does not run with them.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import ours, source  # noqa: E402

from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.pipeline.rewrites import REWRITES  # noqa: E402
from anime4k.pipeline.settings import OutputFormat  # noqa: E402
from anime4k.quality import wheels  # noqa: E402

SIZE = (62, 38)
LIMITS = {"exact-fetch": 2.0, "fusion": 0.5, "fold": 0.01, "winograd": 0.5, "blocks": 0.5, "tiles": 0.0, "all": 2.0}
"""Codes of 8 bits. Differences of one unit in a half float grow on their way through a network."""
DEEP = OutputFormat(depth=16)
BEFORE = {"winograd": "exact-fetch"}
"""What a rewrite needs before it."""
NAMES = tuple(rewrite.name for rewrite in REWRITES)


@dataclasses.dataclass(frozen=True)
class Row:
    """What one file came to.

    Attributes:
        file: its name.
        differences: largest difference by rewrite, in codes of 8 bits; none where nothing was rewritten.
        draws: without rewrites, and with all.
        problem: what is wrong, in words; empty = nothing.
    """

    file: str
    differences: dict[str, float]
    draws: tuple[int, int]
    problem: str


def check(device: Device, path: Path) -> Row:
    """Draw a file in all ways."""
    shader, picture = parse_file(path), source.make(*SIZE)
    drawn: dict[str, np.ndarray] = {}
    plans = {}
    for name, without in (
        ("none", frozenset(NAMES)),
        *((name, frozenset(NAMES) - {name, BEFORE.get(name, name)}) for name in NAMES),
        ("all", frozenset()),
    ):
        settings = dataclasses.replace(ours.PLAIN, no_rewrites=without)
        renderer = Renderer(device, [shader], settings=settings, output=DEEP)
        try:
            plans[name] = renderer.configure(ours.source_format(picture), (2 * SIZE[0], 2 * SIZE[1]))
            renderer.render(picture.planes)
            drawn[name] = renderer.read()[0].astype(np.int64)
            if renderer.disabled and name != "none" and not plans["none"].disabled:
                return Row(path.name, {}, (0, 0), f"{name}: {next(iter(renderer.disabled.values()))}")
        finally:
            renderer.release()
    differences = {
        name: float(np.abs(drawn[name] - drawn[BEFORE.get(name, "none")]).max()) / 257
        for name in drawn
        if name != "none" and plans[name] != plans[BEFORE.get(name, "none")]
    }
    beyond = [f"{name} changes {value:.2f} codes" for name, value in differences.items() if value > LIMITS[name]]
    return Row(path.name, differences, (len(plans["none"].steps), len(plans["all"].steps)), "; ".join(beyond))


def main() -> int:
    """Check and print; 1 when something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="GLOB", default="*", help="names of files, without .glsl")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table here as well")
    arguments = parser.parse_args()
    files = {path.stem: path for path in (*pack_files(), *wheels.shaders().values())}
    chosen = [path for name, path in sorted(files.items()) if fnmatch.fnmatch(name, arguments.only)]
    if not chosen:
        parser.error(f"no file is called {arguments.only}")
    device = Device.standalone()
    rows: list[Row] = []
    print(f"{'file':<44} " + " ".join(f"{name:>11}" for name in (*NAMES, "all")) + "  draws")
    for path in chosen:
        row = check(device, path)
        rows.append(row)
        found = (row.differences.get(name) for name in (*NAMES, "all"))
        cells = " ".join(f"{'-':>11}" if value is None else f"{value:11.3f}" for value in found)
        print(f"{row.file:<44} {cells}  {row.draws[0]} -> {row.draws[1]}  {row.problem}", flush=True)
    wrong = [row for row in rows if row.problem]
    print(f"{len(rows) - len(wrong)} of {len(rows)} files hold")
    if arguments.json:
        arguments.json.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1) + "\n")
    device.release()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
