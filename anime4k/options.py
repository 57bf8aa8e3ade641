"""Options as data: one row feeds the command line, a settings file, a menu and the documentation.

The rows live with what they configure (`anime4k.pipeline.options`, `anime4k.modes`); this module only knows
what a row is and how a text becomes a value.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from anime4k.errors import UsageError

Value = str | int | float | bool | tuple[int, int] | tuple[str, str] | None
"""What an option can be worth."""


class Rebuild(enum.Enum):
    """What must be made again when a value changes while the player runs."""

    NOTHING = "nothing"
    UNIFORMS = "uniforms"
    PLAN = "plan"
    WINDOW = "window"
    DECODER = "decoder"


class Kind(enum.Enum):
    """The type of an option's value."""

    FLAG = "flag"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    SIZE = "size"
    """WxH in pixels, a tuple of two integers."""
    ASSIGNMENT = "assignment"
    """KEY=VALUE, a tuple of two texts."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing that can be set.

    Attributes:
        name: long name without dashes; words are joined by dashes.
        kind: type of the value.
        help: one sentence without a final stop; the default and the range are added where it is shown.
        default: the value when nothing is said; None = decided by the command.
        minimum: smallest number allowed, inclusive.
        maximum: largest number allowed, inclusive.
        choices: the texts allowed, only with `Kind.CHOICE`.
        repeatable: may be given several times; the order is kept and the value is a list.
        metavar: what help texts show in place of the value.
        short: one-letter name, empty = none.
        on_change: what a running player has to make again.
    """

    name: str
    kind: Kind
    help: str
    default: Value = None
    minimum: float = -math.inf
    maximum: float = math.inf
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    metavar: str = ""
    short: str = ""
    on_change: Rebuild = Rebuild.PLAN

    @property
    def attribute(self) -> str:
        """The name as a Python identifier."""
        return self.name.replace("-", "_")

    @property
    def range_text(self) -> str:
        """The allowed values in words, empty when anything goes."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        low, high = self.minimum > -math.inf, self.maximum < math.inf
        if low and high:
            return f"{self.minimum:g} to {self.maximum:g}"
        if low:
            return f"{self.minimum:g} or more"
        return f"at most {self.maximum:g}" if high else ""

    @property
    def full_help(self) -> str:
        """The help sentence with the range and the default."""
        notes = [self.range_text] if self.range_text and self.kind is not Kind.FLAG else []
        if self.default not in (None, "") and self.kind is not Kind.FLAG:
            notes.append(f"default {format_value(self.default)}")
        return f"{self.help} ({'; '.join(notes)})" if notes else self.help


def parse_value(option: Option, text: str) -> Value:
    """The value that `text` means for `option`.

    Raises:
        UsageError: the text is no such value or out of range; the message does not name the option.
    """
    match option.kind:
        case Kind.FLAG:
            if text.lower() in ("yes", "true", "on", "1"):
                return True
            if text.lower() in ("no", "false", "off", "0"):
                return False
            raise UsageError(f"{text!r} is neither yes nor no")
        case Kind.INTEGER | Kind.NUMBER:
            return _number(option, text)
        case Kind.CHOICE:
            if text not in option.choices:
                raise UsageError(f"there is no {text!r}, only {', '.join(option.choices)}")
            return text
        case Kind.SIZE:
            return _size(option, text)
        case Kind.ASSIGNMENT:
            key, equals, value = text.partition("=")
            if not equals or not key.strip() or not value.strip():
                raise UsageError(f"{text!r} is not of the form NAME=VALUE")
            return (key.strip(), value.strip())
        case Kind.TEXT:
            return text


def format_value(value: Value) -> str:
    """The text that `parse_value` reads back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        joiner = "x" if isinstance(value[0], int) else "="
        return joiner.join(str(part) for part in value)
    return str(value)


def _number(option: Option, text: str) -> int | float:
    try:
        value: int | float = int(text) if option.kind is Kind.INTEGER else float(text)
    except ValueError:
        wanted = "a whole number" if option.kind is Kind.INTEGER else "a number"
        raise UsageError(f"{text!r} is not {wanted}") from None
    if not option.minimum <= value <= option.maximum:
        raise UsageError(f"{text} is out of range ({option.range_text})")
    return value


def _size(option: Option, text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise UsageError(f"{text!r} is not a size such as 1920x1080")
    if len(width) > 9 or len(height) > 9:
        raise UsageError(f"{text} is out of range ({option.range_text} for each side)")
    size = (int(width), int(height))
    if not all(option.minimum <= side <= option.maximum for side in size):
        raise UsageError(f"{text} is out of range ({option.range_text} for each side)")
    return size
