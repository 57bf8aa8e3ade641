"""What a frame costs in Python beside the calls of OpenGL, for a chain of many cheap passes.

    python benchmarks/overhead.py                        a chain of 40 passes, small and 1080p
    python benchmarks/overhead.py --check --json o.json  1 when a target is missed; all figures in a file
    python benchmarks/overhead.py --profile parts        where Python's time goes

The passes are written by this program; each reads the picture and what the two passes before it have left. In the first
table the picture is so small that shading is nothing and that what depends on its size is nothing. Every figure is CPU
time of the calling thread for one frame, which other programs and the driver's own threads do not change.

**How Python is told from OpenGL.** Between moderngl's Python and its compiled core (`mglo`), and in front of the few
functions that are called by address, there is a switch. While it is on, calls pass through; while it is off, they are
counted and not made. So with the switch off a frame takes what Python takes: our own, that of moderngl, NumPy's. It is
the same Python, because nothing in it depends on what OpenGL answers while frames are drawn; that is held against the
number of calls and against what was drawn, which must be the same both ways. The switch itself takes a tenth of a
microsecond or two of every call, which is not subtracted: it is a little less than what is shown. What OpenGL takes is
the rest of what the same frames take on a device without a switch. The opposite, to time a replay of the calls and to
subtract it, would be less certain: that is most of a frame, and varies by more than all of Python takes.

The second table is of 1080p and eight passes with the switch off throughout, where comparing and copying add to it: a
frame of which nothing, a part or everything has changed, and how long comparing alone takes of that.

With `--check` the exit code is 1 when Python takes 0.5 ms of a small frame, or comparing takes longer than its target.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import math
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from anime4k.errors import MediaError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_text  # noqa: E402
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat  # noqa: E402
from anime4k.pipeline.costs import Watch  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.pipeline.reuse import REUSE  # noqa: E402
from anime4k.pipeline.settings import RenderSettings  # noqa: E402
from anime4k.pipeline.tiles import changed_tiles  # noqa: E402
from anime4k.pipeline.tiling import TILE  # noqa: E402

Planes = list[NDArray[np.uint8]]

SMALL, LARGE = (160, 96), (1920, 1080)
ROUNDS = 7
MOST_MS = 0.5
"""Python's part of a frame."""
MOST_COMPARING_MS = 1.0
"""Telling which tiles of a large frame have changed, whatever has."""
FEW = 8
"""Passes for large frames: results that stay from frame to frame have a limit of memory."""
RING = 8
"""Large frames that follow each other before the first comes again, more than caches hold."""


@dataclass(frozen=True)
class Case:
    """How frames follow each other.

    Attributes:
        name: in words.
        without: rewrites that are switched off.
        changed: part of the tiles that change from frame to frame, wherever they are.
    """

    name: str
    without: frozenset[str]
    changed: float


CASES = (
    Case("whole", frozenset({REUSE, "tiles"}), 1.0),
    Case("moving", frozenset(), 1.0),
    Case("parts", frozenset(), 0.03),
    Case("a tile", frozenset(), 0.0001),
    Case("equal", frozenset(), 0.0),
)
"""Nothing is compared; compared and drawn whole all the same; drawn in parts; kept."""


@dataclass(frozen=True)
class Result:
    """What a frame took, in milliseconds.

    Attributes:
        case: how frames followed each other.
        calls: calls of OpenGL.
        gl_ms: what they took of the thread's time.
        python_ms: everything else.
        low_ms: the least of several rounds.
        high_ms: the most.
    """

    case: str
    calls: int
    gl_ms: float
    python_ms: float
    low_ms: float
    high_ms: float


@dataclass(frozen=True)
class Large:
    """What a large frame took, in milliseconds.

    Attributes:
        case: how frames followed each other.
        drawn: part of the work that would have been done.
        python_ms: Python's part.
        comparing_ms: of that telling which tiles have changed, where it is done to the end.
    """

    case: str
    drawn: float
    python_ms: float
    comparing_ms: float


# -- the switch ------------------------------------------------------------------------------------------


class Switch:
    """Whether calls of OpenGL are made; how many there have been."""

    def __init__(self) -> None:
        self.on = True
        self.calls = 0

    def guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A call behind the switch."""

        def made(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if self.on:
                known = {key: unguarded(each) for key, each in named.items()}
                return behind(call(*map(unguarded, arguments), **known), self)
            return None

        return made


class Guard:
    """An object of moderngl's core behind the switch: its methods, and what is set on it."""

    def __init__(self, core: Any, switch: Switch) -> None:
        self.__dict__.update(_core=core, _switch=switch)
        for name in dir(type(core)):
            if not name.startswith("__") and callable(getattr(type(core), name)):
                self.__dict__[name] = switch.guarded(getattr(core, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._switch.calls += 1
        if self._switch.on:
            setattr(self._core, name, value)


class Functions(dict[str, Any]):
    """Functions that are called by address, behind the switch."""

    def __init__(self, switch: Switch, known: dict[str, Any]) -> None:
        super().__init__()
        self._switch = switch
        for name, function in known.items():
            self[name] = function

    def __setitem__(self, name: str, function: Any) -> None:
        super().__setitem__(name, self._switch.guarded(function))


def unguarded(value: Any) -> Any:
    """What moderngl's core knows, for something that may be a guard or hold some."""
    if isinstance(value, Guard):
        return value._core
    return type(value)(map(unguarded, value)) if type(value) in (tuple, list) else value


def behind(value: Any, switch: Switch) -> Any:
    """The same with every object of moderngl's core behind the switch."""
    if type(value).__module__ == "mgl":
        return Guard(value, switch)
    if type(value) is tuple:
        return tuple(behind(each, switch) for each in value)
    if type(value) is dict:
        for member in value.values():
            if type(getattr(member, "ctx", None)).__module__ == "mgl":  # a uniform writes through the context
                member.ctx = Guard(member.ctx, switch)
    return value


def guard(device: Device) -> Switch:
    """Put a switch between Python and everything that will be made on a device."""
    switch = Switch()
    device.ctx.mglo = Guard(device.ctx.mglo, switch)
    device.raw._functions = Functions(switch, device.raw._functions)
    return switch


# -- frames ----------------------------------------------------------------------------------------------


def chain(passes: int) -> str:
    """A shader file of passes that read the picture and what the two before have left."""
    texts = []
    for number in range(passes):
        earlier = [f"T{each}" for each in (number - 2, number - 1) if each >= 0]
        saved = "" if number == passes - 1 else f"//!SAVE T{number}\n"
        lines = "".join(f"//!BIND {name}\n" for name in ("HOOKED", *earlier))
        terms = " + ".join(f"{name}_texOff(vec2(1.0, 0.0))" for name in ("HOOKED", *earlier))
        texts.append(f"//!HOOK LUMA\n{lines}{saved}//!DESC pass {number}\nvec4 hook() {{ return 0.33 * ({terms}); }}\n")
    return "\n".join(texts)


def pictures(size: tuple[int, int], changed: float, count: int) -> tuple[SourceFormat, list[Planes]]:
    """Frames that each differ from the one before in a part of their tiles, at least in one if in any."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    form = SourceFormat(*size, layout.model, layout.planes)
    random = np.random.default_rng(1)
    first: Planes = []
    for number in range(3):
        width, height = form.plane_size(number)
        first.append(random.integers(16, 235, (height, width), np.uint8))
    found = [first]
    columns, rows = -(-size[0] // TILE), -(-size[1] // TILE)
    for _ in range(1, count):
        planes = [plane.copy() for plane in found[-1]]
        for tile in random.permutation(columns * rows)[: math.ceil(changed * columns * rows)]:
            for each, plane in zip((TILE, TILE // 2, TILE // 2), planes, strict=True):
                y, x = tile // columns * each, tile % columns * each
                plane[y : y + each, x : x + each] ^= random.integers(1, 99, dtype=np.uint8)
        found.append(planes)
    for planes in found:
        for plane in planes:
            plane.flags.writeable = False  # as a decoder's are
    return form, found


class Bench:
    """A chain and its frames.

    Args:
        device: what draws.
        text: the shader file.
        case: how frames follow each other.
        size: (width, height) of them.
    """

    def __init__(self, device: Device, text: str, case: Case, size: tuple[int, int] = SMALL) -> None:
        self.form, self.frames = pictures(size, case.changed, RING if size == LARGE else 2)
        self._next = 0
        settings = RenderSettings(no_rewrites=case.without)
        self.renderer = Renderer(device, [parse_text(text, "chain.glsl")], settings=settings)
        self.renderer.configure(self.form, size)
        if self.renderer.disabled:
            raise MediaError(next(iter(self.renderer.disabled.values())))

    def draw(self, count: int) -> float:
        """Draw frames as the player does; seconds of the calling thread a frame."""
        frames, render = self.frames, self.renderer.render
        began = time.thread_time()
        for number in range(self._next, self._next + count):
            render(frames[number % len(frames)], 0.04 * number, Watch.FRAMES)
        self._next += count
        return (time.thread_time() - began) / count

    def counted(self, count: int, switch: Switch) -> tuple[tuple[float, ...], int]:
        """(frames kept, drawn in parts, drawn whole, work of those in parts) and the number of calls."""
        before, calls = self.renderer.executor.tally, switch.calls
        self.draw(count)
        differences = zip(astuple(self.renderer.executor.tally), astuple(before), strict=True)
        return tuple(round(new - old, 6) for new, old in differences), switch.calls - calls


def together(text: str, count: int) -> list[float]:
    """Milliseconds of small frames of every case, on a device without a switch."""
    device, found = Device.standalone(), []
    for case in CASES:
        bench = Bench(device, text, case)
        bench.draw(8)
        found.append(1e3 * statistics.median(bench.draw(count) for _ in range(ROUNDS)))
        bench.renderer.release()
    device.release()
    return found


def measured(device: Device, switch: Switch, text: str, case: Case, whole_ms: float, count: int) -> Result:
    """Measure small frames.

    Args:
        device: behind the switch.
        switch: the switch.
        text: the shader file.
        case: how frames follow each other.
        whole_ms: what they take without a switch.
        count: frames of a round.

    Raises:
        MediaError: Python does not do the same with the switch off, so its time would mean nothing.
    """
    bench = Bench(device, text, case)
    bench.draw(8)
    on = bench.counted(8, switch)
    try:
        switch.on = False
        off = bench.counted(8, switch)
        if on != off:
            raise MediaError(f"{case.name}: Python does {on} with the switch on and {off} with it off")
        python = [1e3 * bench.draw(count) for _ in range(ROUNDS)]
    finally:
        switch.on = True
    bench.renderer.release()
    middle = statistics.median(python)
    return Result(case.name, on[1] // 8, whole_ms - middle, middle, min(python), max(python))


def large(device: Device, switch: Switch, text: str, case: Case, count: int) -> Large:
    """Measure large frames, none of which is drawn."""
    bench = Bench(device, text, case, LARGE)
    switch.on = False
    bench.draw(RING)
    before = bench.renderer.executor.tally
    python = [bench.draw(count) for _ in range(ROUNDS)]
    after = bench.renderer.executor.tally
    switch.on = True
    bench.renderer.release()
    parts = after.parts - before.parts
    share = (after.parts_work - before.parts_work) / parts if parts else float(after.whole > before.whole)
    tiles, times = (-(-LARGE[0] // TILE), -(-LARGE[1] // TILE)), []
    for number in range(3 * RING):
        began = time.thread_time()
        changed_tiles(bench.frames[number % RING], bench.frames[(number - 1) % RING], tiles)
        times.append(time.thread_time() - began)
    return Large(case.name, share, 1e3 * statistics.median(python), 1e3 * statistics.median(times))


def profile(device: Device, switch: Switch, text: str, case: Case, count: int, size: tuple[int, int]) -> None:
    """Print where Python's time goes."""
    bench = Bench(device, text, case, size)
    switch.on = False
    bench.draw(8)
    profiler = cProfile.Profile(time.thread_time)
    profiler.runcall(bench.draw, count)
    switch.on = True
    bench.renderer.release()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=40, help="of the chain (default %(default)s)")
    parser.add_argument("--frames", type=int, default=200, help="of a round (default %(default)s)")
    parser.add_argument("--profile", choices=[case.name for case in CASES], help="print where the time goes instead")
    parser.add_argument("--large", action="store_true", help="... with large frames")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures; - is standard output")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables."""
    chosen = arguments(words)
    text, frames = chain(chosen.passes), chosen.frames
    whole = [] if chosen.profile else together(text, frames)
    device = Device.standalone()
    switch = guard(device)
    if chosen.profile:
        case = next(case for case in CASES if case.name == chosen.profile)
        size, text = (LARGE, chain(FEW)) if chosen.large else (SMALL, text)
        profile(device, switch, text, case, frames, size)
        return 0
    say = partial(print, file=sys.stderr if str(chosen.json) == "-" else sys.stdout, flush=True)
    say(f"{device.info.renderer}; {chosen.passes} passes; milliseconds of the thread's CPU time a frame")
    say(f"{SMALL[0]}x{SMALL[1]:<9} {'GL calls':>9} {'in GL':>8} {'Python':>8} {'its rounds':>15}  target {MOST_MS}")
    small = []
    for case, whole_ms in zip(CASES, whole, strict=True):
        one = measured(device, switch, text, case, whole_ms, frames)
        small.append(one)
        rounds = f"{one.low_ms:.3f} to {one.high_ms:.3f}"
        missed = "  MISSED" if one.python_ms >= MOST_MS else ""
        say(f"{one.case:12} {one.calls:9} {one.gl_ms:8.3f} {one.python_ms:8.3f} {rounds:>15}{missed}")
    say(f"{LARGE[0]}x{LARGE[1]:<7} {'drawn':>9} {'Python':>8} {'of it comparing':>16}  target {MOST_COMPARING_MS}")
    big = []
    for case in CASES:
        two = large(device, switch, chain(FEW), case, max(RING, frames // 4))
        big.append(two)
        missed = "  MISSED" if two.comparing_ms > MOST_COMPARING_MS else ""
        say(f"{two.case:12} {two.drawn:9.1%} {two.python_ms:8.3f} {two.comparing_ms:16.3f}{missed}")
    if chosen.json:
        content = {
            "renderer": device.info.renderer, "passes": chosen.passes, "target_ms": MOST_MS,
            "comparing_target_ms": MOST_COMPARING_MS, "small": [asdict(one) for one in small],
            "large": [asdict(two) for two in big],
        }  # fmt: skip
        written = json.dumps(content, indent=1) + "\n"
        if str(chosen.json) == "-":
            sys.stdout.write(written)
        else:
            chosen.json.write_text(written, encoding="utf-8")
    missed_any = any(one.python_ms >= MOST_MS for one in small)
    missed_any |= any(two.comparing_ms > MOST_COMPARING_MS for two in big)
    return 1 if chosen.check and missed_any else 0


if __name__ == "__main__":
    sys.exit(main())
