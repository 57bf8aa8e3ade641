"""The helper process, seen from the player: it plans chains and compiles them first, so that the player need not wait.

Drivers keep compiled programs on disk and share them between processes: what the helper has compiled and drawn
once, the player's own context makes ready in milliseconds. The helper is a convenience: without it everything
works, with longer pieces of work between frames. It is also a shield: a shader that takes a minute to compile,
or that crashes the driver, does so over there.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from anime4k import children
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Plan

COMMAND = tuple(children.command("anime4k.pipeline.warm"))
START_LIMIT_S = 15.0
"""A helper that does not report within this time is given up."""
ANSWER_LIMIT_S = 1.5
"""A helper that does not take up new work within this time is still busy with what nobody wants: it is replaced."""
_MOST_DEATHS = 4
_SWITCHES = ("MESA_SHADER_CACHE_DISABLE", "MESA_GLSL_CACHE_DISABLE")
"""Variables that switch the driver's cache off."""
_LENGTH = struct.Struct("<Q")
_LONGEST = 1 << 32


@dataclass(frozen=True)
class PlanJob:
    """Make a plan."""

    number: int
    request: PlanRequest


@dataclass(frozen=True)
class WarmJob:
    """Compile and draw steps of a plan.

    Attributes:
        number: its number.
        plan: the plan.
        steps: which of its steps.
    """

    number: int
    plan: Plan
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Hello:
    """The helper is ready, with this device."""

    renderer: str
    glsl: int


@dataclass(frozen=True)
class Started:
    """A job has been taken up."""

    number: int


@dataclass(frozen=True)
class Planned:
    """The plan of a job, or why there is none."""

    number: int
    plan: Plan | None
    problem: str = ""


@dataclass(frozen=True)
class Warmed:
    """So many steps of a job are warm; the last message of a job has `done` equal to the number of its steps."""

    number: int
    done: int


@dataclass(frozen=True)
class Died:
    """The helper ended while it worked on a job."""

    number: int


Job = PlanJob | WarmJob
Reply = Started | Planned | Warmed | Died


def send(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side has ended.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST:
        raise EOFError  # this is not the other side
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


class Helper:
    """A helper process, started at once and replaced when it dies or hangs.

    Args:
        renderer: the device of the player's own context; a helper on another one would be of no use.
        glsl: the version of its shading language.
        command: how to start it.
        monotonic: a clock in seconds.
    """

    def __init__(
        self,
        renderer: str,
        glsl: int,
        command: Sequence[str] = COMMAND,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = Hello(renderer, glsl)
        self.caches = not any(os.environ.get(switch, "").lower() in ("1", "true", "yes") for switch in _SWITCHES)
        """Whether what it compiles is of use to others."""
        self._command = tuple(command)
        self._monotonic = monotonic
        self._number = 0
        self._deaths = 0
        self._useless = False
        self._pending: Job | None = None
        self._sent_at = 0.0
        self._acknowledged = True
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: deque[Any] = deque()
        self._ready = False
        self._began = 0.0
        self._start()

    @property
    def ready(self) -> bool:
        """Whether work sent now is taken up soon."""
        self._look()
        return self._ready

    @property
    def useless(self) -> bool:
        """Whether there will be no helper."""
        self._look()
        return self._useless

    @property
    def busy(self) -> bool:
        """Whether it works for somebody; whoever asks for something else now takes it away from them."""
        return self._pending is not None

    def plan(self, request: PlanRequest) -> int:
        """Ask for a plan; returns the number of the job."""
        self._number += 1
        self._submit(PlanJob(self._number, request))
        return self._number

    def warm(self, plan: Plan, steps: Sequence[int]) -> int:
        """Ask for compiled programs; returns the number of the job."""
        self._number += 1
        # What programs were written from is of no use over there.
        lean = replace(plan, steps=tuple(replace(step, parts=()) for step in plan.steps))
        self._submit(WarmJob(self._number, lean, tuple(steps)))
        return self._number

    def forget(self, number: int) -> None:
        """The job with this number is not wanted any more."""
        if self._pending is not None and self._pending.number == number:
            self._pending = None

    def poll(self, number: int) -> list[Reply]:
        """The news of a job since the last call; never waits."""
        self._look()
        news = [reply for reply in self._take() if reply.number == number]
        steps = len(self._pending.steps) if isinstance(self._pending, WarmJob) else 0
        for reply in news:
            if isinstance(reply, Planned | Died) or (isinstance(reply, Warmed) and reply.done == steps):
                self._pending = None
        return news

    def close(self) -> None:
        """End the helper."""
        self._useless = True
        self._kill()

    # -- the process -----------------------------------------------------------------------------------

    def _take(self) -> list[Reply]:
        taken = []
        while self._replies and not isinstance(self._replies[0], Hello):
            reply = self._replies.popleft()
            if isinstance(reply, Started) and reply.number == self._number:
                self._acknowledged = True
            taken.append(reply)
        return taken

    def _start(self) -> None:
        self._ready, self._began, self._replies = False, self._monotonic(), deque()
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env=children.environment(),
            )
        except OSError:
            self._useless = True
            return
        assert self._process.stdout is not None
        threading.Thread(target=_read, args=(self._process.stdout, self._replies), daemon=True).start()

    def _kill(self) -> None:
        process, self._process, self._ready = self._process, None, False
        if process is None:
            return
        process.kill()
        # Whoever reads or writes its pipes sees their end; waiting for it here could take as long as a compilation.
        threading.Thread(target=_bury, args=(process,), daemon=True).start()

    def _look(self) -> None:
        """Notice that the helper is ready, has died or hangs."""
        if self._useless or self._process is None:
            return
        now = self._monotonic()
        if not self._ready:
            if self._replies and isinstance(self._replies[0], Hello):
                self._ready = self._replies.popleft() == self._wanted
                if not self._ready:
                    self._give_up()
                elif self._pending is not None:
                    self._send(self._pending)
            elif self._process.poll() is not None or now > self._began + START_LIMIT_S:
                self._give_up()
            return
        if self._process.poll() is not None:
            self._deaths += 1
            self._kill()
            lost, self._pending = self._pending, None
            if self._deaths >= _MOST_DEATHS:
                self._give_up()
            else:
                self._start()
            if lost is not None:
                self._replies.append(Died(lost.number))
            return
        if any(isinstance(reply, Started) and reply.number == self._number for reply in list(self._replies)):
            self._acknowledged = True
        if self._pending is not None and not self._acknowledged and now > self._sent_at + ANSWER_LIMIT_S:
            self._kill()
            self._start()

    def _give_up(self) -> None:
        self._useless = True
        self._kill()

    def _submit(self, job: Job) -> None:
        self._pending = job
        if self._ready:
            self._send(job)

    def _send(self, job: Job) -> None:
        self._sent_at, self._acknowledged = self._monotonic(), False
        if self._process is not None and self._process.stdin is not None:
            # In a thread: a pipe takes a plan only as fast as the other side reads it.
            threading.Thread(target=_write, args=(self._process.stdin, job), daemon=True).start()


_WRITING = threading.Lock()


def _write(stream: IO[bytes], job: Job) -> None:
    with contextlib.suppress(OSError, ValueError), _WRITING:  # that it has died is noticed elsewhere
        send(stream, job)


def _read(stream: IO[bytes], replies: deque[Any]) -> None:
    with contextlib.suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
        while True:
            replies.append(receive(stream))


def _bury(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
