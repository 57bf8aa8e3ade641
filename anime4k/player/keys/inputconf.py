"""Keys in a file, in the manner of mpv's `input.conf`: a key, a command, and what it does behind a `#`.

    Ctrl+1      mode a                # sharp lines
    MBTN_MID    cycle fullscreen
    F5          seek -1:30
    q           ignore

A file changes the default keys; it need not repeat them. A line that is wrong is one sentence and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.errors import OutputError, UsageError
from anime4k.player.commands import Command
from anime4k.player.keys.bindings import DEFAULT_BINDINGS, Binding, combined, grouped, is_repeating
from anime4k.player.keys.keynames import key_name, written
from anime4k.player.keys.vocabulary import PREFIXES, SILENT
from anime4k.player.keys.wording import command_of, command_text

FILE_NAME = "input.conf"
LARGEST_FILE = 1024 * 1024
MOST_PROBLEMS = 20
"""Sentences about one file; a file of another kind would fill the screen."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_SPACE = re.compile(r"[ \t]+")
_REPEAT = {"repeatable": True, "nonrepeatable": False}


@dataclass(frozen=True)
class Keys:
    """What a file says.

    Attributes:
        bindings: the changes.
        problems: one sentence for each line that is left out.
    """

    bindings: tuple[Binding, ...] = ()
    problems: tuple[str, ...] = ()

    def over(self, bindings: Sequence[Binding]) -> tuple[Binding, ...]:
        """`bindings` with these changes."""
        return combined(bindings, self.bindings)


def load(path: Path) -> Keys:
    """The keys in a file; one that does not exist says nothing."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Keys()
    except OSError as error:
        return Keys(problems=(f"{path} cannot be read ({error.strerror}), so the default keys hold",))
    if len(data) > LARGEST_FILE or b"\x00" in data:
        return Keys(problems=(f"{path} is no text file with keys, so the default keys hold",))
    return parse(data.decode("utf-8-sig", "replace"), str(path))


def parse(text: str, name: str = FILE_NAME) -> Keys:
    """The keys in `text`; `name` is the file that problems are about."""
    found: list[Binding] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            binding = _binding(line)
        except UsageError as error:
            problems.append(f"{name}:{number}: {error}")
            continue
        if binding is not None:
            _add(found, binding)
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems[MOST_PROBLEMS:] = [f"{name}: {more} more lines are wrong and left out"]
    return Keys(tuple(found), tuple(problems))


def text_of(bindings: Iterable[Binding], *, commented: bool = False) -> str:
    """The lines that `parse` reads back as `bindings`; `commented` ones are there to be changed."""
    rows = [(written(key), _command(row), " ".join(row.help.split())) for row in bindings for key in row.keys]
    first, second = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    mark = "#" if commented else ""
    return "".join(f"{mark}{key:<{first}}  {command:<{second}}  # {text}\n" for key, command, text in rows)


def template(bindings: Sequence[Binding] = DEFAULT_BINDINGS) -> str:
    """A file with every default key as a comment, for users to change."""
    parts = [
        "# Keys of anime4k: a key, a command, and what it does behind a #.\n"
        "# Remove the first # of a line and change it. Lines that stay as they are say nothing new.\n"
        "# 'ignore' takes a key away; SHARP is the key #; modifiers are Ctrl+, Alt+, Shift+ and Meta+.\n"
    ]
    for group, rows in grouped(bindings):
        parts.append(f"\n# {group.value}\n{text_of(rows, commented=True)}")
    return "".join(parts)


def write_template(path: Path) -> None:
    """Write the template to a new file.

    Raises:
        OutputError: there is a file already, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise OutputError(f"{path} exists already and is yours; move it away to get a new one") from None
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); check the permissions of its folder"
        ) from error


def _command(row: Binding) -> str:
    text = command_text(row.command)
    if row.repeats == is_repeating(row.command):
        return text
    return f"{'repeatable' if row.repeats else 'nonrepeatable'} {text}"


def _add(found: list[Binding], binding: Binding) -> None:
    """Append a row; keys on neighbouring lines that do the same make one row."""
    if found:
        last = found[-1]
        same = (last.command, last.help, last.repeats) == (binding.command, binding.help, binding.repeats)
        if same and not set(last.keys) & set(binding.keys):
            found[-1] = Binding((*last.keys, *binding.keys), binding.command, binding.help, binding.repeats)
            return
    found.append(binding)


# -- one line ------------------------------------------------------------------------------------------


def _binding(line: str) -> Binding | None:
    """What a line says; None for an empty one, a comment, or one for a state that this player does not have."""
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return None
    key, *rest = _SPACE.split(stripped, maxsplit=1)
    words, comment = _words("".join(rest))
    if words and words[0].startswith("{") and words[0].endswith("}"):
        if words[0] != "{default}":
            return None
        words = words[1:]
    name = key_name(key)
    words, repeats = _without_prefixes(words)
    command = _only_command(words)
    text = command_text(command)
    known = next((row.help for row in DEFAULT_BINDINGS if row.command == command), text)
    return Binding((name,), command, comment or known, is_repeating(command) if repeats is None else repeats)


def _only_command(words: Sequence[str]) -> Command:
    """The one command of a line; messages beside it are passed over."""
    try:
        return command_of(words)
    except UsageError:
        if ";" not in words:
            raise
    parts: list[list[str]] = [[]]
    for word in words:
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    parts = [_without_prefixes(part)[0] for part in parts]
    loud = [part for part in parts if part and part[0].lower() not in SILENT]
    if len(loud) != 1:
        command_of(loud[0] if loud else parts[0])  # what is wrong with the first tells more than their number
        raise UsageError("a key can have one command only; leave one of them")
    return command_of(loud[0])


def _without_prefixes(words: Sequence[str]) -> tuple[list[str], bool | None]:
    """The words without those in front that change nothing, and whether they say that the key repeats."""
    repeats: bool | None = None
    rest = list(words)
    while rest and rest[0].lower() in PREFIXES | _REPEAT.keys():
        repeats = _REPEAT.get(rest.pop(0).lower(), repeats)
    return rest, repeats


def _words(text: str) -> tuple[list[str], str]:
    """The words of a line and the comment behind them; a `;` between words is a word.

    Raises:
        UsageError: a quotation does not end.
    """
    words: list[str] = []
    word: str | None = None
    place = 0
    while place < len(text):
        letter = text[place]
        place += 1
        if letter in " \t;":
            if word is not None:
                words.append(word)
                word = None
            if letter == ";":
                words.append(";")
        elif letter == "#" and word is None:
            return words, text[place:].strip()
        elif letter in "\"'" and word is None:
            word, place = _quotation(text, place, letter)
        else:
            word = (word or "") + letter
    return ([*words, word] if word is not None else words), ""


def _quotation(text: str, place: int, mark: str) -> tuple[str, int]:
    """What stands between quotation marks from `place` on, and the place behind it."""
    read = ""
    while place < len(text):
        letter = text[place]
        place += 1
        if letter == mark:
            return read, place
        if letter == "\\" and mark == '"' and place < len(text):
            letter = _ESCAPES.get(text[place], text[place])
            place += 1
        read += letter
    raise UsageError(f"a quotation begins with {mark} and does not end; end it with {mark}")
