"""What the BIND lines of a pass stand for at the moment it would run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from anime4k.hooks.decl import BufferDecl, PassDecl, TextureDecl
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.pipeline.builtin.draft import Image
from anime4k.pipeline.filestate import FileState


@dataclass(frozen=True)
class Binds:
    """Resolved BIND lines.

    Attributes:
        images: every image once, with all names under which the pass knows it.
        textures: TEXTURE blocks of the file, in order of their binds.
        buffers: BUFFER blocks of the file, in order of their binds.
    """

    images: tuple[tuple[Image, tuple[str, ...]], ...]
    textures: tuple[TextureDecl, ...]
    buffers: tuple[BufferDecl, ...]


def resolve(
    state: FileState, stage: Stage, declaration: PassDecl, current: Image, fired: Collection[Stage]
) -> Binds | str:
    """What the BIND lines stand for, or the reason in words why one cannot be resolved.

    Args:
        state: the file of the pass.
        stage: the hook point that is being run.
        declaration: the pass.
        current: the hooked image.
        fired: stages reached so far.
    """
    images: list[tuple[Image, list[str]]] = []
    textures: list[TextureDecl] = []
    buffers: list[BufferDecl] = []
    user_textures = {texture.name: texture for texture in state.file.textures}
    user_buffers = {buffer.name: buffer for buffer in state.file.buffers}
    hooked_names = ["HOOKED", *stage.names]
    for written in declaration.binds:
        if written == "HOOKED":
            _add(images, current, hooked_names)
            continue
        name = canonical_name(written)
        if name in user_textures:
            if user_textures[name] not in textures:
                textures.append(user_textures[name])
        elif name in user_buffers:
            if user_buffers[name] not in buffers:
                buffers.append(user_buffers[name])
        elif name in state.table:
            names = list(Stage.MAIN.names) if name == Stage.MAIN.text else [name]
            _add(images, state.table[name], names)
        else:
            return _why_unbound(state, written, fired)
    return Binds(tuple((image, tuple(names)) for image, names in images), tuple(textures), tuple(buffers))


def _add(images: list[tuple[Image, list[str]]], image: Image, names: Sequence[str]) -> None:
    """Bind an image once, whatever number of names it has: a macro must not be defined twice."""
    for existing, known in images:
        if existing.texture == image.texture:
            known.extend(name for name in names if name not in known)
            return
    images.append((image, list(names)))


def _why_unbound(state: FileState, name: str, fired: Collection[Stage]) -> str:
    stage = Stage.parse(name)
    if stage is not None:
        return (
            f"it binds {name}, which has no image yet"
            if stage not in fired
            else (f"it binds {name}, whose image this file has not seen")
        )
    if any(declaration.save == name for declaration in state.file.passes):
        return f"it binds {name}, and the pass that saves it did not run"
    return f"it binds {name}, which nothing in this file saves"
