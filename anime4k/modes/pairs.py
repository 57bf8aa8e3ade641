"""Files of the pack that exist in two forms, and putting the one in the place of the other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from anime4k.errors import Anime4kError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file
from anime4k.modes.form_memory import FormMemory
from anime4k.modes.forms import Choice, Driver, choose, files_digest
from anime4k.modes.pack import SUFFIX, pack_directory

_log = logging.getLogger(__name__)

COMPUTE_SUFFIX = "-compute"
"""What the name of a compute form has behind that of the fragment form."""


def compute_form(path: Path | str, pack: Path | None = None) -> Path | None:
    """The compute form of a file of the pack; None when it has none, or is no file of the pack.

    Args:
        path: a shader file.
        pack: the folder of the pack, None = ours.
    """
    fragment, folder = Path(path), pack_directory() if pack is None else pack
    twin = folder / f"{fragment.stem}{COMPUTE_SUFFIX}{SUFFIX}"
    own = fragment.suffix == SUFFIX and fragment.resolve().parent == folder.resolve()
    return twin if own and twin.is_file() else None


def digest_of(fragment: Path | str, compute: Path) -> str:
    """What stands for both files in the memory; empty when one cannot be read."""
    try:
        return files_digest(Path(fragment).read_bytes(), compute.read_bytes())
    except OSError:
        return ""


class Forms:
    """Puts the form that is to be drawn in the place of networks of the pack.

    A renderer asks it whenever a chain is made ready. Choices are those of the beginning of the program: what is
    measured meanwhile counts from the next one on.

    Args:
        driver: what draws, None = unknown.
        memory: what was measured, None = that of the user.
        pack: the folder of the pack, None = ours.
    """

    def __init__(self, driver: Driver | None, memory: FormMemory | None = None, pack: Path | None = None) -> None:
        self._driver = driver
        self._memory = FormMemory.of_user() if memory is None else memory
        self._pack = pack
        self._parsed: dict[tuple[Path, str], ShaderFile] = {}

    def drawn(self, files: Sequence[ShaderFile], asked: Form, pixels: int, *, compute: bool) -> tuple[ShaderFile, ...]:
        """What is drawn in place of `files`, in the same order.

        Args:
            files: a chain.
            asked: what the user wants.
            pixels: of a frame that goes in.
            compute: whether the device has compute shaders.
        """
        return tuple(self._form_of(file, asked, pixels, compute)[0] for file in files)

    def choices(self, files: Sequence[ShaderFile], asked: Form, pixels: int, *, compute: bool) -> tuple[Choice, ...]:
        """What was decided about every file that has two forms, and why; see `drawn`."""
        made = {file.path: self._form_of(file, asked, pixels, compute)[1] for file in files}
        return tuple(choice for choice in made.values() if choice is not None)

    def _form_of(self, file: ShaderFile, asked: Form, pixels: int, compute: bool) -> tuple[ShaderFile, Choice | None]:
        twin = compute_form(file.path, self._pack)
        if twin is None:
            return file, None
        digest, known = "", None
        if compute and (asked is Form.COMPUTE or (asked is Form.AUTO and not self._memory.empty)):
            digest = digest_of(file.path, twin)
        if digest and asked is Form.AUTO and self._driver is not None:
            known = self._memory.find(self._driver, digest, pixels)
        choice = choose(Path(file.path).stem, asked, known, compute=compute)
        if choice.form is not Form.COMPUTE:
            return file, choice
        try:
            return self._parse(twin, digest), choice
        except Anime4kError as error:
            _log.info("%s", error)
            return file, Choice(choice.name, Form.FRAGMENT, "its compute passes cannot be read")

    def _parse(self, path: Path, digest: str) -> ShaderFile:
        """The same object for the same text: what is equal is then found out at once."""
        key = (path, digest)
        if key not in self._parsed:
            self._parsed[key] = parse_file(path)
        return self._parsed[key]
