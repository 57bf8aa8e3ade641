"""Loading an export in an installed mpv: the keys are pressed and mpv is asked which passes it drew."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from anime4k.errors import MediaError
from anime4k.export.display import private_display
from anime4k.hooks.decl import ShaderFile

SCRIPT = Path(__file__).with_name("verify.lua")
ALIVE = "\f"
"""What the script writes into its report as a sign of life: white space between two lines of JSON."""
ATTEMPTS = 2
"""Times that an mpv is begun which stands still."""
POLL_S = 0.1
"""Seconds between two looks at the report."""
WINDOW = (1280, 720)
"""Size of the window in which an export is tried."""
_OWN = (
    "--no-terminal", "--no-audio", "--osc=no", "--loop-file=inf", "--pause=no", "--fullscreen=no",
    "--window-minimized=no", "--window-maximized=no", "--no-border", "--no-keepaspect-window", "--autofit=",
    "--autofit-larger=", "--autofit-smaller=", "--hidpi-window-scale=no", "--input-ipc-server=", "--load-scripts=no",
    "--save-position-on-quit=no", "--resume-playback=no",
)  # fmt: skip
"""Settings of the user that would hide the window, change its size, or write into the configuration."""
_ROW = re.compile(r"\[verify\] row (.*\S)")
_LISTING = re.compile(r":(\Z| \[ *\d+\] | (vertex|fragment|compute) shader source:)")
"""A line of the source of a shader that did not compile."""
_USER_PASS = re.compile(r"\Auser shader: (.*) \([a-z0-9]+\)\Z")
"""How `vo=gpu` names a pass; `vo=gpu-next` uses its DESC as it is."""
_ERROR = re.compile(r"\[[ef]\]\[([^\]]*)\] ?(.*)")
_WITHOUT_SCREEN = ("--vo=gpu", "--gpu-api=opengl", "--gpu-context=x11egl", "--gpu-sw=yes", "--hwdec=no")
"""Drawing with the processor into the memory of a display that nobody sees."""
SHADING_OUTPUTS = frozenset({"gpu", "gpu-next", "libmpv"})
"""The video outputs of mpv that know user shaders."""
_NO_PARAMETERS = "Unrecognized command 'PARAM "


@dataclass(frozen=True)
class Limits:
    """How long an mpv may take, in seconds.

    Attributes:
        total_s: for everything together.
        start_s: until it begins with the first key.
        still_s: between two signs of life; more than verify.lua waits for a picture (`PATIENCE`).
        end_s: to end by itself after the last key.
    """

    total_s: float = 900.0
    start_s: float = 60.0
    still_s: float = 150.0
    end_s: float = 10.0


class _End(Enum):
    """What became of an mpv that was run."""

    BY_ITSELF = auto()
    """Also one that had said everything and then was stopped because it did not end."""
    STOOD_STILL = auto()


@dataclass(frozen=True)
class Row:
    """What one key or profile did.

    Attributes:
        trigger: the key, `profile:NAME` or `start`.
        shaders: base names of the files that mpv then had in its list.
        drawn: how many of the passes it drew belong to each file, in the order of `shaders`.
        errors: what mpv reported; of the listing of a shader that failed only the lines of the compiler.
    """

    trigger: str
    shaders: tuple[str, ...]
    drawn: tuple[int, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What an installed mpv made of an export.

    Attributes:
        version: as mpv says it.
        output: the video output that drew.
        rows: one per key or profile.
        knows_parameters: whether it read the parameters; without them it uses the values in the code.
        errors: what mpv reported before the first row.
    """

    version: str
    output: str
    rows: tuple[Row, ...]
    knows_parameters: bool
    errors: tuple[str, ...]


def verify(
    folder: Path,
    triggers: Sequence[str],
    files: Sequence[ShaderFile],
    clip: Path,
    *,
    bindings: str | None = None,
    size: tuple[int, int] = WINDOW,
    program: str = "mpv",
    limits: Limits = Limits(),
) -> Report:
    """Press keys and apply profiles in an mpv that uses `folder` as its configuration.

    An mpv that stands still is stopped and begun anew, once, on another display where that is our own.

    Args:
        folder: the folder of the export.
        triggers: keys as in input.conf, `profile:NAME`, or `start` for what is there before any key.
        files: the exported shaders; their DESC texts tell whose a drawn pass is.
        clip: a video to show.
        bindings: name of a file with key bindings that mpv does not find by itself.
        size: of the window, (width, height).
        program: the mpv to run.
        limits: how long mpv may take.

    Raises:
        MediaError: there is no such program, no display, or mpv did not get to the end.
    """
    found = shutil.which(program)
    if found is None:
        raise MediaError(f"{program} is not installed or not in PATH; install mpv, or leave out --verify")
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryDirectory() as scratch, _display() as (environment, options):
            report, log = Path(scratch, "report"), Path(scratch, "log")
            command = [
                found, f"--config-dir={folder}", *_OWN, f"--geometry={size[0]}x{size[1]}", f"--log-file={log}",
                f"--scripts={SCRIPT}", f"--script-opts-append=a4k_verify-report={report}",
                f"--script-opts-append=a4k_verify-rows={'|'.join(triggers)}", *options,
            ]  # fmt: skip
            if bindings is not None:
                command.append(f"--input-conf={folder / bindings}")
            if _run([*command, "--", str(clip)], environment, report, limits) is _End.BY_ITSELF:
                lines = _lines(report)
                text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
                break
    else:
        raise MediaError(f"mpv stood still for {limits.still_s:g} s, twice; try again, or leave out --verify")
    if not _is_done(lines):
        errors = [line for _, line in _errors(text) if _NO_PARAMETERS not in line]
        last = errors[-1] if errors else "it says nothing about the reason"
        raise MediaError(f"mpv ended before it had shown every mode: {last}")
    return _report(lines, text, files)


def _run(command: Sequence[str], environment: dict[str, str], report: Path, limits: Limits) -> _End:
    """Run mpv until it ends, or until its report shows that nothing more comes.

    Raises:
        MediaError: mpv cannot be run, or did not keep within the limits for the start or for everything.
    """
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise MediaError(f"{command[0]} cannot be run ({error.strerror}); check the installation of mpv") from error
    began = grown = time.monotonic()
    size = None
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLL_S)
                return _End.BY_ITSELF
            now = time.monotonic()
            if report.exists() and size != report.stat().st_size:
                size, grown = report.stat().st_size, now
            if size is None and now - began > limits.start_s:
                raise MediaError(
                    f"mpv did not run the script that presses the keys within {limits.start_s:g} s;"
                    " check that it is mpv, and that it was built with Lua"
                )
            if now - began > limits.total_s:
                raise MediaError(f"mpv did not get through the modes within {limits.total_s:g} s; try a faster machine")
            if size is not None and now - grown > limits.end_s and _is_done(_lines(report)):
                return _End.BY_ITSELF
            if size is not None and now - grown > limits.still_s:
                return _End.STOOD_STILL
    finally:
        process.kill()
        process.wait()


def _is_done(lines: Sequence[dict[str, Any]]) -> bool:
    return bool(lines) and "done" in lines[-1]


def _report(lines: Sequence[dict[str, Any]], log: str, files: Sequence[ShaderFile]) -> Report:
    by_row: dict[str, list[str]] = {}
    for row, message in _errors(log):
        if _NO_PARAMETERS not in message and not _LISTING.search(message):
            by_row.setdefault(row, []).append(message)
    rows = []
    for line in lines[:-1]:
        row, paths, passes = line["row"], line.get("shaders") or (), line.get("passes") or ()
        names = tuple(re.split(r"[/\\]", path)[-1].removesuffix(".glsl") for path in paths)
        rows.append(Row(row, names, _drawn(names, passes, files), tuple(by_row.get(row, ()))))
    return Report(
        str(lines[-1].get("version", "")).removeprefix("mpv "),
        str(lines[-1].get("vo", "")),
        tuple(rows),
        _NO_PARAMETERS not in log,
        tuple(by_row.get("", ())),
    )


def _drawn(names: Sequence[str], passes: Sequence[str], files: Sequence[ShaderFile]) -> tuple[int, ...]:
    """Passes drawn per place of the chain; those of a file that stands there twice fill its first place first."""
    texts = [_USER_PASS.sub(r"\1", text) for text in passes]
    descriptions = {file.name: [decl.desc for decl in file.passes] for file in files}
    left = {name: sum(1 for text in texts if text in own) for name, own in descriptions.items()}
    counts = []
    for name in names:
        count = min(left.get(name, 0), len(descriptions.get(name, ())))
        left[name] = left.get(name, 0) - count
        counts.append(count)
    return tuple(counts)


def _errors(log: str) -> Iterator[tuple[str, str]]:
    """(trigger, message) of every error in a log; the trigger is empty before the first one."""
    row = ""
    for line in log.splitlines():
        begun = _ROW.search(line)
        if begun:
            row = begun[1]
            continue
        error = _ERROR.search(line)
        if error:
            yield row, f"{error[1]}: {error[2]}".strip()


def _lines(report: Path) -> list[dict[str, Any]]:
    """The lines of JSON that the script wrote, as far as they are complete; without the signs of life between."""
    if not report.exists():
        return []
    found = []
    for line in report.read_text(encoding="utf-8", errors="replace").replace(ALIVE, "").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


@contextmanager
def _display() -> Iterator[tuple[dict[str, str], Sequence[str]]]:
    """Environment and options of an mpv that opens a window, on a display of its own where there is none."""
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield dict(os.environ), ("--gpu-sw=yes",)
        return
    with private_display() as name:
        yield {**os.environ, "DISPLAY": name, "LIBGL_ALWAYS_SOFTWARE": "1"}, _WITHOUT_SCREEN
