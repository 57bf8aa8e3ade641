"""Pages of the side panel that are lists: tracks, files and chapters, picture controls, keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anime4k.player import commands as do
from anime4k.player.interface import texts, theme
from anime4k.player.interface.layout import chapter_at
from anime4k.player.interface.theme import Tone
from anime4k.player.interface.ui import Ui
from anime4k.player.interface.values import slider, stepper
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState, TrackView
from anime4k.player.timecode import format_time


def draw_tracks(ui: Ui, state: PlayerState) -> None:
    """Sound and subtitle tracks with their delays."""
    sound, subtitles = state.sound, state.subtitles
    ui.heading("Sound", "" if sound.tracks else "the file has none")
    if sound.tracks:
        _tracks(ui, "sound", sound.tracks, sound.track, do.SelectAudio)
        step = stepper(ui, "sound.delay", "sound later by", f"{sound.delay * 1000:+.0f} ms", changed=sound.delay != 0)
        if step:
            ui.commands.append(do.ChangeAudioDelay(0.1 * step))
        if sound.silent:
            ui.paragraph("There is no sound device: the file plays without being heard.", Tone.WARN)
    ui.heading("Subtitles", "" if subtitles.tracks else "there are none; drop a file on the window to add it")
    if not subtitles.tracks:
        return
    _tracks(ui, "subtitles", subtitles.tracks, subtitles.track, do.SelectSubtitles)
    if ui.switch("subtitles.visible", "shown", subtitles.visible):
        ui.commands.append(do.ToggleSubtitles())
    if ui.switch("subtitles.style", "the player's own style", subtitles.own_style):
        ui.commands.append(do.CycleSubtitleStyle())
    delay = subtitles.delay
    step = stepper(ui, "subtitles.delay", "later by", f"{delay * 1000:+.0f} ms", changed=delay != 0)
    if step:
        ui.commands.append(do.ChangeSubtitleDelay(0.1 * step))
    step = stepper(ui, "subtitles.size", "size", f"{subtitles.scale:.0%}", changed=subtitles.scale != 1.0)
    if step:
        ui.commands.append(do.ScaleSubtitles(0.1 * step))
    step = stepper(ui, "subtitles.shift", "moved up by", f"{subtitles.shift:.0f}%", changed=subtitles.shift != 0)
    if step:
        ui.commands.append(do.MoveSubtitles(float(step)))
    ui.heading("Second subtitles", "at the top of the picture")
    _tracks(
        ui, "second", subtitles.tracks, subtitles.secondary, lambda number: do.SelectSubtitles(number, secondary=True)
    )


def _tracks(
    ui: Ui,
    name: str,
    tracks: Sequence[TrackView],
    chosen: int | None,
    select: Callable[[int | None], do.Command],
) -> None:
    for track in tracks:
        text, note = texts.track_text(track), texts.track_detail(track)
        if ui.row(f"{name}.{track.number}", text, chosen=track.number == chosen, note=note):
            ui.commands.append(select(track.number))
    if ui.row(f"{name}.none", "none", chosen=chosen is None):
        ui.commands.append(select(None))


def draw_playlist(ui: Ui, state: PlayerState) -> None:
    """The files, and the chapters of the one that plays."""
    ui.heading("Files", f"{state.index + 1} of {state.count}")
    for number, path in enumerate(state.playlist or (state.file,)):
        if ui.row(f"file.{number}", texts.base_name(path), chosen=number == state.index, tip=path):
            ui.commands.append(do.PlaylistGoto(number))
        if number == state.index:
            ui.bring_into_view()
    if not state.chapters:
        return
    ui.heading("Chapters")
    now = chapter_at(state.chapters, state.position or 0.0)
    for number, chapter in enumerate(state.chapters):
        text = chapter.title or f"chapter {number + 1}"
        if ui.row(f"chapter.{number}", text, chosen=chapter is now, note=format_time(chapter.start)):
            ui.commands.append(do.Seek(chapter.start, absolute=True))


def draw_picture(ui: Ui, state: PlayerState) -> None:
    """Controls of the finished picture."""
    picture = state.picture
    ui.heading("Picture", "right click on a value: back to 0")
    values = {
        do.PictureControl.CONTRAST: picture.contrast,
        do.PictureControl.BRIGHTNESS: picture.brightness,
        do.PictureControl.GAMMA: picture.gamma,
        do.PictureControl.SATURATION: picture.saturation,
    }
    for control, value in values.items():
        wanted = slider(
            ui,
            f"picture.{control.value}",
            control.value,
            value,
            -100,
            100,
            shown=f"{value:+d}" if value else "0",
            whole=True,
            default=0,
        )
        if wanted is not None:
            ui.commands.append(do.SetAdjust(control, round(wanted)))
    if any(values.values()) and ui.button("picture.reset", "all back to normal"):
        ui.commands += [do.SetAdjust(control, 0) for control, value in values.items() if value]
    ui.heading("Source")
    if ui.switch("deband", "smooth bands in gradients", picture.deband):
        ui.commands.append(do.ToggleDeband())
    if ui.switch("deinterlace", "make whole frames of fields", picture.deinterlace):
        ui.commands.append(do.ToggleDeinterlace())
    if ui.switch("hwdec", "decode in hardware", bool(state.hwdec)):
        ui.commands.append(do.ToggleHardwareDecoder())
    ui.heading("View")
    if ui.row("aspect", "shape", note=picture.aspect or "the picture's own"):
        ui.commands.append(do.CycleAspect())
    step = stepper(ui, "panscan", "fill the window", f"{picture.panscan:.0%}", changed=picture.panscan != 0)
    if step:
        ui.commands.append(do.ChangePanscan(0.1 * step))
    step = stepper(ui, "zoom", "zoom", f"{2**picture.zoom:.2f}x", changed=picture.zoom != 0)
    if step:
        ui.commands.append(do.Zoom(0.1 * step))
    if ui.button("view.reset", "whole picture in the middle", usable=picture.zoom != 0 or picture.pan != (0.0, 0.0)):
        ui.commands.append(do.ResetView())


def draw_keys(ui: Ui, bindings: Sequence[Binding]) -> None:
    """What every key does."""
    ui.heading("Keys")
    for binding in bindings:
        keys = "   ".join(binding.keys)
        beside = ui.width(keys, theme.MEDIUM) + ui.width(binding.help, theme.MEDIUM) + 3 * ui.unit < ui.room
        place = ui.place(f"key.{keys}", ui.room, (1.35 if beside else 2.5) * ui.unit)
        ui.entry(place.box, binding.help, keys, beside=beside)
