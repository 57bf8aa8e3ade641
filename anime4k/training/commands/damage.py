"""`python -m anime4k.training damage`: make a pair store from the windows of a data set."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from anime4k.errors import UsageError
from anime4k.training.commands.arguments import whole
from anime4k.training.damage.recipes import RECIPES
from anime4k.training.damage.sheet import write_sheet
from anime4k.training.damage.store import build
from anime4k.training.data.store import PICTURE_TABLE

PAIRS = 24000
"""How many are made unless it is said; at the same size they take 1.3 GB."""

EPILOG = """examples:
  python -m anime4k.training damage SET pairs-restore --recipe restore
  python -m anime4k.training damage SET pairs-clean --recipe clean --pairs 600 --sheet clean.png
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.description = "Make pairs of clean and damaged crops from the windows of a data set."
    parser.epilog = EPILOG + "\nrecipes:\n" + "".join(f"  {recipe.name}: {recipe.summary}\n" for recipe in RECIPES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("dataset", type=Path, help="folder of the data set; its folder windows/ holds PNG pictures")
    parser.add_argument("out", type=Path, help="folder of the pair store")
    parser.add_argument("--recipe", choices=[recipe.name for recipe in RECIPES], required=True)
    parser.add_argument("--pairs", type=whole, default=PAIRS, help=f"how many (default {PAIRS})")
    parser.add_argument("--seed", type=int, default=0, help="of everything random (default 0)")
    parser.add_argument("--sheet", type=Path, metavar="FILE.png", help="also write some pairs as a picture")


def run(arguments: argparse.Namespace) -> int:
    """Make the store and say what is in it."""
    windows = sorted((arguments.dataset / "windows").glob("*.png"))
    if not windows:
        raise UsageError(f"{arguments.dataset / 'windows'} holds no PNG files; make the data set first.")
    recipe = next(recipe for recipe in RECIPES if recipe.name == arguments.recipe)
    began = time.monotonic()
    store = build(
        windows, arguments.out, recipe, arguments.pairs, arguments.seed, lambda line: print(line, file=sys.stderr)
    )
    if (arguments.dataset / PICTURE_TABLE).exists():
        # What the pictures are from stays with the pairs: training puts it into the record of the network.
        shutil.copyfile(arguments.dataset / PICTURE_TABLE, arguments.out / PICTURE_TABLE)
    codecs = Counter(row["codec"] for row in store.rows)
    shares = ", ".join(f"{name} {count / len(store.rows):.0%}" for name, count in codecs.most_common())
    print(
        f"{len(store.rows)} pairs from {len(windows)} windows in {time.monotonic() - began:.0f} s, "
        f"{int(store.check.sum())} of them for checking; {shares}",
        file=sys.stderr,
    )
    if arguments.sheet:
        write_sheet(store, arguments.sheet)
    return 0
