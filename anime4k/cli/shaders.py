"""`anime4k shaders`: what the shader pack holds, what a file declares, what is wrong with it, chains as one file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from anime4k.cli import bundle
from anime4k.errors import MediaError, ShaderSyntaxError
from anime4k.hooks.decl import ParamDecl, PassDecl, ShaderFile, TextureDecl
from anime4k.hooks.lint import lint
from anime4k.hooks.params import describe_range
from anime4k.hooks.parse import parse_file
from anime4k.hooks.syntax import printable
from anime4k.modes.pack import locate, pack_directory, pack_files, purpose

HELP = "list the shaders of the pack, show or check shader files, or make one file of a chain"

EXAMPLES = """
anime4k shaders list                  the shaders that come with the package
anime4k shaders show a4k-lite         passes, textures and parameters of one of them
anime4k shaders show my.glsl          the same of a file
anime4k shaders lint my.glsl          errors and remarks with file and line
anime4k shaders bundle --mode a-hq -o a.glsl          the chain of a mode as a single file
anime4k shaders bundle one.glsl two.glsl -o both.glsl --bake --shader-opt one/strength=50
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="the shader pack: names, and what each is for")
    show = actions.add_parser("show", help="what a shader declares")
    show.add_argument("shader", metavar="FILE|NAME", help="a shader file, or a name of the pack")
    check = actions.add_parser("lint", help="errors and remarks; exit code 1 when a file has an error")
    check.add_argument("shaders", metavar="FILE|NAME", nargs="+", help="shader files, or names of the pack")
    check.add_argument("--strict", action="store_true", help="exit code 1 also when there are only remarks")
    bundle.configure(actions.add_parser("bundle", help=bundle.HELP))


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command."""
    match args.action:
        case "list":
            return _list()
        case "show":
            print("\n".join(map(printable, describe(parse_file(locate(args.shader))))))
            return 0
        case "bundle":
            return bundle.run(args)
        case _:
            return _lint(args.shaders, args.strict)


def describe(file: ShaderFile) -> Iterator[str]:
    """The lines that say what a file declares, in its own order."""
    yield file.path
    stages = dict.fromkeys(stage.text for decl in file.passes for stage in decl.hooks)
    plural = "" if len(file.passes) == 1 else "es"
    yield f"{len(file.passes)} pass{plural}, hooked at {', '.join(stages) or 'no stage'}"
    for param in file.params:
        yield f"  param    {_param(param)}"
    for texture in file.textures:
        yield f"  texture  {_texture(texture)}"
    for buffer in file.buffers:
        kind = "storage" if buffer.storage else "uniform"
        yield f"  buffer   {buffer.name}: {kind}, {len(buffer.members)} members, {buffer.size} bytes"
    for number, decl in enumerate(file.passes, 1):
        yield f"  pass {number:<3} {_pass(decl)}"


def _param(param: ParamDecl) -> str:
    default = param.labels[int(param.default)] if param.labels else f"{param.default:g}"
    text = f"{param.name} = {default} ({describe_range(param)})"
    return f"{text}: {param.desc}" if param.desc else text


def _texture(texture: TextureDecl) -> str:
    size = " x ".join(map(str, texture.size))
    return f"{texture.name}: {size} texels of {texture.format.name}, {len(texture.payload)} bytes"


def _pass(decl: PassDecl) -> str:
    """One line about a pass: what it is called, where it runs, what it reads and makes."""
    stages = "+".join(stage.text for stage in decl.hooks) or "never"
    size = " x ".join(
        f"[{expression.text}]" if expression else f"[HOOKED.{axis}]"
        for expression, axis in ((decl.width, "w"), (decl.height, "h"))
    )
    parts = [f"line {decl.origin.line}", stages]
    parts.append("reads " + ", ".join(decl.binds) if decl.binds else "reads nothing")
    parts.append(f"saves {decl.save}" if decl.save else "changes the picture")
    if decl.width or decl.height:
        parts.append(f"size {size}")
    if decl.compute:
        parts.append(f"compute {decl.compute.block_width} x {decl.compute.block_height}")
    if decl.when:
        parts.append(f"when {decl.when.text}")
    return (f"{decl.desc}: " if decl.desc else "") + "; ".join(parts)


def _list() -> int:
    """Print every file of the pack with what it is for."""
    files = pack_files()
    if not files:
        raise MediaError(f"{pack_directory()}: the shader pack is empty; install the package again")
    width = max(len(path.stem) for path in files)
    failed = False
    for path in files:
        try:
            parse_file(path)
        except ShaderSyntaxError as error:
            failed = True
            print(f"anime4k: {error}", file=sys.stderr)
            continue
        print(printable(f"{path.stem:<{width}}  {purpose(path)}".rstrip()))
    return 1 if failed else 0


def _lint(names: Sequence[str], strict: bool) -> int:
    """Print the errors and remarks of all files, one a line, and a summary."""
    errors = remarks = 0
    paths = [locate(name) for name in names]
    for path in paths:
        try:
            found = lint(parse_file(path))
        except (ShaderSyntaxError, MediaError) as error:
            errors += 1
            print(f"error: {error}")
            continue
        remarks += len(found)
        for remark in found:
            print(f"remark: {remark}")
    print(f"{_count(len(paths), 'file')}, {_count(errors, 'error')}, {_count(remarks, 'remark')}")
    return 1 if errors or (strict and remarks) else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
