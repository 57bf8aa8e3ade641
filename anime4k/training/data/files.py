"""The files of the sources: fetched, chosen by the rules, grouped and split."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from anime4k.quality import debian
from anime4k.training.data.kinds import Kind
from anime4k.training.data.sources import SUFFIXES, Rule, Source, held_out, rule_for

CHECK_SHARE = 0.03
"""About this part of the groups is kept from training, to check with."""

_FEWEST_GROUPS = 8
"""A kind with fewer groups may have none to check with."""

_MOODS = re.compile(r"(?<=.)[-_+ ].*|\d+$")
_AGES = re.compile(r"^(young|younger|old|zombie)[-_]")


@dataclass(frozen=True)
class Art:
    """One file that is used.

    Attributes:
        path: the file.
        package: the package that it is from.
        version: the version of the package.
        name: path within the package.
        licence: as its source says.
        rule: how it is used.
        group: character or motif; a group is in one split as a whole.
        check: whether it is kept for checks.
    """

    path: Path
    package: str
    version: str
    name: str
    licence: str
    rule: Rule
    group: str
    check: bool = False


def group_of(kind: Kind, name: str) -> str:
    """The character or motif: the beginning of the file's name, without mood, age and number.

    Portraits of one name in different packages are one character. Where files of one folder belong together (maps,
    wallpapers), it is the folder.
    """
    parts = name.split("/")
    folder, stem = parts[-2] if len(parts) > 1 else "", parts[-1].rsplit(".", 1)[0].lower()
    if kind is Kind.PORTRAIT:
        first = _MOODS.sub("", _AGES.sub("", stem))
        race = "" if folder in ("portraits", "characters") else f"{folder}/"
        return f"{kind.value}/{race}{first}"
    if kind is Kind.WALLPAPER:
        return f"{kind.value}/{name.split('/wallpapers/')[-1].split('/')[0].lower()}"
    if kind in (Kind.CARTOON, Kind.CLIPART):
        return f"{kind.value}/{folder.lower()}/{_MOODS.sub('', stem)}"
    return f"{kind.value}/{_MOODS.sub('', stem)}"


def lot(group: str) -> float:
    """A number in 0..1 that only depends on the group's name."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:6], "big") / 2**48


def split(art: Iterable[Art]) -> list[Art]:
    """The same files, with `check` set for the groups whose lot is small, at least one of each larger kind."""
    files = list(art)
    groups: dict[Kind, set[str]] = defaultdict(set)
    for item in files:
        groups[item.rule.kind].add(item.group)
    kept = {group for names in groups.values() for group in names if lot(group) < CHECK_SHARE}
    kept |= {min(names, key=lot) for names in groups.values() if len(names) >= _FEWEST_GROUPS}
    return [replace(item, check=item.group in kept) for item in files]


def chosen(source: Source, root: Path, version: str) -> list[Art]:
    """The files below `root`, the unpacked package, that the rules of the source choose; none that is held out."""
    result: list[Art] = []
    best: dict[tuple[Rule, str], Art] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or held_out(source.package, name):
            continue
        rule = rule_for(source, name, path.stat().st_size)
        if rule is None:
            continue
        item = Art(path, source.package, version, name, source.licence, rule, group_of(rule.kind, name))
        if not rule.best_of:
            result.append(item)
            continue
        found = re.search(rule.best_of, name)
        key = (rule, found.group(1) if found else name)
        if key not in best or path.stat().st_size > best[key].path.stat().st_size:
            best[key] = item
    return result + list(best.values())


def gather(sources: Iterable[Source]) -> list[Art]:
    """The files of these sources, fetched on first use, split and in a fixed order; one of several that are equal.

    Raises:
        FetchError: a package could not be downloaded.
    """
    found: list[Art] = []
    seen: set[str] = set()
    for source in sources:
        package = debian.Package(source.package, folder=(source.folder,), suffixes=SUFFIXES)
        fetched = debian.fetched(package)
        for item in chosen(source, fetched.root, fetched.version):
            checksum = debian.checksum(item.path)
            if checksum not in seen:
                seen.add(checksum)
                found.append(item)
    return split(found)
