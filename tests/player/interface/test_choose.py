"""Which interface the player gets."""

from __future__ import annotations

import sys

import pytest

from anime4k.gl.device import Device
from anime4k.player.interface.choose import make_interface
from anime4k.player.interface.plain import PlainInterface


def test_dear_imgui_where_it_is_installed(device: Device) -> None:
    pytest.importorskip("imgui_bundle")
    interface, sentence = make_interface(device)
    assert type(interface).__name__ == "ImguiInterface"
    assert sentence == ""


def test_plain_text_and_one_sentence_where_it_is_not(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    interface, sentence = make_interface(device)
    assert isinstance(interface, PlainInterface)
    assert "pip install 'anime4k[interface]'" in sentence and "Dear ImGui is not installed" in sentence


def test_plain_text_where_it_cannot_be_loaded(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("anime4k.player.interface.gui")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "anime4k.player.interface.gui", None)
    interface, sentence = make_interface(device)
    assert isinstance(interface, PlainInterface)
    assert "cannot be loaded" in sentence


def test_plain_text_on_request_says_nothing(device: Device) -> None:
    interface, sentence = make_interface(device, "plain")
    assert isinstance(interface, PlainInterface)
    assert sentence == ""
