"""The command `export`: puts trained networks into the pack and writes their shader files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from anime4k.errors import UsageError
from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.store import read
from anime4k.networks.trained import trained_files, trained_folder
from anime4k.training.export import COMPUTE, pack_folder

EPILOG = """examples:
  python -m anime4k.training export runs/a4k-upscale-cnn-m
  python -m anime4k.training export                 write all files of the networks in the pack again
  python -m anime4k.training export runs/a4k-upscale-cnn-s --shaders somewhere
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.description = "Write the shader files of trained networks."
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("runs", type=Path, nargs="*", help="folders of runs, or .npz files; without any: the pack")
    parser.add_argument("--shaders", type=Path, help="folder for the files; the network does not go into the pack then")


def run(arguments: argparse.Namespace) -> int:
    """Write the files."""
    files = [_archive(path) for path in arguments.runs] or list(trained_files())
    if not files:
        raise UsageError("there is no trained network yet: train one with the fit command")
    folder = arguments.shaders or pack_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        network, _ = read(path)
        if arguments.shaders is None and path.parent != trained_folder():
            (trained_folder() / f"{network.name}.npz").write_bytes(path.read_bytes())
        for name, text in ((network.name, fragment(network)), (network.name + COMPUTE, compute(network))):
            (folder / f"{name}.glsl").write_text(text)
            print(f"{folder / name}.glsl  {len(text) / 1024:.0f} KB", file=sys.stderr)
    return 0


def _archive(path: Path) -> Path:
    found = path / f"{path.name}.npz" if path.is_dir() else path
    if not found.exists():
        raise UsageError(f"{found} is not there: the run is not finished, or has another name")
    return found
