"""The free test set: how packages are unpacked, and that the pictures are always the same."""

from __future__ import annotations

import io
import lzma
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import FetchError
from anime4k.quality import debian, free_set


def package(folder: Path, files: dict[str, bytes], content: str = "data.tar.xz") -> Path:
    """A Debian package made byte by byte."""
    tree = io.BytesIO()
    with tarfile.open(fileobj=tree, mode="w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    data = lzma.compress(tree.getvalue()) if content.endswith("xz") else tree.getvalue()
    archive = b"!<arch>\n"
    for name, body in (("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"), (content, data)):
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}".encode() + b"`\n" + body
        archive += b"\n" * (len(body) % 2)
    path = folder / "made.deb"
    path.write_bytes(archive)
    return path


@pytest.mark.parametrize("content", ["data.tar.xz", "data.tar"])
def test_only_the_wanted_files_of_a_package_are_unpacked(tmp_path: Path, content: str) -> None:
    files = {"usr/art/a.png": b"picture", "usr/art/a.txt": b"text", "usr/art/deep/b.jpg": b"more", "etc/c.png": b"no"}
    archive = package(tmp_path, files, content)
    wanted = debian.Package("made", "1", "pool/made.deb", debian.checksum(archive), "usr/art/")
    debian.extract(archive, wanted, tmp_path / "out")
    found = {str(p.relative_to(tmp_path / "out")): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert found == {"usr/art/a.png": b"picture", "usr/art/deep/b.jpg": b"more"}


def test_a_package_with_another_checksum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mirror").mkdir()
    package(tmp_path / "mirror", {"usr/art/a.png": b"picture"})
    monkeypatch.setattr(debian, "MIRROR", (tmp_path / "mirror").as_uri())
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)
    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(tmp_path / "cache"))
    wrong = debian.Package("made", "1", "made.deb", "0" * 64, "usr/art/")
    with pytest.raises(FetchError, match="not the expected file"):
        debian.files(wrong)
    right = debian.Package("made", "1", "made.deb", debian.checksum(tmp_path / "mirror" / "made.deb"), "usr/art/")
    assert (debian.files(right) / "a.png").read_bytes() == b"picture"
    (tmp_path / "mirror" / "made.deb").unlink()
    assert (debian.files(right) / "a.png").exists(), "the second time needs no download"
    with pytest.raises(FetchError, match="Neither"):
        debian.files(wrong)


def fake_apt(folder: Path, archives: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an `apt-get` first on the path that "downloads" the given files: argument -> package file."""
    (folder / "bin").mkdir()
    cases = "\n".join(f"{wanted}) cp {path} . ;;" for wanted, path in archives.items())
    script = folder / "bin" / "apt-get"
    script.write_text(f'#!/bin/sh\n[ "$1" = download ] || exit 3\ncase "$3" in\n{cases}\n*) exit 100 ;;\nesac\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(folder / "cache"))


def test_whatever_apt_has_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, {"usr/a/one.png": b"1", "usr/b/two.svg": b"2", "usr/b/two.png": b"3", "usr/c.png": b"4"})
    named = made.rename(tmp_path / "made_1%3a2.0-3_all.deb")
    fake_apt(tmp_path, {"made": named}, monkeypatch)
    everything = debian.fetched(debian.Package("made", suffixes=()))
    assert (everything.version, everything.sha256) == ("1:2.0-3", debian.checksum(named))
    assert (everything.root / "usr/b/two.svg").read_bytes() == b"2"
    some = debian.Package("made", folder=("usr/a/", "usr/b/"))
    root = debian.files(some)
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*.*")) == [
        "package.json",
        "usr/a/one.png",
        "usr/b/two.png",
    ]
    named.unlink()
    assert debian.fetched(some) == debian.Fetched(root, "1:2.0-3", everything.sha256), "kept, with its record"
    with pytest.raises(FetchError, match="apt-get did not give the package made 9"):
        debian.files(debian.Package("made", "9"))


def test_halving_rounds_half_up() -> None:
    block = np.array([[[0, 1, 2]] * 2, [[0, 2, 3]] * 2], np.uint8)
    assert free_set.halved(block).tolist() == [[[0, 2, 3]]]
    random = np.random.default_rng(1).integers(0, 256, (9, 7, 3), np.uint8)
    expected = np.floor(random[:8, :6].reshape(4, 2, 3, 2, 3).astype(float).mean((1, 3)) + 0.5)
    assert np.array_equal(free_set.halved(random), expected)


def test_the_small_picture_is_always_the_same() -> None:
    try:
        (face,) = free_set.load_small()
    except FetchError:
        if os.environ.get("ANIME4K_REQUIRE_PEERS"):
            raise
        pytest.skip("needs the package renpy-thequestion")
    assert face.large.shape == (360, 640, 3) and face.small.shape == (180, 320, 3)
    # JPEG decoders may differ by a code here and there, so the pixels have no checksum.
    quarters = face.large.reshape(2, 180, 2, 320, 3).mean((1, 3)).reshape(4, 3)
    known = [(143.07, 119.88, 117.55), (186.25, 182.96, 191.68), (156.29, 153.30, 151.33), (141.14, 154.00, 165.35)]
    assert quarters == pytest.approx(np.array(known), abs=0.1)
    assert np.array_equal(face.small, free_set.halved(face.large))
