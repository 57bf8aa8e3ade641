"""Measure what the shader files of the pack and third-party ones do to pictures, and write the page about it.

    python benchmarks/quality.py [SECTION...] [--quick] [--out docs/quality.md]

Sections: enlarging, soft, between, modes, noise, calm, blur, lines, bands; all of them without a name. The test
pictures come from Debian packages and the third-party files from the Python package index; both are kept in the
user's cache folder.
The whole run takes some minutes on two cores; --quick uses one small picture and small scenes and does not write
the page unless --out is given. The exit code is 1 when one of the pack's promises does not hold.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from judge import between, chaining, checks, cleaning, enlarging, page, sheets  # noqa: E402
from judge.bench import Bench  # noqa: E402
from judge.tables import Table, terminal  # noqa: E402

from anime4k.gl.device import Device  # noqa: E402
from anime4k.quality import free_set, wheels  # noqa: E402

SECTIONS = ("enlarging", "soft", "between", "modes", "noise", "calm", "blur", "lines", "bands")
COMMAND = "python benchmarks/quality.py"


def measure(bench: Bench, sections: tuple[str, ...]) -> tuple[list[Table], list[checks.Check]]:
    """The tables of the sections, printed as they come, and the promises."""
    tables: list[Table] = []
    promises: list[checks.Check] = []

    def add(*more: Table) -> None:
        for table in more:
            print(terminal(table), end="\n\n", flush=True)
        tables.extend(more)

    if "enlarging" in sections:
        results = enlarging.measure(bench, enlarging.rows(bench))
        add(*enlarging.tables(bench, results))
        promises += checks.enlarging(results)
    if "soft" in sections:
        add(enlarging.soft_and_calm(bench, enlarging.rows(bench)))
    if "between" in sections:
        add(between.table(bench))
    if "modes" in sections:
        add(chaining.modes(bench))
    if "noise" in sections:
        noise = cleaning.noise(bench)
        add(*noise)
        promises += checks.noise(noise[0], *noise[3:])
    if "calm" in sections:
        add(cleaning.calm(bench))
    if "blur" in sections:
        add(cleaning.blur(bench))
    if "lines" in sections:
        table, changes = cleaning.lines_only(bench)
        add(table)
        promises += checks.lines(changes)
    if "bands" in sections and (bands := cleaning.bands(bench)) is not None:
        add(bands)
    return tables, promises


def main() -> int:
    """Run the comparison; 1 when a promise does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="only these (the page is not written then)")
    parser.add_argument("--quick", action="store_true", help="one small picture, small scenes")
    parser.add_argument("--out", type=Path, help="the page (default docs/quality.md for a whole run)")
    parser.add_argument("--sheets", type=Path, help="folder for the contact sheets (default that of the page)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {unknown[0]}; choose from {', '.join(SECTIONS)}")
    sections = tuple(arguments.sections) or SECTIONS
    out = arguments.out
    if out is None and sections == SECTIONS and not arguments.quick:
        out = ROOT / "docs" / "quality.md"

    device = Device.standalone()
    pairs = free_set.load_small() if arguments.quick else free_set.load()
    bench = Bench(device, wheels.shaders(), pairs, arguments.quick)
    tables, promises = measure(bench, sections)
    for promise in promises:
        print(f"{'holds' if promise.holds else 'FAILS'}  {promise.claim}: {promise.figure}")
    for failure in bench.failures:
        print(f"missing  {failure}")
    pictures: list[page.Picture] = []
    folder = arguments.sheets or (out.parent if out is not None else None)
    if folder is not None:
        pictures = sheets.write(bench, folder)
    if out is not None:
        facts = page.Facts(
            COMMAND,
            datetime.datetime.now(datetime.UTC).date().isoformat(),
            f"{device.info.renderer}, {device.info.version}",
            ", ".join(f"{pair.name} {pair.large.shape[1]}x{pair.large.shape[0]}" for pair in pairs),
        )
        out.write_text(page.write(facts, promises, tables, pictures, bench.failures), encoding="utf-8")
        print(f"wrote {out}")
    device.release()
    return 0 if all(promise.holds for promise in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
