"""What GLFW calls keys and buttons, and what `input.conf` calls them."""

from __future__ import annotations

import glfw

NAMED_KEYS: dict[int, str] = {
    glfw.KEY_ESCAPE: "ESC",
    glfw.KEY_ENTER: "ENTER",
    glfw.KEY_KP_ENTER: "ENTER",
    glfw.KEY_TAB: "TAB",
    glfw.KEY_BACKSPACE: "BS",
    glfw.KEY_INSERT: "INS",
    glfw.KEY_DELETE: "DEL",
    glfw.KEY_LEFT: "LEFT",
    glfw.KEY_RIGHT: "RIGHT",
    glfw.KEY_UP: "UP",
    glfw.KEY_DOWN: "DOWN",
    glfw.KEY_PAGE_UP: "PGUP",
    glfw.KEY_PAGE_DOWN: "PGDWN",
    glfw.KEY_HOME: "HOME",
    glfw.KEY_END: "END",
    glfw.KEY_SPACE: "SPACE",
    glfw.KEY_MENU: "MENU",
    glfw.KEY_PRINT_SCREEN: "PRINT",
    glfw.KEY_PAUSE: "PAUSE",
    **{getattr(glfw, f"KEY_F{number}"): f"F{number}" for number in range(1, 25)},
}
"""Keys that type nothing, or nothing that could stand in a file."""
_KEYPAD_CHARACTERS = {
    glfw.KEY_KP_ADD: "+",
    glfw.KEY_KP_SUBTRACT: "-",
    glfw.KEY_KP_MULTIPLY: "*",
    glfw.KEY_KP_DIVIDE: "/",
}
MODIFIER_KEYS = {
    glfw.MOD_CONTROL: (glfw.KEY_LEFT_CONTROL, glfw.KEY_RIGHT_CONTROL),
    glfw.MOD_ALT: (glfw.KEY_LEFT_ALT, glfw.KEY_RIGHT_ALT),
    glfw.MOD_SHIFT: (glfw.KEY_LEFT_SHIFT, glfw.KEY_RIGHT_SHIFT),
    glfw.MOD_SUPER: (glfw.KEY_LEFT_SUPER, glfw.KEY_RIGHT_SUPER),
}
"""Bit of a modifier to the keys that hold it."""
BUTTONS = {
    glfw.MOUSE_BUTTON_LEFT: "MBTN_LEFT",
    glfw.MOUSE_BUTTON_RIGHT: "MBTN_RIGHT",
    glfw.MOUSE_BUTTON_MIDDLE: "MBTN_MID",
    glfw.MOUSE_BUTTON_4: "MBTN_BACK",
    glfw.MOUSE_BUTTON_5: "MBTN_FORWARD",
}
"""Buttons of the mouse."""
# What Shift makes of a key, where the layout cannot be asked because a chord types nothing (as on a US keyboard).
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", "~!@#$%^&*()_+{}|:\"<>?", strict=True))


def typed(key: int, scancode: int, mods: int) -> str:
    """The character of a key pressed together with Ctrl, Alt or Super, with Shift applied; empty = none."""
    name = _KEYPAD_CHARACTERS.get(key) or glfw.get_key_name(key, scancode) or ""
    if glfw.KEY_0 <= key <= glfw.KEY_9:  # some layouts have digits behind Shift
        name = chr(key)
    elif not name.isascii() and glfw.KEY_A <= key <= glfw.KEY_Z:  # and some have no Latin letters
        name = chr(key).lower()
    if not mods & glfw.MOD_SHIFT:
        return name
    return _SHIFTED.get(name, name.upper())


def with_modifiers(name: str, mods: int) -> str:
    """The name of a key or button with the modifiers that are held in front, in the order of `input.conf`."""
    prefixes = (
        (glfw.MOD_CONTROL, "Ctrl+"), (glfw.MOD_ALT, "Alt+"), (glfw.MOD_SHIFT, "Shift+"), (glfw.MOD_SUPER, "Meta+"),
    )
    return "".join(prefix for bit, prefix in prefixes if mods & bit) + name
