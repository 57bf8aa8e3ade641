"""Two ways to get the loss of a batch and its gradient: the compiled code, and PyTorch on any device.

Both take blocks (channels, height, width, 16) and give the same numbers: gradients do not flow through the repeated
borders, and `MARGIN` pixels at the border of every crop do not count.
"""

from __future__ import annotations

import enum
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional

from anime4k.networks.graph import Activation
from anime4k.training import native
from anime4k.training.shapes import SOURCE_INDEX, Shape
from anime4k.training.weights import split

MARGIN = 4
"""Pixels of the source at the border of a crop that do not count in the loss: they lack their surroundings."""

_EXACT = (2.5 / 255) ** 2
"""Mean square, that of two and a half 8-bit codes, below which a smaller error of a crop hardly counts."""

_SOFTNESS = 1e-3
"""Where the Charbonnier loss turns from a square into a line, in units of the luma."""


class Loss(enum.Enum):
    """What is made small."""

    CHARBONNIER = "charbonnier"
    """The mean of |difference|, smoothed at zero."""
    SQUARE = "square"
    """The mean of its square."""
    DECIBELS = "decibels"
    """The mean over the crops of the logarithm of their mean square: small errors count as much as large ones."""


@dataclass(frozen=True)
class Batch:
    """Crops in blocks.

    Attributes:
        source: (blocks, 1, height, width, 16) luma in 0..1.
        wanted: (blocks, scale * scale, height, width, 16): the differences from the base that would be right.
    """

    source: torch.Tensor
    wanted: torch.Tensor


class Backend(Protocol):
    """Gets a batch's loss and gradient."""

    def step(self, folded: torch.Tensor, batch: Batch, loss: Loss) -> tuple[float, torch.Tensor]:
        """(mean square error of the batch in units of the peak, gradient of the loss for the folded weights)."""
        ...


def slope(difference: torch.Tensor, loss: Loss) -> torch.Tensor:
    """The gradient of the mean loss with respect to each difference.

    Args:
        difference: (values, height, width, 16) what came out less what was wanted, without the margin.
        loss: which loss.
    """
    if loss is Loss.SQUARE:
        return difference * (2 / difference.numel())
    if loss is Loss.DECIBELS:
        errors = difference.square().mean((0, 1, 2)) + _EXACT
        return difference / errors * (2 / difference.numel())
    return difference / torch.sqrt(difference * difference + _SOFTNESS**2) / difference.numel()


class Native:
    """The compiled code, one block a thread.

    Args:
        shape: `native.supported` must be true of it.
        height: of the source crops in pixels.
        width: likewise, a multiple of 12.
        threads: at most so many blocks at a time.
    """

    def __init__(self, shape: Shape, height: int, width: int, threads: int) -> None:
        self._shape, self._size = shape, (height, width)
        self._chains: list[native.Chain] = []
        self._pool = ThreadPoolExecutor(threads)

    def step(self, folded: torch.Tensor, batch: Batch, loss: Loss) -> tuple[float, torch.Tensor]:
        """See `Backend`."""
        blocks = batch.source.shape[0]
        while len(self._chains) < blocks:
            self._chains.append(native.Chain(self._shape, *self._size))
        weights = folded.detach().numpy()

        def work(number: int) -> tuple[float, torch.Tensor]:
            chain = self._chains[number]
            values = torch.from_numpy(chain.forward(batch.source[number].numpy(), weights))
            inner = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
            difference = values[inner] - batch.wanted[number][inner]
            gradient = torch.zeros_like(values)
            gradient[inner] = slope(difference, loss) / blocks
            return float(difference.square().mean()), torch.from_numpy(chain.backward(gradient.numpy(), weights))

        results = list(self._pool.map(work, range(blocks)))
        total = torch.stack([gradient for _, gradient in results]).sum(0)
        return sum(error for error, _ in results) / blocks, total


class Torch:
    """PyTorch's own convolutions, on any device."""

    def __init__(self, shape: Shape, device: str = "cpu") -> None:
        self._shape, self._device = shape, torch.device(device)

    def step(self, folded: torch.Tensor, batch: Batch, loss: Loss) -> tuple[float, torch.Tensor]:
        """See `Backend`."""
        leaf = folded.detach().to(self._device).requires_grad_()
        # Nothing is copied where the pairs lie on the device already.
        source, wanted = pictures(batch.source.to(self._device)), pictures(batch.wanted.to(self._device))
        inner = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        difference = (evaluate(self._shape, leaf, source) - wanted)[inner]
        squares = difference.square()
        value = {
            Loss.CHARBONNIER: lambda: torch.sqrt(squares + _SOFTNESS**2).mean(),
            Loss.SQUARE: lambda: squares.mean(),
            Loss.DECIBELS: lambda: torch.log(squares.mean((1, 2, 3)) + _EXACT).mean(),
        }[loss]()
        (gradient,) = torch.autograd.grad(value, leaf)
        return float(squares.detach().mean()), gradient.to(folded.device)


def pictures(blocks: torch.Tensor) -> torch.Tensor:
    """(blocks, channels, height, width, 16) as (pictures, channels, height, width)."""
    return blocks.permute(0, 4, 1, 2, 3).flatten(0, 1)


def evaluate(shape: Shape, folded: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
    """The last layer's values (n, outputs, height, width) for sources (n, channels, height, width)."""
    values: list[torch.Tensor] = []
    for layer, (weights, bias) in zip(shape.layers, split(shape, folded), strict=True):
        features = []
        for index in layer.inputs:
            value = source if index == SOURCE_INDEX else values[index]
            value = _bordered(value, layer.kernel // 2)
            if index == SOURCE_INDEX or layer.activation is Activation.NONE:
                features.append(value)
            elif layer.activation is Activation.RELU:
                features.append(functional.relu(value))
            else:
                features += [functional.relu(value), functional.relu(-value)]
        values.append(functional.conv2d(torch.cat(features, 1), weights, bias))
    return values[-1]


def _bordered(value: torch.Tensor, radius: int) -> torch.Tensor:
    """The values with repeated borders through which no gradient flows."""
    if radius == 0:
        return value
    sides = (radius,) * 4
    frame = functional.pad(torch.ones_like(value[:1, :1]), sides)
    return functional.pad(value, sides) + functional.pad(value.detach(), sides, mode="replicate") * (1 - frame)
