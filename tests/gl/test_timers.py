"""What pieces of drawing take: told late and never waited for by a GPU, waited for where the CPU draws."""

from __future__ import annotations

import ctypes
import time
from types import SimpleNamespace
from typing import Any, cast

import moderngl
import pytest

from anime4k.gl.device import Device
from anime4k.gl.timers import IN_FLIGHT, GpuTimers, WallTimers, timers_for


class SlowGpu:
    """Counts queries; a test says how many of them are done, and what they took."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.done: set[int] = set()
        self.nanoseconds = 1000
        self.made = 0

    def __call__(self, name: str, *arguments: Any) -> int:
        self.log.append(name)
        if name == "glGenQueries":
            self.made += 1
            arguments[1][0] = self.made
        elif name == "glGetQueryObjectuiv":
            arguments[2]._obj.value = arguments[0] in self.done
        elif name == "glGetQueryObjectui64v":
            assert arguments[0] in self.done, "reading a result that is not there waits for the GPU"
            arguments[2]._obj.value = self.nanoseconds * arguments[0]
        elif name == "glBeginQuery":
            self.done.discard(arguments[1])
        return 0


def drawn(timers: GpuTimers, *names: str) -> list[tuple[str, float]] | None:
    """A frame of these pieces."""
    for name in names:
        with timers.piece(name):
            pass
    return timers.frame()


@pytest.fixture
def slow() -> SlowGpu:
    """A GPU that is done with nothing."""
    return SlowGpu()


@pytest.fixture
def timers(slow: SlowGpu) -> GpuTimers:
    """Timers of that GPU."""
    return GpuTimers(cast(Device, SimpleNamespace(raw=slow)))


def test_times_come_late_and_whole_frames_at_a_time(slow: SlowGpu, timers: GpuTimers) -> None:
    assert drawn(timers, "a", "b") is None
    slow.done = {1}
    assert drawn(timers, "a", "b") is None  # half of the first frame is done
    slow.done = {1, 2, 3}
    assert drawn(timers, "a", "b") == [("a", 1e-6), ("b", 2e-6)]
    slow.done = {3, 4, 5, 6}
    assert drawn(timers, "a", "b") == [("a", 5e-6), ("b", 6e-6)]  # the newest that is done


def test_a_gpu_that_is_far_behind_is_not_asked_more(slow: SlowGpu, timers: GpuTimers) -> None:
    for _ in range(20):
        assert drawn(timers, "a") is None
    assert slow.made == IN_FLIGHT and slow.log.count("glBeginQuery") == IN_FLIGHT
    slow.done = set(range(1, IN_FLIGHT + 1))
    assert drawn(timers, "a") == [("a", IN_FLIGHT * 1000 / 1e9)]
    drawn(timers, "a")
    assert slow.made == IN_FLIGHT  # used again


def test_what_another_chain_took_is_forgotten(slow: SlowGpu, timers: GpuTimers) -> None:
    drawn(timers, "old")
    timers.forget()
    slow.done = {1}
    assert drawn(timers, "new") is None
    slow.done = {1}
    assert drawn(timers, "new") == [("new", 1e-6)]


def test_more_than_has_passed_is_no_time(slow: SlowGpu, timers: GpuTimers) -> None:
    slow.nanoseconds = 3_600_000_000_000
    drawn(timers, "a")
    slow.done = {1}
    assert timers.frame() is None


def test_a_driver_tells_the_times_of_all_pieces(device: Device) -> None:
    assert GpuTimers.counts(device)
    timers = GpuTimers(device)
    canvas = device.ctx.framebuffer([device.ctx.renderbuffer((64, 64))])
    canvas.use()
    began = time.perf_counter()
    told = []
    for _ in range(4):
        for name in ("one", "two"):
            with timers.piece(name):
                canvas.clear(1.0)
        device.ctx.finish()
        told.append(timers.frame())
    passed = time.perf_counter() - began
    known = [pieces for pieces in told if pieces]
    assert known and all([name for name, _ in pieces] == ["one", "two"] for pieces in known)
    assert all(0.0 <= sum(seconds for _, seconds in pieces) <= passed for pieces in known)
    timers.release()
    ask = ctypes.CFUNCTYPE(ctypes.c_ubyte, ctypes.c_uint)(device.ctx.mglo._context.load("glIsQuery"))
    assert not any(ask(number) for number in range(1, 64))
    canvas.release()


@pytest.mark.parametrize("wait", [True, False])
def test_the_wall_clock_waits_only_where_the_cpu_draws(wait: bool) -> None:
    log: list[str] = []
    context = SimpleNamespace(finish=lambda: log.append("finished"))
    timers = WallTimers(cast(Device, SimpleNamespace(ctx=context)), wait=wait)
    for name in ("a", "b"):
        with timers.piece(name):
            log.append(name)
    assert log == (["a", "finished", "b", "finished"] if wait else ["a", "b"])
    assert [name for name, _ in timers.frame()] == ["a", "b"]
    assert timers.frame() == []


def test_software_is_waited_for(device: Device) -> None:
    if not device.info.is_software:
        pytest.skip("a GPU draws here")
    timers = timers_for(device)
    assert isinstance(timers, WallTimers) and not timers.gpu
    fence = _Fence(device)
    canvas = device.ctx.framebuffer([device.ctx.texture((512, 512), 4)])
    program = device.ctx.program(
        vertex_shader="#version 410\nvoid main() { vec2 k = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);"
        " gl_Position = vec4(k * 2.0 - 1.0, 0.0, 1.0); }",
        fragment_shader="#version 410\nuniform int n; out vec4 o; void main() { float a = gl_FragCoord.x;"
        " for (int i = 0; i < n; i++) a = sin(a); o = vec4(a); }",
    )
    triangle = device.ctx.vertex_array(program, [])
    program["n"] = 400
    canvas.use()
    with timers.piece("slow"):
        triangle.render(moderngl.TRIANGLES, 3)
        fence.put()
    assert fence.passed
    for thing in (triangle, program, canvas):
        thing.release()


class _Fence:
    """Tells whether the device has done what it was told before."""

    def __init__(self, device: Device) -> None:
        load = device.ctx.mglo._context.load
        self._put = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)(load("glFenceSync"))
        number = ctypes.POINTER(ctypes.c_int)
        kinds = (ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, number, number)
        self._get = ctypes.CFUNCTYPE(None, *kinds)(load("glGetSynciv"))
        self._sync: int | None = None

    def put(self) -> None:
        """After everything so far."""
        self._sync = self._put(0x9117, 0)

    @property
    def passed(self) -> bool:
        """Whether everything before it is done."""
        length, value = ctypes.c_int(0), ctypes.c_int(0)
        self._get(self._sync, 0x9114, 1, ctypes.byref(length), ctypes.byref(value))
        return value.value == 0x9119
