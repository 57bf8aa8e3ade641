"""Which layers of a network are evaluated together, in one pass."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.errors import UsageError
from anime4k.networks.graph import SOURCE, Conv, Network


@dataclass(frozen=True)
class Step:
    """One layer whose values are stored, and the one before it if it is nobody else's business.

    Attributes:
        inner: a layer whose values are needed only here, at the own pixel, and so are never stored.
        layer: the layer.
        number: of the layer in the network, from 1.
    """

    inner: Conv | None
    layer: Conv
    number: int

    @property
    def layers(self) -> tuple[Conv, ...]:
        """In the order in which they are evaluated."""
        return (self.layer,) if self.inner is None else (self.inner, self.layer)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is read, each once, in the order in which it is needed."""
        inner = None if self.inner is None else self.inner.name
        return tuple(dict.fromkeys(name for layer in self.layers for name in layer.inputs if name != inner))


def steps(network: Network, most_outputs: int, most_textures: int) -> tuple[Step, ...]:
    """The passes at the size of the source.

    A layer that only the next one reads, and only at the own pixel, is evaluated with it. That saves storing and
    reading its values; it happens where the next one needs a single pass.

    Args:
        network: what is evaluated.
        most_outputs: values that a pass may give at most.
        most_textures: what a pass with two layers may read at most, counted in fours of values.

    Raises:
        UsageError: a layer reads something twice.
    """
    counts = values_of(network)
    for layer in network.layers:
        if len(set(layer.inputs)) < len(layer.inputs):
            raise UsageError(f"{network.name}: layer {layer.name} reads the same values twice; give them weights once")
    found: list[Step] = []
    for number, layer in enumerate(network.layers, 1):
        before = found[-1] if found else None
        step = Step(None, layer, number)
        if before and before.inner is None and layer.radius == 0 and layer.outputs <= most_outputs:
            name = before.layer.name
            readers = [other.name for other in network.layers if name in other.inputs]
            joined = Step(before.layer, layer, number)
            if readers == [layer.name] and sum(-(-counts[i] // 4) for i in joined.inputs) <= most_textures:
                found.pop()
                step = joined
        found.append(step)
    return tuple(found)


def values_of(network: Network) -> dict[str, int]:
    """How many values each layer has, the picture included."""
    return {SOURCE: network.source.value} | {layer.name: layer.outputs for layer in network.layers}
