"""The shader files that were made of trained networks, and one of each family for tests that take long."""

from __future__ import annotations

from pathlib import Path

from anime4k.modes.pack import pack_files

SIZES = ("s", "m", "l", "vl", "ul")
"""Ends of the names of networks, the smallest first."""
COMPUTE = "-compute"
"""How the names of compute forms end."""

NETWORKS = {path.stem: path for path in pack_files() if "-cnn-" in path.stem}
"""Name -> file, of both forms."""


def place(name: str) -> tuple[str, str, int]:
    """What a network is for, the form of the file, and which size it has; a size that is not known is the largest."""
    family, _, size = name.removesuffix(COMPUTE).partition("-cnn-")
    return family, COMPUTE if name.endswith(COMPUTE) else "", SIZES.index(size) if size in SIZES else len(SIZES)


def smallest() -> dict[str, Path]:
    """The smallest network of each family in each form.

    One generator writes all files, and that every file is what it writes is tested for all of them. So what only
    depends on the generator is tested with these; `benchmarks/networks_check.py` draws all.
    """
    found: dict[tuple[str, str], str] = {}
    for name in sorted(NETWORKS, key=lambda name: place(name)[2]):
        found.setdefault(place(name)[:2], name)
    return {name: NETWORKS[name] for name in sorted(found.values())}
