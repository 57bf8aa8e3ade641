"""Gathering far outside a texture, where a texel number does not fit an integer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pipeline.support import Bench, float_rgb, ramp, shade

MakeBench = Callable[..., Bench]


@pytest.mark.parametrize(
    ("texel", "column"),
    [
        # What an unsigned integer of -1 becomes; shaders compute their own tile coordinates that way.
        ("4294967295.0", 6),
        ("-4294967295.0", 0),
        ("9.0", 6),
        ("-9.0", 0),
    ],
)
def test_gather_far_outside_answers_with_the_edge(bench: MakeBench, texel: str, column: int) -> None:
    made = bench(float_rgb(7, 5), shade(f"HOOKED_gather(vec2({texel}, 2.0) * HOOKED_pt, 0)", desc="seen"))
    # Red of the ramp is the column in 64ths; all four texels are the same at an edge.
    assert made.draw(ramp(7, 5)).pixel("seen") == [column / 64] * 4
