"""A chain on its way: planned, compiled and warmed up a little at a time, while another one is being drawn."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass

from anime4k.errors import Anime4kError, GLError, PlanError
from anime4k.pipeline.execute import Executor
from anime4k.pipeline.helper import Died, Helper, Planned, Warmed
from anime4k.pipeline.journey import Failures, PlanRequest
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.prepare import Prepared
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.rewrites import optimised_plan

PATIENCE_S = 120.0
"""A single program that takes longer to compile makes its chain unusable."""


@dataclass(frozen=True)
class Progress:
    """How far a chain has come.

    Attributes:
        what: what is being done, in words.
        done: pieces of it done.
        total: pieces of it, 0 = unknown.
    """

    what: str
    done: int
    total: int


@dataclass(frozen=True)
class Chain:
    """A chain that is ready.

    Attributes:
        request: what was asked for, with the files that turned out to be broken.
        made: what it is drawn with.
    """

    request: PlanRequest
    made: Prepared


class Upcoming:
    """Makes a chain ready.

    Args:
        executor: what will draw it.
        request: what to plan.
        helper: compiles first, where that is of use.
    """

    def __init__(self, executor: Executor, request: PlanRequest, helper: Helper | None = None) -> None:
        self.progress = Progress("planning", 0, 0)
        """How far it has come."""
        self.chain: Chain | None = None
        """The result; None before it is ready."""
        self._executor = executor
        self._request = request
        self._helper = helper
        self._job = 0
        self._budget = 0.0
        self._pieces = self._all()

    def advance(self, budget_s: float) -> bool:
        """Work for about so long on the thread of the context; whether the chain is ready. Never waits for others.

        Raises:
            PlanError: the sizes are impossible, or the driver refuses our own steps.
            GLError: there is no memory, or the driver cannot compile it.
        """
        self._budget = budget_s
        return self.chain is not None or next(self._pieces, True) is True

    def finish(self) -> Chain:
        """Do all the rest at once, without the helper.

        Raises:
            PlanError: see `advance`.
            GLError: see `advance`.
        """
        self._helper = None
        while not self.advance(1.0):
            pass
        assert self.chain is not None
        return self.chain

    def drop(self) -> None:
        """Give up; everything made so far goes back to the stock."""
        self._pieces.close()
        if self._helper is not None:
            self._helper.forget(self._job)
        if self.chain is not None:
            self.chain.made.release()
            self.chain = None

    def _all(self) -> Generator[bool, None, None]:
        request = self._request
        while True:
            self.progress = Progress("planning", 0, 0)
            plan = yield from self._plan(request)
            try:
                made = yield from self._prepare(plan)
            except StepFailure as failure:
                failures = Failures(request.disabled, request.untouched)
                request = failures.after(failure.file, str(failure.error), failure.rewritten).applied(request)
                continue
            self.chain = Chain(request, made)
            return

    def _plan(self, request: PlanRequest) -> Generator[bool, None, Plan]:
        if not request.files or self._helper is None:  # the plain picture is planned in no time
            return _planned(request)
        yield from self._turn()
        if self._helper is not None and self._helper.ready:
            self._job = self._helper.plan(request)
            while not self._helper.useless:
                for reply in self._helper.poll(self._job):
                    if isinstance(reply, Planned):
                        if reply.plan is None:
                            raise PlanError(reply.problem)
                        return reply.plan
                    if isinstance(reply, Died):
                        return (yield from self._plan_in_thread(request))
                yield False
                if self._helper is None:
                    return _planned(request)
        return (yield from self._plan_in_thread(request))

    def _turn(self) -> Generator[bool, None, None]:
        """Wait until the helper works for nobody else."""
        while self._helper is not None and self._helper.busy and not self._helper.useless:
            yield False

    def _plan_in_thread(self, request: PlanRequest) -> Generator[bool, None, Plan]:
        results: list[Plan | Anime4kError] = []

        def work() -> None:
            try:
                results.append(_planned(request))
            except Anime4kError as error:
                results.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        while thread.is_alive() and self._helper is not None:
            yield False
        thread.join()
        if not results:
            raise PlanError("the chain cannot be planned")
        if isinstance(results[0], Anime4kError):
            raise results[0]
        return results[0]

    def _prepare(self, plan: Plan) -> Generator[bool, None, Prepared]:
        yield from self._warm(plan)
        work = self._executor.begin(plan)
        try:
            while not work.advance(self._budget):
                self.progress = Progress("getting ready", work.done, work.total)
                yield False
        except BaseException:
            work.drop()
            raise
        return work.result

    def _warm(self, plan: Plan) -> Generator[bool, None, None]:
        """Let the helper compile what is new."""
        programs = self._executor.stock.programs
        new = {step.program: number for number, step in enumerate(plan.steps) if not programs.known(step.program)}
        steps = sorted(new.values())
        if not steps or not self._request.files or self._helper is None:
            return
        yield from self._turn()
        if self._helper is None or not self._helper.caches:
            return
        self._job, since, deaths = self._helper.warm(plan, steps), time.monotonic(), 0
        while self._helper is not None and not self._helper.useless:
            for reply in self._helper.poll(self._job):
                since = time.monotonic()
                if isinstance(reply, Warmed):
                    self.progress = Progress("compiling", reply.done, len(steps))
                    if reply.done == len(steps):
                        return
                elif isinstance(reply, Died):
                    deaths += 1
                    if deaths > 1:
                        raise GLError("the graphics driver crashes when it compiles the shaders")
                    self._job = self._helper.warm(plan, steps)
            if time.monotonic() > since + PATIENCE_S:
                raise GLError(f"a shader takes longer than {PATIENCE_S:.0f} s to compile")
            yield False


def _planned(request: PlanRequest) -> Plan:
    return optimised_plan(request)

