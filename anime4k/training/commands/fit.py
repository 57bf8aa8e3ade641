"""The command `fit`: trains one network."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime
import platform
import sys
from collections import Counter
from pathlib import Path

import torch

from anime4k.errors import UsageError
from anime4k.networks.store import Record, read, write
from anime4k.training import native
from anime4k.training.backends import Backend, Native, Torch
from anime4k.training.batches import Doubling
from anime4k.training.checking import checker
from anime4k.training.curve import draw
from anime4k.training.damage import store as damage_store
from anime4k.training.data import store as data_store
from anime4k.training.data.store import PICTURE_TABLE
from anime4k.training.export import folded_of, network
from anime4k.training.fit import CHECKPOINT, LOG, Pairs, Progress, append_log, begin, fit, psnr, resume, save
from anime4k.training.recipes import RECIPES, Recipe, Task, find
from anime4k.training.stored import Stored

EPILOG = """examples:
  python -m anime4k.training fit a4k-upscale-cnn-m set --out runs
  python -m anime4k.training fit a4k-restore-cnn-m pairs-restore --out runs
  python -m anime4k.training fit a4k-upscale-cnn-s set --out trial --steps 5000 --seed 7

A run goes on where it was stopped when it is started again with the same folder.
"""

CHECK_BLOCKS = 24
"""Blocks of 16 check pairs that the curve is measured on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.description = "Train one network; its folder below OUT gets weights, checkpoint, log and curve."
    parser.epilog = EPILOG + "\nnetworks:\n" + "".join(_row(recipe) for recipe in RECIPES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("name", help="which network")
    parser.add_argument("data", type=Path, help="a data set (upscale), or a pair store (the others)")
    parser.add_argument("--out", type=Path, default=Path("runs"), help="folder of the runs (default runs)")
    parser.add_argument("--steps", type=int, help="instead of the recipe's number")
    parser.add_argument("--seed", type=int, help="instead of the recipe's")
    parser.add_argument("--start", type=Path, metavar="FILE.npz", help="weights to begin with instead of random ones")
    parser.add_argument("--device", default="auto", help="auto, native (compiled), cpu or cuda (default auto)")
    parser.add_argument("--threads", type=int, default=2, help="of the compiled code (default 2)")
    parser.add_argument("--every", type=int, default=1000, help="steps between two lines of the log (default 1000)")


def _row(recipe: Recipe) -> str:
    return f"  {recipe.name}: {recipe.shape.multiplications} multiply-adds, {recipe.schedule.steps} steps\n"


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the network."""
    recipe = find(arguments.name)
    changes = {} if arguments.steps is None else {"steps": arguments.steps}
    schedule = dataclasses.replace(recipe.schedule, **changes)
    recipe = dataclasses.replace(
        recipe, schedule=schedule, seed=recipe.seed if arguments.seed is None else arguments.seed
    )
    folder = arguments.out / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # The compiled code has threads of its own.
    pairs, check_pairs = _pairs(recipe, arguments.data)
    backend, where = _backend(recipe, arguments.device, arguments.threads)
    checkpoint, log = folder / CHECKPOINT, folder / LOG
    if checkpoint.exists():
        progress = resume(checkpoint, pairs)
        print(f"{recipe.name}: going on from step {progress.step}", file=sys.stderr)
    else:
        log.unlink(missing_ok=True)
        start = None if arguments.start is None else folded_of(read(arguments.start)[0], recipe.shape)
        progress = begin(recipe.shape, schedule, recipe.seed, start)

    def report(now: Progress, error: float, checked: float) -> None:
        append_log(log, now, error, checked)
        save(checkpoint, now, pairs)
        left = now.seconds / now.step * (schedule.steps - now.step) / 60
        print(
            f"{recipe.name}: step {now.step} of {schedule.steps}, {left:.0f} minutes left,"
            f" batches {psnr(error):.2f} dB, check {checked:.3f} dB",
            file=sys.stderr,
        )

    check = checker(recipe.shape, check_pairs.batch(CHECK_BLOCKS))
    weights = fit(recipe.shape, schedule, backend, pairs, progress, every=arguments.every, report=report, check=check)
    made = network(recipe.name, recipe.summary, recipe.shape, weights)
    settings = {
        "schedule": {**dataclasses.asdict(schedule), "second": schedule.second.value},
        "crop": recipe.crop,
        "threads": where,
        "check": round(check(weights), 3),
        "start": "" if arguments.start is None else arguments.start.stem,
        "data": _summary(arguments.data),
    }
    record = Record(
        recipe=recipe.name,
        data=arguments.data.name,
        steps=schedule.steps,
        seed=recipe.seed,
        seconds=round(progress.seconds),
        machine=f"{_processor()}, PyTorch {torch.__version__}, {where}",
        date=datetime.date.today().isoformat(),
        settings=settings,
    )
    path = folder / f"{recipe.name}.npz"
    write(path, made, record)
    draw(log, folder / "curve.png", recipe.name)
    print(f"{path}: {made.weights} weights after {progress.seconds / 60:.1f} minutes", file=sys.stderr)
    return 0


def _pairs(recipe: Recipe, folder: Path) -> tuple[Pairs, Pairs]:
    """Where training and checking pairs come from."""
    base, crop, seed = recipe.shape.base, recipe.crop, recipe.seed
    if recipe.task is Task.UPSCALE:
        data = data_store.load(folder)
        return (
            Doubling(data.crops[data.train], base, crop, seed),
            Doubling(data.crops[data.check], base, crop, 0),
        )
    found = damage_store.load_pairs(folder)
    if found.clean.shape[1] != found.damaged.shape[1] * recipe.task.scale:
        raise UsageError(f"{folder} holds pairs of another scale than {recipe.name} needs")
    train, check = (~found.check, found.check)
    return (
        Stored(found.clean[train], found.damaged[train], base, crop, seed),
        Stored(found.clean[check], found.damaged[check], base, crop, 0),
    )


def _backend(recipe: Recipe, device: str, threads: int) -> tuple[Backend, str]:
    """What computes, and what the record says of it."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "native"
    if device == "native":
        try:
            native.library()
        except native.NotAvailableError as error:
            print(f"PyTorch's convolutions are used, which are several times slower: {error}", file=sys.stderr)
            device = "cpu"
    if device == "native" and native.supported(recipe.shape):
        return Native(recipe.shape, recipe.crop, recipe.crop, threads), f"compiled code, {threads} threads"
    return Torch(recipe.shape, "cuda" if device == "cuda" else "cpu"), device


def _summary(folder: Path) -> list[dict[str, object]]:
    """What the data are from: a row for each package and licence, for the record."""
    path = folder / PICTURE_TABLE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        count = Counter((row["package"], row["version"], row["licence"]) for row in csv.DictReader(file))
    return [
        {"package": package, "version": version, "licence": licence, "pictures": pictures}
        for (package, version, licence), pictures in sorted(count.items())
    ]


def _processor() -> str:
    """The processor in words."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor() or platform.machine()
