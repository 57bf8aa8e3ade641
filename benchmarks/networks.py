"""Score convolution networks: the pack's, the official ones of the same classes, and any that are only trained yet.

    python benchmarks/networks.py                             the table, and nothing else
    python benchmarks/networks.py --only 'a4k-*-m' --npz run/best.npz
    python benchmarks/networks.py --out docs/models.md        keep the scores and write the page

Every file goes through the same renderer: 16-bit intermediates, 8-bit results, bilinear scaling underneath. Scores
are kept in the user's cache folder (ANIME4K_PEERS_CACHE overrides it), so that a second run draws only files that
have changed. The test pictures come from Debian packages and the official files from the Python package index.
With --out the scores of the pack and of the official files also go into benchmarks/results/networks.json, which the
page is made of. Rows that --only leaves out are taken from there where something is compared with them.
The exit code is 1 when a network of ours misses what was promised for it, and --strict is given.
"""

from __future__ import annotations

import argparse
import datetime
import fnmatch
import platform
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from judge.tables import terminal  # noqa: E402
from scores import cards, measure, results, tables  # noqa: E402
from scores.candidates import Candidate, from_archives, official, own  # noqa: E402
from scores.classes import Group  # noqa: E402
from scores.inputs import cases  # noqa: E402
from scores.models import models  # noqa: E402
from scores.verdicts import missed  # noqa: E402

from anime4k.errors import Anime4kError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.quality import free_set, wheels  # noqa: E402


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one small picture; nothing is kept in the repository")
    parser.add_argument("--only", metavar="GLOB", action="append", help="only rows with such names (repeatable)")
    parser.add_argument(
        "--official", action=argparse.BooleanOptionalAction, default=True, help="score the official files as well"
    )
    parser.add_argument("--npz", type=Path, nargs="+", default=[], metavar="FILE", help="trained networks to score too")
    parser.add_argument("--out", type=Path, metavar="PAGE", help="write the page, and keep the scores")
    parser.add_argument(
        "--results", type=Path, default=cards.RESULTS, help="where scores are kept (default %(default)s)"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a promise does not hold")
    found = parser.parse_args()
    if found.quick and found.out:
        parser.error("--quick uses other pictures than the page is about: leave one of --quick and --out out")
    return found


def run(chosen: argparse.Namespace, scratch: Path) -> int:
    """Score, print, and keep; the exit code."""
    device = Device.standalone()
    trained = models()
    known = own(pack_files(), trained) + official(wheels.shaders())
    wanted = [
        candidate
        for candidate in known
        if (chosen.official or not candidate.official)
        and (not chosen.only or any(fnmatch.fnmatch(candidate.name, glob) for glob in chosen.only))
    ]
    extra = from_archives(chosen.npz, scratch)
    pairs = free_set.load_small() if chosen.quick else free_set.load()
    groups = {candidate.flavour.group for candidate in (*wanted, *extra)} or set(Group)
    pictures = {group: list(cases(group, pairs)) if group in groups else [] for group in Group}
    rows = [row for row in measure.baselines(device, pictures) if row.scores]
    for candidate in sorted((*wanted, *extra), key=lambda candidate: (candidate.official, candidate.size.value)):
        rows.append(scored(device, candidate, pictures))
    machine = f"{platform.machine()} with {device.info.renderer}"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    now = results.Results(today, machine, tuple(sorted(rows, key=results.order)))
    kept = None if chosen.quick else results.read(chosen.results)
    names = [candidate.name for candidate in known] + [row.name for row in rows if row.flavour is None]
    everything = results.merged(kept, now, names)
    for table in tables.all_tables(everything, [row.name for row in rows], promises=not chosen.quick):
        print(terminal(table), end="\n\n")
    # What was promised was promised for the whole set.
    broken = [] if chosen.quick else [found for found in missed(everything) if found[0] in rows]
    for row, verdict in broken:
        print(f"misses  {row.name}, {verdict.target.condition.words}: {cards.compared(verdict)}")
    if chosen.out:
        archives = {candidate.name for candidate in extra}
        stored = replace(everything, rows=tuple(row for row in everything.rows if row.name not in archives))
        results.write(chosen.results, stored)
        chosen.out.write_text(cards.page(stored, trained, cards.SHADERS), encoding="utf-8")
        print(f"wrote {chosen.results} and {chosen.out}")
    device.release()
    return int(chosen.strict and bool(broken))


def scored(device: Device, candidate: Candidate, pictures: dict[Group, list]) -> results.Row:
    """A row, with a line about it."""
    row = measure.row(device, candidate, pictures)
    first = next(iter(row.scores))[0]
    measure.say(f"{row.name}: {row.mean(first):.2f} dB ({first.head})")
    return row


def main() -> int:
    """Run; failures that are expected are one sentence."""
    chosen = arguments()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return run(chosen, Path(scratch))
    except Anime4kError as error:
        print(f"networks.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
