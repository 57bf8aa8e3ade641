"""Remarks about a shader file: things that are legal and almost certainly not meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anime4k.hooks.body import without_comments
from anime4k.hooks.decl import Origin, PassDecl, Remark, SampleType, ShaderFile, SizeOf
from anime4k.hooks.lint_rpn import expression_remarks
from anime4k.hooks.names import HOOKED, Names, overwrites
from anime4k.hooks.params import variable_lookup
from anime4k.hooks.passes import STAGE_NAMES
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.hooks.syntax import nearest, quote

BUILTIN_UNIFORMS = frozenset({"frame", "random", "input_size", "target_size", "tex_offset"})
"""Identifiers that every pass can use without declaring them."""

_HOOK = re.compile(r"\b(\w+)\s+hook\s*\(", re.ASCII)
_MACRO = re.compile(r"\b(\w+)_(?:tex|texOff|raw|pos|size|pt|mul|off|rot|gather|map)\b", re.ASCII)
_CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|elif).*$", re.MULTILINE)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_OUTPUT_SIZED = frozenset({Stage.POSTKERNEL, Stage.SCALED, Stage.PREOUTPUT, Stage.OUTPUT})


def lint(file: ShaderFile) -> tuple[Remark, ...]:
    """Every remark about a file, those of the parser included, in the order of the lines."""
    remarks = list(file.warnings)
    names = Names(file)
    read = _read_names(file)
    variables = variable_lookup(file, {})
    known = tuple(name for param in file.params for name in (param.name, *param.labels))
    bodies = [without_comments(decl.body) for decl in file.passes]
    for index, (decl, body) in enumerate(zip(file.passes, bodies, strict=True)):
        remarks += (Remark(e.origin, text) for e, text in expression_remarks(decl, index, names, variables, known))
        remarks += (Remark(decl.origin, text) for text in _pass(decl, index, names, read))
        if decl.hooks:
            remarks += (Remark(decl.origin, text) for text in _body(file, decl, body, names))
    remarks += (Remark(origin, text) for origin, text in _resources(file))
    remarks += (Remark(origin, text) for origin, text in _clashes(file, names))
    remarks += (Remark(origin, text) for origin, text in _unused_params(file, bodies))
    return tuple(sorted(dict.fromkeys(remarks), key=lambda remark: remark.origin.line))


def _pass(decl: PassDecl, index: int, names: Names, read: frozenset[str]) -> Iterator[str]:
    """Remarks about the header of one pass."""
    for name in dict.fromkeys(decl.binds):
        if name == HOOKED or name in names.resources:
            continue
        reason = names.missing(name, index, decl)
        if reason:
            near = nearest(name, [*names.saved, *names.resources, *STAGE_NAMES, HOOKED])
            hint = f"; did you mean {near}?" if near and near != name else ""
            yield f"BIND {quote(name)} {reason}, so this pass is skipped{hint}"
    kept = [stage for stage in decl.hooks if not overwrites(decl, stage)]
    if kept and decl.save is not None:
        if canonical_name(decl.save) not in read:
            yield f"nothing reads SAVE {quote(decl.save)}; BIND it, or remove SAVE to change the picture"
        if len(kept) == len(decl.hooks) and decl.offset != (0.0, 0.0):
            yield "OFFSET has no effect on a pass that saves its result under a name"
    for stage in decl.hooks:
        if stage not in kept and not stage.resizable and _may_resize(decl, stage):
            yield f"the image of {stage.text} cannot change its size; SAVE the result or remove WIDTH and HEIGHT"


def _read_names(file: ShaderFile) -> frozenset[str]:
    """The names of all textures that some pass binds or measures."""
    names = {bind for decl in file.passes for bind in decl.binds}
    for decl in file.passes:
        for expression in (decl.width, decl.height, decl.when):
            names |= expression.textures if expression else frozenset()
    return frozenset(map(canonical_name, names))


def _may_resize(decl: PassDecl, stage: Stage) -> bool:
    """Whether WIDTH or HEIGHT is more than the size that the image of `stage` has anyway."""
    same = {HOOKED, stage.text} | ({"OUTPUT"} if stage in _OUTPUT_SIZED else set())
    for expression in (decl.width, decl.height):
        if expression is not None:
            match expression.tokens:
                case (SizeOf(name=name),) if name in same:
                    continue
            return True
    return False


def _body(file: ShaderFile, decl: PassDecl, body: str, names: Names) -> Iterator[str]:
    """Remarks about the GLSL text of one pass, comments removed."""
    expected = "void" if decl.compute else "vec4"
    kinds = {found[1] for found in _HOOK.finditer(body)}
    if not kinds:
        end = "; an empty line ends the header" if not body.strip() else ""
        yield f"the body does not define {expected} hook(){end}"
    elif expected not in kinds:
        kind = "compute" if decl.compute else "fragment"
        yield f"a {kind} pass defines {expected} hook(), not {sorted(kinds)[0]} hook()"
    writable = any(texture.storage for texture in file.textures) or any(buffer.storage for buffer in file.buffers)
    if decl.compute and "out_image" not in body and not writable:
        yield "this compute pass never stores to out_image, so its result is empty"
    bound = {canonical_name(name) for name in decl.binds}
    used = {canonical_name(found[1]) for found in _MACRO.finditer(body)}
    tested = {canonical_name(found[1]) for line in _CONDITION.findall(body) for found in _MACRO.finditer(line)}
    hooked = {stage.text for stage in decl.hooks} if HOOKED in bound else set()
    for name in sorted((used & names.saved.keys()) - bound - tested - hooked):
        yield f"the body uses {quote(name)} without a BIND of that name"


def _resources(file: ShaderFile) -> Iterator[tuple[Origin, str]]:
    """Remarks about textures and buffers on their own."""
    bound = {name for decl in file.passes for name in decl.binds}
    for texture in file.textures:
        sampled = not texture.storage and texture.format.sample_type not in (SampleType.UINT, SampleType.SINT)
        if sampled and texture.filter is None:
            yield texture.origin, f"TEXTURE {texture.name} has no FILTER, and players differ; say NEAREST or LINEAR"
        if texture.name not in bound:
            yield texture.origin, f"no pass binds TEXTURE {texture.name}"
    for buffer in file.buffers:
        if buffer.name not in bound:
            yield buffer.origin, f"no pass binds BUFFER {buffer.name}"


def _clashes(file: ShaderFile, names: Names) -> Iterator[tuple[Origin, str]]:
    """Remarks about names that mean two things, or that GLSL keeps for itself."""
    seen: dict[str, str] = {}
    declared: list[tuple[Origin, str, str]] = []
    declared += ((texture.origin, "TEXTURE", texture.name) for texture in file.textures)
    for buffer in file.buffers:
        declared.append((buffer.origin, "BUFFER", buffer.name))
        declared += ((buffer.origin, "VAR", member.name) for member in buffer.members)
    for param in file.params:
        declared.append((param.origin, "PARAM", param.name))
        declared += ((param.origin, "label", label) for label in param.labels)
    for origin, kind, name in declared:
        if name in seen:
            yield origin, f"the {kind} {name} clashes with the {seen[name]} of the same name; rename one"
        seen.setdefault(name, kind)
        if kind in ("TEXTURE", "BUFFER"):
            if name in STAGE_NAMES or name == HOOKED:
                yield origin, f"the {kind} {name} hides the stage of that name; rename it"
            elif name in names.saved:
                yield origin, f"the {kind} {name} hides what is saved under that name; rename one"
        if name in BUILTIN_UNIFORMS:
            yield origin, f"the {kind} {name} clashes with the built-in uniform of that name; rename it"
        if name.startswith("gl_") or "__" in name:
            yield origin, f"the {kind} {name} has a name that GLSL keeps for itself; rename it"


def _unused_params(file: ShaderFile, bodies: list[str]) -> Iterator[tuple[Origin, str]]:
    if not file.params:
        return
    used = {word for body in bodies for word in _IDENTIFIER.findall(body)}
    for decl in file.passes:
        for expression in (decl.width, decl.height, decl.when):
            used |= expression.variables if expression else frozenset()
    for param in file.params:
        if used.isdisjoint((param.name, *param.labels)):
            yield param.origin, f"nothing uses PARAM {param.name}"
