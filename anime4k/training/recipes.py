"""Every network of the pack: its shape, what it is trained on and for how long.

The shapes were chosen by short runs on crops of the data set that training did not see; NOTES.md beside this module
has the figures.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from anime4k.errors import UsageError
from anime4k.networks.graph import Base
from anime4k.training.backends import Loss
from anime4k.training.fit import Schedule
from anime4k.training.shapes import Shape, chain


class Task(enum.Enum):
    """What a network is for; the value is the middle of its name."""

    UPSCALE = "upscale"
    RESTORE = "restore"
    CLEAN = "clean"
    DENOISE = "denoise"

    @property
    def scale(self) -> int:
        """How much larger the result is."""
        return 2 if self in (Task.UPSCALE, Task.DENOISE) else 1


SUMMARIES = {
    Task.UPSCALE: "doubles the size of drawn pictures.",
    Task.RESTORE: "takes away the blur of drawn pictures that were made or stored at a smaller size.",
    Task.CLEAN: "takes away what compression, ringing and slight noise did to drawn pictures.",
    Task.DENOISE: "doubles the size of drawn pictures and takes away slight noise and damage from compression.",
}


@dataclass(frozen=True)
class Recipe:
    """One network and how it comes to be.

    Attributes:
        task: what for.
        size: "s", "m", "l", "vl" or "ul".
        shape: its layers.
        schedule: how it is fitted.
        seed: of everything random.
        crop: side of the crops of the source, a multiple of 12.
    """

    task: Task
    size: str
    shape: Shape
    schedule: Schedule
    seed: int = 1
    crop: int = 36

    @property
    def name(self) -> str:
        """Of the network and its shader file."""
        return f"a4k-{self.task.value}-cnn-{self.size}"

    @property
    def summary(self) -> str:
        """For the head of the file."""
        return SUMMARIES[self.task]


WIDTHS: dict[str, tuple[int, ...]] = {
    "s": (4,) * 4,
    "m": (4,) * 7,
    "l": (8,) * 4 + (4,),
    "vl": (8,) * 7 + (4,),
    "ul": (12,) * 7 + (4,),
}
"""Values per pixel of each convolution before the head."""


LEAN: dict[str, tuple[int, ...]] = {"l": (8,) * 4, "vl": (8,) * 6}
"""The same of the doublers that must be fast for what they do; their head does without the first layer (NOTES.md)."""


def _shape(size: str, task: Task) -> Shape:
    base = Base.BILINEAR if task.scale == 2 else Base.NEAREST
    if task is Task.UPSCALE and size in LEAN:
        return chain(*LEAN[size], dense_from=1, scale=task.scale, base=base)
    # The first layer of the smallest is left out of its head: a whole layer more fits its budget for that.
    return chain(*WIDTHS[size], dense_from=1 if size == "s" else 0, scale=task.scale, base=base)


STEPS: dict[Task, dict[str, int]] = {
    Task.UPSCALE: {"s": 60_000, "m": 100_000, "l": 100_000, "vl": 100_000, "ul": 36_000},
    Task.RESTORE: {"s": 30_000, "m": 60_000, "l": 20_000, "vl": 20_000},
    Task.CLEAN: {"s": 30_000, "m": 60_000, "l": 20_000, "vl": 20_000},
    Task.DENOISE: {"s": 50_000, "m": 80_000, "l": 50_000, "vl": 50_000},
}
"""Steps of every network that is trained."""

RATES = {"s": 4e-3, "m": 3e-3, "l": 2e-3, "vl": 2e-3, "ul": 1.5e-3}
"""Largest rate of the optimiser."""


def _recipe(task: Task, size: str) -> Recipe:
    # At the same size half of the art is to do no harm: crops that are nearly right must count. The lean doublers were
    # tried with both (NOTES.md).
    lean = task is Task.UPSCALE and size in LEAN
    second = Loss.DECIBELS if task.scale == 1 or lean else Loss.SQUARE
    return Recipe(task, size, _shape(size, task), Schedule(STEPS[task][size], RATES[size], second=second))


RECIPES: tuple[Recipe, ...] = tuple(_recipe(task, size) for task in Task for size in STEPS[task])


def find(name: str) -> Recipe:
    """The recipe of a network.

    Raises:
        UsageError: there is none; the message lists them.
    """
    found = next((recipe for recipe in RECIPES if recipe.name == name.removesuffix(".npz")), None)
    if found is None:
        raise UsageError(f"there is no recipe {name!r}; there are {', '.join(recipe.name for recipe in RECIPES)}")
    return found
