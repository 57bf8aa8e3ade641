"""Our lines in a file that belongs to the user: replaced by each export, everything around them stays."""

from __future__ import annotations

BEGIN = "# >>> anime4k: written by `anime4k export-mpv`, which replaces everything up to the last line of this part"
END = "# <<< anime4k"
_BEGIN_MARK = "# >>> anime4k"


def with_section(existing: str, section: str) -> str:
    """The text of a configuration file with `section` in place of the one of an earlier export.

    The first export appends. When the line that closes an earlier part is missing, someone has edited it; then that
    part is left alone and a new one appended, because nobody knows where it ends. Line ends stay as they are, and
    ours follow those of the file.
    """
    end_of_line = "\r\n" if "\r\n" in existing else "\n"
    ours = [BEGIN, *section.strip("\n").split("\n"), END]
    lines = existing.split("\n")
    found = _find(lines)
    if found is not None:
        begin, end = found
        # The last line keeps its own end, which may be none at all.
        ending = "\r" if lines[end].endswith("\r") else ""
        return "\n".join([*lines[:begin], end_of_line.join(ours) + ending, *lines[end + 1 :]])
    before = existing.rstrip("\r\n")
    return end_of_line.join([*([before, ""] if before else []), *ours, ""])


def _find(lines: list[str]) -> tuple[int, int] | None:
    """Indices of the first and the last line of our part: an end and the nearest begin before it."""
    begin = None
    for index, line in enumerate(lines):
        if line.lstrip("\ufeff").startswith(_BEGIN_MARK):
            begin = index
        elif begin is not None and line.rstrip() == END:
            return begin, index
    return None
