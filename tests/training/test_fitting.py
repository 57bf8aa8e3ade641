"""Training by hand: gradients of the compiled code, folding, batches, resuming, and the way to a finished network."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # More only wait for each other where other work goes on.

from anime4k.networks import numpy as evaluation  # noqa: E402
from anime4k.networks.graph import Activation, Base  # noqa: E402
from anime4k.networks.store import read  # noqa: E402
from anime4k.quality.resample import Kernel, resize  # noqa: E402
from anime4k.training import __main__ as program  # noqa: E402
from anime4k.training import native  # noqa: E402
from anime4k.training.backends import Batch, Loss, Native, Torch, evaluate  # noqa: E402
from anime4k.training.batches import HALVINGS, Augmentation, Doubling, halve, halving_weights  # noqa: E402
from anime4k.training.blocks import turned  # noqa: E402
from anime4k.training.export import folded_of, network  # noqa: E402
from anime4k.training.fit import Schedule, begin, fit  # noqa: E402
from anime4k.training.mixed import Mixed  # noqa: E402
from anime4k.training.runs import resume, save  # noqa: E402
from anime4k.training.shapes import Shape, chain  # noqa: E402
from anime4k.training.stored import Stored  # noqa: E402
from anime4k.training.weights import Folding  # noqa: E402

SHAPES = {
    "crelu, dense head": chain(4, 4, 4),
    "crelu, 5x5 first, 3x3 head": chain(8, 8, first=5, head=3),
    "relu": chain(8, 8, 8, activation=Activation.RELU, dense_from=1),
    "twelve values, same size": chain(12, 12, scale=1),
    "bilinear base": chain(4, 4, base=Base.BILINEAR),
    "sixteen values": chain(16, 16, activation=Activation.RELU, head=3),
}


def weights_of(shape: Shape, seed: int = 0) -> torch.Tensor:
    """Folded weights whose last layer is as large as the others."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape.weights, generator=generator) * 0.15


def drawings(count: int, seed: int = 0, size: int = 96) -> np.ndarray:
    """Crops with discs of flat colours on a slope."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    result = np.empty((count, size, size, 3), np.uint8)
    for crop in result:
        crop[...] = (x + y)[..., None] * random.random(3)
        for _ in range(6):
            middle, radius = random.integers(0, size, 2), random.integers(4, size // 3)
            crop[(x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2] = random.integers(0, 256, 3)
    return result


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("loss", Loss)
def test_the_compiled_code_has_the_gradients_of_pytorch(shape: Shape, loss: Loss) -> None:
    generator = torch.Generator().manual_seed(1)
    source = torch.rand(2, 1, 24, 24, 16, generator=generator)
    wanted = torch.randn(2, shape.scale**2, 24, 24, 16, generator=generator) * 0.1
    batch, folded = Batch(source, wanted), weights_of(shape)
    error, gradient = Native(shape, 24, 24, threads=2).step(folded, batch, loss)
    expected_error, expected = Torch(shape).step(folded, batch, loss)
    assert error == pytest.approx(expected_error, rel=1e-5)
    torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=1e-5 * float(expected.abs().max()))


def test_a_shape_that_the_compiled_code_does_not_know_is_left_to_pytorch() -> None:
    assert native.supported(chain(8, 8, 8))
    assert not native.supported(chain(6, 6, 6))


def test_folding_sums_both_branches_and_can_be_undone() -> None:
    shape = chain(4, 4, 4, first=5)
    folding = Folding(shape, hidden=8)
    flat = folding.start(torch.Generator().manual_seed(3))
    folded = folding.fold(flat)
    assert folded.shape == (shape.weights,)
    # The first layer by hand: its own 25x4 weights, 25x8 into the middle and 8x4 out of it.
    own, expand, reduce = flat[:100].view(25, 4), flat[100:300].view(25, 8), flat[300:332].view(8, 4)
    torch.testing.assert_close(folded[:100].view(25, 4), own + expand @ reduce)
    again = folding.unfold_from(weights_of(shape), torch.Generator().manual_seed(4))
    torch.testing.assert_close(folding.fold(again), weights_of(shape), rtol=0, atol=1e-6)


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in HALVINGS])
def test_halving_is_resampling_to_half_the_size(kernel: Kernel) -> None:
    picture = drawings(1)[0]
    ours = halve(torch.from_numpy(picture.astype(np.float32)), halving_weights(kernel)).numpy()
    expected = resize(picture.astype(np.float64), (48, 48), kernel)
    assert np.abs(ours - expected).max() < 2e-3


def test_the_eight_symmetries_are_different_and_complete() -> None:
    picture = torch.arange(9.0).view(3, 3)
    forms = {tuple(turned(picture, number).flatten().tolist()) for number in range(8)}
    expected = {
        tuple(np.rot90(mirrored, turns).flatten().tolist())
        for mirrored in (picture.numpy(), picture.numpy()[::-1])
        for turns in range(4)
    }
    assert forms == expected


@pytest.mark.parametrize("base", Base)
def test_adding_the_wanted_differences_to_the_base_gives_the_large_picture(base: Base) -> None:
    # Greys, since every mix of their colours is the same.
    crops = np.repeat(drawings(1)[..., :1], 16, 0).repeat(3, 3)
    pairs = Doubling(crops, base, 48, seed=0, augmentation=Augmentation(invert=0, contrast=0))
    batch = pairs.batch(1)
    small, wanted = batch.source[0, 0], batch.wanted[0]
    if base is Base.NEAREST:
        enlarged = small.repeat_interleave(2, 0).repeat_interleave(2, 1)
    else:
        picture = small.permute(2, 0, 1)[:, None]
        enlarged = torch.nn.functional.interpolate(picture, scale_factor=2, mode="bilinear")[:, 0].permute(1, 2, 0)
    differences = wanted.unflatten(0, (2, 2)).permute(2, 0, 3, 1, 4).reshape(96, 96, 16)
    large = ((enlarged + differences)[..., 0] * 255).numpy()
    luma = crops[0].astype(np.float64) @ (0.299, 0.587, 0.114)
    forms = [turned(torch.from_numpy(luma), number).numpy() for number in range(8)]
    assert min(np.abs(large - form).max() for form in forms) < 1e-2


def test_stored_pairs_give_the_differences_of_their_luma() -> None:
    clean = drawings(32, size=24)
    damaged = np.clip(clean.astype(int) + 3, 0, 255).astype(np.uint8)
    batch = Stored(clean, damaged, Base.NEAREST, 24, seed=0).batch(2)
    inside = batch.source < 0.98
    expected = torch.full_like(batch.wanted[inside], -3 / 255)
    torch.testing.assert_close(batch.wanted[inside], expected, rtol=0, atol=1.01 / 255)


def test_training_that_was_stopped_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    shape, schedule, crops = chain(4, 4), Schedule(steps=12, warm_up=4, hidden=8), drawings(48)

    def pairs() -> Doubling:
        return Doubling(crops, shape.base, 24, seed=5)

    whole = fit(shape, schedule, Torch(shape), pairs(), begin(shape, schedule, 5))
    first, progress = pairs(), begin(shape, schedule, 5)

    class Stop(Exception):
        """In the middle."""

    def stop(now: object, error: float, checked: float) -> None:
        save(tmp_path / "half.pt", progress, first)
        raise Stop

    with pytest.raises(Stop):
        fit(shape, schedule, Torch(shape), first, progress, every=7, report=stop)
    second = pairs()
    resumed = resume(tmp_path / "half.pt", second)
    assert resumed.step == 7
    assert torch.equal(fit(shape, schedule, Torch(shape), second, resumed), whole)


def test_fitting_learns_what_the_data_shows() -> None:
    """The data are moved by three codes: a network at the same size has to move them back."""
    clean = drawings(64, size=24)
    clean = np.clip(clean, 10, 245)
    damaged = (clean.astype(int) + 8).astype(np.uint8)
    shape, schedule = chain(4, 4, scale=1), Schedule(steps=150, rate=1e-2, warm_up=10)
    errors: list[float] = []
    fit(
        shape, schedule, Torch(shape), Stored(clean, damaged, Base.NEAREST, 24, 0), begin(shape, schedule, 0),
        every=50, report=lambda now, error, checked: errors.append(error),
    )  # fmt: skip
    assert errors[-1] < 0.1 * (8 / 255) ** 2
    assert errors[-1] < errors[0] / 5


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_exported_network_is_the_trained_one(shape: Shape) -> None:
    folded = weights_of(shape) * 0.5
    made = network("a4k-test", "tests", shape, folded)
    assert made.multiplications == shape.multiplications
    luma = np.random.default_rng(0).random((13, 17)).astype(np.float32)
    picture = np.repeat(luma[..., None], 3, 2)
    result = evaluation.evaluate(made, picture)[..., 0]
    with torch.no_grad():
        values = evaluate(shape, folded, torch.from_numpy(luma)[None, None])[0].numpy()
    large = np.zeros((13 * shape.scale, 17 * shape.scale))
    for number, part in enumerate(values):
        large[number // shape.scale :: shape.scale, number % shape.scale :: shape.scale] = part
    if shape.base is Base.NEAREST or shape.scale == 1:
        base = luma.repeat(shape.scale, 0).repeat(shape.scale, 1)
    else:
        base = torch.nn.functional.interpolate(torch.from_numpy(luma)[None, None], scale_factor=2, mode="bilinear")
        base = base[0, 0].numpy()
    assert np.abs(result - base - large).max() < 2e-4  # weights are rounded to five digits
    torch.testing.assert_close(folded_of(made, shape), folded, rtol=1e-4, atol=1e-6)


def test_the_command_trains_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """Data, a few steps, weights: the whole way on drawn pictures."""

    def run(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["training", *map(str, arguments)])
        return program.main()

    assert run("data", tmp_path / "set", "--small") == 0
    command = ("fit", "a4k-upscale-cnn-s", tmp_path / "set", "--out", tmp_path / "runs", "--every", 4)
    assert run(*command, "--steps", 8) == 0
    made, record = read(tmp_path / "runs/a4k-upscale-cnn-s/a4k-upscale-cnn-s.npz")
    assert (made.name, record.steps, record.seed) == ("a4k-upscale-cnn-s", 8, 1)
    assert (tmp_path / "runs/a4k-upscale-cnn-s/curve.png").read_bytes().startswith(b"\x89PNG")
    assert run(*command, "--steps", 12) == 0
    assert "going on from step 8" in capsys.readouterr().err
    log = (tmp_path / "runs/a4k-upscale-cnn-s/log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in log] == ["step", "4", "8", "12"]
    assert dataclasses.is_dataclass(record)


def test_mixed_pairs_come_from_both_and_go_on_where_they_were() -> None:
    dark, bright = (np.full((16, 24, 24, 3), code, np.uint8) for code in (50, 200))

    def mixed() -> Mixed:
        sources = [Stored(crops, crops, Base.NEAREST, 24, seed=0) for crops in (dark, bright)]
        return Mixed(*sources, 0.25, Base.NEAREST, 1, 3, "cpu")

    pairs = mixed()
    codes = (pairs.batch(200).source[:, 0, 0, 0, 0] * 255).round().tolist()
    assert set(codes) == {50, 200} and 0.15 < codes.count(50) / 200 < 0.35
    state = pairs.state()
    following = pairs.batch(8).source
    again = mixed()
    again.restore(state)
    assert torch.equal(again.batch(8).source, following)
