"""Which chapter a key press leads to."""

import pytest

from anime4k.player.chapters import neighbour

STARTS = (0.0, 60.0, 120.0)


@pytest.mark.parametrize(
    ("position", "direction", "target"),
    [
        (0.0, 1, 60.0),
        (59.9, 1, 60.0),
        (60.0, 1, 120.0),
        (130.0, 1, None),
        (130.0, -1, 120.0),  # well inside a chapter: to its beginning
        (122.0, -1, 60.0),  # just after its beginning: to the one before
        (2.0, -1, 0.0),
    ],
)
def test_neighbour(position: float, direction: int, target: float | None) -> None:
    assert neighbour(STARTS, position, direction) == target


def test_files_without_chapters() -> None:
    assert neighbour((), 10.0, 1) is None
    assert neighbour((), 10.0, -1) is None
