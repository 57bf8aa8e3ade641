"""The networks that were trained for the shader pack, one `.npz` file each; see `anime4k.networks.store`."""

from __future__ import annotations

from pathlib import Path


def trained_folder() -> Path:
    """The folder that holds them."""
    return Path(__file__).resolve().parent


def trained_files() -> tuple[Path, ...]:
    """The files of the networks, sorted by name; the filter bank is no network."""
    return tuple(sorted(trained_folder().glob("a4k-*-cnn-*.npz")))
