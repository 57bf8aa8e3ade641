"""`anime4k shaders bundle`: a chain of shader files as one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.main import warn
from anime4k.errors import MediaError, OutputError, UsageError
from anime4k.hooks.bundle import bundle, preamble
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.hooks.syntax import printable
from anime4k.media.destination import check_destination, give_name, temporary_name
from anime4k.modes.pack import locate
from anime4k.modes.table import AUTO, find_mode
from anime4k.pipeline.options import SHADER_OPT

HELP = "make one file of a chain of shaders, for FFmpeg's libplacebo filter and players that take a single file"


EXAMPLES = r"""
examples:
  anime4k shaders bundle --mode a-hq -o a.glsl --bake       the chain of a mode; no parameters, for players without
  anime4k shaders bundle one.glsl two.glsl -o both.glsl     files of your own, or of others
  ffmpeg -init_hw_device vulkan -i in.mkv -vf \
    format=yuv420p,hwupload,libplacebo=w=1920:h=1080:custom_shader_path=a.glsl,hwdownload,format=yuv420p out.mkv
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description, parser.epilog = HELP, EXAMPLES.strip()
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shaders", metavar="FILE|NAME", nargs="*", help="the chain: shader files, or names of the pack")
    parser.add_argument("-m", "--mode", metavar="NAME", help="the chain of this mode instead of files")
    parser.add_argument("-o", "--output", metavar="ONE.glsl", required=True, help="the file to write")
    parser.add_argument(
        "--bake", action="store_true", help="write parameter values into the code, for renderers without parameters"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="replace the output if it exists")
    add_options(parser, (SHADER_OPT,))


def run(args: argparse.Namespace) -> int:
    """Write the bundle and say what is in it."""
    files = [parse_file(path) for path in _chain(args.shaders, args.mode)]
    for file in dict.fromkeys(files):
        if not file.passes:
            warn(f"{file.path} has no passes, so it adds nothing")
    if not any(file.passes for file in files):
        raise UsageError("no file of the chain has a pass; there is nothing to bundle")
    values, messages = resolve_overrides(files, args.shader_opt)
    for message in messages:
        warn(message)
    output = Path(args.output)
    check_destination(output, None, overwrite=args.yes)
    if any(output.exists() and output.samefile(file.path) for file in files):
        raise UsageError(f"{output} is one of the shaders; choose another name for the output")
    made = bundle(files, values, bake=args.bake, preambles=[_preamble(file) for file in files], path=str(output))
    # What cannot be read back, because there is too much of it, is not written.
    parse_text(made.text, str(output))
    _write(output, made.text, overwrite=args.yes)
    for remark in made.remarks:
        warn(str(remark))
    names = ", ".join(file.name for file in files)
    print(printable(f"{output}: files {len(files)}, passes {len(made.file.passes)}: {names}"))
    for file_name, old, new in made.params:
        if old != new:
            print(printable(f"  {file_name}/{old} is {new} in the bundle"))
    return 0


def _chain(names: list[str], mode: str | None) -> list[Path]:
    if bool(names) == bool(mode):
        raise UsageError("name the shaders of the chain, or a mode with --mode, and not both")
    if mode is None:
        return [locate(name) for name in names]
    found = find_mode(mode)
    if found.name == AUTO.name:
        raise UsageError("auto chooses by the video, so it is no chain; name the mode itself, for instance --mode a")
    if not found.shaders:
        raise UsageError(f"the mode {found.name} has no shaders; there is nothing to bundle")
    return [locate(name) for name in found.shaders]


def _preamble(file: ShaderFile) -> str:
    try:
        return preamble(Path(file.path).read_bytes())
    except OSError as error:
        raise MediaError(f"{file.path}: the shader file cannot be read ({error.strerror}); check the file") from error


def _write(path: Path, text: str, *, overwrite: bool) -> None:
    temporary = temporary_name(path)
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        give_name(temporary, path, overwrite=overwrite)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{path} cannot be written ({reason}); choose another folder") from error
    finally:
        temporary.unlink(missing_ok=True)
