"""Giving the names of a shader file other names, everywhere in the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from anime4k.hooks.decl import BufferDecl, Expression, ParamDecl, PassDecl, ShaderFile, TextureDecl
from anime4k.hooks.rpn import classify, words

TEXTURE_MACROS = ("raw", "pos", "map", "size", "pt", "rot", "off", "mul", "tex", "texOff", "gather")
"""What follows `NAME_` in the macros that a bound texture called NAME defines."""

_WORD = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|(?<![.\w])[A-Za-z_]\w*", re.DOTALL | re.ASCII)
_SIZE_SUFFIX = re.compile(r"\.(?:width|height|w|h)\Z")


@dataclass(frozen=True)
class Renaming:
    """New names of one file.

    Attributes:
        saved: names of SAVE; binding and measuring them follows, and so do their macros in GLSL.
        words: identifiers of GLSL and expressions: parameters, labels, textures, buffers and their members.
    """

    saved: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def texture(self, name: str) -> str:
        """The new name of whatever BIND, SAVE or an expression calls `name`."""
        return self.saved.get(name, self.words.get(name, name))


def identifiers(text: str) -> Iterator[str]:
    """The identifiers of a GLSL text outside comments and behind no dot, in order."""
    return (word for word in _WORD.findall(text) if not word.startswith("/"))


def rename(file: ShaderFile, renaming: Renaming) -> ShaderFile:
    """The file with new names; its meaning stays when the new names are used nowhere else in it."""
    macros = {f"{old}_{end}": f"{new}_{end}" for old, new in renaming.saved.items() for end in TEXTURE_MACROS}
    table = {**macros, **renaming.words}
    return replace(
        file,
        passes=tuple(_pass(decl, renaming, table) for decl in file.passes),
        textures=tuple(_texture(decl, renaming) for decl in file.textures),
        buffers=tuple(_buffer(decl, renaming) for decl in file.buffers),
        params=tuple(_param(decl, renaming) for decl in file.params),
    )


def replace_words(body: str, table: Mapping[str, str]) -> str:
    """A GLSL text with other identifiers; comments and members behind a dot stay."""
    return _WORD.sub(lambda match: table.get(match[0], match[0]), body)


def replace_variables(expression: Expression, table: Mapping[str, str]) -> Expression:
    """An expression with other texture names and variables, or with text in the place of variables."""
    parts = []
    for word in words(expression.text):
        suffix = _SIZE_SUFFIX.search(word)
        if suffix:
            name = word[: suffix.start()]
            parts.append(table.get(name, name) + suffix[0])
        else:
            parts.append(table.get(word, word))
    text = " ".join(parts)
    return Expression(tuple(classify(word) for word in words(text)), text, expression.origin)


def _pass(decl: PassDecl, renaming: Renaming, table: Mapping[str, str]) -> PassDecl:
    names = {**renaming.words, **renaming.saved}

    def expression(old: Expression | None) -> Expression | None:
        return None if old is None else replace_variables(old, names)

    return replace(
        decl,
        binds=tuple(renaming.texture(name) for name in decl.binds),
        save=None if decl.save is None else renaming.texture(decl.save),
        width=expression(decl.width),
        height=expression(decl.height),
        when=expression(decl.when),
        body=replace_words(decl.body, table),
    )


def _texture(decl: TextureDecl, renaming: Renaming) -> TextureDecl:
    return replace(decl, name=renaming.words.get(decl.name, decl.name))


def _buffer(decl: BufferDecl, renaming: Renaming) -> BufferDecl:
    members = tuple(replace(member, name=renaming.words.get(member.name, member.name)) for member in decl.members)
    return replace(decl, name=renaming.words.get(decl.name, decl.name), members=members)


def _param(decl: ParamDecl, renaming: Renaming) -> ParamDecl:
    labels = tuple(renaming.words.get(label, label) for label in decl.labels)
    return replace(decl, name=renaming.words.get(decl.name, decl.name), labels=labels)
