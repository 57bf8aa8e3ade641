"""`python -m anime4k.training COMMAND`: data, damage, fit, bank, export."""

from __future__ import annotations

import argparse
import importlib
import sys
from types import ModuleType

from anime4k.errors import Anime4kError, UsageError

COMMANDS = {
    "data": "build, verify or look at a data set",
    "damage": "make pairs of clean and damaged crops from a data set",
    "fit": "train one network",
    "bank": "fit the filter bank of a4k-upscale-lite",
    "export": "write the shader files of trained networks",
}

EXTRA = ("torch", "matplotlib")
"""Libraries that only training needs."""

EPILOG = """from nothing to a small network, in less than an hour:
  python -m anime4k.training data set --packages wesnoth-1.16-data renpy-demo
  python -m anime4k.training fit a4k-upscale-cnn-s set --out runs
  python -m anime4k.training export runs/a4k-upscale-cnn-s

anime4k/training/README.md says more.
"""


def main() -> int:
    """Run the command that the arguments name; the exit code is 2 for wrong usage and 1 for other failures."""
    parser = argparse.ArgumentParser(
        prog="python -m anime4k.training",
        description="Train the networks of the pack.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Only the chosen command is imported: PyTorch takes seconds.
    chosen = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    for name, text in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=text)
        if name == chosen:
            _module(name).add_arguments(subparser)
    arguments = parser.parse_args()
    try:
        result: int = _module(arguments.command).run(arguments)
    except (Anime4kError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return result


def _module(name: str) -> ModuleType:
    """The module of a command, with `add_arguments(parser)` and `run(arguments) -> int`."""
    try:
        return importlib.import_module(f"anime4k.training.commands.{name}")
    except ModuleNotFoundError as error:
        if error.name in EXTRA:
            raise SystemExit(f"error: {error.name} is missing: pip install 'anime4k[train]'") from error
        raise


if __name__ == "__main__":
    sys.exit(main())
