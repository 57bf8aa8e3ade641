"""mpv's pictures of moments with and without subtitles, and our overlay laid over the latter."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.overlay import Overlay

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

Picture = npt.NDArray[np.uint8]
LIMIT_S = 90.0


def pictures(
    video: Path, subtitles: Path | None, moments: Sequence[float], window: tuple[int, int], display: str, *options: str
) -> list[tuple[Picture, Picture]]:
    """(without, with subtitles) as mpv draws them at each moment.

    Args:
        video: the clip.
        subtitles: an external file, None = the clip's own first track.
        moments: seconds; the frame shown then is drawn.
        window: size in pixels.
        display: X display.
        options: more of mpv's options.
    """
    from engines import mpv

    deadline = time.monotonic() + LIMIT_S
    found = []
    with tempfile.TemporaryDirectory() as folder:
        address, shot = f"{folder}/socket", f"{folder}/shot.png"
        command = ["mpv", *mpv.OPTIONS, *mpv.PLAIN, "--fbo-format=rgba16f", "--pause", "--keep-open=yes"]
        command += [f"--geometry={window[0]}x{window[1]}", f"--input-ipc-server={address}", "--hr-seek=yes", "--sid=1"]
        command += ["--screenshot-png-compression=1", "--sub-auto=no", *options]
        command += [f"--sub-file={subtitles}"] if subtitles else []
        process = subprocess.Popen([*command, str(video)], env=mpv.environment(display), stderr=subprocess.DEVNULL)
        try:
            remote = mpv._Remote(address, process, deadline)

            def settled(property_name: str, wanted: object) -> None:
                while remote.ask("get_property", property_name) != wanted:
                    if time.monotonic() > deadline:
                        raise TimeoutError(property_name)
                    time.sleep(0.01)

            while not (remote.ask("get_property", "vo-passes") or {}).get("fresh"):
                time.sleep(0.02)
            for moment in moments:
                remote.ask("seek", moment, "absolute+exact")
                settled("seeking", False)
                pair = []
                for visible in (False, True):
                    remote.ask("set_property", "sub-visibility", visible)
                    remote.ask("screenshot-to-file", shot, "window")
                    pair.append(np.asarray(Image.open(shot).convert("RGB")))
                found.append((pair[0], pair[1]))
            remote.close()
        finally:
            process.kill()
            process.wait(timeout=30)
    return found


def composed(picture: Picture, overlay: Overlay) -> Picture:
    """The overlay laid over a picture, blended in 8-bit colours as a window does."""
    result = picture.astype(np.float64)
    height, width = result.shape[:2]
    for tile in overlay.tiles:
        pixels = tile.pixels
        if pixels.shape[:2] != (tile.height, tile.width):
            pixels = np.asarray(Image.fromarray(pixels).resize((tile.width, tile.height), Image.Resampling.BILINEAR))
        left, top = max(0, tile.x), max(0, tile.y)
        right, bottom = min(width, tile.x + tile.width), min(height, tile.y + tile.height)
        if left >= right or top >= bottom:
            continue
        part = pixels[top - tile.y : bottom - tile.y, left - tile.x : right - tile.x].astype(np.float64) / 255
        under = result[top:bottom, left:right]
        if part.ndim == 2:
            alpha = (part * (tile.colour[3] / 255))[..., None]
            over = alpha * np.array(tile.colour[:3], np.float64)
        else:
            alpha, over = part[..., 3:] * (tile.colour[3] / 255), part[..., :3] * tile.colour[3]
        result[top:bottom, left:right] = np.rint(under * (1 - alpha) + over)
    return result.clip(0, 255).astype(np.uint8)


def region(plain: Picture, *subtitled: Picture) -> tuple[slice, slice]:
    """The box around everything that subtitles changed in any of the pictures."""
    changed = np.zeros(plain.shape[:2], bool)
    for picture in subtitled:
        changed |= (picture != plain).any(axis=2)
    assert changed.any(), "there are no subtitles"
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def decibels(first: Picture, second: Picture) -> float:
    """Peak signal to noise ratio, 99 when equal."""
    error = float(np.mean((first.astype(float) - second.astype(float)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))
