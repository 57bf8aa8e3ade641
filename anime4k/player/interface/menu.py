"""The first page of the side panel: modes, comparison, screenshots, and what else can be done."""

from __future__ import annotations

from anime4k.modes.table import MODES
from anime4k.player import commands as do
from anime4k.player.interface.ui import Ui
from anime4k.player.interface.values import stepper
from anime4k.player.state import ChainState, PlayerState

_SUMMARIES = {mode.letters: mode.summary for mode in reversed(MODES)}
_FAMILIES = list(dict.fromkeys(mode.letters for mode in MODES))


def letters_of(name: str) -> str:
    """The mode without its form; empty for a chain that is no mode."""
    return next((mode.letters for mode in MODES if mode.name == name), "")


def draw_menu(ui: Ui, state: PlayerState) -> None:
    """Draw the page."""
    draw_modes(ui, state.chain)
    _compare(ui, state)
    _save(ui)
    _playing(ui, state)
    _window(ui, state)


def draw_modes(ui: Ui, chain: ChainState) -> None:
    """Draw every mode with what it is for."""
    ui.heading("Mode", "what is done to the picture")
    now = letters_of(chain.mode)
    for letters in _FAMILIES:
        note = f"→ {chain.takes}" if letters == now == "auto" and chain.takes else ""
        tip = _tip(letters)
        if ui.row(f"mode.{letters}", letters, _SUMMARIES[letters], chosen=letters == now, tip=tip, note=note):
            ui.commands.append(do.SelectMode(letters))
    ui.gap(0.2)
    forms = [(form, form) for form in ("fast", "hq")]
    form = chain.mode.rpartition("-")[2]
    if form in ("fast", "hq"):
        picked = ui.choice("form", forms, form)
        if picked is not None and picked != form:
            ui.commands.append(do.SwitchQuality())
    label = "shaders off" if chain.enabled else "shaders are off"
    if ui.button("shaders off", label, chosen=not chain.enabled, after=form in ("fast", "hq")):
        ui.commands.append(do.ToggleShaders())
    tip = "use the present mode for this folder from now on"
    if ui.button("remember", "for this folder", chosen=chain.remembered, after=True, tip=tip):
        ui.commands.append(do.RememberMode())
    if ui.button("start", "as at the start", after=True, tip="the mode or the shaders the player was started with"):
        ui.commands.append(do.SelectStart())


def _tip(letters: str) -> str:
    mode = next(mode for mode in MODES if mode.letters == letters)
    return f"{mode.summary}\ncost: {mode.cost}\nrisk: {mode.risk}"


def _compare(ui: Ui, state: PlayerState) -> None:
    compare = state.compare
    ui.heading("Compare")
    if ui.button("split", "split line", chosen=compare.split is not None, tip="drag the line with the mouse"):
        ui.commands.append(do.ToggleSplit())
    if ui.button("magnifier", "magnifier", chosen=compare.magnifier is not None, after=True, tip="under the mouse"):
        ui.commands.append(do.ToggleMagnifier())
    if ui.button("pair", "save both", after=True, tip="the picture with and without shaders as two files"):
        ui.commands.append(do.SavePair())
    if compare.split is None:
        return
    ui.paragraph("Right of the line:")
    for number, name in enumerate(("", *(mode.name for mode in MODES if mode.name not in ("off", "auto")))):
        chosen = compare.against in (name, f"mode {name}") if name else compare.against == "no shaders"
        if ui.button(f"against.{name}", name or "no shaders", chosen=chosen, after=number > 0):
            ui.commands.append(do.SplitAgainst(name or None))


def _save(ui: Ui) -> None:
    ui.heading("Screenshot")
    for number, (text, kind, tip) in enumerate(
        (
            ("source", do.ScreenshotKind.SOURCE, "the frame at its own size, without shaders, with subtitles"),
            ("clean", do.ScreenshotKind.CLEAN, "the frame at its own size, without shaders and subtitles"),
            ("window", do.ScreenshotKind.WINDOW, "everything as it is shown"),
        )
    ):
        if ui.button(f"screenshot.{text}", text, after=number > 0, tip=tip):
            ui.commands.append(do.Screenshot(kind))


def _playing(ui: Ui, state: PlayerState) -> None:
    ui.heading("Playing")
    step = stepper(ui, "speed", "speed", f"{state.speed:.2f}x", changed=state.speed != 1.0)
    if step:
        ui.commands.append(do.ScaleSpeed(1.1 if step > 0 else 1 / 1.1))
    if ui.switch("loop", "repeat the file", state.loop):
        ui.commands.append(do.ToggleLoopFile())
    marks = sum(mark is not None for mark in state.ab_loop)
    if ui.button("ab", ("mark A", "mark B", "A-B ends")[marks], chosen=marks > 0, tip="repeat a part of the file"):
        ui.commands.append(do.AbLoop())
    if ui.button("undo", "undo seek", after=True):
        ui.commands.append(do.UndoSeek())
    if ui.button("statistics", "statistics", after=True):
        ui.commands.append(do.ShowStatistics(stay=True))
    if ui.button("state", "state line", after=True):
        ui.commands.append(do.ShowState())


def _window(ui: Ui, state: PlayerState) -> None:
    ui.heading("Window")
    if ui.button("full", "full screen", chosen=state.fullscreen):
        ui.commands.append(do.ToggleFullscreen())
    if ui.button("top", "on top", chosen=state.on_top, after=True):
        ui.commands.append(do.ToggleOnTop())
    for text, factor in (("½", 0.5), ("1:1", 1.0), ("2x", 2.0)):
        if ui.button(f"scale.{factor}", text, after=True, tip=f"window at {factor:g} times the size of the video"):
            ui.commands.append(do.ScaleWindow(factor))
    if ui.button("quit", "quit", after=True, tip="the next start goes on here"):
        ui.commands.append(do.Quit(remember=True))
