"""Which chain is on its way, when nothing but the decisions counts: the renderer says yes or no as it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from anime4k.errors import GLError, GraphicsMemoryError, PlanError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_text
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.situation import Situation
from anime4k.pipeline.costs import NO_COST, FrameCost, Watch
from anime4k.pipeline.plan import Cost, Plan
from anime4k.pipeline.plan import Size as PlanSize
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RenderSettings
from anime4k.pipeline.upcoming import Progress
from anime4k.player.geometry import Size
from anime4k.player.picture.chains import UNUSED_FRAMES, Chains
from anime4k.player.picture.selection import Active, Selection

GRAY = PIXEL_LAYOUTS["gray"]
FORMAT = SourceFormat(8, 8, GRAY.model, GRAY.planes)
FRAME = Frame((np.zeros((8, 8), np.uint8),), FORMAT, 0, Fraction(1))
PLAN = Plan((), (), (), (), PlanSize(1, 1), (), (), (), False, Cost(0, 0, 0, 0))
SIZE = (16, 16)


def file(name: str) -> ShaderFile:
    """A shader file."""
    return parse_text("//!PARAM k\n//!TYPE float\n1.0\n\n"
                      "//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return k * HOOKED_tex(HOOKED_pos); }\n", name)


A, B, C = file("a"), file("b"), file("c")
Asked = tuple[tuple[str, ...], Size, tuple[tuple[str, str], ...]]


class Renderer:
    """Takes a number of looks for every chain, or refuses it."""

    def __init__(self, log: list[str] | None = None, name: str = "main") -> None:
        self.log = [] if log is None else log
        self.name = name
        self.looks = 1
        self.refuse: dict[str, Exception] = {}
        self.adopted: list[Asked] = []
        self.plan = PLAN

    def begin(
        self,
        source: SourceFormat,
        size: Size,
        shaders: Sequence[ShaderFile],
        settings: RenderSettings,
        overrides: Sequence[tuple[str, str]] = (),
    ) -> Work:
        """Begin."""
        names = tuple(each.path for each in shaders)
        self.log.append(f"{self.name} begins {'+'.join(names) or 'plain'}")
        return Work(self, (names, size, tuple(overrides)), self.looks)

    def adopt(self, chain: Any) -> Plan:
        """Note it."""
        self.adopted.append(chain.asked)
        return PLAN

    def companion(self) -> Renderer:
        """Another one with the same log."""
        return Renderer(self.log, "beside")

    def forget(self) -> None:
        """Note it."""
        self.log.append(f"{self.name} forgets")

    def release(self) -> None:
        """Note it."""
        self.log.append(f"{self.name} ends")

    def render(self, planes: object, pts: float = 0.0, watch: Watch = Watch.NOTHING) -> FrameCost:
        """Nothing is drawn."""
        return NO_COST


class Work:
    """A chain on its way."""

    progress = Progress("planning", 0, 0)

    def __init__(self, renderer: Renderer, asked: Asked, looks: int) -> None:
        self.chain: Any = None
        self._renderer, self._asked, self._looks = renderer, asked, looks

    def advance(self, budget_s: float) -> bool:
        """One look."""
        error = self._renderer.refuse.get("+".join(self._asked[0])) or self._renderer.refuse.get(str(self._asked[1]))
        if error is not None:
            raise error
        self._looks -= 1
        if self._looks <= 0:
            self.chain = SimpleNamespace(asked=self._asked, made=SimpleNamespace(plan=PLAN))
        return self.chain is not None

    def finish(self) -> Any:
        """All looks at once."""
        while not self.advance(1.0):
            pass
        return self.chain

    def drop(self) -> None:
        """Note it."""
        self._renderer.log.append(f"{self._renderer.name} drops {'+'.join(self._asked[0]) or 'plain'}")


class Chosen(Selection):
    """These files; with `always` also after what was chosen has been taken back, as auto may do."""

    def __init__(self, *files: ShaderFile) -> None:
        super().__init__(files=files)
        self.always: tuple[ShaderFile, ...] | None = None

    def choose(self, *files: ShaderFile) -> None:
        """Use these files."""
        self._files = files
        self.tuning = replace(self.tuning, strength=len(files) / 10)  # so that undo has something to take back

    def active(self, situation: Situation) -> Active:
        """What is drawn with."""
        active = super().active(situation)
        return active if self.always is None else replace(active, shaders=self.always, chain=self.always)


@pytest.fixture
def parts() -> tuple[Chains, Renderer, Chosen]:
    """Chains that draw with file a."""
    renderer, selection = Renderer(), Chosen(A)
    chains = Chains(renderer, selection, lambda _: DEFAULT_SETTINGS, lambda _: (C,))  # type: ignore[arg-type]
    chains.ask(FRAME, SIZE)
    assert chains.work(0.0) and chains.active is not None and chains.active.shaders == (A,)
    return chains, renderer, selection


def work(chains: Chains, until: Callable[[], bool]) -> None:
    """Ask and work until something is so."""
    for _ in range(50):
        if until():
            return
        chains.ask(FRAME, SIZE)
        chains.work(0.0)
    raise AssertionError("it does not come to rest")


@pytest.mark.parametrize("error", [GLError("no"), GraphicsMemoryError("no"), PlanError("no")])
def test_a_selection_that_insists_on_what_is_impossible_comes_to_rest(
    parts: tuple[Chains, Renderer, Chosen], error: Exception
) -> None:
    chains, renderer, selection = parts
    renderer.refuse["b"] = error
    selection.always = (B,)
    chains.stale = True
    for _ in range(20):
        chains.ask(FRAME, SIZE)
        chains.work(0.0)
    assert chains.progress is None and chains.main.present is not None and chains.main.present.shaders == (A,)
    assert len(chains.complaints) == 1 and "cannot be used here (no)" in chains.complaints[0]
    assert renderer.log.count("main begins b") == (2 if isinstance(error, GraphicsMemoryError) else 1)


def test_an_impossible_size_is_asked_for_once_and_again_after_the_next_change(
    parts: tuple[Chains, Renderer, Chosen]
) -> None:
    chains, renderer, selection = parts
    renderer.refuse["(99, 99)"] = PlanError("too large")
    for _ in range(5):
        chains.ask(FRAME, (99, 99))
        chains.work(0.0)
    assert chains.problem == "too large" and chains.main.present is not None and chains.main.present.size == SIZE
    assert renderer.log == ["main begins a", "main begins a", "main drops a"]
    chains.resized()
    renderer.refuse.clear()
    for _ in range(3):
        chains.ask(FRAME, (99, 99))
        chains.work(0.0)
    assert chains.main.present.size == (99, 99) and chains.problem == ""


def test_values_that_follow_each_other_quickly_are_all_begun_one_after_the_other(
    parts: tuple[Chains, Renderer, Chosen]
) -> None:
    chains, renderer, selection = parts
    renderer.looks = 5
    for step in range(40):  # a slider that moves faster than a chain gets ready
        selection.tuning = selection.tuning.with_value(A, "k", step / 10)
        chains.stale = True
        chains.ask(FRAME, SIZE)
        chains.work(0.0)
    seen = [float(asked[2][0][1]) for asked in renderer.adopted[1:]]
    assert len(seen) == 8 and seen == sorted(seen), seen
    work(chains, lambda: chains.progress is None)
    assert renderer.adopted[-1] == (("a",), SIZE, (("a/k", "3.9"),))
    assert "main drops a" not in renderer.log[1:-1]


def test_another_chain_does_not_wait_for_values(parts: tuple[Chains, Renderer, Chosen]) -> None:
    chains, renderer, selection = parts
    renderer.looks = 5
    selection.tuning = selection.tuning.with_value(A, "k", 0.5)
    chains.stale = True
    chains.ask(FRAME, SIZE)
    selection.choose(B)
    chains.stale = True
    chains.ask(FRAME, SIZE)
    assert renderer.log[-2:] == ["main drops a", "main begins b"]
    work(chains, lambda: chains.progress is None)
    assert [asked[0] for asked in renderer.adopted] == [("a",), ("b",)]


def test_textures_of_what_was_compared_with_are_given_back_after_a_while(
    parts: tuple[Chains, Renderer, Chosen]
) -> None:
    chains, renderer, _ = parts
    chains.plain(FRAME, SIZE)
    for _ in range(UNUSED_FRAMES - 1):
        chains.rest_beside()
    chains.plain(FRAME, SIZE)
    for _ in range(UNUSED_FRAMES - 1):
        chains.rest_beside()
    assert renderer.log[-1] == "beside begins plain"
    chains.rest_beside()
    assert renderer.log[-1] == "beside forgets"


def test_a_mode_to_compare_with_that_is_impossible_is_told_once(parts: tuple[Chains, Renderer, Chosen]) -> None:
    chains, renderer, _ = parts
    beside = Renderer(renderer.log, "beside")
    beside.refuse["c"] = GLError("no")
    renderer.companion = lambda: beside  # type: ignore[method-assign]
    for _ in range(10):
        lane = chains.other(FRAME, "some mode")
        chains.work(0.0)
        assert lane.present is not None and lane.present.shaders == ()
    assert len(chains.complaints) == 1 and "(no)" in chains.complaints[0]
