"""Small convolution networks as plain data: the one description that training, numpy and the shader writers share.

A network is a list of convolutions. Each reads the stored values of earlier ones; the activation belongs to the
reader, so that what is stored is the value before it. `CRELU` (Shang et al. 2016) reads every stored value twice, as
max(x, 0) and as max(-x, 0), and so makes two features of one texture component.
Borders are replicated: outside the picture every layer sees the nearest stored value, which is what a texture that
clamps at its edge gives.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from anime4k.errors import UsageError

Weights = npt.NDArray[np.float32]

LUMA_WEIGHTS = (0.299, 0.587, 0.114)
"""BT.601 weights of red, green and blue in what `Source.LUMA` means by luma, whatever matrix the video has."""

SOURCE = "source"
"""The name by which a layer reads the picture itself."""


class Source(enum.Enum):
    """What the first layers see, in 0..1; the value is the number of channels."""

    LUMA = 1
    RGB = 3


class Activation(enum.Enum):
    """What is done to stored values as they are read; the value is how many features one stored value gives."""

    NONE = "none"
    RELU = "relu"
    CRELU = "crelu"

    @property
    def fold(self) -> int:
        """Features per stored value."""
        return 2 if self is Activation.CRELU else 1


class Base(enum.Enum):
    """What the luma that the network gives is a difference from."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"


@dataclass(frozen=True, eq=False)
class Conv:
    """One convolution, with stride 1 and replicated borders.

    Attributes:
        name: unique in the network, a GLSL-safe word such as "f3".
        inputs: names of the layers that are read, or `SOURCE`, whose values are never activated.
        activation: what is applied to the values of layers as they are read.
        weights: (outputs, features, height, width), odd height and width. The features are those of each input in
            turn; with CRELU the positive parts of all values of an input come before its negative parts.
        bias: (outputs,).
    """

    name: str
    inputs: tuple[str, ...]
    activation: Activation
    weights: Weights
    bias: Weights

    @property
    def outputs(self) -> int:
        """Values per pixel."""
        return int(self.weights.shape[0])

    @property
    def radius(self) -> int:
        """How far it looks, in pixels."""
        return int(max(self.weights.shape[2:])) // 2


@dataclass(frozen=True, eq=False)
class Network:
    """A network that changes the luma of a picture, at its size or at twice its size.

    The last layer gives scale * scale values per pixel: the luma of the new pixels in rows from the top left, as a
    difference from `base`. The result is the picture enlarged bilinearly (scale 2) or as it is (scale 1), to whose
    red, green and blue the same number is added, so that its luma becomes base + difference:

        rgb_out = rgb_bilinear + strength * (luma_base + difference - luma(rgb_bilinear))

    Attributes:
        name: of the shader file that is made of it, such as "a4k-upscale-cnn-m".
        summary: one sentence for the head of that file.
        source: what `SOURCE` is.
        scale: 1 or 2.
        base: what the difference is from.
        layers: in the order in which they are evaluated.
    """

    name: str
    summary: str
    source: Source
    scale: int
    base: Base
    layers: tuple[Conv, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Check that the layers fit together.

        Raises:
            UsageError: they do not; the message names the layer.
        """
        known = {SOURCE: self.source.value}
        for layer in self.layers:
            missing = [name for name in layer.inputs if name not in known]
            if missing or layer.name in known:
                raise UsageError(f"{self.name}: layer {layer.name} reads {missing} or is there twice")
            features = sum(known[i] * (1 if i == SOURCE else layer.activation.fold) for i in layer.inputs)
            if layer.weights.shape[:2] != (layer.bias.shape[0], features):
                raise UsageError(
                    f"{self.name}: layer {layer.name} has weights {layer.weights.shape} for {features} features"
                    f" and {layer.bias.shape[0]} outputs"
                )
            known[layer.name] = layer.outputs
        if not self.layers or self.layers[-1].outputs != self.scale * self.scale:
            raise UsageError(f"{self.name}: the last layer must give {self.scale * self.scale} values")

    @property
    def multiplications(self) -> int:
        """Multiply-adds per pixel of the source."""
        return sum(layer.weights.size for layer in self.layers)

    @property
    def weights(self) -> int:
        """Trained numbers, biases included."""
        return sum(layer.weights.size + layer.bias.size for layer in self.layers)

    @property
    def radius(self) -> int:
        """Receptive radius in pixels of the source: how far away a pixel can change the result."""
        reach = {SOURCE: 0}
        for layer in self.layers:
            reach[layer.name] = layer.radius + max(reach[name] for name in layer.inputs)
        return reach[self.layers[-1].name]
