"""Runs of training that are stopped, repeated, disturbed or wrongly asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # More only wait for each other where other work goes on.

from anime4k.errors import Anime4kError, OutputError, UsageError  # noqa: E402
from anime4k.networks.graph import Base  # noqa: E402
from anime4k.networks.store import read  # noqa: E402
from anime4k.training import __main__ as program  # noqa: E402
from anime4k.training import native  # noqa: E402
from anime4k.training.backends import Batch, Loss  # noqa: E402
from anime4k.training.batches import Doubling  # noqa: E402
from anime4k.training.commands import fit as command  # noqa: E402
from anime4k.training.data.store import CROP_FIELDS, write_table  # noqa: E402
from anime4k.training.fit import Schedule, begin, fit  # noqa: E402
from anime4k.training.mixed import Mixed  # noqa: E402
from anime4k.training.runs import alone, append_log, resume, save, shorten_log  # noqa: E402
from anime4k.training.shapes import chain  # noqa: E402
from anime4k.training.stored import Stored  # noqa: E402

SHAPE = chain(4, 4)
SCHEDULE = Schedule(steps=4, warm_up=2, hidden=8)


def noise(count: int, side: int = 96, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8)


def pairs(seed: int = 5) -> Stored:
    clean = noise(16, 24)
    return Stored(clean, clean[:, ::2, ::2], SHAPE.base, 12, seed)


class Constant:
    """A backend whose gradient has the same value everywhere, a new one in each step."""

    def __init__(self, *values: float) -> None:
        self._values = iter(values)

    def step(self, folded: torch.Tensor, batch: Batch, loss: Loss) -> tuple[float, torch.Tensor]:
        value = next(self._values)
        return abs(value), torch.full_like(folded, value)


def data_set(folder: Path, checks: int = 16) -> Path:
    """Crops of noise, all of which have something to teach; the first ones are for checking."""
    folder.mkdir()
    np.save(folder / "crops.npy", noise(16 + checks))
    row = {"picture": "p", "kind": "drawn", "x": 0, "y": 0, "information": 1}
    splits = ["check"] * checks + ["train"] * 16
    write_table(folder / "crops.csv", CROP_FIELDS, [{**row, "split": split} for split in splits])
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """The command `fit` for size s on a small data set: (exit code, what it said)."""
    monkeypatch.setattr(command, "CHECK_BLOCKS", 1)
    folder = data_set(tmp_path / "set")

    def call(*words: object, data: Path = folder, name: str = "a4k-upscale-cnn-s") -> tuple[int, str]:
        line = ("training", "fit", name, data, "--out", tmp_path / "runs", "--every", 2, *words)
        monkeypatch.setattr(sys, "argv", list(map(str, line)))
        return program.main(), capsys.readouterr().err

    return call


def test_a_checkpoint_belongs_to_one_run(tmp_path: Path) -> None:
    path, progress = tmp_path / "checkpoint.pt", begin(SHAPE, SCHEDULE, 5)
    save(path, progress, pairs(), {"seed": 5, "start": ""})
    found = resume(path, pairs(), {"seed": 5, "start": ""})
    assert torch.equal(found.flat, progress.flat) and found.step == 0
    with pytest.raises(UsageError, match="seed 5, not 6"):
        resume(path, pairs(), {"seed": 6, "start": ""})
    with pytest.raises(UsageError, match="start none, not other"):
        resume(path, pairs(), {"seed": 5, "start": "other"})


def test_a_checkpoint_without_facts_is_still_read(tmp_path: Path) -> None:
    path, progress = tmp_path / "checkpoint.pt", begin(SHAPE, SCHEDULE, 5)
    torch.save({"progress": vars(progress), "pairs": pairs().state()}, path)
    assert torch.equal(resume(path, pairs(), {"seed": 5}).flat, progress.flat)


@pytest.mark.parametrize("contents", [b"", b"PK\x03\x04 cut off", b"\x80\x02K\x01."])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(contents)
    with pytest.raises(UsageError, match="checkpoint.pt is damaged"):
        resume(path, pairs())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    path, progress = tmp_path / "checkpoint.pt", begin(SHAPE, SCHEDULE, 5)
    save(path, progress, pairs())
    before = path.read_bytes()
    (tmp_path / "checkpoint.partial").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left"):
        save(path, progress, pairs())
    assert path.read_bytes() == before


def test_two_processes_do_not_train_in_one_folder(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(UsageError, match="another process"), alone(tmp_path):
        pytest.fail("the folder was entered twice")
    with alone(tmp_path):  # Free again.
        pass


def test_rows_after_the_checkpoint_leave_the_log(tmp_path: Path) -> None:
    log, progress = tmp_path / "log.csv", begin(SHAPE, SCHEDULE, 5)
    for progress.step in (2, 4, 6):
        append_log(log, progress, 1e-3, 31.5)
    shorten_log(log, 4)
    assert log.read_text().split() == [
        "step,seconds,batch_psnr,check_psnr", "2,0,30.000,31.500", "4,0,30.000,31.500",
    ]  # fmt: skip
    shorten_log(tmp_path / "none.csv", 4)
    assert not (tmp_path / "none.csv").exists()


def test_training_that_diverges_ends() -> None:
    with pytest.raises(Anime4kError, match="diverged before step 4"):
        fit(SHAPE, SCHEDULE, Constant(0.1, 0.1, np.nan, np.inf), pairs(), begin(SHAPE, SCHEDULE, 5))


def test_a_first_step_without_a_gradient_does_not_stop_the_others() -> None:
    progress = begin(SHAPE, SCHEDULE, 5)
    before = progress.flat.clone()
    fit(SHAPE, SCHEDULE, Constant(0.0, 0.1, 0.1, 0.1), pairs(), progress)
    assert (progress.flat - before).abs().max() > 1e-4


@pytest.mark.parametrize("base", Base)
def test_batches_are_made_on_the_device(base: Base) -> None:
    """The device `meta` refuses whatever is not on it as well."""
    for made in (
        Doubling(noise(16), base, 24, 0, device="meta"),
        Stored(noise(16), noise(16, 48), base, 24, 0, device="meta"),
    ):
        batch = made.batch(2)
        assert {batch.source.device.type, batch.wanted.device.type} == {"meta"}
        assert (batch.source.shape, batch.wanted.shape) == ((2, 1, 24, 24, 16), (2, 4, 24, 24, 16))


def test_only_the_numbered_crops_are_used() -> None:
    crops = noise(40)
    crops[::2] = 0  # Whatever is read of these shows.
    found = Doubling(crops, Base.NEAREST, 48, 0, numbers=np.arange(1, 40, 2))._blocks
    assert found.shape == (1, 96, 96, 16) and (found.float().std((0, 1, 2)) > 20).all()


def test_too_few_crops_are_counted(run, tmp_path: Path) -> None:
    code, said = run(data=data_set(tmp_path / "few", checks=3))
    assert code == 2 and "few is too small: only 3 crops of a split can be used and 16 are needed" in said


def test_a_run_is_not_changed_on_the_way(run, tmp_path: Path) -> None:
    assert run("--steps", 4)[0] == 0
    folder = tmp_path / "runs/a4k-upscale-cnn-s"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, said = run("--steps", 2)
    assert code == 2 and "4 steps old already, more than 2" in said
    code, said = run("--steps", 6, "--seed", 7)
    assert code == 2 and "seed 1, not 7" in said
    code, said = run("--steps", 6, "--start", folder / "a4k-upscale-cnn-s.npz")
    assert code == 2 and "start none, not a4k-upscale-cnn-s" in said
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    # A finished run that is asked for again says the same again.
    assert run("--steps", 4)[0] == 0
    assert read(folder / "a4k-upscale-cnn-s.npz")[1].steps == 4
    assert (folder / "checkpoint.pt").read_bytes() == before["checkpoint.pt"]


def test_stopping_by_hand_says_where_it_goes_on(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "fit", stopped)
    code, said = run("--steps", 4)
    assert code == 130 and said.endswith("stopped at step 0; the same command begins anew\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--steps", "0"), "no whole number of at least 1"),
        (("--every", "-3"), "no whole number of at least 1"),
        (("--threads", "two"), "no whole number of at least 1"),
        (("--device", "gpu"), "invalid choice"),
    ],
)
def test_arguments_are_checked(run, words: tuple[str, str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words)
    assert caught.value.code == 2 and reason in capsys.readouterr().err


def test_what_is_not_there_is_named(run, tmp_path: Path) -> None:
    code, said = run(name="a4k-upscale-cnn-xxl")
    assert code == 2 and "there is no recipe 'a4k-upscale-cnn-xxl'" in said
    code, said = run(data=tmp_path / "nothing")
    assert code == 2 and "nothing is no data set" in said
    code, said = run(name="a4k-restore-cnn-s")
    assert code == 1 and "is no whole pair store" in said
    if not torch.cuda.is_available():
        code, said = run("--device", "cuda")
        assert code == 2 and "finds no CUDA device" in said
    assert not (tmp_path / "runs").exists()


def test_the_compiled_code_reads_only_what_fits() -> None:
    try:
        made = native.Chain(SHAPE, 8, 12)
    except native.NotAvailableError as error:
        pytest.skip(str(error))
    weights = np.zeros(SHAPE.weights, np.float32)
    with pytest.raises(ValueError, match="shape"):
        made.forward(np.zeros((1, 8, 11, 16), np.float32), weights)
    with pytest.raises(ValueError, match="shape"):
        made.forward(np.zeros((1, 8, 12, 16), np.float32), weights[:-1])
    with pytest.raises(ValueError, match="shape"):
        made.backward(np.zeros((1, 8, 12, 16), np.float32), weights)
    with pytest.raises(ValueError, match="does not know"):
        native.Chain(SHAPE, 8, 13)
    with pytest.raises(ValueError, match="does not know"):
        native.Chain(chain(6, 6), 8, 12)


def test_the_compiled_code_leaves_the_numbers_of_others_alone() -> None:
    """Compilers link code that makes subnormal numbers zero in the whole process, where all their shortcuts are on."""
    tiny = np.float32(2.0**-140)
    try:
        made = native.Chain(SHAPE, 8, 12)
    except native.NotAvailableError as error:
        pytest.skip(str(error))
    made.forward(np.zeros((1, 8, 12, 16), np.float32), np.zeros(SHAPE.weights, np.float32))
    made.backward(np.zeros((4, 8, 12, 16), np.float32), np.zeros(SHAPE.weights, np.float32))
    # As bits: where subnormal numbers are zero, comparisons take them for equal.
    assert (tiny * np.float32(2)).view(np.uint32) == 2 * tiny.view(np.uint32)


@pytest.mark.parametrize("compiler", ["/nowhere/c++", "false", "true"])
def test_a_compiler_that_fails_is_no_end(compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be missing, fail, or make nothing."""
    monkeypatch.setenv("CXX", compiler)
    monkeypatch.setattr(native.platformdirs, "user_cache_path", lambda name: tmp_path)
    with pytest.raises(native.NotAvailableError):
        native.library.__wrapped__()


def test_a_checkpoint_of_other_pairs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save(path, begin(SHAPE, SCHEDULE, 5), pairs())
    mixed = Mixed(pairs(1), pairs(2), 0.5, SHAPE.base, 2, 3, "cpu")
    with pytest.raises(UsageError, match="other kinds of data"):
        resume(path, mixed)
