"""Who may import whom: read from the source text of every module, type-checking imports included."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "anime4k"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

COMMON = ("anime4k.errors", "anime4k.children", "anime4k.colour", "anime4k.options", "anime4k.overlay")
PURE_PIPELINE = ("anime4k.hooks", "anime4k.media.format", "anime4k.pipeline")
GL_PIPELINE = tuple(
    f"anime4k.pipeline.{name}"
    for name in ("execute", "prepare", "programs", "render", "resources", "stock", "upcoming", "warm")
)

ALLOWED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("anime4k.__main__", ("anime4k.cli",)),
    ("anime4k.cli", ("anime4k",)),
    # hooks.decl: shader files are one of the data types that pass through every room, untouched here.
    (
        "anime4k.player",
        (
            "anime4k.player",
            "anime4k.pipeline",
            "anime4k.media",
            "anime4k.modes",
            "anime4k.subtitles",
            "anime4k.gl.counts",
            "anime4k.gl.device",
            "anime4k.gl.look",
            "anime4k.gl.overlay",
            "anime4k.hooks.decl",
        ),
    ),
    (
        "anime4k.bench",
        (
            "anime4k.bench",
            "anime4k.pipeline",
            "anime4k.media",
            "anime4k.modes",
            "anime4k.subtitles",
            "anime4k.gl.device",
            "anime4k.gl.memory",
            "anime4k.gl.offscreen",
            "anime4k.gl.overlay",
            "anime4k.hooks.decl",
        ),
    ),
    ("anime4k.modes", ("anime4k.modes", "anime4k.hooks")),
    ("anime4k.export", ("anime4k.export", "anime4k.modes", "anime4k.hooks")),
    ("anime4k.pipeline.execute", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.render", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.prepare", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.programs", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.stock", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.upcoming", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.warm", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline.resources", (*PURE_PIPELINE, "anime4k.gl")),
    ("anime4k.pipeline", PURE_PIPELINE),
    ("anime4k.subtitles", ("anime4k.subtitles", "anime4k.media")),
    ("anime4k.media", ("anime4k.media",)),
    ("anime4k.gl", ("anime4k.gl",)),
    ("anime4k.hooks", ("anime4k.hooks",)),
    ("anime4k.networks", ("anime4k.networks", "anime4k.hooks")),
    ("anime4k.quality", ("anime4k.quality",)),
    ("anime4k.training", ("anime4k.training", "anime4k.networks", "anime4k.quality", "anime4k.media.roundtrip")),
    ("anime4k.errors", ()),
    ("anime4k.colour", ("anime4k.errors",)),
    ("anime4k.options", ("anime4k.errors",)),
    ("anime4k.children", ()),
    ("anime4k.overlay", ()),
    ("anime4k.demo", ()),
    ("anime4k", ()),
)
"""The first row whose name is the module or contains it decides."""

FENCES = {
    "moderngl": ("anime4k.gl", "anime4k.pipeline.execute", "anime4k.pipeline.prepare"),
    "glcontext": ("anime4k.gl",),
    "av": ("anime4k.media",),
    "glfw": ("anime4k.player.window", "anime4k.player.window_keys"),
    "rich": ("anime4k.cli",),
    "torch": ("anime4k.training",),
    "miniaudio": ("anime4k.player.sound",),
    "imgui_bundle": ("anime4k.player.interface",),
    "PIL": ("anime4k.subtitles.text", "anime4k.quality.free_set", "anime4k.training"),
}


def within(module: str, rooms: tuple[str, ...]) -> bool:
    """Whether `module` is one of `rooms` or inside one."""
    return any(module == room or module.startswith(room + ".") for room in rooms)


def imports(module: str) -> Iterator[tuple[str, int]]:
    """(full name of an imported module, line) for every import statement; names may be members of modules."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            assert node.module is not None
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                yield (member if member in MODULES else node.module), node.lineno


def test_the_walk_sees_the_package() -> None:
    assert {"anime4k.cli.main", "anime4k.hooks.parse", "anime4k.pipeline.plan"} <= set(MODULES)
    assert ("anime4k.errors", 20) in {(name, 20) for name, _ in imports("anime4k.cli.main")}


@pytest.mark.parametrize("module", MODULES)
def test_imports_stay_inside_the_rooms_allowed(module: str) -> None:
    allowed = next(rooms for room, rooms in ALLOWED if within(module, (room,)))
    # Only the version may be taken from the top of the package, and everything there is common.
    wrong = [
        f"line {line}: {name}"
        for name, line in imports(module)
        if within(name, ("anime4k",)) and name != "anime4k" and not within(name, (*COMMON, *allowed))
    ]
    if within(module, COMMON):
        wrong += [
            f"line {line}: {name}" for name, line in imports(module) if within(name, COMMON) and name not in allowed
        ]
    if within(module, ("anime4k.pipeline",)) and not within(module, GL_PIPELINE):
        wrong += [f"line {line}: {name}" for name, line in imports(module) if within(name, GL_PIPELINE)]
    assert not wrong, f"{module} may not import: {wrong}"


@pytest.mark.parametrize("module", MODULES)
def test_third_party_libraries_stay_behind_their_fences(module: str) -> None:
    wrong = [
        f"line {line}: {name}"
        for name, line in imports(module)
        if (library := name.partition(".")[0]) in FENCES and not within(module, FENCES[library])
    ]
    assert not wrong, f"{module} may not import: {wrong}"


@pytest.mark.parametrize(
    "module",
    [
        "anime4k.hooks.parse",
        "anime4k.media.format",
        "anime4k.pipeline.journey",
        "anime4k.modes.table",
        "anime4k.cli.main",
    ],
)
def test_pure_modules_load_without_graphics_and_codec_libraries(module: str) -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(('av', 'moderngl', 'glcontext', 'glfw')))"
    result = subprocess.run(
        [sys.executable, "-c", f"{blocked}; import {module}"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("module", MODULES)
def test_modules_stay_readable_in_one_sitting(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= 500, f"{module} has {lines} lines: it holds more than one idea"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8"))), f"{module} has no docstring"
