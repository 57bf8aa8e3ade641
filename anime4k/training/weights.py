"""The trained numbers of a network: re-parameterised while they are trained, folded for everything else.

A 3x3 or 5x5 convolution is trained as the sum of one that is used as it is and one through `HIDDEN` values without an
activation between (a collapsible block: Bhardwaj et al. 2022, SESR). Both are linear, so that they fold into one set
of weights: the network that runs is no larger, but the optimiser moves better.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from anime4k.networks.graph import Activation
from anime4k.training.shapes import SOURCE_INDEX, Shape

HIDDEN = 128
"""Values in the middle of a collapsible block."""

_LAST = 0.02
"""Scale of the last layer's first weights: training starts close to the base."""


@dataclass(frozen=True)
class _Piece:
    """Where one tensor lies in the flat vector of trained numbers."""

    start: int
    shape: tuple[int, ...]

    @property
    def end(self) -> int:
        return self.start + math.prod(self.shape)

    def of(self, flat: torch.Tensor) -> torch.Tensor:
        return flat[self.start : self.end].view(self.shape)


class Folding:
    """The layout of the trained numbers of one shape, and how they fold.

    The folded vector holds, for each layer, weights as (input, channel, sign, ky, kx, output) and then its biases: the
    order in which the compiled code reads them.
    """

    def __init__(self, shape: Shape, hidden: int = HIDDEN) -> None:
        self.shape = shape
        self._own: list[_Piece] = []
        self._expand: list[_Piece | None] = []
        self._reduce: list[_Piece | None] = []
        self._bias: list[_Piece] = []
        self.size = 0
        for number, layer in enumerate(shape.layers):
            window = layer.kernel**2 * shape.features(number)
            self._own.append(self._piece(window, layer.outputs))
            collapsible = hidden > 0 and layer.kernel > 1
            self._expand.append(self._piece(window, hidden) if collapsible else None)
            self._reduce.append(self._piece(hidden, layer.outputs) if collapsible else None)
            self._bias.append(self._piece(layer.outputs))

    def _piece(self, *shape: int) -> _Piece:
        piece = _Piece(self.size, shape)
        self.size = piece.end
        return piece

    def start(self, generator: torch.Generator) -> torch.Tensor:
        """First numbers, (size,): He et al. 2015, halved between the two branches; the last layer close to zero."""
        flat = torch.zeros(self.size)
        for number, layer in enumerate(self.shape.layers):
            window = layer.kernel**2 * self.shape.features(number)
            gain = 1.0 if layer.activation is Activation.NONE else math.sqrt(2.0)
            gain *= _LAST if number == len(self.shape.layers) - 1 else 1.0
            own, expand, reduce = self._own[number], self._expand[number], self._reduce[number]
            share = 1.0 if expand is None else math.sqrt(0.5)
            own.of(flat).copy_(torch.randn(own.shape, generator=generator) * (gain * share / math.sqrt(window)))
            if expand is not None and reduce is not None:
                expand.of(flat).copy_(torch.randn(expand.shape, generator=generator) / math.sqrt(window))
                reduce.of(flat).copy_(
                    torch.randn(reduce.shape, generator=generator) * (gain * share / math.sqrt(reduce.shape[0]))
                )
        return flat

    def fold(self, flat: torch.Tensor) -> torch.Tensor:
        """The folded vector, (weights of the shape,); differentiable."""
        parts: list[torch.Tensor] = []
        for own, expand, reduce, bias in zip(self._own, self._expand, self._reduce, self._bias, strict=True):
            weights = own.of(flat)
            if expand is not None and reduce is not None:
                weights = torch.addmm(weights, expand.of(flat), reduce.of(flat))
            parts += [weights.reshape(-1), bias.of(flat)]
        return torch.cat(parts)

    def unfold_from(self, folded: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Numbers that fold into `folded`: what training goes on from when it starts from a finished network."""
        flat = self.start(generator)
        position = 0
        for own, expand, reduce, bias in zip(self._own, self._expand, self._reduce, self._bias, strict=True):
            weights = folded[position : position + math.prod(own.shape)].view(own.shape)
            position += math.prod(own.shape)
            rest = weights if expand is None or reduce is None else weights - expand.of(flat) @ reduce.of(flat)
            own.of(flat).copy_(rest)
            bias.of(flat).copy_(folded[position : position + bias.shape[0]])
            position += bias.shape[0]
        return flat


def split(shape: Shape, folded: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(weights (outputs, features, kernel, kernel), biases (outputs,)) of each layer, in the order of `graph.Conv`."""
    result = []
    position = 0
    for number, layer in enumerate(shape.layers):
        features, kernel, outputs = shape.features(number), layer.kernel, layer.outputs
        count = features * kernel**2 * outputs
        weights = folded[position : position + count].view(features, kernel, kernel, outputs).permute(3, 0, 1, 2)
        bias = folded[position + count : position + count + outputs]
        position += count + outputs
        parts = [
            weights[:, span].reshape(outputs, channels, signs, kernel, kernel).transpose(1, 2).flatten(1, 2)
            for span, channels, signs in _inputs(shape, number)
        ]
        result.append((torch.cat(parts, 1), bias))
    return result


def join(shape: Shape, layers: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """The folded vector of what `split` gave."""
    vectors = []
    for number, (weights, bias) in enumerate(layers):
        outputs, _, kernel, _ = weights.shape
        parts = [
            weights[:, span].reshape(outputs, signs, channels, kernel, kernel).transpose(1, 2).flatten(1, 2)
            for span, channels, signs in _inputs(shape, number)
        ]
        vectors += [torch.cat(parts, 1).permute(1, 2, 3, 0).reshape(-1), bias]
    return torch.cat(vectors)


def _inputs(shape: Shape, number: int) -> Iterator[tuple[slice, int, int]]:
    """Which features each input of a layer is, how many channels it has, and in how many signs.

    Positive and negative parts of a channel alternate in the folded vector and follow each other in the graph.
    """
    feature = 0
    layer = shape.layers[number]
    for index in layer.inputs:
        source = index == SOURCE_INDEX
        channels = shape.source.value if source else shape.layers[index].outputs
        signs = 1 if source else layer.activation.fold
        yield slice(feature, feature + channels * signs), channels, signs
        feature += channels * signs
