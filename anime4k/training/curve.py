"""The picture of a training log."""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def draw(log: Path, picture: Path, title: str) -> None:
    """Draw the two columns of PSNR over the steps."""
    with log.open(newline="") as file:
        rows = list(csv.DictReader(file))
    steps = [int(row["step"]) for row in rows]
    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    for column, label in (("batch_psnr", "batches"), ("check_psnr", "check pairs, averaged weights")):
        axes.plot(steps, [float(row[column]) for row in rows], label=label)
    axes.set(title=title, xlabel="steps", ylabel="luma PSNR in dB")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(picture, dpi=100)
    pyplot.close(figure)
