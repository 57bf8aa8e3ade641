"""From option rows to argparse, with errors that are one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import NoReturn

from anime4k.errors import UsageError
from anime4k.options import Kind, Option, Value, parse_value


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Raise the problem as a `UsageError` that names the help to read."""
        raise UsageError(f"{message.rstrip('.')} (see '{self.prog} --help')")


def add_options(parser: argparse.ArgumentParser, options: Iterable[Option], title: str | None = None) -> None:
    """Declare `options` on `parser`, in a group of their own when `title` is given."""
    group = parser.add_argument_group(title) if title else parser
    for option in options:
        names = ([f"-{option.short}"] if option.short else []) + [f"--{option.name}"]
        help_text = option.full_help.replace("%", "%%")
        if option.kind is Kind.FLAG:
            group.add_argument(*names, action="store_true", default=bool(option.default), help=help_text)
        elif option.repeatable:
            group.add_argument(
                *names, action="append", default=[], type=converter(option), metavar=option.metavar, help=help_text
            )
        else:
            group.add_argument(
                *names, default=option.default, type=converter(option), metavar=option.metavar or None, help=help_text
            )


def converter(option: Option) -> Callable[[str], Value]:
    """A function for argparse's `type=` that reads a value of `option`."""

    def convert(text: str) -> Value:
        try:
            return parse_value(option, text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert
