"""The user's file `player.conf` between the command line and the built-in defaults of `play`."""

from __future__ import annotations

import argparse

from anime4k.cli.main import warn
from anime4k.cli.play_options import PLAY_OPTIONS
from anime4k.modes.options import MODE_OPTIONS
from anime4k.options import Option
from anime4k.pipeline.options import RENDER_OPTIONS
from anime4k.player.files import config
from anime4k.player.files.places import config_folder

OPTIONS: tuple[Option, ...] = (*MODE_OPTIONS, *RENDER_OPTIONS, *PLAY_OPTIONS)
"""What the file may set."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Let `parser` leave open what the command line does not say; its results must go through `settle`."""
    parser.set_defaults(**config.unset(OPTIONS))


def settle(args: argparse.Namespace) -> frozenset[str]:
    """Give every option in `args` its value, and tell what is wrong with the file.

    Args:
        args: from a parser that went through `prepare`; `no_config` in it says that there is no file.

    Returns:
        The attribute names of the options that the command line said something about.
    """
    given = config.given_names(vars(args), OPTIONS)
    settings = config.Config() if args.no_config else config.load(config_folder() / config.FILE_NAME, OPTIONS)
    for problem in settings.problems:
        warn(problem)
    vars(args).update(config.resolve(vars(args), OPTIONS, settings))
    return given
