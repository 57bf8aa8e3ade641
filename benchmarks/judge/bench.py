"""What every section of the comparison is given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from anime4k.gl.device import Device
from anime4k.quality.free_set import Pair

from .chains import Chain, Task, own, third_party
from .render import Cost, RenderError, drawing

Pixels = npt.NDArray[np.uint8]
Key = TypeVar("Key", bound=Hashable)


@dataclass
class Bench:
    """A device, the shader files and the pictures.

    Attributes:
        device: to draw on.
        shaders: third-party files by name.
        pairs: the test set.
        quick: whether synthetic scenes are small.
        kept: (section, row, picture) -> result, for the contact sheets.
        failures: rows that could not be drawn, with the reason.
    """

    device: Device
    shaders: Mapping[str, Path]
    pairs: Sequence[Pair]
    quick: bool = False
    kept: dict[tuple[str, str, str], Pixels] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def chains(self, task: Task) -> tuple[Chain, ...]:
        """The rows for a task: third-party files first."""
        return (*third_party(task, self.shaders), *own(task))

    def draw_all(
        self, chain: Chain, pictures: Mapping[Key, Pixels], scale: float = 1
    ) -> tuple[dict[Key, Pixels], Cost] | None:
        """Every picture through a chain, and the cost of the last; None, and a note, when it cannot be drawn."""
        try:
            with drawing(self.device, chain) as draw:
                return {key: draw(picture, scale) for key, picture in pictures.items()}, draw.cost
        except RenderError as error:
            self.failures.append(str(error))
            return None
