"""Two forms of a network through the whole engine: which one is drawn, and that the picture is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file
from anime4k.media.format import SourceFormat
from anime4k.modes.form_memory import FormMemory
from anime4k.modes.forms import Driver, Known, Race
from anime4k.modes.pack import pack_directory
from anime4k.modes.pairs import Forms, digest_of
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.plan import Plan, StepKind
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import RenderSettings
from tests.pipeline.support import pixels

NAME = "a4k-upscale-cnn-s"
FRAGMENT, COMPUTE = pack_directory() / f"{NAME}.glsl", pack_directory() / f"{NAME}-compute.glsl"
SIZE = (67, 51)
SOURCE = pixels("yuv420p", *SIZE)
OUTPUT = (2 * SIZE[0], 2 * SIZE[1])
QUICK = Race(fragment_ms=10.0, compute_ms=5.0, gain=0.5, spread=0.1)
SLOW = Race(fragment_ms=10.0, compute_ms=20.0, gain=-1.0, spread=0.1)
OLD = Capabilities()
"""A device without compute shaders."""

Make = Callable[..., Renderer]


@pytest.fixture
def make(device: Device) -> Iterator[Make]:
    """Renderers of the network on a machine that remembers a race, None = nothing."""
    made: list[Renderer] = []
    if not device.compute:
        pytest.skip("this machine has no compute shaders")

    def renderer(race: Race | None, form: Form = Form.AUTO, driver: Driver | None = None, **options: Any) -> Renderer:
        memory = FormMemory()
        if race is not None:
            digest = digest_of(FRAGMENT, COMPUTE)
            memory.record([Known(NAME, driver or Driver.of(device.info), digest, SIZE, race)])
        forms = Forms(Driver.of(device.info), memory)
        made.append(
            Renderer(device, [parse_file(FRAGMENT)], settings=RenderSettings(form=form), forms=forms, **options)
        )
        return made[-1]

    yield renderer
    for each in made:
        each.release()


def files_of(plan: Plan) -> set[str]:
    """Names of the files whose passes are drawn."""
    return {Path(step.origin.path).stem for step in plan.steps if step.origin is not None}


def frame(source: SourceFormat = SOURCE) -> tuple[np.ndarray, ...]:
    """A picture with edges, shades and noise."""
    random = np.random.default_rng(3)
    planes = []
    for number in range(len(source.planes)):
        width, height = source.plane_size(number)
        down, across = np.mgrid[0:height, 0:width]
        values = 110 + 50 * np.sin(across / 9 + number) + 40 * ((across + 2 * down) // 13 % 2)
        planes.append(np.clip(values + random.normal(0, 4, values.shape), 16, 235).astype(np.uint8))
    return tuple(planes)


@pytest.mark.parametrize(
    ("race", "form", "drawn"),
    [
        (None, Form.AUTO, NAME),
        (SLOW, Form.AUTO, NAME),
        (QUICK, Form.AUTO, f"{NAME}-compute"),
        (QUICK, Form.FRAGMENT, NAME),
        (SLOW, Form.COMPUTE, f"{NAME}-compute"),
        (None, Form.COMPUTE, f"{NAME}-compute"),
    ],
)
def test_the_plan_lists_the_passes_of_the_chosen_form(make: Make, race: Race | None, form: Form, drawn: str) -> None:
    plan = make(race, form).configure(SOURCE, OUTPUT)
    assert files_of(plan) == {drawn}
    if drawn != NAME:
        assert all(step.kind is StepKind.COMPUTE for step in plan.steps if step.origin is not None)


def test_another_driver_knows_nothing_of_it(make: Make, device: Device) -> None:
    other = Driver(device.info.vendor, device.info.renderer, f"{device.info.version}.1")
    assert files_of(make(QUICK, driver=other).configure(SOURCE, OUTPUT)) == {NAME}


@pytest.mark.parametrize("form", Form)
def test_without_compute_shaders_fragment_passes_draw(make: Make, form: Form) -> None:
    assert files_of(make(QUICK, form, able=OLD).configure(SOURCE, OUTPUT)) == {NAME}


def test_both_forms_give_the_same_picture(make: Make) -> None:
    pictures = []
    for form in (Form.FRAGMENT, Form.COMPUTE):
        renderer = make(None, form)
        renderer.configure(SOURCE, OUTPUT)
        renderer.render(frame())
        pictures.append(renderer.read()[0].astype(int))
    assert pictures[0].shape == (OUTPUT[1], OUTPUT[0], 3) and np.ptp(pictures[0]) > 100
    assert np.abs(pictures[0] - pictures[1]).max() <= 1


def test_parameters_go_to_either_form_under_the_name_of_the_network(make: Make) -> None:
    pictures = []
    for form, overrides in (
        (Form.FRAGMENT, [(f"{NAME}/strength", "0")]),
        (Form.COMPUTE, [(f"{NAME}/strength", "0")]),
        (Form.COMPUTE, []),
    ):
        renderer = make(None, form, overrides=overrides)
        renderer.configure(SOURCE, OUTPUT)
        assert renderer.messages == []
        renderer.render(frame())
        pictures.append(renderer.read()[0].astype(int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 1 < np.abs(pictures[0] - pictures[2]).max()


def test_a_chain_that_is_begun_beside_another_is_drawn_in_the_form_as_well(make: Make) -> None:
    renderer = make(QUICK)
    begun = renderer.begin(SOURCE, OUTPUT, [parse_file(FRAGMENT)], RenderSettings())
    plan = renderer.adopt(begun.finish())
    assert files_of(plan) == {f"{NAME}-compute"}
    assert renderer.configure(SOURCE, OUTPUT) is plan  # nothing has changed
    companion = renderer.companion()
    companion.set_shaders([parse_file(FRAGMENT)])
    assert files_of(companion.configure(SOURCE, OUTPUT)) == {f"{NAME}-compute"}
    companion.release()


def test_the_form_changes_with_the_settings_and_with_the_size_of_the_frames(make: Make) -> None:
    renderer = make(QUICK)
    assert files_of(renderer.configure(SOURCE, OUTPUT)) == {f"{NAME}-compute"}
    renderer.set_settings(RenderSettings(form=Form.FRAGMENT))
    assert files_of(renderer.configure(SOURCE, OUTPUT)) == {NAME}
    renderer.set_settings(RenderSettings())
    far = pixels("yuv420p", 16, 12)  # too small for what was measured
    assert files_of(renderer.configure(far, (32, 24))) == {NAME}
