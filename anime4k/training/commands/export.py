"""The command `export`: puts trained networks into the pack and writes their shader files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from anime4k.errors import OutputError, UsageError
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
    """Write the files.

    Raises:
        MediaError: the file of a network cannot be read.
        OutputError: a file cannot be written; what was there before is still there.
        UsageError: there is no such network, or the format of shader files has no room for one.
    """
    files = [_archive(path) for path in arguments.runs] or list(trained_files())
    if not files:
        raise UsageError("there is no trained network yet: train one with the fit command")
    folder = arguments.shaders or pack_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        network, _ = read(path)
        texts = {network.name: fragment(network), network.name + COMPUTE: compute(network)}
        if arguments.shaders is None and path.resolve().parent != trained_folder():
            _replace(trained_folder() / f"{network.name}.npz", path.read_bytes())
        for name, text in texts.items():
            _replace(folder / f"{name}.glsl", text.encode())
            print(f"{folder / name}.glsl  {len(text) / 1024:.0f} KB", file=sys.stderr)
    return 0


def _replace(path: Path, contents: bytes) -> None:
    """Write a file, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(contents)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error


def _archive(path: Path) -> Path:
    """The file of a network: the path itself, or the file in the folder of a run, which has the folder's name."""
    path = path.resolve()
    found = path / f"{path.name}.npz" if path.is_dir() else path
    if not found.exists():
        raise UsageError(f"{found} is not there: the run is not finished, or has another name")
    return found
