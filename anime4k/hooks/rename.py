"""Giving the names of a shader file other names, everywhere in the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from anime4k.hooks.decl import BufferDecl, Expression, ParamDecl, PassDecl, ShaderFile, TextureDecl
from anime4k.hooks.rpn import classify, words

TEXTURE_MACROS = ("raw", "pos", "map", "size", "pt", "rot", "off", "mul", "tex", "texOff", "gather")
"""What follows `NAME_` in the macros that a bound texture called NAME defines."""

# Comments, numbers (which may hold letters), and identifiers with the dot before them.
_WORD = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\.?[0-9][\w.]*|(\.\s*)?([A-Za-z_]\w*)", re.DOTALL | re.ASCII)
_SELECTION = re.compile(r"[xyzw]{1,4}|[rgba]{1,4}|[stpq]{1,4}|length")
_PASTING = "##"
_NOT_EVERYWHERE = ("map", "gather")
"""Macros of textures that some renderers leave out."""
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


def identifiers(text: str) -> Iterator[str]:
    """The identifiers of a GLSL text outside comments, in order, components behind a dot included."""
    return (match[2] for match in _WORD.finditer(text) if match[2])


def is_selection(name: str) -> bool:
    """Whether `name` behind a dot selects components of a vector, or its length."""
    return _SELECTION.fullmatch(name) is not None


def rename(file: ShaderFile, renaming: Renaming) -> ShaderFile:
    """The file with new names; its meaning stays when the new names are used nowhere else in it."""
    macros = {f"{old}_{end}": f"{new}_{end}" for old, new in renaming.saved.items() for end in TEXTURE_MACROS}
    for texture in file.textures:
        if texture.name in renaming.words:
            macros[f"{texture.name}_tex"] = f"{renaming.words[texture.name]}_tex"
    # What a file declares wins over what it saves under the same name.
    declared = {texture.name for texture in file.textures} | {buffer.name for buffer in file.buffers}
    bound = {**renaming.saved, **{name: renaming.words.get(name, name) for name in declared}}
    return replace(
        file,
        passes=tuple(_pass(decl, renaming, bound, macros) for decl in file.passes),
        textures=tuple(_texture(decl, renaming) for decl in file.textures),
        buffers=tuple(_buffer(decl, renaming) for decl in file.buffers),
        params=tuple(_param(decl, renaming) for decl in file.params),
    )


def replace_words(body: str, table: Mapping[str, str]) -> str:
    """A GLSL text with other identifiers; comments and selections of components stay."""

    def new(match: re.Match[str]) -> str:
        dot, word = match[1] or "", match[2]
        if word not in table or (dot and is_selection(word)):
            return match[0]
        return dot + table[word]

    return _WORD.sub(new, body)


def replace_variables(
    expression: Expression, variables: Mapping[str, str], textures: Mapping[str, str] | None = None
) -> Expression:
    """An expression with other variables, or with text in their place, and other textures whose sizes it asks for."""
    parts = []
    for word in words(expression.text):
        suffix = _SIZE_SUFFIX.search(word)
        if suffix:
            name = word[: suffix.start()]
            parts.append((textures or {}).get(name, name) + suffix[0])
        else:
            parts.append(variables.get(word, word))
    text = " ".join(parts)
    return Expression(tuple(classify(word) for word in words(text)), text, expression.origin)


def _pass(decl: PassDecl, renaming: Renaming, bound: Mapping[str, str], macros: Mapping[str, str]) -> PassDecl:
    """The pass with new names; `bound` are those of BIND, `macros` those of the macros that BIND defines."""

    def expression(old: Expression | None) -> Expression | None:
        return None if old is None else replace_variables(old, renaming.words, renaming.saved)

    if _PASTING in decl.body:
        body = _aliases(decl, renaming, macros) + decl.body
    else:
        body = replace_words(decl.body, {**macros, **renaming.words})
    return replace(
        decl,
        binds=tuple(bound.get(name, name) for name in decl.binds),
        save=None if decl.save is None else renaming.saved.get(decl.save, decl.save),
        width=expression(decl.width),
        height=expression(decl.height),
        when=expression(decl.when),
        body=body,
    )


def _aliases(decl: PassDecl, renaming: Renaming, macros: Mapping[str, str]) -> str:
    """Macros that lead from the old names to the new ones, for a body that makes names out of parts."""
    lines: list[str] = []
    for old, new in macros.items():
        name, _, end = old.rpartition("_")
        if name not in decl.binds:
            continue
        line = f"#define {old} {new}\n"
        lines.append(f"#ifdef {new}\n{line}#endif\n" if end in _NOT_EVERYWHERE else line)
    lines += [f"#define {old} {new}\n" for old, new in renaming.words.items()]
    return "".join(lines)


def _texture(decl: TextureDecl, renaming: Renaming) -> TextureDecl:
    return replace(decl, name=renaming.words.get(decl.name, decl.name))


def _buffer(decl: BufferDecl, renaming: Renaming) -> BufferDecl:
    members = tuple(replace(member, name=renaming.words.get(member.name, member.name)) for member in decl.members)
    return replace(decl, name=renaming.words.get(decl.name, decl.name), members=members)


def _param(decl: ParamDecl, renaming: Renaming) -> ParamDecl:
    labels = tuple(renaming.words.get(label, label) for label in decl.labels)
    return replace(decl, name=renaming.words.get(decl.name, decl.name), labels=labels)
