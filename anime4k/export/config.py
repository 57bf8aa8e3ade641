"""The files of an export: shaders, key bindings, profiles, and a page that says what to do with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from anime4k.errors import UsageError
from anime4k.export.auto import auto_profiles
from anime4k.export.target import Target
from anime4k.hooks.bundle import bundle, preamble
from anime4k.hooks.decl import ParamDecl, Scalar, ShaderFile
from anime4k.hooks.params import ParamValues, describe_range
from anime4k.modes.table import AUTO, MODE_KEYS, MODES, OFF, Mode, Quality, find_mode

SHADERS = "shaders"
PACK = "shader_pack"
"""Folder of a shader pack of jellyfin-mpv-shim."""
READ_ME = "anime4k.txt"
OFF_KEY = "Ctrl+0"


@dataclass(frozen=True)
class ExportedFile:
    """A file to write.

    Attributes:
        path: relative to the folder of the export.
        text: its content, or our part of it.
        shared: whether the file belongs to the user and `text` is only our part of it.
    """

    path: PurePosixPath
    text: str
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to export.

    Attributes:
        target: the player.
        folder: the folder of the export, absolute.
        files: every shader that a mode uses, parsed.
        values: values of the parameters, one mapping per file; those that differ from the defaults are exported.
        quality: the form of the modes on the plain keys; the other form is on the same keys with Alt.
        start: the mode that a player starts with; with auto it chooses for every file and window size.
        bake: write the values into the shader files instead of options.
    """

    target: Target
    folder: Path
    files: Sequence[ShaderFile]
    values: Sequence[ParamValues]
    quality: Quality = Quality.FAST
    start: Mode = OFF
    bake: bool = False

    def options(self) -> list[str]:
        """`glsl-shader-opts` of everything that is not at its default."""
        if self.bake:
            return []
        return [
            f"{file.name}/{param.name}={_value(param, values[param.name])}"
            for file, values in zip(self.files, self.values, strict=True)
            for param in file.params
            if values[param.name] != param.default
        ]


@dataclass(frozen=True)
class Binding:
    """A key and the mode that it chooses."""

    key: str
    mode: Mode


def bindings(quality: Quality) -> tuple[Binding, ...]:
    """The keys of the modes: both forms, those of `quality` on the plain keys, and the key for none."""
    rows = [
        Binding(key if form is quality else key.replace("Ctrl+", "Ctrl+Alt+"), find_mode(f"{letters}-{form.value}"))
        for form in (quality, *(other for other in Quality if other is not quality))
        for key, letters in MODE_KEYS
        if letters != AUTO.letters
    ]
    return (*rows, Binding(OFF_KEY, OFF))


def chains() -> tuple[Mode, ...]:
    """The modes that have a fixed chain of shaders."""
    return tuple(mode for mode in MODES if mode.shaders)


def shader_names() -> tuple[str, ...]:
    """Every name of the pack that a mode uses, sorted."""
    return tuple(sorted({name for mode in chains() for name in mode.shaders}))


def exported_files(request: Request) -> tuple[ExportedFile, ...]:
    """Everything to write.

    Raises:
        UsageError: the path of the folder cannot be written into a list of files.
    """
    traits = request.target.traits
    made = [*_shaders(request)]
    if traits.bindings is not None:
        made.append(ExportedFile(PurePosixPath(traits.bindings), "\n".join(_input_conf(request)), shared=True))
    if traits.config is not None:
        made.append(ExportedFile(PurePosixPath(traits.config), "\n".join(_mpv_conf(request)), shared=True))
    if traits.pack:
        made.append(ExportedFile(PurePosixPath(PACK, "pack.json"), _pack(request)))
    made.append(ExportedFile(PurePosixPath(READ_ME), "\n".join(_read_me(request)) + "\n"))
    return tuple(made)


def shader_folder(target: Target) -> PurePosixPath:
    """Where the shader files are, relative to the folder of the export."""
    return PurePosixPath(PACK, SHADERS) if target.traits.pack else PurePosixPath(SHADERS)


def listed_path(request: Request, name: str) -> str:
    """How configuration files name the shader `name`.

    Raises:
        UsageError: the path cannot stand in a list of files.
    """
    relative = shader_folder(request.target) / f"{name}.glsl"
    traits = request.target.traits
    if traits.config_paths:
        return f"~~/{relative}"
    path = (request.folder / relative).as_posix()
    drive, rest = (path[:2], path[2:]) if path[1:2] == ":" else ("", path)
    for character in rest:
        if character in ':;"\\#' or not character.isprintable():
            raise UsageError(f"{request.folder}: players cannot read {character!r} in a path; choose another folder")
    return drive + rest


def _shaders(request: Request) -> Iterator[ExportedFile]:
    folder = shader_folder(request.target)
    for file, values in zip(request.files, request.values, strict=True):
        source = Path(file.path).read_text(encoding="utf-8")
        text = bundle([file], [values], bake=True, preambles=[preamble(source)]).text if request.bake else source
        yield ExportedFile(folder / f"{file.name}.glsl", text)


def _input_conf(request: Request) -> Iterator[str]:
    """Key bindings; each line is complete in itself, so that one of them can be copied elsewhere."""
    for row in bindings(request.quality):
        label = f"Anime4K: {_label(row.mode)}"
        if not row.mode.shaders:
            yield f'{row.key.upper()} no-osd change-list glsl-shaders clr ""; show-text "{label}"'
            continue
        files = request.target.traits.separator.join(listed_path(request, name) for name in row.mode.shaders)
        yield f'{row.key.upper()} no-osd change-list glsl-shaders set "{files}"; show-text "{label}"'


def _mpv_conf(request: Request) -> Iterator[str]:
    """Profiles; what is not in one stands after [default], so that lines behind our part are in none."""
    for mode in chains():
        yield f"[anime4k-{mode.name}]"
        yield f"profile-desc=Anime4K {_label(mode)}: {mode.summary}"
        yield from _chain(request, mode)
    if request.start.letters == AUTO.letters:
        yield "# The mode auto: one of these holds, or none, and then there are no shaders."
        for name, condition, mode in auto_profiles(request.quality):
            yield f"[{name}]"
            yield f"profile-desc=Anime4K auto: {_label(mode)}"
            yield f"profile-cond={condition}"
            yield "profile-restore=copy-equal"
            yield from _chain(request, mode)
    yield "[default]"
    options = request.options()
    if options:
        yield f"glsl-shader-opts={','.join(options)}"
    yield "# Parameters that can be set with glsl-shader-opts=shader/parameter=value,...:"
    for file in request.files:
        for param in file.params:
            yield f"#   {file.name}/{param.name} ({describe_range(param)}): {param.desc}"
    if request.start.shaders:
        yield f"profile=anime4k-{request.start.name}"
    elif request.start is OFF:
        yield f"# Remove the # to start with a mode: profile=anime4k-{find_mode('a').name}"


def _chain(request: Request, mode: Mode) -> Iterator[str]:
    # One line a file needs no separator, which differs between systems; the first one replaces the list.
    first, *rest = (listed_path(request, name) for name in mode.shaders)
    yield f"glsl-shaders={first}"
    yield from (f"glsl-shaders-append={path}" for path in rest)
    yield ""


def _pack(request: Request) -> str:
    """The profiles of jellyfin-mpv-shim."""
    profiles = {
        f"anime4k-{mode.name}": {
            "displayname": f"Anime4K {_label(mode)}",
            "shaders": [f"{name}.glsl" for name in mode.shaders],
        }
        for mode in chains()
    }
    pack: dict[str, object] = {"setting-groups": {}, "default-setting-groups": [], "profiles": profiles}
    options = request.options()
    if options:
        pack["setting-groups"] = {"anime4k": {"settings": [["glsl_shader_opts", ",".join(options)]]}}
        pack["default-setting-groups"] = ["anime4k"]
    return json.dumps(pack, indent=2) + "\n"


def _read_me(request: Request) -> Iterator[str]:
    traits = request.target.traits
    yield f"Anime4K shaders and modes for {traits.title}"
    yield ""
    yield "This folder belongs in"
    yield from (f"  {line}" for line in traits.folders)
    if not traits.config_paths:
        yield "The files name this very folder. Export again when it moves."
    if traits.steps:
        yield ""
        yield from traits.steps
    if traits.bindings:
        yield ""
        yield "Keys:"
        for row in bindings(request.quality):
            yield f"  {row.key:<11} {_label(row.mode):<12} {row.mode.summary}"
    yield ""
    yield "Modes:"
    for mode in chains():
        yield f"  {mode.name:<9} {' '.join(mode.shaders)}"
    yield ""
    yield "To see which passes run: in mpv, Shift+i and then 2."


def _label(mode: Mode) -> str:
    if mode.quality is None:
        return mode.letters
    return f"{mode.letters.upper()} ({'HQ' if mode.quality is Quality.HQ else 'fast'})"


def _value(param: ParamDecl, value: float) -> str:
    if param.labels:
        return param.labels[int(value)]
    return format(value, ".9g") if param.scalar is Scalar.FLOAT else str(int(value))
