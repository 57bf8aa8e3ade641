"""Batches from two sources in turn: clean pairs made on the fly beside damaged ones that were stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from anime4k.networks.graph import Base
from anime4k.training.blocks import RandomPairs


class Mixed(RandomPairs):
    """Blocks of one source or of another, at random.

    Args:
        first: one of them; both must have the same scale and size.
        second: the other one.
        share: how many of the blocks are of the first.
        base: what the differences are from.
        scale: of both.
        seed: decides whose turn it is.
        device: where both have their blocks.
    """

    def __init__(
        self, first: RandomPairs, second: RandomPairs, share: float, base: Base, scale: int, seed: int, device: str
    ) -> None:
        super().__init__(base, scale, seed, device)
        self._first, self._second, self._share = first, second, share

    def state(self) -> Mapping[str, Any]:
        """Where the random numbers of all three are."""
        return {"turn": super().state(), "first": self._first.state(), "second": self._second.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        super().restore(state["turn"])
        self._first.restore(state["first"])
        self._second.restore(state["second"])

    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """A block of small pictures and the one of their large pictures, from one of the two."""
        return (self._first if self._random.random() < self._share else self._second).pair()
