"""The folder of one run: the checkpoint that it goes on from, its log, and the lock that keeps a second run out."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from anime4k.errors import OutputError, UsageError
from anime4k.training.fit import Pairs, Progress

LOG, CHECKPOINT, LOCK = "log.csv", "checkpoint.pt", "lock"

COLUMNS = ("step", "seconds", "batch_psnr", "check_psnr")
"""Of the log: steps done, seconds they took, PSNR in dB of the batches since the last row, and of the check pairs."""

Facts = Mapping[str, str | int]
"""What must be the same when a run goes on: names and values."""


def save(path: Path, progress: Progress, pairs: Pairs, facts: Facts | None = None) -> None:
    """Write a checkpoint, whole or not at all.

    Raises:
        OutputError: it cannot be written; the one before is still there.
    """
    contents = io.BytesIO()
    torch.save({"progress": vars(progress), "pairs": pairs.state(), "facts": dict(facts or {})}, contents)
    partial = path.with_suffix(".partial")
    try:
        partial.write_bytes(contents.getbuffer())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        reason = error.strerror or error
        raise OutputError(f"{path} cannot be written: {reason}; the run goes on from the last one") from error


def resume(path: Path, pairs: Pairs, facts: Facts | None = None) -> Progress:
    """Read a checkpoint and set the pairs to where they were.

    Raises:
        UsageError: it is damaged, or of a run with other facts.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
        progress, kept = Progress(**found["progress"]), found.get("facts", {})
        state = found["pairs"]
    except (OSError, RuntimeError, EOFError, LookupError, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise UsageError(f"{path} is damaged or no checkpoint; delete it to begin anew") from error
    for name, wanted in (facts or {}).items():
        if kept.get(name, wanted) != wanted:
            raise UsageError(
                f"{path} is of a run with {name} {kept[name] or 'none'}, not {wanted or 'none'};"
                " name another folder with --out, or delete it to begin anew"
            )
    try:
        pairs.restore(state)
    except (LookupError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is of a run on other kinds of data; delete it to begin anew") from error
    return progress


def append_log(path: Path, progress: Progress, error: float, checked: float) -> None:
    """Add a row to the log.

    Args:
        path: of the log, which is begun where there is none.
        progress: where training is.
        error: mean square error of the batches since the last row, in units of the peak.
        checked: PSNR on the check pairs in dB.
    """
    row = (progress.step, f"{progress.seconds:.0f}", f"{psnr(error):.3f}", f"{checked:.3f}")
    _write(path, "a" if path.exists() else "w", [row] if path.exists() else [COLUMNS, row])


def shorten_log(path: Path, steps: int) -> None:
    """Take the rows after so many steps out of a log: those that were done after the last checkpoint are done again."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = list(csv.reader(file)) or [list(COLUMNS)]
        _write(path, "w", [head, *(row for row in rows if row and row[0].isdigit() and int(row[0]) <= steps)])


def psnr(error: float) -> float:
    """PSNR in dB of a mean square error in units of the peak."""
    return -10 * math.log10(max(error, 1e-12))


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes out of the folder of a run; where the system has no such locks nothing is kept out.

    Raises:
        UsageError: another process is in it.
    """
    with (folder / LOCK).open("w") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except BlockingIOError as error:
            raise UsageError(f"another process trains in {folder}; name another folder with --out") from error
        yield


def _write(path: Path, mode: str, rows: list[tuple[object, ...] | list[str]]) -> None:
    try:
        with path.open(mode, encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
