"""The page of the shader chain: every file with its parameters, what runs, what does not and why."""

from __future__ import annotations

from imgui_bundle import imgui

from anime4k.player import commands as do
from anime4k.player.interface import texts, theme
from anime4k.player.interface.icons import Icon, draw_icon
from anime4k.player.interface.layout import Box
from anime4k.player.interface.theme import Tone, packed
from anime4k.player.interface.ui import Ui, fill
from anime4k.player.interface.values import number_text, slider
from anime4k.player.state import ChainState, FileView, ParameterView, PlayerState

_SKIPPED_SHOWN = 40


def drop_place(tops: list[float], bottom: float, y: float, moved: int) -> int:
    """The place in the chain that a file dragged to `y` gets.

    Args:
        tops: upper edges of the files on the screen, in order.
        bottom: lower edge of the last.
        y: where the mouse is.
        moved: number of the file that is dragged.
    """
    edges = [*tops[1:], bottom]
    above = sum(y > (top + end) / 2 for top, end in zip(tops, edges, strict=True))
    return above - 1 if above > moved else above


class ShadersPanel:
    """Remembers which files are folded and which one is being dragged."""

    def __init__(self) -> None:
        self._folded: set[str] = set()
        self._dragged: int | None = None

    def draw(self, ui: Ui, state: PlayerState) -> None:
        """Draw the page."""
        chain = state.chain
        self._head(ui, state)
        ui.heading("Shader files", "in the order in which they run")
        if not chain.files:
            ui.paragraph("None. Drop .glsl files on the window to add them, or choose a mode.")
        tops: list[float] = []
        bottom = 0.0
        for index, file in enumerate(chain.files):
            tops.append(imgui.get_cursor_screen_pos().y)
            self._file(ui, index, file, len(chain.files))
            bottom = imgui.get_cursor_screen_pos().y
        self._drag(ui, tops, bottom)
        self._passes(ui, chain)

    def _head(self, ui: Ui, state: PlayerState) -> None:
        chain = state.chain
        ui.heading("Shaders")
        if ui.switch("enabled", f"mode {texts.mode_text(chain)}", chain.enabled):
            ui.commands.append(do.ToggleShaders())
        ui.paragraph(f"{texts.size_text(state.source)} → {texts.size_text(state.output)}", indent=0.6)
        if ui.switch("remembered", "use this mode for the folder", chain.remembered):
            ui.commands.append(do.RememberMode())
        tip = "how much of the chain is seen; 0 is the plain scaler"
        wanted = slider(
            ui, "strength", "strength", chain.strength, 0.0, 1.0, shown=f"{chain.strength:.0%}", default=1.0, tip=tip
        )
        if wanted is not None:
            ui.commands.append(do.SetStrength(round(wanted, 3)))
        if chain.preparing is not None:
            ui.paragraph(texts.preparing_text(chain.preparing), Tone.WARN, indent=0.6)
        if chain.note:
            ui.paragraph(chain.note, Tone.WARN, indent=0.6)

    def _file(self, ui: Ui, index: int, file: FileView, count: int) -> None:
        unit, draw = ui.unit, imgui.get_window_draw_list()
        x, y = imgui.get_cursor_screen_pos()
        row = Box(x, y, ui.room, 1.9 * unit)
        dragged = self._dragged == index
        fill(draw, row, theme.CHOSEN if dragged else theme.RAISED, 0.35 * unit)
        grip = ui.place(f"file.{index}.grip", 1.5 * unit, row.height)
        draw_icon(draw, Icon.GRIP, grip.box, packed((Tone.NORMAL if grip.hovered else Tone.FAINT).value), 0.9 * unit)
        if grip.hovered and self._dragged is None:
            ui.tip = "drag to change the order"
        if grip.active and self._dragged is None:
            self._dragged = index
        tail = (2.5 + 3 * 1.5) * unit
        imgui.same_line(0.0, 0.0)
        name = ui.place(f"file.{index}.name", row.width - grip.box.width - tail, row.height)
        if name.clicked:
            self._folded ^= {file.path}
        shown = file.path not in self._folded
        at = name.box.x
        if file.parameters:
            icon = Icon.OPEN if shown else Icon.CLOSED
            draw_icon(draw, icon, Box(at, y, unit, row.height), packed(Tone.DIM.value), 0.7 * unit)
            at += 1.2 * unit
        tone = Tone.BAD if file.problem else Tone.NORMAL if file.used else Tone.FAINT
        ui.text((at, y + 0.45 * unit), ui.fit(file.name, name.box.right - at), tone, on=draw)
        if name.hovered:
            ui.tip = file.path
        for icon, text, usable, command in (
            (Icon.UP, "earlier", index > 0, do.MoveFile(index, index - 1)),
            (Icon.DOWN, "later", index < count - 1, do.MoveFile(index, index + 1)),
            (Icon.CLOSE, "take it out of the chain", True, do.RemoveFile(index)),
        ):
            imgui.same_line(0.0, 0.0)
            imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + 0.2 * unit)
            if ui.icon_button(f"file.{index}.{icon.value}", icon, tip=text, usable=usable, side=1.5):
                ui.commands.append(command)
        imgui.same_line(0.0, 0.0)
        imgui.set_cursor_screen_pos((row.right - 2.5 * unit, y))
        switch = ui.place(f"file.{index}.used", 2.5 * unit, row.height)
        ui.knob(draw, Box(row.right - 2.1 * unit, y + 0.5 * unit, 1.7 * unit, 0.9 * unit), file.used)
        if switch.clicked:
            ui.commands.append(do.ToggleFile(index))
        if file.problem:
            ui.paragraph(file.problem, Tone.BAD, indent=1.5)
        if shown:
            for parameter in file.parameters:
                _parameter(ui, index, parameter)

    def _drag(self, ui: Ui, tops: list[float], bottom: float) -> None:
        if self._dragged is None:
            return
        if ui.pointer is None or self._dragged >= len(tops):
            self._dragged = None
            return
        target = drop_place(tops, bottom, ui.pointer[1], self._dragged)
        after = target + 1 if target >= self._dragged else target
        y = tops[after] if after < len(tops) else bottom
        x = imgui.get_cursor_screen_pos().x
        fill(imgui.get_window_draw_list(), Box(x, y - 0.15 * ui.unit, ui.room, 0.2 * ui.unit), theme.ACCENT, 2.0)
        if not imgui.is_mouse_down(0):
            if target != self._dragged:
                ui.commands.append(do.MoveFile(self._dragged, target))
            self._dragged = None

    def _passes(self, ui: Ui, chain: ChainState) -> None:
        total = chain.run + len(chain.skipped)
        ui.heading("Passes", f"{chain.run} of {total} run")
        for name, reason in chain.skipped[:_SKIPPED_SHOWN]:
            ui.paragraph(name, Tone.NORMAL, indent=0.6)
            ui.paragraph(f"skipped: {reason}", Tone.WARN, size=theme.SMALL, indent=1.2)
        if len(chain.skipped) > _SKIPPED_SHOWN:
            ui.paragraph(f"and {len(chain.skipped) - _SKIPPED_SHOWN} more", indent=0.6)
        for path, reason in chain.disabled:
            ui.paragraph(f"{texts.base_name(path)} is left out: {reason}", Tone.BAD, indent=0.6)
        if chain.takes and chain.reason:
            ui.paragraph(f"auto takes {chain.takes}: {chain.reason}", indent=0.6)


def _parameter(ui: Ui, file: int, parameter: ParameterView) -> None:
    name = f"file.{file}.{parameter.name}"
    imgui.indent(1.1 * ui.unit)
    if parameter.choices:
        ui.paragraph(parameter.text or parameter.name, Tone.NORMAL)
        options = [(str(value), text) for value, text in enumerate(parameter.choices)]
        picked = ui.choice(name, options, str(round(parameter.value)))
        wanted = None if picked is None else float(picked)
    else:
        low, high = texts.parameter_range(parameter)
        wanted = slider(
            ui,
            name,
            parameter.name,
            parameter.value,
            low,
            high,
            shown=number_text(parameter.value, parameter.whole),
            whole=parameter.whole,
            default=parameter.default,
            tip=parameter.text,
        )
    if wanted is not None:
        ui.commands.append(do.SetParameter(file, parameter.name, None if wanted == parameter.default else wanted))
    imgui.unindent(1.1 * ui.unit)
