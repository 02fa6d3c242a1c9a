"""A template lies under the name of the room that renders it."""

import re

from tests.house.tree import FLOORS, ROOT, tracked

SHARED = {"components", "errors", "forms", "wall"}
"""Folders of what several rooms include, and of the screen on the wall, which has a look of its
own."""


def _room(module: str) -> str:
    """ "tasks/reporting/views/review.py" → "tasks/reporting"; views and pages are no rooms."""
    return "/".join(part for part in module.split("/")[:-1] if part not in ("views", "pages"))


def test_a_template_lies_under_the_name_of_its_room() -> None:
    modules = {path.relative_to(ROOT).as_posix(): path.read_text() for path in tracked("*.py")}
    strays = []
    for path in tracked("templates/**/*.html", "templates/**/*.txt"):
        name = path.relative_to(ROOT / "templates").as_posix()
        folder = name.rpartition("/")[0]
        named = re.compile(rf'"{re.escape(name)}[#"]')
        rooms = {
            _room(module)
            for module, text in modules.items()
            if module.split("/")[0] in FLOORS and named.search(text)
        }
        if len(rooms) == 1 and folder.split("/")[0] not in SHARED and rooms != {folder}:
            strays.append(f"{name} is rendered in {min(rooms)}")
    assert not strays, "\n".join(strays)
