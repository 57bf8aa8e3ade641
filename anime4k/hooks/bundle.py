"""A chain of shader files as a single file, for players and filters that take only one.

Files know nothing of each other, so their names may collide. In the one file SAVE names, textures, buffers and
parameters that another file mentions as well get new names. A file that stands in the chain twice has its parameters
and textures once, and its SAVE names twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from anime4k.hooks.blocks import normalise
from anime4k.hooks.decl import Origin, ParamDecl, ParamKind, PassDecl, Remark, Scalar, ShaderFile
from anime4k.hooks.names import HOOKED, STAGE_ORDER, overwrites
from anime4k.hooks.params import ParamValues
from anime4k.hooks.rename import TEXTURE_MACROS, Renaming, identifiers, rename, replace_variables
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.hooks.syntax import MAGIC
from anime4k.hooks.write import write

AUTOMATIC = frozenset({
    "PTS", "chroma_offset_x", "chroma_offset_y", "min_luma", "max_luma", "max_cll", "max_fall",
    "scene_max_r", "scene_max_g", "scene_max_b", "scene_avg", "max_pq_y", "avg_pq_y",
})  # fmt: skip
"""Parameters that the player fills by their name, so they keep it."""

MOST_PARAMS = 16
"""How many parameters of a file mpv's `vo=gpu` takes."""


@dataclass(frozen=True)
class Bundle:
    """A chain in one file.

    Attributes:
        file: the declarations.
        text: what to write, comments that open the single files included.
        params: (file name, its parameter, the parameter in the bundle), in order.
        remarks: where the bundle means something else than the chain, or less is possible with it.
    """

    file: ShaderFile
    text: str
    params: tuple[tuple[str, str, str], ...]
    remarks: tuple[Remark, ...]


def bundle(
    files: Sequence[ShaderFile],
    values: Sequence[ParamValues] = (),
    *,
    bake: bool = False,
    preambles: Sequence[str] = (),
    path: str = "bundle.glsl",
) -> Bundle:
    """One file that does what the chain does.

    Args:
        files: the chain in order; a file that occurs twice is the same object twice, or has the same path.
        values: values of the parameters, per file; they become the defaults, except that an ENUM with another value
            than its first is fixed, because the language always begins with the first.
        bake: write the values into the passes and declare no parameters, which also suits players
            from before there were any.
        preambles: per file, the comments in front of its first block (see `preamble`).
        path: name of the result in messages.
    """
    if values:
        files = [_with_defaults(file, current) for file, current in zip(files, values, strict=True)]
    renamings = _renamings(files)
    parts = [rename(file, renaming) for file, renaming in zip(files, renamings, strict=True)]
    parts = [_baked(part, everything=bake) for part in parts]
    kept = {param.name for part in parts for param in part.params}
    params = tuple(
        dict.fromkeys(
            (file.name, old.name, new)
            for file, renaming in zip(files, renamings, strict=True)
            for old in file.params
            if (new := renaming.words.get(old.name, old.name)) in kept
        )
    )
    merged = ShaderFile(
        path,
        # A header that begins in the middle of a line is not seen by every reader.
        tuple(replace(decl, body=decl.body.rstrip() + "\n\n") for part in parts for decl in part.passes),
        tuple({decl.name: decl for part in parts for decl in part.textures}.values()),
        tuple({decl.name: decl for part in parts for decl in part.buffers}.values()),
        tuple({decl.name: decl for part in parts for decl in part.params}.values()),
    )
    head = "\n".join(_head(files, preambles))
    return Bundle(merged, f"{head}\n\n{write(merged)}", params, tuple(_remarks(files, merged)))


def preamble(text: str | bytes) -> str:
    """The comments in front of the first block of a shader file: licence and description."""
    return normalise(text).partition(MAGIC)[0].strip()


def _with_defaults(file: ShaderFile, values: ParamValues) -> ShaderFile:
    params = (replace(param, default=values.get(param.name, param.default)) for param in file.params)
    return replace(file, params=tuple(params))


# -- names ---------------------------------------------------------------------------------------------


def _saved(file: ShaderFile) -> list[str]:
    """The names under which a file saves images besides the stages, in order."""
    names = (decl.save for decl in file.passes if decl.save is not None)
    return [name for name in dict.fromkeys(names) if name != HOOKED and Stage.parse(canonical_name(name)) is None]


def _declared(file: ShaderFile) -> Iterator[str]:
    """Identifiers of its resources and labels; parameters have a rule of their own."""
    for texture in file.textures:
        yield texture.name
    for buffer in file.buffers:
        yield buffer.name
        yield from (member.name for member in buffer.members)
    for param in file.params:
        yield from param.labels


def _mentioned(file: ShaderFile) -> frozenset[str]:
    """Every name that occurs in a file; for a macro of a texture also the name of that texture."""
    found: set[str] = {*_declared(file), *(param.name for param in file.params)}
    for decl in file.passes:
        found.update(decl.binds)
        if decl.save is not None:
            found.add(decl.save)
        for expression in (decl.width, decl.height, decl.when):
            if expression is not None:
                found.update(expression.textures, expression.variables)
        for word in identifiers(decl.body):
            found.add(word)
            name, _, end = word.rpartition("_")
            if name and end in TEXTURE_MACROS:
                found.add(name)
    return frozenset(found)


def _renamings(files: Sequence[ShaderFile]) -> list[Renaming]:
    """New names for every place of the chain."""
    mentioned = {file.path: _mentioned(file) for file in files}
    used = set().union(*mentioned.values())
    words = _word_names(files, mentioned, used)
    renamings: list[Renaming] = []
    for index, file in enumerate(files):
        saved: dict[str, str] = {}
        for name in _saved(file):
            others = [other for place, other in enumerate(files) if place != index and name in mentioned[other.path]]
            first = all(name not in mentioned[other.path] for other in files[:index])
            if others and not (first and all(name in _saved(other) for other in others)):
                saved[name] = _fresh(name, used)
        renamings.append(Renaming(saved, words[file.path]))
    return renamings


def _word_names(
    files: Sequence[ShaderFile], mentioned: Mapping[str, frozenset[str]], used: set[str]
) -> dict[str, dict[str, str]]:
    """Per path: new identifiers of parameters, labels, textures and buffers."""
    different = {file.path: file for file in files}
    words: dict[str, dict[str, str]] = {}
    prefixes: set[str] = set()
    for path, file in different.items():
        table: dict[str, str] = {}
        others = set().union(*(names for other, names in mentioned.items() if other != path))
        prefix = re.sub(r"\W", "_", file.name, flags=re.ASCII) or "shader"
        prefix = _fresh(prefix, prefixes) if prefix in prefixes else prefix
        prefixes.add(prefix)
        if len(different) > 1:
            # Parameters are macros or globals in every pass, so even one that is unique could hide a local variable.
            for param in file.params:
                if param.name not in AUTOMATIC:
                    table[param.name] = _unused(f"{prefix}_{param.name}", used)
        for name in dict.fromkeys(_declared(file)):
            if name in others:
                table.setdefault(name, _unused(f"{prefix}_{name}", used))
        words[path] = table
    return words


def _unused(wanted: str, used: set[str]) -> str:
    """`wanted`, or it with a number when it is taken; the result is taken from now on."""
    if wanted in used:
        return _fresh(wanted, used)
    used.add(wanted)
    return wanted


def _fresh(name: str, used: set[str]) -> str:
    number = 2
    while f"{name}_{number}" in used:
        number += 1
    used.add(f"{name}_{number}")
    return f"{name}_{number}"


# -- values --------------------------------------------------------------------------------------------


def _baked(file: ShaderFile, *, everything: bool) -> ShaderFile:
    """The file with parameters written into its passes: all of them, or those whose value cannot be a default."""
    # The default of an ENUM is its first label, always.
    fixed = [
        param
        for param in file.params
        if param.name not in AUTOMATIC and (everything or (param.labels and param.default))
    ]
    if not fixed:
        return file
    lines: list[str] = []
    table: dict[str, str] = {}
    for param in fixed:
        lines.append(f"#define {param.name} {_literal(param)}\n")
        table[param.name] = _in_expression(param.default)
        for index, label in enumerate(param.labels):
            lines.append(f"#define {label} {index}\n")
            table.setdefault(label, str(index))
    definitions = "".join(lines)
    passes = []
    for decl in file.passes:
        width, height, when = (
            None if expression is None else replace_variables(expression, table)
            for expression in (decl.width, decl.height, decl.when)
        )
        passes.append(replace(decl, body=definitions + decl.body, width=width, height=height, when=when))
    return replace(file, passes=tuple(passes), params=tuple(param for param in file.params if param not in fixed))


def _literal(param: ParamDecl) -> str:
    if param.scalar is Scalar.FLOAT:
        return f"({float(param.default)!r})"
    suffix = "u" if param.scalar is Scalar.UINT and param.kind is not ParamKind.DEFINE else ""
    text = f"{int(param.default)}{suffix}"
    return f"({text})" if param.default < 0 else text


def _in_expression(value: float) -> str:
    """A number in RPN, where a minus sign is always the subtraction."""
    text = format(abs(value), ".9g")
    return f"0 {text} -" if value < 0 else text


# -- text and remarks ----------------------------------------------------------------------------------


def _head(files: Sequence[ShaderFile], preambles: Sequence[str]) -> Iterator[str]:
    yield "// One file made of a chain of mpv user shaders, in this order:"
    yield from (f"//   {index}. {file.name}" for index, file in enumerate(files, 1))
    shown: set[str] = set()
    for file, text in zip(files, preambles, strict=False):
        if text and file.path not in shown:
            shown.add(file.path)
            yield ""
            yield f"// ---- {file.name} ----"
            yield from (line if line.startswith("//") or not line else f"// {line}" for line in text.splitlines())


def _remarks(files: Sequence[ShaderFile], merged: ShaderFile) -> Iterator[Remark]:
    if len(merged.params) > MOST_PARAMS:
        text = f"it has {len(merged.params)} parameters and mpv's vo=gpu takes {MOST_PARAMS}; fix their values instead"
        yield Remark(Origin(merged.path, 1), text)
    for index, file in enumerate(files):
        for decl in file.passes:
            for stage in _earlier_stages(decl):
                later = next((other for other in files[index + 1 :] if _changes(other, stage)), None)
                if later is not None:
                    text = (
                        f"it reads {stage.text} at a later stage; alone it sees the picture as it was before"
                        f" {later.name}, in the bundle as it is after it"
                    )
                    yield Remark(decl.origin, text)


def _earlier_stages(decl: PassDecl) -> Iterator[Stage]:
    """Stages whose image a pass reads or measures after the frame has left them."""
    expressions = [expression for expression in (decl.width, decl.height, decl.when) if expression is not None]
    for name in dict.fromkeys([*decl.binds, *(name for e in expressions for name in sorted(e.textures))]):
        stage = Stage.parse(canonical_name(name))
        if stage is not None and any(STAGE_ORDER[stage] < STAGE_ORDER[hook] for hook in decl.hooks):
            yield stage


def _changes(file: ShaderFile, stage: Stage) -> bool:
    return any(stage in decl.hooks and overwrites(decl, stage) for decl in file.passes)
