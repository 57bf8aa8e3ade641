"""Trained networks as the repository holds them: facts for cards, and the shader text that belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from anime4k.networks import bank, store
from anime4k.networks.glsl import bank as bank_glsl
from anime4k.networks.glsl import fragment
from anime4k.networks.graph import SOURCE, Activation, Network, Source
from anime4k.networks.trained import trained_files, trained_folder

LITE = "a4k-upscale-lite"
"""The filter bank, which is no network and is kept in another form."""
SLOPES = 16
"""So many slopes around a pixel are squared and multiplied for the measures of the filter bank."""


@dataclass(frozen=True)
class Model:
    """A network or the filter bank.

    Attributes:
        name: of its shader file.
        summary: what it does, in a sentence.
        shape: what it consists of, in words.
        multiplications: multiply-adds per pixel of the source.
        weights: trained numbers.
        radius: how far away a pixel can change the result, in pixels of the source.
        record: how it was trained.
        text: gives the shader file in fragment form.
    """

    name: str
    summary: str
    shape: str
    multiplications: int
    weights: int
    radius: int
    record: store.Record
    text: Callable[[], str]


def of_network(network: Network, record: store.Record) -> Model:
    """A network."""
    return Model(
        network.name, network.summary, shape(network), network.multiplications, network.weights, network.radius,
        record, lambda: fragment(network),
    )  # fmt: skip


def of_bank(found: bank.Bank, record: store.Record) -> Model:
    """The filter bank; its sampler interpolates the filters, so what is left is using them and measuring."""
    nodes = f"{found.angles} directions, {len(found.coherence)} coherences and {len(found.place)} places"
    return Model(
        found.name, found.summary, f"luma; filters of 5x5 at {nodes}", len(bank.PAIRS) * 4 + SLOPES * 3,
        found.filters.size, 2, record, lambda: bank_glsl.shader(found),
    )  # fmt: skip


def model_in(path: Path) -> Model:
    """What a file holds.

    Raises:
        MediaError: neither a network nor the filter bank.
    """
    return of_bank(*bank.read(path)) if path.stem == LITE else of_network(*store.read(path))


def models() -> dict[str, Model]:
    """Name -> everything that was trained for the pack.

    Raises:
        MediaError: a file is damaged.
    """
    lite = trained_folder() / f"{LITE}.npz"
    return {path.stem: model_in(path) for path in (*([lite] if lite.is_file() else []), *trained_files())}


def shape(network: Network) -> str:
    """The layers in words, such as "luma, 3x3 to 4 values, 3x3 to 4 (CReLU), 1x1 of all to 4"."""
    parts = [{Source.LUMA: "luma", Source.RGB: "red, green and blue"}[network.source]]
    words = {Activation.NONE: "", Activation.RELU: " (ReLU)", Activation.CRELU: " (CReLU)"}
    previous = SOURCE
    for layer in network.layers:
        height, width = layer.weights.shape[2:]
        text = f"{width}x{height} to {layer.outputs}"
        if layer.inputs != (previous,):
            text = f"{width}x{height} of {' '.join(layer.inputs)} to {layer.outputs}"
        parts.append(text + ("" if layer.inputs == (SOURCE,) else words[layer.activation]))
        previous = layer.name
    shortened: list[str] = []
    for part in parts:
        last, _, times = shortened[-1].partition(", ") if shortened else ("", "", "")
        if last == part:
            number = int(times.split(" ")[0]) + 1 if times else 2
            shortened[-1] = f"{part}, {number} times"
        else:
            shortened.append(part)
    return "; ".join(shortened) + f"; difference from {network.base.value} enlargement" * (network.scale == 2)
