"""Between commands and their words: reading them and writing them. Pure; the words are in `vocabulary`."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence

from anime4k.errors import UsageError
from anime4k.modes.table import Quality, find_mode
from anime4k.player import commands as do
from anime4k.player.keys.vocabulary import ALSO, BEGINNINGS, FIXED, FORMS, HINTS, SYNONYMS, Argument, Form, Value
from anime4k.player.timecode import parse_time

_FIXED: Mapping[str, do.Command] = dict(FIXED)
_FORMS: Mapping[str, Form] = {form.words: form for form in FORMS}
_LARGEST = 1e6
_REST = (Value.PATHS, Value.ABSOLUTE)
"""These take all words that are left."""


def command_of(words: Sequence[str]) -> do.Command:
    """The command that `words` mean.

    Raises:
        UsageError: they mean none; the message says what is possible but names no file.
    """
    text = " ".join(words)
    fixed = _FIXED.get(ALSO.get(text.lower(), text.lower()))
    if fixed is not None:
        return fixed
    if text.lower() in ALSO:
        words = ALSO[text.lower()].split()
    for count in (2, 1):
        begin = " ".join(words[:count]).lower()
        if len(words) >= count and begin in BEGINNINGS:
            return _FIXED[BEGINNINGS[begin]]
        form = _FORMS.get(SYNONYMS.get(begin, begin))
        if form is not None and len(words) >= count:
            return _made(form, words[count:])
    raise UsageError(_unknown(words))


def command_text(command: do.Command) -> str:
    """The words for a command, quoted where they need it.

    Raises:
        ValueError: it belongs to the mouse and has no words.
    """
    for text, fixed in FIXED:
        if fixed == command:
            return text
    for form in FORMS:
        if isinstance(command, form.command) and all(getattr(command, name) == value for name, value in form.fixed):
            values = (_value_text(argument, getattr(command, argument.field)) for argument in form.arguments)
            return " ".join((form.words, *(value for value in values if value)))
    raise ValueError(f"{type(command).__name__} has no words")


def usage(form: Form) -> str:
    """The words of a form with what goes behind them."""
    places = (f"[{item.value.value}]" if item.default is not None else f"<{item.value.value}>"
              for item in form.arguments)
    return " ".join((form.words, *places))


# -- reading -------------------------------------------------------------------------------------------


def _made(form: Form, words: Sequence[str]) -> do.Command:
    left = list(words)
    fields = dict(form.fixed)
    for argument in form.arguments:
        if not left and argument.default is None:
            raise UsageError(f"{form.words!r} needs {argument.value.value}: {usage(form)}")
        if argument.value in _REST:
            taken, left = left or [argument.default or ""], []
        else:
            taken = [left.pop(0) if left else argument.default or ""]
        try:
            fields[argument.field] = _read(argument, taken)
        except UsageError as error:
            raise UsageError(f"{form.words!r} needs {argument.value.value}, and {error}") from None
    if left:
        raise UsageError(f"{left[0]!r} is too much: {usage(form)}")
    # The fields come from the table, which a test holds against the commands.
    make: type = form.command
    made: do.Command = make(**fields)
    return made


def _read(argument: Argument, words: Sequence[str]) -> object:
    text = words[0]
    match argument.value:
        case Value.NUMBER:
            number = _number(text)
            return -number if argument.sign < 0 else number
        case Value.FACTOR:
            number = _number(text)
            if number <= 0.0:
                raise UsageError(f"{text} is not above 0")
            return number
        case Value.TIME:
            return _time(text)
        case Value.WHOLE | Value.DIRECTION:
            whole = _whole(text)
            if argument.value is Value.DIRECTION and abs(whole) != 1:
                raise UsageError(f"{text} is neither")
            return whole
        case Value.TRACK:
            return None if text.lower() == "no" else _counted(text)
        case Value.PLACE:
            return _counted(text) - 1
        case Value.MODE:
            return _mode(text).partition("-")[0]
        case Value.MODE_OR_NO:
            return None if text.lower() == "no" else _mode(text, form=True)
        case Value.PANEL:
            names = {panel.name.lower(): panel for panel in do.Panel}
            if text.lower() not in names:
                raise UsageError(f"there is no {text!r}, only {', '.join(names)}")
            return names[text.lower()]
        case Value.ABSOLUTE:
            return _absolute(words)
        case Value.SETTING:
            return None if text.lower() == "default" else _number(text)
        case Value.PATHS:
            return tuple(words)
        case Value.PATH | Value.WORD:
            return text


def _number(text: str) -> float:
    above, slash, below = text.partition("/")
    try:
        value = float(above) / float(below) if slash else float(text)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise UsageError(f"{text[:40]!r} is none") from None
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise UsageError(f"{text[:40]} is out of range (up to {_LARGEST:g})")
    return value


def _whole(text: str) -> int:
    value = _number(text)
    if value != int(value):
        raise UsageError(f"{text} is none")
    return int(value)


def _counted(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise UsageError(f"{text} is too small")
    return value


def _time(text: str) -> float:
    if ":" not in text:
        return _number(text)
    sign, rest = (-1.0, text[1:]) if text.startswith("-") else (1.0, text.removeprefix("+"))
    try:
        return sign * parse_time(rest, "the time")
    except UsageError:
        raise UsageError(f"{text[:40]!r} is none") from None


def _absolute(words: Sequence[str]) -> bool:
    flags = {flag for word in words for flag in word.lower().split("+")} - {"exact", "keyframes", "-"}
    wrong = flags - {"relative", "absolute"}
    if wrong:
        raise UsageError(f"there is no {sorted(wrong)[0]!r}")
    return "absolute" in flags


def _mode(text: str, *, form: bool = False) -> str:
    """The name as it is written in the table, without alias; with its -fast or -hq only when `form`."""
    mode = find_mode(text)
    if not any(text.lower().endswith(f"-{quality.value}") for quality in Quality):
        return mode.letters
    if not form:
        raise UsageError(f"{text!r} names a form of one; 'cycle quality' changes between the forms")
    return mode.name


def _unknown(words: Sequence[str]) -> str:
    if not words:
        return "there is no command behind the key; write one, or 'ignore' to take the key away"
    known = [*_FIXED, *_FORMS]
    for count in (2, 1):
        begin = " ".join(words[:count]).lower()
        if begin in _FIXED and len(words) > count:
            return f"{words[count]!r} is too much behind {begin!r}"
    pair, first = " ".join(words[:2]).lower(), words[0].lower()
    hint = HINTS.get(pair, HINTS.get(first))
    if hint is not None:
        return f"there is no {pair!r} here; {hint}"
    alike = [text.partition(" ")[2] for text in known if text.partition(" ")[0] == first and " " in text]
    if alike:
        return f"there is no {pair!r}; {first!r} goes with {', '.join(dict.fromkeys(alike))}"
    near = difflib.get_close_matches(first, {text.partition(" ")[0] for text in known}, n=1)
    guess = f" (perhaps {near[0]!r})" if near else ""
    return f"there is no command {first[:40]!r}{guess}; 'anime4k play --write-input-conf' writes a file with examples"


# -- writing -------------------------------------------------------------------------------------------


def _value_text(argument: Argument, value: object) -> str:
    match argument.value:
        case Value.ABSOLUTE:
            return "absolute" if value else ""
        case Value.PANEL if isinstance(value, do.Panel):
            return value.name.lower()
        case Value.PLACE if isinstance(value, int):
            return str(value + 1)
        case Value.PATHS if isinstance(value, tuple):
            return " ".join(quoted(str(path)) for path in value)
    if value is None:
        return "default" if argument.value is Value.SETTING else "no"
    if isinstance(value, float):
        return _number_text(value * argument.sign)
    return quoted(str(value))


def _number_text(value: float) -> str:
    """The shortest text that `_number` reads as exactly `value`."""
    if float(f"{value:g}") == value:
        return f"{value:g}"
    if value and 1.0 / float(f"{1.0 / value:g}") == value:
        return f"1/{1.0 / value:g}"
    return repr(value)


def quoted(word: str) -> str:
    """`word` as one word of a line."""
    if word and not any(letter in word for letter in " \t\"'#;\\{}") and word.isprintable():
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    for letter, name in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(letter, f"\\{name}")
    return f'"{escaped}"'

