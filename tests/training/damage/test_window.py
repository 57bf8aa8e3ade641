"""A window under a history: shares of the recipes, exactly matching twins, clips that move as drawings do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from anime4k.errors import UsageError
from anime4k.media.roundtrip import Codec
from anime4k.quality.metrics import luma, psnr
from anime4k.quality.resample import Kernel, resize
from anime4k.training.damage.recipe import Blur, Jpeg, Look, Range, Recipe, Resample, Video, draw
from anime4k.training.damage.recipes import CLEAN, DENOISE, RECIPES, RESTORE
from anime4k.training.damage.window import MARGIN, Motion, _places, damage

Codes = npt.NDArray[np.uint8]

every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


def only(recipe: Recipe, look: Look, codec: Jpeg | Video | None = None) -> Recipe:
    """A recipe with a single look, and a single codec if it is given."""
    return replace(recipe, looks=((1, look),), codecs=((1, codec),) if codec else recipe.codecs)


def shift(picture: Codes, truth: Codes) -> tuple[float, float]:
    """By how many pixels a picture is displaced, down and to the right: least squares on the truth's slopes."""
    first, second = (luma(pixels)[6:-6, 6:-6] for pixels in (picture, truth))
    slopes = np.stack([-slope.ravel() for slope in np.gradient(second)], -1)
    result = np.linalg.lstsq(slopes, (first - second).ravel(), rcond=None)[0]
    return float(result[0]), float(result[1])


def test_the_measure_of_displacement_works(window: Codes) -> None:
    soft = resize(resize(window, (80, 80), Kernel.MITCHELL), (320, 320), Kernel.MITCHELL)
    moved = np.roll(soft, 1, axis=1)
    assert shift(moved[::2, ::2], soft[::2, ::2]) == pytest.approx((0, 0.5), abs=0.06)


@pytest.mark.parametrize(
    ("recipe", "untouched", "codec"), [(RESTORE, 0.15, 0.35), (CLEAN, 0.20, 0.66), (DENOISE, 0.10, 0.84)]
)
def test_recipes_have_the_shares_they_promise(recipe: Recipe, untouched: float, codec: float) -> None:
    total = sum(weight for weight, _ in recipe.looks)
    alone = sum(weight for weight, look in recipe.looks if look.name == "untouched")
    assert alone / total == pytest.approx(untouched)
    assert sum(weight * look.codec for weight, look in recipe.looks) / total == pytest.approx(codec, abs=0.02)
    assert next(look for _, look in recipe.looks if look.name == "untouched") == Look("untouched", (), 0.0)


def test_choices_are_drawn_by_weight() -> None:
    random = np.random.default_rng(5)
    counts = Counter(draw(RESTORE.looks, random).name for _ in range(5000))
    for weight, look in RESTORE.looks:
        assert counts[look.name] / 5000 == pytest.approx(weight / 100, abs=0.02)


COARSE_DB = 26.0
"""Pictures of x264 and x265 below it may have been predicted from a displaced one and left so: the codec's doing."""


@every_recipe
def test_twins_fit_in_shape_and_place(window: Codes, recipe: Recipe) -> None:
    seen = set()
    shifts = []
    for number in range(25):
        result = damage(window, recipe, np.random.default_rng(number))
        height, width = result.damaged.shape[:2]
        assert (height, width) == (160 // recipe.scale - MARGIN,) * 2
        assert result.clean.shape == (height * recipe.scale, width * recipe.scale, 3)
        assert result.clean.dtype == result.damaged.dtype == np.uint8
        truth = result.clean
        if recipe.scale == 2:
            truth = resize(truth, (width, height), Kernel.BOX).astype(np.uint8)
        assert psnr(result.damaged, truth) > 17
        # Much detail is lost in some histories; what is left must lie where it was.
        shifts.append(shift(result.damaged, truth))
        if psnr(result.damaged, truth) > COARSE_DB or not result.history.codec.startswith("libx26"):
            assert shifts[-1] == pytest.approx((0, 0), abs=0.05), result.history
        seen.add(result.history.look)
    assert len(seen) >= 3
    assert np.median(shifts, axis=0) == pytest.approx((0, 0), abs=0.01)


def test_the_clean_twin_is_a_part_of_the_window(window: Codes) -> None:
    look = Look("coded", (), 1.0)
    for codec in (Video(Codec.MPEG2, "q", Range(2, 2)), Jpeg(Range(95, 95), 1.0)):
        for number in range(6):
            result = damage(window, only(DENOISE, look, codec), np.random.default_rng(number))
            side = result.clean.shape[0]
            found = [
                (y, x)
                for y in range(0, 160 - side + 1)
                for x in range(0, 160 - side + 1)
                if np.array_equal(window[y : y + side, x : x + side], result.clean)
            ]
            assert len(found) == 1
            assert found[0][0] % 2 == found[0][1] % 2 == 0


def test_untouched_pictures_are_untouched(window: Codes) -> None:
    same = damage(window, only(RESTORE, Look("untouched", (), 0.0)), np.random.default_rng(3))
    assert np.array_equal(same.damaged, same.clean)
    assert same.history.codec == "none" and same.history.damage == ""


def test_a_neutral_half_is_the_mean_of_blocks_rounded_half_up(window: Codes) -> None:
    recipe = only(DENOISE, Look("untouched", (), 0.0))
    assert recipe.halving is not None
    recipe = replace(recipe, halving=replace(recipe.halving, kernels=((1, Kernel.BOX),), blurred=0))
    result = damage(window, recipe, np.random.default_rng(4))
    side = result.damaged.shape[0]
    sums = result.clean.astype(int).reshape(side, 2, side, 2, 3).sum((1, 3))
    assert np.array_equal(result.damaged, (sums + 2) // 4)


@every_recipe
def test_the_same_numbers_give_the_same_pixels(window: Codes, recipe: Recipe) -> None:
    for number in range(8):
        one, two = (damage(window, recipe, np.random.default_rng(number)) for _ in range(2))
        assert one.history == two.history
        assert np.array_equal(one.damaged, two.damaged)
        assert np.array_equal(one.clean, two.clean)


def test_histories_say_what_happened(window: Codes) -> None:
    half = Resample(((1, Range(0.5, 0.5)),), ((1, Kernel.LANCZOS3),), ((1, Kernel.TRIANGLE),))
    look = Look("mine", (half, Blur(Range(0.5, 0.5), 0.0)), 1.0)
    codec = Video(Codec.X264, "crf", Range(23, 23), ("fast",), tune=1.0)
    history = damage(window, only(RESTORE, look, codec), np.random.default_rng(0)).history
    assert (history.look, history.codec) == ("mine", "libx264")
    assert history.damage == "size 0.500 lanczos3 triangle + blur 0.50 0.50"
    assert history.parameters.startswith("crf=23 preset=fast tune=animation matrix=BT.")
    assert "frame=" in history.parameters and "motion=" in history.parameters


@pytest.mark.parametrize("motion", Motion)
def test_clips_move_as_drawings_do(motion: Motion) -> None:
    random = np.random.default_rng(7)
    for _ in range(200):
        places = _places(MARGIN, MARGIN + 1, motion, random)
        assert 4 <= len(places) <= 8
        assert all(0 <= y <= MARGIN and 0 <= x <= MARGIN + 1 for y, x in places)
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(places, places[1:], strict=False)]
        moves = {step for step in steps if step != (0, 0)}
        match motion:
            case Motion.STILL:
                assert not moves
            case Motion.HELD:
                assert len(moves) == 1 and all(step == (0, 0) for step in steps[0::2])
            case Motion.PAN:
                assert len(set(steps)) == 1 and len(moves) == 1
        assert all(max(abs(y), abs(x)) in (1, 2) for y, x in moves)


def test_a_small_window_is_refused() -> None:
    with pytest.raises(UsageError, match="20x20 is too small"):
        damage(np.zeros((20, 20, 3), np.uint8), RESTORE, np.random.default_rng(0))
