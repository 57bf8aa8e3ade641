"""The demo without a window: a before/after picture and the time that each stage of a frame takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from importlib import resources
from itertools import islice
from pathlib import Path

import numpy as np

from anime4k.cli.modes import decided, situation_of
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest
from anime4k.gl.device import Device
from anime4k.media.frame import Frame
from anime4k.media.images import write_image
from anime4k.media.source import VideoSource
from anime4k.modes.forms import Driver
from anime4k.modes.pairs import Forms
from anime4k.modes.situation import Pace
from anime4k.pipeline.planning import output_size
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Scaler

PICTURE_NAME = "anime4k-demo.png"

_SHOWN_S = 5.0
"""The moment of the clip that the picture shows."""
_FRAMES = 12
"""Frames that are timed, after one that warms up."""
_ZOOM = 3
_FOCUS = (0.44, 0.43)
"""Centre of the enlarged part, as shares of width and height: the eyes."""
_GAP = 4


@dataclass(frozen=True)
class _Times:
    """Milliseconds a frame: name of the stage, mean."""

    rows: tuple[tuple[str, float], ...]

    @property
    def total(self) -> float:
        return sum(ms for _, ms in self.rows)


def demo_path() -> Path:
    """The clip that ships with the package."""
    return Path(str(resources.files("anime4k.demo") / "demo.mkv"))


def headless_demo(request: RenderRequest, out_dir: Path) -> int:
    """Upscale a part of the demo clip off-screen, write `PICTURE_NAME` into `out_dir` and print the times.

    Args:
        request: shaders and settings; the size counts as well.
        out_dir: an existing folder.

    Raises:
        GLError: no OpenGL context can be made even without a display.
        OutputError: the picture cannot be written.
    """
    device = Device.standalone(gpu=request.gpu)
    try:
        with VideoSource(demo_path()) as source:
            source.seek(_SHOWN_S)
            size = output_size(source.format, scale=request.scale, size=request.size)
            pace = Pace.of(playing=True, software=device.info.is_software)
            request = decided(request, situation_of(source.format, size, source.info, pace), print)
            after = Renderer(
                device,
                request.shaders,
                overrides=request.overrides,
                settings=request.settings,
                forms=Forms(Driver.of(device.info)),
            )
            plan = after.configure(source.format, size)
            times, first = _timed(source, after)
            picture = _picture_of(after, first)
            before = Renderer(device, settings=replace(request.settings, scaler=Scaler.BILINEAR, sigmoid=False))
            before.configure(source.format, size)
            plain = _picture_of(before, first)
            target = out_dir / PICTURE_NAME
            write_image(target, compare(plain, picture))
            print("No display: the demo runs without a window.")
            print(f"device   {device.info.renderer}" + (" (software)" if device.info.is_software else ""))
            sizes = f"{first.format.width}x{first.format.height} to {plan.output_size}"
            print(f"picture  {sizes}, mode {request.chain_text}")
            print(f"written  {target} (left: plain bilinear scaling, right: {request.mode}; below: {_ZOOM}x enlarged)")
            for path, reason in after.disabled.items():
                print(f"left out {path}: {reason}")
            print()
            print(_table(times))
            after.release()
            before.release()
    finally:
        device.release()
    return 0


def compare(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Both pictures side by side, and under each the same part of it enlarged.

    Args:
        before: (h, w, 3) uint8.
        after: the same shape.
    """
    columns = []
    for picture in (before, after):
        height, width = picture.shape[:2]
        part_h, part_w = max(1, height // _ZOOM), max(1, width // _ZOOM)
        top = min(max(0, round(height * _FOCUS[1] - part_h / 2)), height - part_h)
        left = min(max(0, round(width * _FOCUS[0] - part_w / 2)), width - part_w)
        part = picture[top : top + part_h, left : left + part_w]
        enlarged = np.full_like(picture, 0)
        block = part.repeat(_ZOOM, 0).repeat(_ZOOM, 1)[:height, :width]
        enlarged[: block.shape[0], : block.shape[1]] = block
        columns.append(np.concatenate([picture, np.full((_GAP, width, 3), 255, np.uint8), enlarged]))
    gap = np.full((columns[0].shape[0], _GAP, 3), 255, np.uint8)
    return np.concatenate([columns[0], gap, columns[1]], axis=1)


def _timed(source: VideoSource, renderer: Renderer) -> tuple[_Times, Frame]:
    """Mean times over some frames, and the first of them."""
    renderer.measure = True
    sums: dict[str, float] = {}
    decoding = reading = 0.0
    frames = islice(source.frames(), _FRAMES + 1)
    with Progress(_FRAMES + 1, "frames", "demo") as progress:
        started = time.perf_counter()
        first = next(frames)
        renderer.render(first.planes, first.time)  # compiles and warms up
        count = 0
        started = time.perf_counter()
        for frame in frames:
            decoding += time.perf_counter() - started
            renderer.render(frame.planes, frame.time)
            for number, (name, ms) in enumerate(renderer.timings):
                key = f"{number:3} {name}"
                sums[key] = sums.get(key, 0.0) + ms
            started = time.perf_counter()
            renderer.read()
            reading += time.perf_counter() - started
            count += 1
            progress.update(count + 1)
            started = time.perf_counter()
    count = max(1, count)
    rows = [("decode", decoding * 1e3 / count)]
    rows += [(key[4:], total / count) for key, total in sums.items()]
    rows.append(("readback", reading * 1e3 / count))
    return _Times(tuple(rows)), first


def _picture_of(renderer: Renderer, frame: Frame) -> np.ndarray:
    renderer.render(frame.planes, frame.time)
    return np.ascontiguousarray(renderer.read()[0][..., :3])


def _table(times: _Times) -> str:
    width = max(len(name) for name, _ in times.rows)
    lines = [f"  {name:<{width}}  {ms:8.2f} ms" for name, ms in times.rows]
    total = f"  {'a frame':<{width}}  {times.total:8.2f} ms = {1e3 / times.total:.1f} frames/s one after the other"
    return "\n".join([f"time of each stage, mean of {_FRAMES} frames:", *lines, total])
