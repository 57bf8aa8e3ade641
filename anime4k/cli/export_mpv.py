"""`anime4k export-mpv`: the shaders and modes for mpv and players that are built on it."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from anime4k.cli.arguments import add_options
from anime4k.cli.demo import demo_path
from anime4k.cli.main import warn
from anime4k.errors import OutputError, UsageError
from anime4k.export.config import ExportedFile, Request, bindings, chains, exported_files, shader_names
from anime4k.export.section import with_section
from anime4k.export.target import Target
from anime4k.export.verify import SHADING_OUTPUTS, WINDOW, Report, verify
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file
from anime4k.hooks.syntax import printable
from anime4k.media.destination import temporary_name
from anime4k.modes.pack import locate
from anime4k.modes.table import OFF, Mode, Quality, find_mode, in_quality
from anime4k.pipeline.options import SHADER_OPT

HELP = "write the shaders and modes as configuration of mpv, IINA, Jellyfin or Plex"

EXAMPLES = """
anime4k export-mpv ~/.config/mpv --target mpv            Ctrl+1 .. Ctrl+6 choose a mode, Ctrl+0 none
anime4k export-mpv out --target mpv-windows --start a    for another computer; mpv starts with the mode a
anime4k export-mpv ~/.config/mpv --target mpv --start auto   a mode for each file and window size
anime4k export-mpv out --target mpv --verify             and try every key in the installed mpv
anime4k export-mpv out --target plex --start a-hq --shader-opt a4k-deblur/strength=50 --bake
"""

MOST_ERRORS = 3
"""Messages of mpv that are shown of one mode."""
_WINDOWS = sys.platform == "win32"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", help="the folder to write; made when it does not exist")
    parser.add_argument(
        "--target", required=True, choices=[target.value for target in Target], help="the player to write for"
    )
    parser.add_argument(
        "--quality",
        choices=[quality.value for quality in Quality],
        default=Quality.FAST.value,
        help="the form of the modes on Ctrl+1 .. Ctrl+6; the other one is on Ctrl+Alt+1 .. Ctrl+Alt+6 (default: fast)",
    )
    parser.add_argument(
        "--start",
        metavar="MODE",
        help="the mode that the player starts with (default: none); auto chooses by sizes and rates",
    )
    parser.add_argument(
        "--bake",
        action="store_true",
        help="write parameter values into the shader files, for renderers without parameters (mpv's older vo=gpu)",
    )
    parser.add_argument("--verify", action="store_true", help="load the result in the installed mpv and try every mode")
    parser.add_argument("--mpv", metavar="PROGRAM", default="mpv", help="the mpv that --verify runs (default: mpv)")
    add_options(parser, (SHADER_OPT,))


def run(args: argparse.Namespace) -> int:
    """Write the files, say what is left to do, and try them if asked to."""
    target = Target(args.target)
    files = [parse_file(locate(name)) for name in shader_names()]
    values, messages = resolve_overrides(files, args.shader_opt)
    for message in messages:
        warn(message)
    request = Request(
        target=target,
        folder=Path(args.folder).expanduser().resolve(),
        files=files,
        values=values,
        quality=Quality(args.quality),
        start=_start(args.start, target, Quality(args.quality)),
        bake=args.bake,
    )
    if args.verify and target in (Target.MPV, Target.MPV_WINDOWS) and (target is Target.MPV_WINDOWS) != _WINDOWS:
        raise UsageError(f"the mpv of this system cannot read what is written for {target.traits.title}")
    written = exported_files(request)
    # Everything is read before anything is written.
    texts = [_text(request.folder / file.path, file) for file in written]
    for file, text in zip(written, texts, strict=True):
        _write(request.folder / file.path, text)
    others = [file for file in written if file.path.suffix != ".glsl"]
    print(
        printable(f"{request.folder}: {len(written) - len(others)} shaders, {', '.join(str(f.path) for f in others)}")
    )
    for line in (*(f"belongs in {folder}" for folder in target.traits.folders), *target.traits.steps):
        print(f"  {line}")
    return _verify(request, args.mpv) if args.verify else 0


def _start(name: str | None, target: Target, quality: Quality) -> Mode:
    if name is None:
        return OFF
    mode = find_mode(name)
    if not name.strip().lower().endswith(tuple(f"-{form.value}" for form in Quality)):
        mode = in_quality(mode, quality)
    if target.traits.config is None:
        raise UsageError(f"{target.traits.title} reads no options from a file; leave out --start and choose with a key")
    return mode


def _text(path: Path, file: ExportedFile) -> str:
    """What the file will hold; in a file of the user only our part changes.

    Raises:
        OutputError: the file of the user cannot be read.
    """
    try:
        if not file.shared or not path.exists():
            return with_section("", file.text) if file.shared else file.text
        return with_section(path.read_bytes().decode("utf-8"), file.text)
    except UnicodeDecodeError:
        raise OutputError(f"{path} is not UTF-8 text, so nothing is added to it; rename it and export again") from None
    except OSError as error:
        raise _failure(path, error) from error


def _write(path: Path, text: str) -> None:
    """Write one file in one step, with the permissions of the one it replaces.

    Raises:
        OutputError: it cannot be written.
    """
    data = text.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path = path.resolve()  # configuration is often a link into a collection of such files
        if path.exists() and path.read_bytes() == data:
            return
        temporary = temporary_name(path)
        try:
            temporary.write_bytes(data)
            if path.exists():
                shutil.copymode(path, temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _failure(path, error) from error


def _failure(path: Path, error: OSError) -> OutputError:
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return OutputError(f"{path} cannot be written: there is a file where a folder should be; rename it")
    if isinstance(error, IsADirectoryError):
        return OutputError(f"{path} cannot be written: it is a folder; rename it")
    return OutputError(f"{path} cannot be written ({error.strerror or error}); choose another folder")


def _verify(request: Request, program: str) -> int:
    """Try every mode in the installed mpv; 1 when one of them does not work."""
    traits = request.target.traits
    expected: dict[str, Mode] = {}
    if traits.bindings is not None:
        expected = {row.key: row.mode for row in bindings(request.quality)}
    else:
        expected = {f"profile:anime4k-{mode.name}": mode for mode in chains()}
    report = verify(
        request.folder,
        tuple(expected),
        request.files,
        demo_path(),
        bindings=traits.bindings if traits.bindings != "input.conf" else None,
        program=program,
    )
    return _print(report, expected)


def _print(report: Report, expected: dict[str, Mode]) -> int:
    print(f"mpv {report.version}, vo={report.output}, the demo clip in a window of {WINDOW[0]}x{WINDOW[1]}:")
    failed = bool(report.errors) or report.output not in SHADING_OUTPUTS
    for row in report.rows:
        mode = expected[row.trigger]
        good = row.shaders == mode.shaders and not row.errors and bool(mode.shaders) == (sum(row.drawn) > 0)
        failed |= not good
        notes = list(row.errors[:MOST_ERRORS])
        if len(row.errors) > MOST_ERRORS:
            notes.append(f"and {len(row.errors) - MOST_ERRORS} more messages")
        if row.shaders != mode.shaders:
            notes.append(f"it has {', '.join(row.shaders) or 'no files'} instead of its own chain")
        idle = [name for name, count in zip(row.shaders, row.drawn, strict=True) if not count]
        if idle and sum(row.drawn):
            notes.append(f"not needed at this size: {', '.join(idle)}")
        verdict = "ok    " if good else "FAILED"
        counts = f"{sum(1 for count in row.drawn if count)} of {len(row.shaders)} files, {sum(row.drawn):2} passes"
        key = row.trigger.removeprefix("profile:")
        print(printable(f"  {verdict} {key:<16} {mode.name:<9} {counts}  {'; '.join(notes)}".rstrip()))
    if report.output not in SHADING_OUTPUTS:
        print("  mpv draws without shaders: only its outputs gpu and gpu-next know them (see the vo option)")
    for message in report.errors:
        print(printable(f"  mpv reports: {message}"))
    if not report.knows_parameters:
        print("  this mpv has no shader parameters: it uses the values in the files (--bake writes yours into them)")
    return 1 if failed else 0
