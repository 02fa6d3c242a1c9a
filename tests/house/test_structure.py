"""The tree stays one that a stranger finds their way in; bin/structure.py counts."""

import ast
import re
from collections.abc import Iterable

import pytest

from bin.structure import (
    WIDEST,
    classes_named_twice,
    enums_written_twice,
    folders,
    helpers_used_once,
    length,
    modules,
    named,
    unformatted,
    used_once,
    wide_lines,
)
from tests.house.tree import FLOORS, ROOT, read, tracked

LONGEST, FULLEST = 350, 15
MOST_TWICE, MOST_UNFORMATTED = 5, 20
MOST_ONCE = 150
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


def test_no_folder_has_more_than_15_modules() -> None:
    counts = folders(modules(*FLOORS, "tests", "bench", "bin", "faults"))
    found = [f"{folder}: {count}" for folder, count in counts.items() if count > FULLEST]
    assert not found, _lines(found)


def test_no_class_has_the_name_of_one_on_another_floor() -> None:
    twice = classes_named_twice(modules(*FLOORS))
    found = [
        f"{name}: {', '.join(places)}"
        for name, places in twice.items()
        if len({place.split("/")[0] for place in places}) > 1
    ]
    assert not found, _lines(found)


def test_hardly_a_class_has_the_name_of_another() -> None:
    twice = classes_named_twice(modules(*FLOORS))
    found = [f"{name}: {', '.join(places)}" for name, places in twice.items()]
    assert len(found) <= MOST_TWICE, _lines(found)


def test_no_enum_is_written_twice() -> None:
    found = enums_written_twice(modules(*FLOORS))
    assert not found, _lines(found)


def test_few_private_helpers_are_used_once() -> None:
    """A helper that is used once names a rule or a formula; others belong where they are used."""
    once = helpers_used_once(modules(*FLOORS))
    assert len(once) <= MOST_ONCE, _lines(once)


def test_an_entry_of_a_table_is_no_helper_used_once() -> None:
    functions = "".join(
        f"def {name}(): ...\n" for name in ("_row", "_column", "_chart", "_called", "_twice")
    )
    uses = """
READERS = {"row": _row, "twice": _twice}
COLUMNS = ((1, _column), (2, _twice))
CHARTS = [Chart("over time", build=_chart), _called()]
"""
    assert used_once(ast.parse(functions + uses)) == ["_called"]


def test_the_formatter_is_rarely_told_to_skip() -> None:
    found = unformatted(modules(*FLOORS))
    assert len(found) <= MOST_UNFORMATTED, _lines(found)


def test_no_template_line_is_wider_than_120_letters() -> None:
    found = wide_lines()
    assert not found, f"wider than {WIDEST}:{_lines(found)}"


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
