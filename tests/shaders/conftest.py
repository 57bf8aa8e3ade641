"""What the tests of the shader pack share: devices, a way to draw, pictures, the comparison with other renderers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.media.frame import Frame
from anime4k.media.images import read_image, write_image
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import impatient
from anime4k.pipeline.settings import RGB8, Dither, OutputFormat, RenderSettings, Scaler

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from engines.source import Source

PLAIN = impatient(
    RenderSettings(
        scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
    ),
    pixels=0,
)
"""Only what the shader does: nothing is converted, rounding is to nearest, and nothing takes long to compile."""


@dataclass(frozen=True)
class Drawn:
    """A picture that our renderer drew.

    Attributes:
        pixels: (height, width, 3) codes, 4 channels for output with alpha.
        plan: what ran.
    """

    pixels: np.ndarray
    plan: Plan


Draw = Callable[..., Drawn]


@pytest.fixture(scope="session")
def devices() -> Iterator[dict[str, Device]]:
    """The device as it is ("modern"), and one with OpenGL 4.1 only ("baseline")."""
    made = {"modern": Device.standalone(), "baseline": Device.standalone(baseline=True)}
    yield made
    for device in made.values():
        device.ctx.__enter__()
        device.release()


@pytest.fixture(scope="session")
def frame_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[np.ndarray], Frame]:
    """Makes a frame of (h, w, 3 or 4) codes, 8 or 16 bits."""
    path = tmp_path_factory.mktemp("pictures") / "picture.png"

    def make(pixels: np.ndarray) -> Frame:
        write_image(path, np.ascontiguousarray(pixels))
        return read_image(path)

    return make


@pytest.fixture(scope="session")
def draw(devices: dict[str, Device], frame_of: Callable[[np.ndarray], Frame]) -> Draw:
    """Draws a picture (or frame) through shader files; no file may be switched off."""

    def run(
        picture: np.ndarray | Frame,
        size: tuple[int, int],
        files: Sequence[ShaderFile],
        *overrides: tuple[str, str],
        settings: RenderSettings = PLAIN,
        device: str = "modern",
        output: OutputFormat = RGB8,
    ) -> Drawn:
        frame = picture if isinstance(picture, Frame) else frame_of(picture)
        with devices[device].ctx:
            renderer = Renderer(devices[device], files, overrides=overrides, settings=settings, output=output)
            try:
                plan = renderer.configure(frame.format, size)
                renderer.render(frame.planes)
                assert not renderer.disabled and not renderer.messages
                return Drawn(renderer.read()[0][..., : 4 if output.alpha else 3].copy(), plan)
            finally:
                renderer.release()

    return run


@pytest.fixture
def clip_of(tmp_path: Path) -> Callable[[np.ndarray], Source]:
    """Makes a one-frame 4:2:0 clip, without colour, of the red channel of (h, w, 3) codes."""
    from engines import source

    def make(picture: np.ndarray) -> Source:
        height, width = picture.shape[:2]
        luma = np.rint(16 + picture[..., 0] * (219 / 255)).astype(np.uint8)
        path = tmp_path / f"clip{len(list(tmp_path.glob('clip*')))}.mkv"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}"]
        command += ["-i", "-", "-vf", "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"]
        data = luma.tobytes() + bytes([128]) * (width * height // 2)
        subprocess.run([*command, "-c:v", "ffv1", str(path)], input=data, check=True, timeout=30)
        return source.Source(path, source.Chroma.FLAT, width, height)

    return make


@pytest.fixture
def default_light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the peers scale as by default: enlarging in sigmoidal light, reducing in linear light."""
    from engines import libplacebo, mpv

    changed = {"--sigmoid-upscaling=no": "yes", "--linear-downscaling=no": "yes"}
    options = [o.replace("=no", f"={changed[o]}") if o in changed else o for o in mpv.PLAIN]
    monkeypatch.setattr(mpv, "PLAIN", tuple(options))
    plain = libplacebo.PLAIN.replace("sigmoid=0", "sigmoid=1").replace("disable_linear=1", "disable_linear=0")
    monkeypatch.setattr(libplacebo, "PLAIN", plain.replace("downscaler=none", "downscaler=bilinear"))


@pytest.fixture(scope="session")
def peer_display() -> Iterator[str]:
    """An X display for mpv; skipped without the other programs unless ANIME4K_REQUIRE_PEERS is set."""
    missing = [program for program in ("mpv", "ffmpeg", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    from engines import display

    with display.private_display() as screen:
        yield screen
