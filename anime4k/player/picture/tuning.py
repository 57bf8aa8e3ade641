"""What the user changes about a chain while it runs: files on and off, their order, parameters, strength. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from anime4k.hooks.decl import Scalar, ShaderFile

DEBAND = "a4k-deband"
"""The file that the deband key takes into a chain."""

Key = tuple[str, int]
"""Path of a file, and the how-manieth use of it in the chain, from 0."""


@dataclass(frozen=True)
class Link:
    """A file in the chain as the user sees it.

    Attributes:
        key: which one it is.
        file: the parsed file.
        used: whether it is switched on.
    """

    key: Key
    file: ShaderFile
    used: bool = True


@dataclass(frozen=True)
class Tuning:
    """Changes on top of a chain; the value without arguments changes nothing.

    Attributes:
        strength: how much of the chain is seen, 0 to 1; None = what the player was started with.
        added: files behind the chain.
        off: files that are switched off.
        removed: files that are taken out.
        order: the order that the user made; files it does not name follow in their own.
        values: (file name, parameter) to value.
    """

    strength: float | None = None
    added: tuple[ShaderFile, ...] = ()
    off: frozenset[Key] = frozenset()
    removed: frozenset[Key] = frozenset()
    order: tuple[Key, ...] = ()
    values: Mapping[tuple[str, str], float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def changes_files(self) -> bool:
        """Whether the chain is another one than the mode's."""
        return bool(self.added or self.off or self.removed or self.order or self.values)

    def forgotten(self) -> Tuning:
        """Without the changes that belong to a chain: what is left when another mode is chosen."""
        return Tuning(self.strength)

    def links(self, chain: Sequence[ShaderFile]) -> tuple[Link, ...]:
        """All files of the chain in order, those that are switched off included."""
        keyed = [pair for pair in _keyed((*chain, *self.added)) if pair[0] not in self.removed]
        places = {key: place for place, key in enumerate(self.order)}
        keyed.sort(key=lambda pair: places.get(pair[0], len(places)))
        return tuple(Link(key, file, key not in self.off) for key, file in keyed)

    def files(self, chain: Sequence[ShaderFile]) -> tuple[ShaderFile, ...]:
        """The files that draw, in order."""
        return tuple(link.file for link in self.links(chain) if link.used)

    def uses(self, name: str, chain: Sequence[ShaderFile]) -> bool:
        """Whether a file of this name draws."""
        return any(file.name == name for file in self.files(chain))

    @property
    def overrides(self) -> tuple[tuple[str, str], ...]:
        """The parameters as the renderer takes them: ("file/parameter", value)."""
        return tuple((f"{file}/{name}", f"{value:.9g}") for (file, name), value in sorted(self.values.items()))

    # -- changes ---------------------------------------------------------------------------------------

    def toggled(self, chain: Sequence[ShaderFile], index: int) -> Tuning:
        """With file number `index` switched off, or on again."""
        return replace(self, off=self.off ^ {self.links(chain)[index].key})

    def without(self, chain: Sequence[ShaderFile], index: int) -> Tuning:
        """With file number `index` taken out."""
        link = self.links(chain)[index]
        return replace(self, removed=self.removed | {link.key})

    def moved(self, chain: Sequence[ShaderFile], index: int, to: int) -> Tuning:
        """With file number `index` at place `to`."""
        keys = [link.key for link in self.links(chain)]
        keys.insert(max(0, min(to, len(keys) - 1)), keys.pop(index))
        return replace(self, order=tuple(keys))

    def with_strength(self, strength: float) -> Tuning:
        """With so much of the chain seen, 0 to 1."""
        return replace(self, strength=strength)

    def extended(self, files: Iterable[ShaderFile]) -> Tuning:
        """With more files at the end."""
        return replace(self, added=(*self.added, *files))

    def with_value(self, file: ShaderFile, name: str, value: float | None) -> Tuning:
        """With a parameter at `value`, brought within its bounds; None = what the player was started with."""
        param = next(param for param in file.params if param.name == name)
        values = dict(self.values)
        values.pop((file.name, name), None)
        if value is not None:
            value = min(max(value, param.minimum), param.maximum)
            values[file.name, name] = value if param.scalar is Scalar.FLOAT else round(value)
        return replace(self, values=MappingProxyType(values))


NO_TUNING = Tuning()


def _keyed(files: Sequence[ShaderFile]) -> list[tuple[Key, ShaderFile]]:
    seen: dict[str, int] = {}
    keyed = []
    for file in files:
        path = str(file.path)
        keyed.append(((path, seen.get(path, 0)), file))
        seen[path] = seen.get(path, 0) + 1
    return keyed
