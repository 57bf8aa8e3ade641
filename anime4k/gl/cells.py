"""Parts of a picture that are drawn while the rest stays: a list of cells in a buffer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.gl.device import Device


class CellList:
    """Cells of one grid that are to be drawn.

    Args:
        device: a current context.
        told: what programs are told about the cells of a mask (rows, columns): rows of 32-bit values.
        most: bytes that this takes at most.
    """

    def __init__(self, device: Device, told: Callable[[NDArray[np.bool_]], NDArray[Any]], most: int) -> None:
        self._told = told
        self.buffer = device.ctx.buffer(reserve=most)
        """What the programs read."""
        self.count = 0
        """Rows in it."""

    def choose(self, cells: NDArray[np.bool_]) -> None:
        """Draw these cells from now on."""
        chosen = self._told(cells)
        self.count = len(chosen)
        if self.count:
            self.buffer.orphan()  # what is being drawn may still read the old list
            self.buffer.write(np.ascontiguousarray(chosen))

    def release(self) -> None:
        """Delete the buffer."""
        self.buffer.release()
