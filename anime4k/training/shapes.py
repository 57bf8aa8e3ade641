"""The shapes of the networks: how many convolutions of which size read what, before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.networks.graph import Activation, Base, Source

SOURCE_INDEX = -1
"""What a layer that reads the picture has among its inputs."""


@dataclass(frozen=True)
class Layer:
    """One convolution.

    Attributes:
        outputs: values per pixel.
        kernel: 1, 3 or 5.
        activation: of the values it reads.
        inputs: numbers of the layers it reads, or `SOURCE_INDEX`.
    """

    outputs: int
    kernel: int
    activation: Activation
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """A whole network without its weights.

    Attributes:
        layers: in the order of evaluation.
        source: what the first layer sees.
        scale: 1 or 2.
        base: what the last layer's values are differences from.
    """

    layers: tuple[Layer, ...]
    source: Source = Source.LUMA
    scale: int = 2
    base: Base = Base.NEAREST

    def features(self, number: int) -> int:
        """How many features layer `number` reads."""
        layer = self.layers[number]
        return sum(
            self.source.value if index == SOURCE_INDEX else self.layers[index].outputs * layer.activation.fold
            for index in layer.inputs
        )

    @property
    def multiplications(self) -> int:
        """Multiply-adds per pixel of the source."""
        return sum(layer.outputs * layer.kernel**2 * self.features(number) for number, layer in enumerate(self.layers))

    @property
    def weights(self) -> int:
        """Trained numbers, biases included."""
        return self.multiplications + sum(layer.outputs for layer in self.layers)


def chain(
    *widths: int,
    first: int = 3,
    head: int = 1,
    dense_from: int = 0,
    activation: Activation = Activation.CRELU,
    scale: int = 2,
    base: Base = Base.NEAREST,
) -> Shape:
    """Convolutions, each on the one before, and a head.

    Args:
        *widths: values per pixel of each convolution.
        first: window of the first one, which sees the picture.
        head: 1 for a head that weighs the values of all layers at the pixel itself, from layer `dense_from` on; 3 for
            one that looks at 3x3 pixels of the last layer.
        dense_from: see `head`.
        activation: of everything but the picture.
        scale: 1 or 2.
        base: see `Shape`.
    """
    depth = len(widths)
    layers = [Layer(widths[0], first, Activation.NONE, (SOURCE_INDEX,))]
    layers += [Layer(width, 3, activation, (number,)) for number, width in enumerate(widths[1:])]
    read = tuple(range(dense_from, depth)) if head == 1 else (depth - 1,)
    layers.append(Layer(scale * scale, head, activation, read))
    return Shape(tuple(layers), scale=scale, base=base)
