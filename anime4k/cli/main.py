"""The entry point: finds the command, runs it, and turns every failure into one sentence and an exit code."""

from __future__ import annotations

import argparse
import difflib
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from anime4k import __version__
from anime4k.cli.arguments import Parser
from anime4k.errors import Anime4kError, UsageError

SUCCESS = 0
FAILURE = 1
USAGE = 2
INTERRUPTED = 130
TERMINATED = 143
"""As shells report programs that SIGINT and SIGTERM have ended."""

COMMANDS: dict[str, str] = {
    "play": "anime4k.cli.play",
    "upscale": "anime4k.cli.upscale",
    "plan": "anime4k.cli.plan",
    "bench": "anime4k.cli.bench",
    "shaders": "anime4k.cli.shaders",
    "export-mpv": "anime4k.cli.export_mpv",
    "doctor": "anime4k.cli.doctor",
}
"""Command name to the module that implements it; a module is imported when its command is used."""


class Command(Protocol):
    """What a command module offers."""

    HELP: str
    """What the command does, one line."""
    EXAMPLES: str
    """Command lines with a comment each."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: that of the process) and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    _tolerate_narrow_encodings()
    try:
        code = _run(arguments)
        # Short output only reaches the pipe here; left to the interpreter's exit, a broken one would be noisy.
        sys.stdout.flush()
        return code
    except UsageError as error:
        return _failed(error, USAGE, debug)
    except Anime4kError as error:
        return _failed(error, FAILURE, debug)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left: nothing can be printed any more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except Exception as error:
        # A defect of ours: still one sentence, with the way to report it.
        name = type(error).__name__
        return _failed(f"internal error ({name}: {error}); run it again with --debug to see where", FAILURE, debug)


def warn(message: str) -> None:
    """Print a warning of one sentence to stderr."""
    print(f"anime4k: warning: {message}", file=sys.stderr)


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_overview())
        return SUCCESS if arguments else USAGE
    if arguments[0] in ("-V", "--version"):
        print(f"anime4k {__version__}")
        return SUCCESS
    name = arguments[0]
    if name not in COMMANDS:
        raise UsageError(_unknown_command(name))
    command = load_command(name)
    parser = command_parser(name, command)
    try:
        args = parser.parse_args(arguments[1:])
    except SystemExit as leaving:  # --help and the like print and leave
        return leaving.code if isinstance(leaving.code, int) else SUCCESS
    _set_up_logging(args.verbose)
    return command.run(args)


def load_command(name: str) -> Command:
    """The module of the command called `name`."""
    return cast(Command, importlib.import_module(COMMANDS[name]))


def command_parser(name: str, command: Command) -> Parser:
    """The complete parser of a command: its own arguments and those that every command has."""
    parser = Parser(
        prog=f"anime4k {name}",
        description=command.HELP,
        epilog="examples:\n" + "\n".join(f"  {line.strip()}" for line in command.EXAMPLES.strip().splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.configure(parser)
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, nested: bool = False) -> None:
    """Add the options of every command, also to the parsers of its sub-commands."""
    # Only the outermost parser sets defaults, or a sub-command would overwrite what was given before it.
    count: object = argparse.SUPPRESS if nested else 0
    flag: object = argparse.SUPPRESS if nested else False
    group = parser.add_argument_group("messages")
    group.add_argument("-v", "--verbose", action="count", default=count, help="say more; -vv says everything")
    group.add_argument("--debug", action="store_true", default=flag, help="show a traceback when something fails")
    for action in parser._actions:  # argparse has no public way to its sub-parsers
        if isinstance(action, argparse._SubParsersAction):
            for child in set(action.choices.values()):
                _add_common(child, nested=True)


def _overview() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {load_command(name).HELP}" for name in COMMANDS]
    return "\n".join(
        [
            "usage: anime4k COMMAND [ARGUMENTS]",
            "",
            "Play and upscale anime through mpv user shaders.",
            "",
            "commands:",
            *lines,
            "",
            "examples:",
            "  anime4k play --demo                       the clip that ships with the package",
            "  anime4k play episode.mkv --fs             watch a file, upscaled to the screen",
            "  anime4k upscale picture.png -o big.png    a picture at twice its size",
            "  anime4k COMMAND --help                    everything a command can do",
            "  anime4k --version",
        ]
    )


def _unknown_command(name: str) -> str:
    if name.startswith("-"):
        return f"the command comes before the option {name} (see 'anime4k --help')"
    if Path(name).exists():
        return f"{name} is a file, not a command: use 'anime4k play {name}' to watch it"
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"the commands are {', '.join(COMMANDS)}"
    return f"there is no command {name!r}; {hint} (see 'anime4k --help')"


def _failed(problem: Exception | str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    # Messages of libraries may bring line breaks along; ours is one line in any case.
    print("anime4k: " + " ".join(str(problem).split()), file=sys.stderr)
    return code


def _set_up_logging(verbose: int) -> None:
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(name)s: %(message)s", stream=sys.stderr, force=True)


def _tolerate_narrow_encodings() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
