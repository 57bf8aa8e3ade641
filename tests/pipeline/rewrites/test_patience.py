"""Rewrites that only pay for many pixels are left out where it is known that few will come."""

from __future__ import annotations

import pytest

from anime4k.pipeline.rewrites import PATIENCE_PIXELS, impatient
from anime4k.pipeline.settings import RenderSettings


@pytest.mark.parametrize(
    ("chosen", "pixels", "left_out"),
    [
        (set(), PATIENCE_PIXELS - 1, {"winograd", "blocks"}),
        ({"fold"}, 1, {"fold", "winograd", "blocks"}),
        (set(), PATIENCE_PIXELS, set()),
        ({"blocks"}, 10 * PATIENCE_PIXELS, {"blocks"}),
    ],
)
def test_what_is_left_out(chosen: set[str], pixels: int, left_out: set[str]) -> None:
    asked = RenderSettings(no_rewrites=frozenset(chosen), strength=0.5)
    assert impatient(asked, pixels) == RenderSettings(no_rewrites=frozenset(left_out), strength=0.5)
