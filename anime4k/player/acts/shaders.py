"""Commands about the chain of shaders."""

from __future__ import annotations

from collections.abc import Callable

from anime4k.errors import Anime4kError
from anime4k.hooks.decl import ShaderFile
from anime4k.modes.load import load_shader
from anime4k.player import commands as do
from anime4k.player.picture.tuning import DEBAND, Tuning
from anime4k.player.session import Session


def act(session: Session, command: do.ShadersCommand) -> None:
    """Do what `command` says."""
    selection = session.view.selection
    match command:
        case do.ToggleShaders():
            _reselect(session, selection.toggle)
        case do.SelectMode(letters):
            _reselect(session, lambda: selection.select(letters))
        case do.SwitchQuality():
            _reselect(session, selection.switch_quality)
        case do.SelectStart():
            _reselect(session, selection.select_start)
        case do.RememberMode():
            session.say(session.toggle_mode(session))
        case do.ChangeStrength(amount):
            _set_strength(session, session.view.chains.strength + amount)
        case do.SetStrength(strength):
            _set_strength(session, strength)
        case do.AddShaders(paths):
            add(session, paths)
        case do.SetParameter() | do.ToggleFile() | do.MoveFile() | do.RemoveFile():
            _edit(session, command)


def toggle_deband(session: Session) -> None:
    """Take the deband shader into the chain, or out of it."""
    tuning, chain = session.view.selection.tuning, _chain(session)
    links = tuning.links(chain)
    found = next((index for index, link in enumerate(links) if link.file.name == DEBAND), None)
    if found is None:
        tuning = tuning.extended([load_shader(DEBAND)]).moved(chain, len(links), 0)
    else:
        tuning = tuning.toggled(chain, found)
    _change(session, tuning)
    session.say("deband on" if tuning.uses(DEBAND, chain) else "deband off")


def add(session: Session, paths: tuple[str, ...]) -> None:
    """Append shader files to the chain; one that cannot be read is named and left out."""
    files: list[ShaderFile] = []
    for path in paths:
        try:
            files.append(load_shader(path))
        except Anime4kError as error:
            session.reporter.warn(str(error))
            session.say(str(error))
    if files:
        _change(session, session.view.selection.tuning.extended(files))
        session.say("added " + ", ".join(file.name for file in files))


def _edit(session: Session, command: do.SetParameter | do.ToggleFile | do.MoveFile | do.RemoveFile) -> None:
    tuning, chain = session.view.selection.tuning, _chain(session)
    links = tuning.links(chain)
    if not 0 <= command.file < len(links):
        return
    link = links[command.file]
    match command:
        case do.SetParameter(_, name, value):
            if any(param.name == name for param in link.file.params):
                tuning = tuning.with_value(link.file, name, value)
        case do.ToggleFile(index):
            tuning = tuning.toggled(chain, index)
            session.say(f"{link.file.name} {'off' if link.used else 'on'}")
        case do.MoveFile(index, to):
            tuning = tuning.moved(chain, index, to)
        case do.RemoveFile(index):
            tuning = tuning.without(chain, index)
            session.say(f"{link.file.name} removed")
    _change(session, tuning)


def _chain(session: Session) -> tuple[ShaderFile, ...]:
    active = session.view.wished
    return active.chain if active is not None else ()


def _change(session: Session, tuning: Tuning) -> None:
    session.view.selection.tuning = tuning
    session.view.reselected()


def _set_strength(session: Session, strength: float) -> None:
    selection = session.view.selection
    strength = round(min(max(strength, 0.0), 1.0), 3)
    _change(session, selection.tuning.with_strength(strength))
    session.say(f"strength {100 * strength:.0f} %")


def _reselect(session: Session, change: Callable[[], None]) -> None:
    selection = session.view.selection
    before = selection.text
    change()
    session.view.reselected()
    session.say(selection.text)
    if selection.text != before and not session.options.explain:  # the explanation begins with the same
        session.reporter.say(selection.text)
