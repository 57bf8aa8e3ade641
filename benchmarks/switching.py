"""How long the picture stands still when the mode changes while a film plays.

    python benchmarks/switching.py                                  our modes
    python benchmarks/switching.py A.glsl B.glsl                    and chains of one file each

Frames at 24 a second are drawn by the player's own view into a framebuffer that stands for the window, and every
few seconds another chain is chosen. What is measured is the time between two presentations. Every way of preparing
a chain runs in a process of its own, first with an empty cache of the driver ("cold"), then with the cache that
this has left ("warm"):

    helper   as the player does it: another process compiles first, the rest is done in slices between frames
    slices   no helper: one program or texture at a time between frames
    at once  everything before the next frame

Columns: the longest time between two presentations with the plain picture; the longest while a chain is prepared;
the one in which the new chain draws its first frame; the longest of the new chain afterwards; and the gap, which is
what the change adds: the longest until the first frame, less the plain picture's or (for the first frame) the new
chain's own, whichever is longer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.decl import ShaderFile  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat  # noqa: E402
from anime4k.media.frame import Frame  # noqa: E402
from anime4k.pipeline.helper import Helper  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.player.picture.chains import shaders_of_mode  # noqa: E402
from anime4k.player.picture.selection import Selection  # noqa: E402
from anime4k.player.picture.view import SLICE_S, View  # noqa: E402

RATE = 24
WAYS = ("helper", "slices", "at once")
MODES = ("a-fast", "b-fast", "c-fast", "a-hq", "b-hq", "c-hq")
SETTLED = RATE
"""Frames that are drawn with a chain before the next one is chosen."""


class Chosen(Selection):
    """A selection of any files."""

    def choose(self, files: tuple[ShaderFile, ...]) -> None:
        """Use these."""
        self._files = files


class Screen:
    """A window that is a framebuffer."""

    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        self.framebuffer_size = size
        self.framebuffer = device.ctx.framebuffer([device.ctx.texture(size, 4)])
        self._device = device

    def swap(self) -> None:
        """Wait until everything is drawn."""
        self._device.ctx.finish()


@dataclass(frozen=True)
class Change:
    """Milliseconds between presentations around a change; see the columns of the module."""

    name: str
    ready_s: float
    preparing: float
    first: float
    steady: float
    work: float

    def gap(self, plain: float) -> float:
        """What the change adds."""
        return max(0.0, self.preparing - plain, self.first - max(plain, self.steady))


class Film:
    """Plays noise and measures."""

    def __init__(self, way: str, source: tuple[int, int], scale: int) -> None:
        self.device = Device.standalone()
        info = self.device.info
        self.helper = Helper(info.renderer, info.glsl) if way == "helper" else None
        self.way = way
        renderer = Renderer(self.device, helper=self.helper)
        size = (source[0] * scale, source[1] * scale)
        screen = Screen(self.device, size)
        renderer.executor.stock.presenter.screen = screen.framebuffer
        self.selection = Chosen(files=())
        self.view = View(screen, renderer, self.selection)
        layout = PIXEL_LAYOUTS["yuv420p"]
        form = SourceFormat(*source, layout.model, layout.planes)
        chance = np.random.default_rng(1)
        self._planes = [
            tuple(chance.integers(16, 236, form.plane_size(n)[::-1], np.uint8) for n in range(3)) for _ in range(8)
        ]
        self._format = form
        self._number = 0
        self._due = time.perf_counter()
        self._last: float | None = None
        self.worked = 0.0

    def step(self) -> float:
        """One frame at its time; milliseconds since the one before."""
        while (left := self._due - time.perf_counter()) > 0.0:
            self._work(min(SLICE_S, left))
            if self.view.preparing is None:
                time.sleep(max(0.0, self._due - time.perf_counter()))
            else:
                time.sleep(min(0.002, max(0.0, self._due - time.perf_counter())))
        planes = self._planes[self._number % 8]
        self.view.draw(Frame(planes, self._format, self._number, Fraction(1, RATE), 1))
        self.view.present()
        self._work(SLICE_S)
        now = time.perf_counter()
        gap, self._last = (0.0 if self._last is None else 1000 * (now - self._last)), now
        self._number += 1
        self._due = max(self._due + 1 / RATE, now - 1 / RATE)
        return gap

    def _work(self, budget_s: float) -> None:
        began = time.thread_time()
        self.view.work(budget_s)
        self.worked = max(self.worked, 1000 * (time.thread_time() - began))

    def change(self, name: str, files: tuple[ShaderFile, ...]) -> Change:
        """Choose another chain and play on until it has drawn for a while."""
        before = self.view.active
        self.selection.choose(files)
        self.view.reselected()
        began, preparing, self.worked = time.perf_counter(), 0.0, 0.0
        if self.way == "at once":
            busy = time.thread_time()
            self.view.finish()
            self.worked = 1000 * (time.thread_time() - busy)
        while self.view.active is before:
            gap = self.step()
            if self.view.active is before:
                preparing = max(preparing, gap)
        ready_s = time.perf_counter() - began
        # The frame of the step in which the chain took over may have been drawn before: the next one is the first.
        first = max(gap if self.way != "at once" else 0.0, self.step())
        steady = max(self.step() for _ in range(SETTLED))
        return Change(name, ready_s, preparing, first, steady, self.worked)


def run(way: str, paths: list[str], source: tuple[int, int], scale: int) -> None:
    """Measure one way in this process and print its rows."""
    film = Film(way, source, scale)
    for _ in range(RATE):
        film.step()
    plain = max(film.step() for _ in range(3 * RATE))
    chains: list[tuple[str, tuple[ShaderFile, ...]]] = [(name, shaders_of_mode(name)) for name in MODES]
    chains += [(Path(path).stem, (parse_file(path),)) for path in paths]
    worst = busiest = 0.0
    for name, files in chains:
        change = film.change(name, files)
        worst, busiest = max(worst, change.gap(plain)), max(busiest, change.work)
        figures = {
            "plain": plain, "preparing": change.preparing, "first": change.first, "then": change.steady,
            "gap": change.gap(plain), "work": change.work,
        }  # fmt: skip
        row = "   ".join(f"{what} {value:4.0f}" for what, value in figures.items())
        print(f"  {name:34} ready {change.ready_s:5.1f} s   {row} ms", flush=True)
        film.change("plain", ())
    print(f"  largest gap: {worst:.0f} ms, most work at a stretch: {busiest:.0f} ms", flush=True)
    film.view.close()
    if film.helper is not None:
        film.helper.close()


def main() -> None:
    """Measure every way, cold and warm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="shader files, each a chain of its own")
    parser.add_argument("--source", default="160x90", help="size of the film")
    parser.add_argument("--scale", type=int, default=2, help="enlargement")
    parser.add_argument("--way", choices=WAYS, help="measure only this one, in this process, with the cache as it is")
    args = parser.parse_args()
    width, _, height = args.source.partition("x")
    if args.way:
        run(args.way, args.files, (int(width), int(height)), args.scale)
        return
    for way in WAYS:
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold", "warm"):
                print(f"{way}, {state}", flush=True)
                environment: dict[str, Any] = {**os.environ, "MESA_SHADER_CACHE_DIR": cache}
                command = [sys.executable, __file__, "--way", way, "--source", args.source, "--scale", str(args.scale)]
                subprocess.run([*command, *args.files], env=environment, check=True)


if __name__ == "__main__":
    main()
