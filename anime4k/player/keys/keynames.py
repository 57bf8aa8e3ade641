"""Names of keys as people write them in a file, and as the window reports them. Pure."""

from __future__ import annotations

import re
import unicodedata

from anime4k.errors import UsageError

_MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
"""In the order in which the window puts them."""
_MODIFIER = re.compile(rf"({'|'.join(_MODIFIERS)})\+(?=.)", re.IGNORECASE | re.DOTALL)

_NAMES = (
    "ESC ENTER TAB BS INS DEL LEFT RIGHT UP DOWN PGUP PGDWN HOME END SPACE MENU PRINT PAUSE "
    "MBTN_LEFT MBTN_RIGHT MBTN_MID MBTN_BACK MBTN_FORWARD MBTN_LEFT_DBL "
    "WHEEL_UP WHEEL_DOWN WHEEL_LEFT WHEEL_RIGHT"
)
NAMED_KEYS = frozenset(_NAMES.split()) | {f"F{number}" for number in range(1, 25)}
"""Keys that are not called after a character."""

_ALIASES = {
    "SHARP": "#",
    "IDEOGRAPHIC_SPACE": "\u3000",
    "PGDN": "PGDWN",
    # The window tells keys of the number pad by what they type.
    "KP_ENTER": "ENTER",
    "KP_DEC": ".",
    "KP_ADD": "+",
    "KP_SUBTRACT": "-",
    "KP_MULTIPLY": "*",
    "KP_DIVIDE": "/",
    **{f"KP{digit}": str(digit) for digit in range(10)},
    # Older names of the same buttons.
    "MOUSE_BTN0": "MBTN_LEFT",
    "MOUSE_BTN0_DBL": "MBTN_LEFT_DBL",
    "MOUSE_BTN1": "MBTN_MID",
    "MOUSE_BTN2": "MBTN_RIGHT",
    "MOUSE_BTN3": "WHEEL_UP",
    "MOUSE_BTN4": "WHEEL_DOWN",
    "MOUSE_BTN5": "WHEEL_LEFT",
    "MOUSE_BTN6": "WHEEL_RIGHT",
    "MOUSE_BTN7": "MBTN_BACK",
    "MOUSE_BTN8": "MBTN_FORWARD",
    "AXIS_UP": "WHEEL_UP",
    "AXIS_DOWN": "WHEEL_DOWN",
    "AXIS_LEFT": "WHEEL_LEFT",
    "AXIS_RIGHT": "WHEEL_RIGHT",
}


def key_name(text: str) -> str:
    """The name that the window reports for the key that `text` means ("ctrl+Left" is "Ctrl+LEFT").

    Modifiers may stand in any order and letter case; Shift with a letter is the capital letter.

    Raises:
        UsageError: there is no such key; the message names it but no file.
    """
    held, rest = set[str](), text
    while match := _MODIFIER.match(rest):
        held.add(match[1].capitalize())
        rest = rest[match.end() :]
    key = _ALIASES.get(rest.upper(), rest.upper() if rest.upper() in NAMED_KEYS else rest)
    if key not in NAMED_KEYS:
        key = _character(unicodedata.normalize("NFC", key), held, text)
    return "".join(f"{modifier}+" for modifier in _MODIFIERS if modifier in held) + key


def written(key: str) -> str:
    """The name to write into a file for a key as the window reports it."""
    modifiers, name = _divided(key)
    return modifiers + {"#": "SHARP", "\u3000": "IDEOGRAPHIC_SPACE"}.get(name, name)


def _divided(key: str) -> tuple[str, str]:
    """The modifiers in front of a key, and the key."""
    start = 0
    while match := _MODIFIER.match(key, start):
        start = match.end()
    return key[:start], key[start:]


def _character(key: str, held: set[str], text: str) -> str:
    """The key that types a character; Shift is taken out of `held` where the character says it."""
    if len(key) != 1 or not key.isprintable() or key == " ":
        if re.fullmatch(r"\S-\S.*", key):
            raise UsageError(f"{text!r} is a sequence of keys, which is not supported; use one key with modifiers")
        raise UsageError(
            f"there is no key {text!r}; use the character it types, or a name such as LEFT, F1 or MBTN_MID"
        )
    if "Shift" not in held:
        return key
    if key.isalpha() and len(key.upper()) == 1:
        held.discard("Shift")
        return key.upper()
    raise UsageError(f"{text!r} depends on the keyboard; write the character that Shift and the key type together")
