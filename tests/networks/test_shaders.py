"""The shader files of networks show what numpy computes, in every form and at every size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.errors import UsageError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_text
from anime4k.networks.glsl.arithmetic import number
from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.graph import SOURCE, Activation, Base, Conv, Network, Source
from anime4k.networks.numpy import evaluate
from anime4k.pipeline.cost import count
from tests.networks.nets import SHAPES, noise, random_network
from tests.pipeline.support import QUICK, Bench, float_rgb, user_steps

if TYPE_CHECKING:
    from anime4k.gl.device import Device
    from tests.networks.conftest import Shown

FORMS: dict[str, Callable[[Network], str]] = {"fragment": fragment, "compute": compute}
HALF = replace(QUICK, float32=False)

every_form = pytest.mark.parametrize("form", FORMS)
every_shape = pytest.mark.parametrize("network", SHAPES.values(), ids=SHAPES.keys())


def file_of(network: Network, form: str) -> ShaderFile:
    ending = "-compute" if form == "compute" else ""
    return parse_text(FORMS[form](network), f"{network.name}{ending}.glsl")


@every_shape
@every_form
def test_in_single_precision_it_equals_numpy(shown: Shown, network: Network, form: str) -> None:
    picture = noise(29, 37)
    found = shown("modern", picture, FORMS[form](network), scale=network.scale)
    expected = evaluate(network, picture)
    assert np.abs(expected - evaluate(network, picture, 0.0)).mean() > 0.05, "it changes too little to tell"
    assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize("name", ["crelu 4 dense", "crelu 8 dense", "relu 12", "rgb crelu 8", "own size"])
def test_in_half_precision_both_forms_equal_numpy(shown: Shown, name: str) -> None:
    network, picture = SHAPES[name], noise(24, 40, seed=2)
    both = [shown("modern", picture, FORMS[form](network), scale=network.scale, settings=HALF)
            for form in FORMS]  # fmt: skip
    expected = evaluate(network, picture)
    for found in both:
        assert np.abs(found - expected).max() < 1 / 255
    assert np.abs(both[0] - both[1]).max() < 0.5 / 255


@every_form
@pytest.mark.parametrize("size", [(64, 48), (33, 9), (32, 8), (1, 1), (1, 11), (7, 1), (2, 3)],
                         ids=lambda size: f"{size[0]}x{size[1]}")  # fmt: skip
def test_sizes(shown: Shown, form: str, size: tuple[int, int]) -> None:
    network = random_network(width=6, depth=2, first=5, seed=12)
    picture = noise(size[1], size[0], seed=3)
    found = shown("modern", picture, FORMS[form](network))
    assert np.abs(found - evaluate(network, picture)).max() < 1e-4


@pytest.mark.parametrize("name", ["crelu 8 dense", "rgb 5x5 dense with the picture", "own size"])
def test_old_opengl_shows_the_same(shown: Shown, name: str) -> None:
    network, picture = SHAPES[name], noise(16, 21)
    found = shown("baseline", picture, fragment(network), scale=network.scale)
    assert np.abs(found - evaluate(network, picture)).max() < 1e-4


@every_form
@pytest.mark.parametrize("name", ["luma crelu 4", "bilinear base", "own size"])
def test_strength(shown: Shown, form: str, name: str) -> None:
    network, picture = SHAPES[name], noise(12, 18)
    for percent in (0, 40, 200):
        options = {"overrides": (("strength", str(percent)),)}
        found = shown("modern", picture, FORMS[form](network), scale=network.scale, **options)
        assert np.abs(found - evaluate(network, picture, percent / 100)).max() < (1e-4 if percent else 1e-6)


@every_form
def test_it_may_be_used_twice_and_with_others(shown: Shown, form: str) -> None:
    # vo=gpu has one table of names for all files.
    settings = replace(QUICK, compat=Compat.GPU)
    restore = random_network(scale=1, seed=20, name="a4k-restore-cnn-s", amount=0.05)
    double = random_network(seed=21, amount=0.05, dense=True)
    picture = noise(10, 14)
    write = FORMS[form]
    found = shown("modern", picture, write(restore), write(double), settings=settings)
    expected = evaluate(double, evaluate(restore, picture))
    assert np.abs(found - expected).max() < 1e-4
    found = shown("modern", picture, write(double), write(double), scale=4, settings=settings)
    assert np.abs(found - evaluate(double, evaluate(double, picture))).max() < 1e-4
    found = shown("modern", picture, write(restore), write(restore), scale=1, settings=settings)
    assert np.abs(found - evaluate(restore, evaluate(restore, picture))).max() < 1e-4


def test_names_belong_to_one_file() -> None:
    names = ["a4k-upscale-cnn-m", "a4k-upscale-cnn-vl", "a4k-upscale-lite", "a4k-restore-cnn-m", "a4k-2d"]
    prefixes = []
    for name in names:
        for form in FORMS:
            file = file_of(random_network(name=name), form)
            saved = {each.save for each in file.passes if each.save}
            assert saved
            (prefix,) = {each.split("_")[0] for each in saved}
            assert re.fullmatch(r"[A-Z][A-Z0-9]*", prefix)
            assert all("__" not in each for each in saved)
            prefixes.append(prefix)
    assert len(set(prefixes)) == len(prefixes)


@every_shape
@every_form
def test_there_is_nothing_to_remark(network: Network, form: str) -> None:
    file = file_of(network, form)
    assert lint(file) == ()
    gates = {each.when.text if each.when else None for each in file.passes}
    expected = "OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *"
    assert gates == ({expected} if network.scale == 2 else {None})
    for each in file.passes:
        assert each.desc.startswith(f"{file.name}: ")
        assert len(each.binds) <= 16
    assert [param.name for param in file.params] == ["strength"]
    text = FORMS[form](network)
    assert f"\n// {file.name}: {network.summary}\n" in text
    assert text.startswith("// MIT License") and text.rstrip().endswith("\n100")
    assert max(map(len, text.splitlines())) <= 120


def passes_of(network: Network, form: str) -> int:
    return len(file_of(network, form).passes)


def test_layers_that_only_the_next_one_needs_are_not_stored() -> None:
    # Seven layers of eight values and a dense one: two passes each but for the last two layers together, one at 2x.
    network = random_network(width=8, depth=7, dense=True)
    assert passes_of(network, "fragment") == 6 * 2 + 1 + 1
    assert passes_of(network, "compute") == 7
    # A 3x3 layer at the end needs the pixels around.
    assert passes_of(random_network(width=8, depth=3), "fragment") == 3 * 2 + 1 + 1
    assert passes_of(random_network(width=8, depth=3), "compute") == 4
    assert passes_of(random_network(scale=1, depth=3), "fragment") == 4


@every_form
def test_the_last_layer_may_read_one_that_others_read_as_well(shown: Shown, form: str) -> None:
    network = random_network(width=4, depth=2, dense=True, scale=1)
    first, second, last = network.layers
    # The last but one is read by two others, so it has to be stored.
    third = Conv("f3", ("f2",), Activation.CRELU, second.weights[:, :, ::-1].copy(), second.bias)
    dense = Conv("out", ("f2", "f3", "f1"), Activation.CRELU, last.weights[:, np.arange(24) % 16], last.bias)
    made = replace(network, layers=(first, second, third, dense))
    picture = noise(9, 13)
    found = shown("modern", picture, FORMS[form](made), scale=1)
    assert np.abs(found - evaluate(made, picture)).max() < 1e-4


@pytest.mark.parametrize(("count", "scale"), [(14, 1), (15, 1), (16, 2), (16, 1), (31, 2)])
def test_layers_with_more_inputs_than_a_pass_may_bind(shown: Shown, scale: int, count: int) -> None:
    network = random_network(depth=count, dense=True, width=1, scale=scale, seed=count, amount=0.3)
    file = file_of(network, "fragment")
    assert max(len(each.binds) for each in file.passes) <= 16
    assert lint(file) == ()
    picture = noise(6, 9)
    found = shown("modern", picture, fragment(network), scale=scale)
    assert np.abs(found - evaluate(network, picture)).max() < 1e-4
    if count <= 16:
        found = shown("modern", picture, compute(network), scale=scale)
        assert np.abs(found - evaluate(network, picture)).max() < 1e-4
    else:
        with pytest.raises(UsageError, match="out reads 3"):
            compute(network)


def test_wide_layers_take_turns_in_shared_memory(shown: Shown) -> None:
    network = SHAPES["20 values"]
    sizes = [int(size) for size in re.findall(r"shared float tile\[(\d+)\]", compute(network))]
    assert max(sizes) * 4 <= 16384
    assert len(re.findall(r"barrier\(\);", compute(network))) == 1 + 3 + 3


@every_form
def test_values_too_large_for_textures_stay_finite(shown: Shown, form: str) -> None:
    weights = np.full((4, 1, 3, 3), 3e4, np.float32)
    large = Conv("f1", (SOURCE,), Activation.NONE, weights * np.array([1, -1, 1, -1]).reshape(4, 1, 1, 1), np.zeros(4))
    # What is too large is limited, and so cancels.
    last = Conv("out", ("f1",), Activation.NONE, np.full((4, 4, 3, 3), 1e-6, np.float32), np.zeros(4))
    network = Network("a4k-x", "x.", Source.LUMA, 2, Base.BILINEAR, (large, last))
    picture = np.ones((5, 6, 3), np.float32)
    found = shown("modern", picture, FORMS[form](network), settings=HALF)
    assert np.isfinite(found).all()
    assert np.abs(found - 1.0).max() < 2e-3


@every_form
def test_alpha_is_only_resized(devices: dict[str, Device], form: str) -> None:
    picture = np.dstack([noise(8, 8), np.full((8, 8), 1.0, np.float32)])
    for network in (SHAPES["luma crelu 4"], SHAPES["own size"]):
        with devices["modern"].ctx:
            size = (8 * network.scale, 8 * network.scale)
            bench = Bench(devices["modern"], float_rgb(8, 8, alpha=True), FORMS[form](network), size=size)
            for alpha in (1.0, 0.25):
                picture[..., 3] = alpha
                bench.draw(picture)
                found = bench.executor.read_texture(user_steps(bench.plan)[-1].outputs[0])
                assert np.abs(found[..., 3] - alpha).max() < 1e-6
            bench.executor.release()


@every_form
def test_reading_the_same_twice_is_refused(form: str) -> None:
    network = random_network(depth=1)
    first, last = network.layers
    weights = np.concatenate([last.weights, last.weights], axis=1)
    twice = replace(network, layers=(first, replace(last, inputs=("f1", "f1"), weights=weights)))
    with pytest.raises(UsageError, match="out reads the same values twice"):
        FORMS[form](twice)


def test_weights_that_are_zero_cost_nothing() -> None:
    network = random_network(depth=2)
    first, second, last = network.layers
    weights = first.weights.copy()
    weights[:, :, 0] = 0.0
    sparse = replace(network, layers=(replace(first, weights=weights), second, last))
    for form in FORMS:
        before, after = ([each.body for each in file_of(made, form).passes] for made in (network, sparse))
        assert before[1:] == after[1:]
        assert len(after[0].splitlines()) < len(before[0].splitlines())
    assert count(file_of(sparse, "fragment").passes[0].body)[0] == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, ".25"),
        (-0.25, "-.25"),
        (0.0, "0."),
        (-0.0, "0."),
        (1.0, "1."),
        (-12.5, "-12.5"),
        (10.0, "10."),
        (123456.0, "123456."),
        (0.12345678, ".123457"),
        (-0.00012345678, "-.000123457"),
        (3.5e-7, "3.5e-7"),
        (-1e-12, "-1e-12"),
        (1234567.0, "1.23457e+6"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
    assert float(text) == pytest.approx(value, rel=5e-6)
