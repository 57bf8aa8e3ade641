"""The command `bank`: fits the filter bank of a4k-upscale-lite and writes its shader."""

from __future__ import annotations

import argparse
import datetime
import platform
import sys
import time
from pathlib import Path

import numpy as np

from anime4k.errors import OutputError, UsageError
from anime4k.networks.bank import Bank, read, write
from anime4k.networks.glsl.bank import shader
from anime4k.networks.store import Record
from anime4k.training.bank import Grid, Reduction, Sums, add, decibels, grid, joined, samples, solve
from anime4k.training.commands.arguments import whole
from anime4k.training.data.store import load

NAME = "a4k-upscale-lite"
SUMMARY = "doubles the size with linear filters from a table, interpolated to follow the lines of the picture."

SHARES = ((Reduction.MEAN, 0.75), (Reduction.CATMULL_ROM, 0.15), (Reduction.LANCZOS, 0.1))
"""How the small pictures are made, and the share of the crops for each."""
COHERENCES, PLACES, ANGLES = 4, 3, 24
"""Nodes of the grid, for each of the three measures."""
PIXELS = 60
"""At most so many pixels of a crop are learned from."""
RIDGE = 1e-3
"""How strongly filters are drawn to the common one; see `solve`."""

EPILOG = """examples:
  python -m anime4k.training bank set --out runs --shaders shaders
  python -m anime4k.training bank set --crops 4000 --out trial
  python -m anime4k.training bank --again runs/a4k-upscale-lite.npz --shaders shaders
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = "Fit the filter bank of a4k-upscale-lite by least squares; it takes some minutes."
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", type=Path, nargs="?", help="a data set")
    parser.add_argument("--out", type=Path, default=Path("runs"), help=f"folder of {NAME}.npz (default runs)")
    parser.add_argument("--shaders", type=Path, help=f"folder for {NAME}.glsl (default: none is written)")
    parser.add_argument("--again", type=Path, metavar="FILE.npz", help="fit nothing; write the shader of this bank")
    parser.add_argument("--crops", type=whole, metavar="N", help="only the first N crops to train on")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal banks (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Fit the bank, or read it; write what was asked for.

    Raises:
        MediaError: the bank of --again cannot be read.
        OutputError: a file cannot be written.
        UsageError: no data set was named, or it has nothing to learn from.
    """
    if arguments.again and not arguments.shaders:
        raise UsageError("--again writes only a shader: say where with --shaders")
    if arguments.again:
        bank, _ = read(arguments.again)
    elif arguments.data:
        bank, record = fitted(arguments.data, arguments.crops, arguments.seed)
        arguments.out.mkdir(parents=True, exist_ok=True)
        write(arguments.out / f"{NAME}.npz", bank, record)
    else:
        raise UsageError("name a data set to fit the bank to, or a bank with --again.")
    if arguments.shaders:
        path = arguments.shaders / f"{bank.name}.glsl"
        try:
            arguments.shaders.mkdir(parents=True, exist_ok=True)
            path.write_text(shader(bank), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"the shader cannot be written to {path}: {error.strerror or error}") from None
    return 0


def fitted(folder: Path, most: int | None, seed: int) -> tuple[Bank, Record]:
    """The bank for a data set, and how it was made."""
    started = time.monotonic()
    data = load(folder)
    train, check = np.flatnonzero(data.train)[:most], np.flatnonzero(data.check)[:most]
    if not len(train):
        raise UsageError(f"{folder} has no crops to train on; build it anew.")
    nodes: Grid | None = None
    count = 0
    for part in samples(data.crops, train, SHARES, PIXELS, seed):
        if nodes is None:
            nodes = grid(part.around, COHERENCES, PLACES, ANGLES)
            sums = Sums.zero(nodes)
        add(sums, nodes, part)
        count += len(part)
        print(f"{count} pixels, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if nodes is None:
        raise UsageError(f"the crops of {folder} are flat: there is nothing to learn from them.")
    bank = Bank(NAME, SUMMARY, nodes.coherence, nodes.place, solve(sums, nodes, RIDGE))
    settings: dict[str, object] = {"pixels": count, "crops": len(train), "ridge": RIDGE}
    settings["reductions"] = {kind.name.lower(): share for kind, share in SHARES}
    for kind, _ in SHARES:
        if len(check) and (seen := list(samples(data.crops, check, ((kind, 1.0),), PIXELS, seed))):
            settings[f"check_{kind.name.lower()}"] = round(decibels(bank, joined(seen)), 3)
            print(f"check, {kind.name.lower()}: {settings[f'check_{kind.name.lower()}']} dB", file=sys.stderr)
    seconds = round(time.monotonic() - started, 1)
    machine = f"one core, {platform.machine()}"
    date = datetime.date.today().isoformat()
    return bank, Record("bank", f"{len(data.crops)} crops", 1, seed, seconds, machine, date, settings)
