"""A chain of shader files as a single file, for players and filters that take only one.

Files know nothing of each other, so their names may collide. In the one file SAVE names, textures, buffers and
parameters that another file mentions as well get new names. A file that stands in the chain twice has its parameters
and textures once, and its SAVE names twice. What players do with a file that fails, they do with the whole bundle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from anime4k.hooks.bake import AUTOMATIC
from anime4k.hooks.bake import bake as baked
from anime4k.hooks.blocks import normalise
from anime4k.hooks.decl import Origin, PassDecl, Remark, ShaderFile
from anime4k.hooks.names import HOOKED, STAGE_ORDER, overwrites
from anime4k.hooks.params import ParamValues
from anime4k.hooks.rename import TEXTURE_MACROS, Renaming, identifiers, rename
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.hooks.syntax import MAGIC, printable
from anime4k.hooks.write import write

MOST_PARAMS = 16
"""How many parameters of a file mpv's `vo=gpu` takes."""

_LONGEST_PREFIX = 40
_LONGEST_NAME = 120


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
    parts = [baked(part, everything=bake) for part in parts]
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
    return Bundle(merged, f"{head}\n\n{write(merged)}", params, tuple(_once(_remarks(files, merged))))


def preamble(text: str | bytes) -> str:
    """The comments in front of the first block of a shader file: licence and description."""
    before, magic, _ = normalise(text).partition(MAGIC)
    return before.strip("\ufeff \t\n") if magic else ""


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
    saving = {file.path: frozenset(_saved(file)) for file in files}
    renamings: list[Renaming] = []
    for index, file in enumerate(files):
        saved: dict[str, str] = {}
        for name in _saved(file):
            others = [other for place, other in enumerate(files) if place != index and name in mentioned[other.path]]
            first = all(name not in mentioned[other.path] for other in files[:index])
            if others and not (first and all(name in saving[other.path] for other in others)):
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
        prefix = _prefix(file.name)
        prefix = _fresh(prefix, prefixes) if prefix in prefixes else prefix
        prefixes.add(prefix)
        if len(different) > 1:
            # Parameters are macros or globals in every pass, so even one that is unique could hide a local variable.
            for param in file.params:
                if param.name not in AUTOMATIC:
                    table[param.name] = _unused(_joined(prefix, param.name), used)
        for name in dict.fromkeys(_declared(file)):
            if name in others:
                table.setdefault(name, _unused(_joined(prefix, name), used))
        words[path] = table
    return words


def _prefix(name: str) -> str:
    """The base name of a file as the beginning of identifiers that GLSL does not reserve."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:_LONGEST_PREFIX] or "shader"
    return f"a_{words}" if words[0].isdigit() or words.lower().startswith("gl_") else words


def _joined(prefix: str, name: str) -> str:
    """An identifier of both; two underscores side by side are reserved."""
    return f"{prefix}_{name.lstrip('_')}"[:_LONGEST_NAME]


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


# -- text and remarks ----------------------------------------------------------------------------------


def _head(files: Sequence[ShaderFile], preambles: Sequence[str]) -> Iterator[str]:
    yield "// One file made of a chain of mpv user shaders, in this order:"
    yield from (f"//   {index}. {printable(file.name)}" for index, file in enumerate(files, 1))
    shown: set[str] = set()
    for file, text in zip(files, preambles, strict=False):
        if text and file.path not in shown:
            shown.add(file.path)
            yield ""
            yield f"// ---- {printable(file.name)} ----"
            yield from (line if line.startswith("//") or not line else f"// {line}" for line in text.splitlines())


def _remarks(files: Sequence[ShaderFile], merged: ShaderFile) -> Iterator[Remark]:
    if len(merged.params) > MOST_PARAMS:
        text = f"it has {len(merged.params)} parameters and mpv's vo=gpu takes {MOST_PARAMS}; fix their values instead"
        yield Remark(Origin(merged.path, 1), text)
    for index, file in enumerate(files):
        others = [other for place, other in enumerate(files) if place != index]
        for decl in file.passes:
            yield from _changed_readings(decl, files[index + 1 :])
            yield from _hidden_stages(decl, others)


def _once(remarks: Iterator[Remark]) -> Iterator[Remark]:
    """The first of the remarks that say the same of one file."""
    seen: set[tuple[str, str]] = set()
    for remark in remarks:
        key = (remark.origin.path, remark.message)
        if key not in seen:
            seen.add(key)
            yield remark


def _changed_readings(decl: PassDecl, later: Sequence[ShaderFile]) -> Iterator[Remark]:
    """Where a pass reads the image of an earlier stage, and files after its own have changed that image."""
    for stage in _stages_read(decl):
        change = next((other for other in later if _changes(other, stage)), None)
        if change is not None and any(STAGE_ORDER[stage] < STAGE_ORDER[hook] for hook in decl.hooks):
            text = (
                f"it reads {stage.text} at a later stage; alone it sees the picture as it was before"
                f" {change.name}, in the bundle as it is after it"
            )
            yield Remark(decl.origin, text)


def _hidden_stages(decl: PassDecl, others: Sequence[ShaderFile]) -> Iterator[Remark]:
    """Where a pass saves its result under the name of a stage that other files read elsewhere."""
    stage = None if decl.save is None else Stage.parse(canonical_name(decl.save))
    if stage is None or all(hook is stage for hook in decl.hooks):
        return
    reader = next((other for other in others if any(stage in _stages_read(found) for found in other.passes)), None)
    if reader is not None:
        text = (
            f"it saves under the name of the stage {stage.text}; in the bundle {reader.name} may read that image"
            " instead of the stage's"
        )
        yield Remark(decl.origin, text)


def _stages_read(decl: PassDecl) -> Iterator[Stage]:
    """Stages other than its own whose image a pass reads or measures."""
    expressions = [expression for expression in (decl.width, decl.height, decl.when) if expression is not None]
    for name in dict.fromkeys([*decl.binds, *(name for e in expressions for name in sorted(e.textures))]):
        stage = Stage.parse(canonical_name(name))
        if stage is not None and any(hook is not stage for hook in decl.hooks):
            yield stage


def _changes(file: ShaderFile, stage: Stage) -> bool:
    return any(stage in decl.hooks and overwrites(decl, stage) for decl in file.passes)
