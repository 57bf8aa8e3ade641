"""Render third-party shader files with anime4k, mpv and libplacebo, compare the pictures, write the table.

    python benchmarks/compatibility.py [PATTERN...] [--quick] [--out docs/shader-compatibility.md]

Needs mpv, ffmpeg (with libplacebo), Xvfb and Mesa's software drivers. Pictures of the peers are kept in the
user's cache folder; the first run of the whole table takes several minutes, later ones only render ours.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import cases, display, page  # noqa: E402
from engines.table import Bench, Row  # noqa: E402

from anime4k.gl.device import Device  # noqa: E402
from anime4k.quality import wheels  # noqa: E402


def line(row: Row) -> str:
    """One row for the terminal."""
    figures = []
    for comparison in row.comparisons:
        reason = f" ({comparison.reason.explanation.number})" if comparison.reason else ""
        figure = "none" if comparison.agreement is None else f"{comparison.psnr:.1f}/{comparison.agreement.largest}"
        figures.append(f"{comparison.peer} {figure}{reason}")
    head = f"{row.case.name:42s} {len(row.passes):3d} passes {row.seconds:6.1f} s"
    if row.float32 is not None:
        figures.append(f"32-bit {row.float32.psnr:.1f}/{row.float32.largest}")
    return f"{head}  {'  '.join(figures)}  {page.verdict(row)}"


def main() -> int:
    """Run the comparison; 1 when a file differs without explanation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", help="only files that match (the page is not written then)")
    parser.add_argument("--quick", action="store_true", help="only the representative third")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "shader-compatibility.md")
    arguments = parser.parse_args()
    shaders = wheels.shaders()
    chosen = [cases.case_of(name) for name in shaders]
    extra = list(cases.EXTRA)
    if arguments.quick:
        chosen, extra = ([case for case in part if case.quick] for part in (chosen, extra))
    for part in (chosen, extra):
        if arguments.patterns:
            part[:] = [c for c in part if any(fnmatch.fnmatchcase(c.name, p) for p in arguments.patterns)]
    rows: dict[str, Row] = {}
    device = Device.standalone()
    with display.private_display() as screen:
        bench = Bench(device, screen, shaders, float32=not arguments.quick)
        for case in [*chosen, *extra]:
            rows[case.name] = bench.row(case)
            print(line(rows[case.name]), flush=True)
    renderer = f"{device.info.renderer}, {device.info.version}"
    device.release()
    if not arguments.patterns and not arguments.quick:
        text = page.write([rows[c.name] for c in chosen], [rows[c.name] for c in extra], renderer)
        arguments.out.write_text(text, encoding="utf-8")
        print(f"wrote {arguments.out}")
    return 0 if all(row.agrees or row.explained for row in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
