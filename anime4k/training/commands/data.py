"""The command `data`: builds, verifies and shows a data set."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from anime4k.errors import UsageError
from anime4k.quality import free_set
from anime4k.training.data import store, vectors
from anime4k.training.data.build import SMALL, Size, build
from anime4k.training.data.files import gather
from anime4k.training.data.kinds import SHARES
from anime4k.training.data.leak import index
from anime4k.training.data.sheet import sheet
from anime4k.training.data.sources import SOURCES
from anime4k.training.data.verify import verify

EPILOG = """examples:
  python -m anime4k.training data set                       everything: about 700 MB of packages
  python -m anime4k.training data set --packages wesnoth-1.16-data renpy-demo
  python -m anime4k.training data set --small               drawn pictures only, in seconds
  python -m anime4k.training data set --verify              no picture of the test set is in it
  python -m anime4k.training data set --sheet crops.png     crops to look at
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Build a data set: download pictures from Debian packages, draw others, cut crops and windows; or verify one."
    )
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, help="folder of the data set")
    parser.add_argument("--small", action="store_true", help="a few hundred crops of drawn pictures, nothing fetched")
    parser.add_argument("--packages", nargs="*", metavar="NAME", help="only these Debian packages (none: drawn only)")
    parser.add_argument("--crops", type=int, metavar="N", help="how many crops (default: 40000)")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal data sets (default: 1)")
    parser.add_argument("--verify", action="store_true", help="build nothing; look for pictures of the test set")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="write random crops as a PNG; alone, build nothing")
    parser.add_argument("--kind", default="", choices=["", *(kind.value for kind, _ in SHARES)], help="of the sheet")


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say; return 1 when a picture of the test set was found, else 0.

    Raises:
        FetchError: a package could not be downloaded.
        UsageError: an argument is wrong.
    """
    folder: Path = arguments.folder
    if not (arguments.verify or arguments.sheet):
        make(folder, arguments)
    if arguments.sheet:
        sheet(store.load(folder), arguments.sheet, kind=arguments.kind)
    return check(folder) if arguments.verify else 0


def make(folder: Path, arguments: argparse.Namespace) -> None:
    """Build the data set and print its mix."""
    started = time.monotonic()
    names = [] if arguments.small and arguments.packages is None else arguments.packages
    known = {source.package for source in SOURCES}
    if unknown := [name for name in names or () if name not in known]:
        raise UsageError(f"{unknown[0]} is no source; the sources are {', '.join(sorted(known))}.")
    art = gather(source for source in SOURCES if names is None or source.package in names)
    size = SMALL if arguments.small else Size()
    if arguments.crops is not None:
        size = Size(arguments.crops, size.windows, size.drawn)
    say(f"{len(art)} files")
    if not vectors.available() and any(item.path.suffix == ".svg" for item in art):
        say("vector art is left out: install resvg-py for it")
    build(folder, art, size, arguments.seed, say)
    print(mix(store.load(folder)))
    say(f"built in {time.monotonic() - started:.0f} s")


def check(folder: Path) -> int:
    """Look for the test set in the data set, print what was found, and return the exit code."""
    store.load(folder)
    tests = index((pair.name, pair.large) for pair in free_set.load())
    verdict = verify(folder, tests, say)
    for name in verdict.forbidden:
        print(f"held out, but used: {name}")
    for line in verdict.leaks:
        print(line)
    print(f"{verdict.checked} of {verdict.total} crops and pieces of windows have detail to be told by")
    if verdict.nearest is not None:
        near = verdict.nearest
        print(f"nearest other: crop {near.crop} is like {near.test} at {near.factor:.2f} ({near.correlation:.3f})")
    print("no piece of the test set is in it" if verdict.clean else "PIECES OF THE TEST SET ARE IN IT")
    return 0 if verdict.clean else 1


def mix(data: store.DataSet) -> str:
    """A table of the crops by kind."""
    counts, checks = Counter(data.kinds.tolist()), Counter(data.kinds[data.check].tolist())
    pictures = Counter({kind: len(set(data.pictures[data.kinds == kind].tolist())) for kind in counts})
    lines = [f"{'kind':10} {'pictures':>8} {'crops':>7} {'share':>7} {'check':>6}"]
    for kind, _ in SHARES:
        if count := counts[kind.value]:
            share = 100 * count / len(data.crops)
            lines.append(f"{kind.value:10} {pictures[kind.value]:8} {count:7} {share:6.1f}% {checks[kind.value]:6}")
    lines.append(f"{'all':10} {sum(pictures.values()):8} {len(data.crops):7} {100:6.1f}% {sum(checks.values()):6}")
    return "\n".join(lines)


def say(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr, flush=True)
