"""What both scripts read from the command line, and say about the machine."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LARGEST = 16384


def size(text: str) -> tuple[int, int]:
    """(width, height) of a text such as 640x360: even numbers, since pictures are 4:2:0.

    Raises:
        argparse.ArgumentTypeError: it is no such size.
    """
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(2 <= extent <= LARGEST and extent % 2 == 0 for extent in (width, height)):
        raise argparse.ArgumentTypeError(f"'{text}' is no size of even numbers such as 640x360")
    return width, height


def positive(text: str) -> int:
    """A number of 1 or more.

    Raises:
        argparse.ArgumentTypeError: it is no such number.
    """
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of 1 or more")
    return int(text)


def turned(items: Sequence[Any], number: int) -> list[Any]:
    """The items in the order of round `number`: everyone begins in turn, so that no one always follows the same one."""
    first = number % len(items) if items else 0
    return [*items[first:], *items[:first]]


def say(text: str) -> None:
    """A line about how far it is."""
    print(text, file=sys.stderr, flush=True)


class Loads:
    """How busy the machine was while something was measured."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.look()

    def look(self) -> None:
        """Note the load average of the last minute."""
        self.seen.append(os.getloadavg()[0])

    def __str__(self) -> str:
        return f"load average {min(self.seen):.1f} to {max(self.seen):.1f}"


def command_line() -> str:
    """The command that runs, as it would be repeated."""
    return " ".join(["python", "benchmarks/" + Path(sys.argv[0]).name, *sys.argv[1:]])


def machine(renderer: str) -> str:
    """Day, processors and what draws."""
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, {renderer}"


def write(path: Path, data: dict[str, Any]) -> None:
    """Keep figures in a file; - is standard output."""
    text = json.dumps(data, indent=1) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
        say(f"wrote {path}")
