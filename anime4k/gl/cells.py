"""Parts of a picture that are drawn while the rest stays: a list of cells in a buffer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.gl.device import Device


class CellList:
    """Cells of one grid that are to be drawn.

    Args:
        device: a current context.
        table: (rows, columns, n): what programs are told about each cell, 32-bit values.
    """

    def __init__(self, device: Device, table: NDArray[Any]) -> None:
        self._table = table
        self.buffer = device.ctx.buffer(reserve=table.nbytes)
        """What the programs read."""
        self.count = 0
        """Cells in it."""

    def choose(self, cells: NDArray[np.bool_]) -> None:
        """Draw these cells, given as a mask (rows, columns), from now on."""
        chosen = self._table[cells]
        self.count = len(chosen)
        if self.count:
            self.buffer.orphan()  # what is being drawn may still read the old list
            self.buffer.write(chosen)

    def release(self) -> None:
        """Delete the buffer."""
        self.buffer.release()
