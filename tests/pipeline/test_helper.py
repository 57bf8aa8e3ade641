"""The helper process: what it answers, and what happens when it is late, slow, dead or of another device."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.errors import GLError, PlanError
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_text
from anime4k.pipeline import helper as helping
from anime4k.pipeline import upcoming
from anime4k.pipeline.execute import capabilities
from anime4k.pipeline.helper import Helper, Planned, Reply, Warmed
from anime4k.pipeline.journey import PlanRequest, make_plan
from anime4k.pipeline.plan import Plan, Size
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import optimised_plan
from anime4k.pipeline.settings import DEFAULT_SETTINGS
from anime4k.pipeline.warm import single
from tests.pipeline.support import pixels, zeros

ROOT = Path(__file__).resolve().parents[2]
SOURCE = pixels("yuv420p", 40, 30)
PASS = "//!HOOK LUMA\n//!BIND HOOKED\n//!SAVE {0}\nvec4 hook() {{ return {1}.0 * HOOKED_texOff({1}); }}\n"
CHAIN = parse_text("".join(PASS.format(name, number) for number, name in enumerate("ABC")), "chain.glsl")
COMPUTE = parse_text(
    "//!HOOK MAIN\n//!BIND HOOKED\n//!COMPUTE 8 8\nvoid hook() {\n"
    "imageStore(out_image, ivec2(gl_GlobalInvocationID), HOOKED_tex(HOOKED_pos)); }\n", "compute.glsl",
)  # fmt: skip
PATIENCE_S = 60.0


def request(device: Device, *files: Any, size: Size = Size(80, 60)) -> PlanRequest:
    """A plan of these files."""
    values = tuple(() for _ in files)
    return PlanRequest(SOURCE, size, files, values, capabilities=capabilities(device))


@pytest.fixture(scope="module")
def helper(device: Device) -> Iterator[Helper]:
    with pytest.MonkeyPatch.context() as patch:
        # What a player does without sooner is worth waiting for here, on a machine that has other things to do.
        patch.setattr(helping, "START_LIMIT_S", PATIENCE_S)
        made = Helper(device.info.renderer, device.info.glsl)
        yield made
        made.close()


def replies(helper: Helper, number: int, done: Callable[[list[Reply]], bool]) -> list[Reply]:
    """What the helper says about a job until `done`."""
    said: list[Reply] = []
    end = time.monotonic() + PATIENCE_S
    while not done(said):
        assert time.monotonic() < end and not helper.useless, said
        said += helper.poll(number)
        time.sleep(0.002)  # the helper may need this processor
    return said


def plan_of(helper: Helper, wanted: PlanRequest) -> Planned:
    """The answer to a request."""
    said = replies(helper, helper.plan(wanted), lambda said: any(isinstance(one, Planned) for one in said))
    return next(one for one in said if isinstance(one, Planned))


def test_it_makes_the_same_plans(device: Device, helper: Helper) -> None:
    for wanted in (request(device, CHAIN), request(device, CHAIN, COMPUTE), request(device)):
        assert plan_of(helper, wanted).plan == optimised_plan(wanted)


def test_it_says_why_there_is_no_plan(device: Device, helper: Helper) -> None:
    with pytest.raises(PlanError) as expected:
        make_plan(request(device, size=Size(99999, 10)))
    answer = plan_of(helper, request(device, size=Size(99999, 10)))
    assert answer.plan is None and answer.problem == str(expected.value)


def test_it_warms_every_step_that_was_asked_for(device: Device, helper: Helper) -> None:
    plan = optimised_plan(request(device, CHAIN, COMPUTE))
    steps = tuple(range(len(plan.steps)))
    number = helper.warm(plan, steps)
    said = replies(helper, number, lambda said: bool(said) and getattr(said[-1], "done", 0) == len(steps))
    assert [one.done for one in said if isinstance(one, Warmed)] == [step + 1 for step in steps]
    assert not helper.busy


def test_the_plan_of_one_step_reads_and_writes_the_same_kinds_of_textures(device: Device) -> None:
    plan = optimised_plan(request(device, CHAIN, size=Size(4096, 3000)))
    for number, step in enumerate(plan.steps):
        one = single(plan, number)
        assert one.steps[0].program == step.program
        pairs = [(step.outputs, one.steps[0].outputs)]
        pairs.append((tuple(s.texture for s in step.samplers), tuple(s.texture for s in one.steps[0].samplers)))
        for before, after in pairs:
            assert [plan.textures[t].format for t in before] == [one.textures[t].format for t in after]
            for one_size, other in zip(before, after, strict=True):
                big, small = plan.textures[one_size].size, one.textures[other].size
                for side, less in ((big.width, small.width), (big.height, small.height)):
                    assert less <= 64 and (less & (less - 1) == 0) == (side & (side - 1) == 0)


FAKE = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from anime4k.pipeline.helper import *
from anime4k.pipeline.helper import receive, send
from anime4k.pipeline.journey import make_plan
from anime4k.pipeline.rewrites import optimised_plan
def planned(job):
    send(out, Planned(job.number, optimised_plan(job.request)))
out, jobs = sys.stdout.buffer, sys.stdin.buffer
"""


@pytest.fixture
def fake(device: Device, tmp_path: Path) -> Iterator[Callable[..., Helper]]:
    """Helpers that run a few lines of Python."""
    helpers: list[Helper] = []

    def make(lines: str, renderer: str | None = None) -> Helper:
        script = tmp_path / f"fake{len(helpers)}.py"
        hello = f"send(out, Hello({renderer or device.info.renderer!r}, {device.info.glsl}))\n"
        script.write_text(FAKE + hello + lines)
        helpers.append(Helper(device.info.renderer, device.info.glsl, [sys.executable, str(script)]))
        return helpers[-1]

    yield make
    for helper in helpers:
        helper.close()


def drawn(device: Device, helper: Helper | None, budget_s: float = 0.01) -> tuple[np.ndarray, set[str]]:
    """A frame through the chain that was prepared with a helper, and what was done meanwhile."""
    renderer = Renderer(device, helper=helper)
    try:
        work = renderer.begin(SOURCE, (80, 60), [CHAIN], DEFAULT_SETTINGS)
        seen, end = set(), time.monotonic() + PATIENCE_S
        try:
            while not work.advance(budget_s):
                seen.add(work.progress.what)
                assert time.monotonic() < end, work.progress
        except BaseException:
            work.drop()
            assert renderer.executor.stock.programs.lent == 0
            raise
        assert work.chain is not None
        renderer.adopt(work.chain)
        planes = [plane + 10 * (1 + number) for number, plane in enumerate(zeros(SOURCE))]
        renderer.render(planes)
        return renderer.read()[0].copy(), seen
    finally:
        renderer.release()


def test_chains_look_the_same_with_and_without(
    device: Device, helper: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    while not helper.ready:
        assert not helper.useless
    asked: list[Sequence[int]] = []
    warm = helper.warm

    def noted(plan: Plan, steps: Sequence[int]) -> int:
        asked.append(steps)
        return warm(plan, steps)

    monkeypatch.setattr(helper, "warm", noted)
    with_helper, _ = drawn(device, helper)
    assert any(asked) and np.array_equal(with_helper, drawn(device, None)[0])


@pytest.mark.parametrize(
    "lines",
    ["", "sys.exit(3)", "out.write(b'nonsense, and then the end'); out.flush()", "receive(jobs)"],
    ids=["ends at once", "fails", "talks nonsense", "ends at the first job"],
)
def test_a_helper_that_ends_is_done_without(device: Device, fake: Callable[..., Helper], lines: str) -> None:
    try:
        picture, _ = drawn(device, fake(lines))
    except GLError as error:  # it ended while it compiled, several times
        assert "crashes" in str(error) and "first job" not in lines
    else:
        assert np.array_equal(picture, drawn(device, None)[0])


def test_a_helper_of_another_device_is_of_no_use(device: Device, fake: Callable[..., Helper]) -> None:
    made = fake("receive(jobs)", "some other card")
    picture, _ = drawn(device, made)
    assert made.useless and np.array_equal(picture, drawn(device, None)[0])


def test_shaders_that_crash_the_driver_are_refused(device: Device, fake: Callable[..., Helper]) -> None:
    lines = (
        "while True:\n    job = receive(jobs)\n    send(out, Started(job.number))\n"
        "    planned(job) if isinstance(job, PlanJob) else os.abort()\n"
    )
    with pytest.raises(GLError, match="driver crashes when it compiles"):
        drawn(device, fake(lines))


def test_a_shader_that_does_not_come_to_an_end_is_refused(
    device: Device, fake: Callable[..., Helper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upcoming, "PATIENCE_S", 1.0)
    lines = (
        "while True:\n    job = receive(jobs)\n    send(out, Started(job.number))\n"
        "    planned(job) if isinstance(job, PlanJob) else time.sleep(3600)\n"
    )
    with pytest.raises(GLError, match="longer than 1 s to compile"):
        drawn(device, fake(lines))


def test_a_helper_that_is_stuck_in_what_nobody_wants_is_replaced(device: Device, fake: Callable[..., Helper]) -> None:
    mark = "stuck"
    lines = (
        f"stuck = not os.path.exists({mark!r} + str(os.getppid()))\nopen({mark!r} + str(os.getppid()), 'w').close()\n"
        "while True:\n    job = receive(jobs)\n    send(out, Started(job.number))\n"
        "    if stuck: time.sleep(3600)\n    planned(job)\n"
    )
    import os

    name = Path(mark + str(os.getpid()))
    try:
        made = fake(lines)
        while not made.ready:
            assert not made.useless
        first = made.plan(request(device, CHAIN))
        while not name.exists():
            assert not made.useless
        made.forget(first)
        answer = plan_of(made, request(device, COMPUTE))
        assert answer.plan == optimised_plan(request(device, COMPUTE))
    finally:
        name.unlink(missing_ok=True)


def test_two_chains_take_turns_at_the_helper(device: Device, helper: Helper) -> None:
    renderer = Renderer(device, helper=helper)
    other = renderer.companion()
    try:
        works = [
            renderer.begin(SOURCE, (80, 60), [CHAIN], DEFAULT_SETTINGS),
            other.begin(SOURCE, (96, 72), [COMPUTE], DEFAULT_SETTINGS),
        ]
        ready, end = [False, False], time.monotonic() + PATIENCE_S
        while not all(ready):
            ready = [work.advance(0.001) for work in works]
            assert time.monotonic() < end, [work.progress for work in works]
        plans: list[Plan] = []
        for who, work in zip((renderer, other), works, strict=True):
            assert work.chain is not None
            plans.append(who.adopt(work.chain))
        assert [plan.output_size for plan in plans] == [Size(80, 60), Size(96, 72)]
    finally:
        other.release()
        renderer.release()
