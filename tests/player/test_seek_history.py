"""Undoing seeks."""

from __future__ import annotations

from anime4k.player.seek_history import NO_SEEKS, SERIES_S, SeekHistory, sought, undone


def test_undoing_goes_back_and_undoing_again_returns() -> None:
    history = sought(NO_SEEKS, 10.0, now=0.0)
    history, target = undone(history, 70.0)
    assert target == 10.0
    history, target = undone(history, 10.5)
    assert target == 70.0
    history, target = undone(history, 71.0)
    assert target == 10.5


def test_without_a_seek_there_is_nothing_to_undo() -> None:
    assert undone(NO_SEEKS, 5.0) == (NO_SEEKS, None)


def test_seeks_in_quick_succession_are_one() -> None:
    history = NO_SEEKS
    for press in range(5):
        history = sought(history, 10.0 + 5 * press, now=press * SERIES_S / 2)
    assert undone(history, 35.0)[1] == 10.0


def test_a_seek_after_a_while_is_a_new_one() -> None:
    history = sought(sought(NO_SEEKS, 10.0, now=0.0), 40.0, now=SERIES_S)
    assert undone(history, 45.0) == (SeekHistory(45.0), 40.0)


def test_a_seek_after_undoing_is_a_new_one() -> None:
    history, _ = undone(sought(NO_SEEKS, 10.0, now=0.0), 40.0)
    assert undone(sought(history, 12.0, now=0.5), 17.0)[1] == 12.0
