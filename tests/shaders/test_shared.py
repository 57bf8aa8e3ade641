"""The format has no include: what two files do alike stands in both, and must stay the same in both."""

from __future__ import annotations

import re

import pytest

from anime4k.hooks.body import without_comments
from anime4k.hooks.parse import parse_file
from anime4k.modes.pack import locate

SHARED = [
    ("to_codes", ("a4k-clamp", "a4k-text")),
    ("from_codes", ("a4k-clamp", "a4k-text")),
    ("brightness", ("a4k-thin", "a4k-darken")),
    ("darker", ("a4k-thin", "a4k-darken")),
    ("extremes", ("a4k-thin", "a4k-darken")),
    ("limited", ("a4k-upscale-dog", "a4k-upscale-dog-compute")),
]
_FUNCTION = re.compile(
    r"^(?:float|vec[234]|bool|int|ivec[234]|mat[234]|void)\s+(\w+)\s*\([^)]*\)\s*\{.*?^\}", re.MULTILINE | re.DOTALL
)


def bodies(file: str) -> list[str]:
    """The texts of all passes without the prefix of the file's own textures."""
    passes = parse_file(locate(file)).passes
    prefixes = {decl.save.partition("_")[0] + "_" for decl in passes if decl.save}
    return [re.sub(r"\b(?:" + "|".join(prefixes or {"-"}) + ")", "", decl.body) for decl in passes]


def plain(text: str) -> str:
    """A text without comments and spacing."""
    return re.sub(r"\s+", " ", without_comments(text))


@pytest.mark.parametrize(("name", "files"), SHARED, ids=[name for name, _ in SHARED])
def test_shared_functions_are_the_same_everywhere(name: str, files: tuple[str, ...]) -> None:
    texts = [
        {plain(match[0]) for body in bodies(file) for match in _FUNCTION.finditer(body) if match[1] == name}
        for file in files
    ]
    assert all(len(text) == 1 for text in texts), "there is none, or one file has several"
    assert len(set().union(*texts)) == 1


def test_both_denoisers_measure_the_noise_alike() -> None:
    # The first two passes measure; how much of it is to be removed, each decides for itself.
    first, second = ([plain(body) for body in bodies(file)[:2]] for file in ("a4k-denoise", "a4k-denoise-nlm"))
    assert first == second
