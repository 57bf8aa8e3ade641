"""The user's file `player.conf` between the command line and the built-in defaults of `play`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TypeVar

from anime4k.cli.main import warn
from anime4k.cli.play_options import PLAY_OPTIONS
from anime4k.errors import UsageError
from anime4k.modes.options import MODE_OPTIONS
from anime4k.options import Option, Value
from anime4k.pipeline.options import RENDER_OPTIONS
from anime4k.player.files import config
from anime4k.player.files.places import config_folder

T = TypeVar("T")
Values = Mapping[str, Value | tuple[Value, ...]]

OPTIONS: tuple[Option, ...] = (*MODE_OPTIONS, *RENDER_OPTIONS, *PLAY_OPTIONS)
"""What the file may set."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Let `parser` leave open what the command line does not say; its results must go through `settle`."""
    parser.set_defaults(**config.unset(OPTIONS))


def settle(args: argparse.Namespace, build: Callable[[], T]) -> T:
    """Give every option in `args` its value, and tell what is wrong with the file.

    Args:
        args: from a parser that went through `prepare`; `no_config` in it says that there is no file. `given` in it
            becomes the attribute names of the options that the command line said something about.
        build: makes something of `args`; settings of the file that it does not accept are left out.

    Returns:
        What `build` made.

    Raises:
        UsageError: `build` does not accept the command line.
    """
    said = dict(vars(args))
    path = config_folder() / config.FILE_NAME
    settings = config.Config() if args.no_config else config.load(path, OPTIONS)
    for problem in settings.problems:
        warn(problem)
    args.given = config.given_names(said, OPTIONS)

    def attempt(values: Values) -> T:
        vars(args).update(config.resolve(said, OPTIONS, config.Config(values)))
        return build()

    def complaint(values: Values) -> str:
        try:
            attempt(values)
        except UsageError as error:
            return str(error)
        return ""

    values = settings.values
    while True:
        try:
            return attempt(values)
        except UsageError as error:
            fewer = [{name: value for name, value in values.items() if name != left_out} for left_out in values]
            accepted = next((trial for trial in fewer if complaint(trial) != str(error)), None)
            if accepted is None:
                raise
            warn(f"{path}: {error}; until then the setting is left out")
            values = accepted
