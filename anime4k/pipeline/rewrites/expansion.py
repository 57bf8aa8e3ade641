"""The text of a body with its own macros in place, as the preprocessor leaves it."""

from __future__ import annotations

import re

from anime4k.pipeline.rewrites.expressions import UnknownError

_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)((?:[^\\\n]|\\\n|\\.)*)$", re.MULTILINE)
_DEFINE = re.compile(r"\s+(\w+)(\(([^)]*)\))?(.*)", re.DOTALL)
_WORD = re.compile(r"\.?[0-9](?:[eE][-+]|[\w.])*|([A-Za-z_]\w*)")
"""A name, or a number, which may hold letters."""
_LAST_WORD = re.compile(r"(?<!\w)[A-Za-z_]\w*\Z")
_OPENING = re.compile(r"\s*\(")
_OURS = frozenset(("ivec2", "mat2", "texelFetch", "textureGather", "textureLod", "vec2", "vec4"))
"""What the macros of textures are made of (`pipeline.program`), which another macro would change unseen."""
_DEEPEST = 12
_MOST_CHARACTERS = 2**19


def expanded(code: str) -> str:
    """A text without comments and conditions, its macros expanded.

    Raises:
        UnknownError: they are not plain, or it gets too long.
    """
    macros: dict[str, tuple[tuple[str, ...] | None, str]] = {}
    before: set[str] = set()
    at = 0
    for directive in _DIRECTIVE.finditer(code):
        word, rest = directive.groups()
        definition = _DEFINE.match(rest) if word == "define" else None
        if word == "line":
            continue
        if definition is None or "#" in rest:
            raise UnknownError
        name, brackets, parameters, text = definition.groups()
        before.update(_WORD.findall(code, at, directive.start()))
        at = directive.end()
        if name in _OURS:
            raise UnknownError
        if name in macros or name in before:  # what stands before a definition means something else
            raise UnknownError
        known = tuple(one.strip() for one in parameters.split(",")) if brackets else None
        macros[name] = known, text.replace("\\\n", " ").strip()
    return _Expander(macros).text(_DIRECTIVE.sub("", code), 0) if macros else _DIRECTIVE.sub("", code)


def arguments(text: str, begin: int, ends: str = ")") -> list[str]:
    """The parts between commas from a place on, up to the first of `ends` outside of brackets.

    Raises:
        UnknownError: there is no end.
    """
    parts: list[str] = []
    depth, start = 0, begin
    for found in re.compile(r"[()\[\]{},;]").finditer(text, begin):
        mark = found[0]
        if depth == 0 and mark in ends:
            return [*parts, text[start : found.start()]]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0 and mark == ",":
            parts.append(text[start : found.start()])
            start = found.end()
        if depth < 0:
            break
    raise UnknownError


class _Expander:
    def __init__(self, macros: dict[str, tuple[tuple[str, ...] | None, str]]) -> None:
        self._macros = macros
        self._length = 0

    def text(self, code: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise UnknownError
        made: list[str] = []
        at = 0
        while found := _WORD.search(code, at):
            macro = self._macros.get(found[1])
            made.append(code[at : found.start()])
            at = found.end()
            if macro is None:
                made.append(found[0])
                continue
            parameters, text = macro
            if parameters is not None:
                opening = _OPENING.match(code, at)
                if opening is None:
                    made.append(found[0])
                    continue
                given = arguments(code, opening.end())
                at = opening.end() + sum(map(len, given)) + len(given)
                if len(given) != len(parameters):
                    raise UnknownError
                values = dict(zip(parameters, (self.text(one, depth + 1) for one in given), strict=True))
                text = _WORD.sub(lambda word, values=values: values.get(word[1], word[0]), text)  # type: ignore[misc]
            self._length += len(text)
            if self._length > _MOST_CHARACTERS:
                raise UnknownError
            text = self.text(text, depth + 1).strip()
            last = _LAST_WORD.search(text)
            if last and self._macros.get(last[0], (None,))[0] is not None and _OPENING.match(code, at):
                raise UnknownError  # the name of a macro whose arguments stand behind this one
            made.append(f" {text} ")  # what stands around it makes no word or mark with it
        return "".join([*made, code[at:]])
