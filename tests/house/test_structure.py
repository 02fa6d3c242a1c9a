"""The tree stays one that a stranger finds their way in; bin/structure.py counts."""

import re
from collections.abc import Iterable

import pytest

from bin.structure import length, modules, named
from tests.house.tree import FLOORS, ROOT, read, tracked

LONGEST = 350
PICTURES = {
    "PNG": b"\x89PNG\r\n",
    "JPEG": b"\xff\xd8\xff",
    "GIF": b"GIF8",
    "icon": b"\x00\x00\x01\x00",
    "font": b"wOF",
}
"""What a file begins with that is no text and may be in the tree."""
DOCUMENTS = [named(path) for path in tracked("*.md") if path.name != "CHANGELOG.md"]


def _lines(found: Iterable[str]) -> str:
    """All of them: pytest would cut a list short."""
    return "\n" + "\n".join(sorted(found))


def test_no_module_is_longer_than_350_lines() -> None:
    paths = modules(*FLOORS, "bench", "bin", "faults")
    found = [f"{named(path)}: {length(path)}" for path in paths if length(path) > LONGEST]
    assert not found, _lines(found)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def test_no_database_archive_or_other_binary_is_tracked_but_pictures() -> None:
    contents = {named(path): path.read_bytes() for path in tracked()}
    binaries = {name: content for name, content in contents.items() if not _is_text(content)}
    strays = [n for n, c in binaries.items() if not c.startswith(tuple(PICTURES.values()))]
    assert not strays, _lines(strays)


def _missing(document: str) -> list[str]:
    """The paths that a document names and that are not there.

    A link is read from the document's folder. What stands in backticks is a path when it begins
    with a folder or file of the root, or when it is the bare name of a file.
    """
    text = re.sub(r"```.*?```", "", read(document), flags=re.DOTALL)
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)
    words = re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", text)
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    paths = [word for word in words if word.split("/")[0] in top]
    files = [w for w in words if re.fullmatch(r"\w+\.(?:py|md|html|js|css|csv|po|toml|yml)", w)]
    names = {path.name for path in tracked()}
    return [
        *(link for link in links if not (ROOT / document).parent.joinpath(link).exists()),
        *(path for path in paths if not (ROOT / path).exists()),
        *(file for file in files if file not in names),
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    missing = _missing(document)
    assert not missing, _lines(missing)


def test_the_documents_are_found() -> None:
    assert {"README.md", "docs/architecture.md"} <= set(DOCUMENTS)
