"""Where sounds begin: places at which sound becomes much louder at once. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anime4k.media.audio_align import Samples

_CELL_S = 0.001
_BEFORE = 25
"""Cells that are compared with: longer than the period of the lowest voice, whose pulses are no beginnings."""
_RISE = 20
"""Cells in which a sound reaches its strength."""
_LOUDER = 6.0
"""So many times the strongest of the cells before: 8 dB."""
_REACHED = 0.3
"""A sound has begun when it has this part of the energy it is about to reach."""
_FAINTEST = 1e-8
"""Energy per sample, of differences, below which nothing is heard."""


class Onsets:
    """Finds beginnings in sound that arrives in pieces.

    The energy is that of the differences of neighbouring samples, so that a drum is found above a bass.

    Args:
        rate: samples per second.
    """

    def __init__(self, rate: int) -> None:
        self._cell = max(1, round(rate * _CELL_S))
        self._rest = np.zeros((1, 2), np.float32)
        self._energies: npt.NDArray[np.float64] = np.zeros(_BEFORE)
        self._first = -_BEFORE
        self._looked = 0
        self._places: list[int] = []

    @property
    def known(self) -> int:
        """Place up to which every beginning has been found."""
        return self._looked * self._cell

    @property
    def places(self) -> list[int]:
        """The beginnings found so far that have not been forgotten, in order."""
        return self._places

    def push(self, samples: Samples) -> None:
        """More sound, shape (count, 2)."""
        wave = np.concatenate((self._rest, samples))
        cells = (len(wave) - 1) // self._cell
        if cells:
            steps = np.diff(wave[: cells * self._cell + 1].astype(np.float64), axis=0)
            fresh = np.square(steps).sum(axis=1).reshape(cells, self._cell).mean(axis=1)
            self._energies = np.concatenate((self._energies, fresh))
            self._look()
        self._rest = wave[cells * self._cell :]

    def forget(self, before: int) -> None:
        """Beginnings that lie before this place are of no interest any more."""
        while self._places and self._places[0] < before:
            self._places.pop(0)

    def _look(self) -> None:
        energies = self._energies
        count = len(energies) - _BEFORE - _RISE
        if count <= 0:
            return
        strongest = np.lib.stride_tricks.sliding_window_view(energies, _BEFORE)[:count].max(axis=1)
        here = energies[_BEFORE : _BEFORE + count]
        for index in np.flatnonzero((here > _LOUDER * strongest) & (here > _FAINTEST)):
            rise = energies[_BEFORE + index : _BEFORE + index + _RISE]
            cell = self._looked + int(index) + int(np.argmax(rise >= _REACHED * rise.max()))
            if not self._places or cell * self._cell > self._places[-1]:
                self._places.append(cell * self._cell)
        self._looked += count
        self._energies = energies[count:]
