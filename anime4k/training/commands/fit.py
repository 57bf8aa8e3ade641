"""The command `fit`: trains one network."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime
import platform
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from anime4k.errors import UsageError
from anime4k.networks.store import Record, read, write
from anime4k.training import native
from anime4k.training.backends import Backend, Native, Torch, pictures
from anime4k.training.batches import Doubling
from anime4k.training.blocks import RandomPairs
from anime4k.training.checking import checker
from anime4k.training.commands.arguments import whole
from anime4k.training.curve import draw
from anime4k.training.damage import store as damage_store
from anime4k.training.damage.recipes import UNTOUCHED
from anime4k.training.data import store as data_store
from anime4k.training.data.store import CROPS, PICTURE_TABLE
from anime4k.training.export import folded_of, network
from anime4k.training.fit import Pairs, Progress, begin, fit
from anime4k.training.level import levelled
from anime4k.training.mixed import Mixed
from anime4k.training.recipes import RECIPES, Recipe, Task, find
from anime4k.training.runs import CHECKPOINT, LOG, alone, append_log, psnr, resume, save, shorten_log
from anime4k.training.stored import Stored
from anime4k.training.weights import Folding

EPILOG = """examples:
  python -m anime4k.training fit a4k-upscale-cnn-m set --out runs
  python -m anime4k.training fit a4k-restore-cnn-m pairs-restore --out runs
  python -m anime4k.training fit a4k-upscale-cnn-s set --out trial --steps 5000 --seed 7
  python -m anime4k.training fit a4k-denoise-cnn-m pairs-denoise --clean set \\
      --start runs/a4k-upscale-cnn-m/a4k-upscale-cnn-m.npz

A run that was stopped goes on from the last line of its log when the same command is given again.
"""

CHECK_BLOCKS = 24
"""Blocks of 16 check pairs that the curve is measured on."""
CLEAN_SHARE = 0.35
"""Of the blocks, with --clean: those that come from the data set and not from the pair store."""
CHECK_SEED = 0
"""The same for all runs, so that their curves can be compared."""

DEVICES = ("auto", "native", "cpu", "cuda")
CURVE = "curve.png"
INTERRUPTED = 130
"""Exit code of a run that was stopped by hand."""

Mask = npt.NDArray[np.bool_]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.description = "Train one network; its folder below OUT gets weights, checkpoint, log and curve."
    parser.epilog = EPILOG + "\nnetworks:\n" + "".join(_row(recipe) for recipe in RECIPES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("name", help="which network")
    parser.add_argument("data", type=Path, help="a data set (upscale), or a pair store (the others)")
    parser.add_argument("--clean", type=Path, metavar="SET", help="a data set whose crops are mixed in clean (denoise)")
    parser.add_argument("--out", type=Path, default=Path("runs"), help="folder of the runs (default runs)")
    parser.add_argument("--steps", type=whole, help="instead of the recipe's number")
    parser.add_argument("--seed", type=int, help="instead of the recipe's")
    parser.add_argument("--start", type=Path, metavar="FILE.npz", help="weights to begin with instead of random ones")
    parser.add_argument(
        "--device", choices=DEVICES, default="auto",
        help="what computes: the compiled code, or PyTorch on the processor or on CUDA (default: CUDA where it is)",
    )  # fmt: skip
    parser.add_argument("--threads", type=whole, default=2, help="of the processor (default 2)")
    parser.add_argument(
        "--every", type=whole, default=1000, help="steps between two checkpoints and lines of the log (default 1000)"
    )


def _row(recipe: Recipe) -> str:
    return f"  {recipe.name}: {recipe.shape.multiplications} multiply-adds, {recipe.schedule.steps} steps\n"


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the network.

    Raises:
        UsageError: the data or the folder of the run do not fit, or what shall compute is not there.
        OutputError: there is no room for a checkpoint or for the network.
    """
    recipe = find(arguments.name)
    schedule, seed = recipe.schedule, recipe.seed
    if arguments.steps is not None:
        schedule = dataclasses.replace(schedule, steps=arguments.steps)
    if arguments.seed is not None:
        seed = arguments.seed
    recipe = dataclasses.replace(recipe, schedule=schedule, seed=seed)
    start = None if arguments.start is None else folded_of(read(arguments.start)[0], recipe.shape)
    backend, device, where = _backend(recipe, arguments.device, arguments.threads)
    print(f"{recipe.name}: reading {arguments.data}, {where}", file=sys.stderr)
    pairs, check_pairs = _pairs(recipe, arguments.data, arguments.clean, device)
    folder = arguments.out / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, log = folder / CHECKPOINT, folder / LOG
    facts = {
        "seed": recipe.seed,
        "start": "" if arguments.start is None else arguments.start.stem,
        "clean": "" if arguments.clean is None else arguments.clean.name,
    }

    def report(now: Progress, error: float, checked: float) -> None:
        append_log(log, now, error, checked)
        save(checkpoint, now, pairs, facts)
        left = now.seconds / now.step * (schedule.steps - now.step) / 60
        print(
            f"{recipe.name}: step {now.step} of {schedule.steps}, {left:.0f} minutes left,"
            f" batches {psnr(error):.2f} dB, check {checked:.3f} dB",
            file=sys.stderr,
            flush=True,
        )

    with alone(folder):
        if checkpoint.exists():
            progress = _fitting(checkpoint, resume(checkpoint, pairs, facts), recipe)
            print(f"{recipe.name}: going on from step {progress.step}", file=sys.stderr)
            shorten_log(log, progress.step)
        else:
            log.unlink(missing_ok=True)
            progress = begin(recipe.shape, schedule, recipe.seed, start)
        progress = progress.to(device)
        checked_on = check_pairs.batch(CHECK_BLOCKS)
        check = checker(recipe.shape, checked_on)
        try:
            weights = fit(
                recipe.shape, schedule, backend, pairs, progress, every=arguments.every, report=report, check=check
            )
        except KeyboardInterrupt:
            again = "goes on from the last line of the log" if checkpoint.exists() else "begins anew"
            print(f"\n{recipe.name}: stopped at step {progress.step}; the same command {again}", file=sys.stderr)
            return INTERRUPTED
        made = network(recipe.name, recipe.summary, recipe.shape, weights.cpu())
        if recipe.task is Task.DENOISE:
            made = levelled(made, pictures(checked_on.source.cpu())[:, 0].numpy())
        record = Record(
            recipe=recipe.name,
            data=arguments.data.name,
            steps=progress.step,
            seed=recipe.seed,
            seconds=round(progress.seconds),
            machine=f"{_processor()}, PyTorch {torch.__version__}, {where}",
            date=datetime.date.today().isoformat(),
            settings={
                "schedule": {**dataclasses.asdict(schedule), "second": schedule.second.value},
                "crop": recipe.crop,
                "device": where,
                "check": round(check(folded_of(made, recipe.shape)), 3),
                "start": facts["start"],
                "clean": "" if arguments.clean is None else f"{CLEAN_SHARE:.0%} of {arguments.clean.name}",
                "data": _summary(arguments.data),
            },
        )
        path = folder / f"{recipe.name}.npz"
        write(path, made, record)
        draw(log, folder / CURVE, recipe.name)
    print(f"{path}: {made.weights} weights after {progress.seconds / 60:.1f} minutes", file=sys.stderr)
    return 0


def _fitting(checkpoint: Path, progress: Progress, recipe: Recipe) -> Progress:
    """The progress of a checkpoint, if the recipe can go on from it.

    Raises:
        UsageError: it cannot.
    """
    schedule = recipe.schedule
    if len(progress.flat) != Folding(recipe.shape, schedule.hidden).size:
        raise UsageError(
            f"{checkpoint} is of a network of another shape than {recipe.name} has now;"
            " name another folder with --out, or delete it to begin anew"
        )
    if progress.step > schedule.steps:
        raise UsageError(
            f"the run in {checkpoint.parent} is {progress.step} steps old already, more than {schedule.steps};"
            " give more --steps or another folder with --out"
        )
    return progress


def _pairs(recipe: Recipe, folder: Path, clean: Path | None, device: str) -> tuple[Pairs, Pairs]:
    """Where training and checking pairs come from.

    Raises:
        UsageError: the data are not what the network needs.
    """
    if clean is None:
        return _alike(recipe, folder, device)
    if recipe.task is not Task.DENOISE:
        raise UsageError(f"--clean is for the networks that denoise and double, not for {recipe.name}")
    shape, seed = recipe.shape, recipe.seed
    damaged, clean_pairs = _alike(recipe, folder, device, untouched=False), _alike(recipe, clean, device)
    first, second = (
        Mixed(one, other, CLEAN_SHARE, shape.base, shape.scale, turn, device)
        for one, other, turn in zip(clean_pairs, damaged, (seed, CHECK_SEED), strict=True)
    )
    return first, second


def _alike(recipe: Recipe, folder: Path, device: str, *, untouched: bool = True) -> tuple[RandomPairs, RandomPairs]:
    """Training and checking pairs of a data set or of a pair store, of which clean ones can be left out."""
    base, crop = recipe.shape.base, recipe.crop
    make: Callable[[Mask, int], RandomPairs]
    if recipe.task is Task.UPSCALE or (recipe.task is Task.DENOISE and (folder / CROPS).exists()):
        data = data_store.load(folder)
        train, check = data.train, data.check

        def make(mask: Mask, seed: int) -> RandomPairs:
            return Doubling(data.crops, base, crop, seed, numbers=np.flatnonzero(mask), device=device)
    else:
        found = damage_store.load_pairs(folder)
        if found.scale != recipe.task.scale:
            raise UsageError(f"{folder} holds pairs of another scale than {recipe.name} needs; make others for it")
        wanted = np.array([untouched or row["look"] != UNTOUCHED for row in found.rows])
        train, check = found.train & wanted, found.check & wanted

        def make(mask: Mask, seed: int) -> RandomPairs:
            numbers = np.flatnonzero(mask)
            return Stored(found.clean, found.damaged, base, crop, seed, numbers=numbers, device=device)

    try:
        return make(train, recipe.seed), make(check, CHECK_SEED)
    except UsageError as error:
        raise UsageError(f"{folder} is too small: {error}") from error


def _backend(recipe: Recipe, wanted: str, threads: int) -> tuple[Backend, str, str]:
    """What computes, the device that the pairs lie on, and what the record says of it.

    Raises:
        UsageError: what was asked for is not there.
    """
    if wanted == "cuda" or (wanted == "auto" and torch.cuda.is_available()):
        if not torch.cuda.is_available():
            raise UsageError("this PyTorch finds no CUDA device; leave --device out, or install a build with CUDA")
        # The same seed shall give the same weights, and the same ones as the processor but for rounding.
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
        return Torch(recipe.shape, "cuda"), "cuda", torch.cuda.get_device_name()
    reason = "the processor was asked for"
    if wanted != "cpu":
        try:
            native.library()
            reason = "" if native.supported(recipe.shape) else "the compiled code does not know this shape"
        except native.NotAvailableError as error:
            reason = str(error)
        if reason and wanted == "native":
            raise UsageError(f"the compiled code cannot be used: {reason}; leave --device out to do without")
        if reason:
            print(f"PyTorch's convolutions are used, which are several times slower: {reason}", file=sys.stderr)
    if not reason:
        torch.set_num_threads(1)  # The compiled code has threads of its own.
        return Native(recipe.shape, recipe.crop, recipe.crop, threads), "cpu", f"compiled code, {threads} threads"
    torch.set_num_threads(threads)
    return Torch(recipe.shape), "cpu", f"PyTorch's convolutions, {threads} threads"


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
