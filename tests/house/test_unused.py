"""Nothing lies about that nobody uses: functions, classes, templates, files and styles of the
site, fixtures. And the product names nothing that is not in its image."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.house.tree import FLOORS, ROOT, read, tracked

PRODUCT = [path for path in tracked(*(f"{floor}/*.py" for floor in FLOORS)) if path.stat().st_size]
CODE = [path for path in PRODUCT if "migrations" not in path.parts]
TEMPLATES = tracked("templates/*")
STATIC = tracked("static/*")

# Called by Django, REST framework and their like, which know them by name or by a decorator.
HOOKS = re.compile(
    r"__\w+__|Command|\w+(Admin|Config|Scheme)|(clean|get|has)_\w+|add_arguments|allow_request"
    r"|authenticate(_header)?|check_triggers|db_type|from_db_value|i18n_javascript"
    r"|label_from_instance|prepare_value|value_to_string|post_worker_init|process_exception"
    r"|to_representation|_tell_to_end|db_for_(read|write)|allow_(relation|migrate)"
)
FOR_TESTS = {"lifted"}
# Put together in a template, or given by Plotly and htmx.
CLASSES = re.compile(
    r"(at-col|at-row|bin|cell|fill|m)-[\w-]+|when-(ended|figure|new)"
    r"|is-(agency|review|asked|conflict|ended|refused|saved|saving)|crisp|cursor-pointer|draglayer"
    r"|ease-bg|htmx-request|js-plotly-plot|main-svg|user-select-none"
)


def text_of(paths: list[Path]) -> str:
    return "\n".join(path.read_text() for path in paths if path.suffix != ".png")


def named(path: Path) -> str:
    """As code and templates name it: without its first folder."""
    return path.relative_to(ROOT).as_posix().partition("/")[2]


def test_what_is_defined_is_named_somewhere() -> None:
    code = text_of(CODE)
    words = Counter(re.findall(r"\w+", code + text_of(TEMPLATES)))
    defined = Counter(re.findall(r"^ *(?:async )?(?:def|class) (\w+)", code, re.MULTILINE))
    found = {name for name, times in defined.items() if words[name] <= times}
    assert {name for name in found if not HOOKS.fullmatch(name)} == FOR_TESTS


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=named)
def test_a_template_or_a_file_of_the_site_is_named_somewhere(path: Path) -> None:
    others = text_of([other for other in [*CODE, *TEMPLATES, *STATIC] if other != path])
    assert named(path) in others


def test_a_class_of_the_style_sheets_is_used() -> None:
    rules = text_of([path for path in STATIC if path.suffix == ".css"])
    rules = re.sub(r"/\*.*?\*/|url\(.*?\)|\{[^{}]*\}", "{}", rules, flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)", rules, re.IGNORECASE))
    pages = text_of([*CODE, *TEMPLATES, *(path for path in STATIC if path.suffix == ".js")])
    used = set(re.findall(r"[\w-]+", pages))
    assert {name for name in classes - used if not CLASSES.fullmatch(name)} == set()


def test_a_table_of_the_fixtures_is_loaded() -> None:
    code = text_of(CODE)
    tables = {named(path).removesuffix(".csv") for path in tracked("fixtures/*.csv")}
    assert {table for table in tables if f'"{table}"' not in code} == set()
    assert {path.suffix for path in tracked("fixtures")} == {".csv", ".md"}


def test_the_product_names_no_folder_that_is_not_in_its_image() -> None:
    shipped = set(re.findall(r"^!([\w.-]+)", read(".dockerignore"), re.MULTILINE))
    folders = {path.relative_to(ROOT).parts[0] for path in tracked("*/*")} - shipped
    assert {"bench", "docs", "tests"} <= folders
    names = re.compile(rf"^(?:from|import) ({'|'.join(map(re.escape, folders))})\b", re.MULTILINE)
    paths = re.compile(rf'BASE_DIR / "({"|".join(map(re.escape, folders))})"')
    assert [
        path for path in PRODUCT if (s := path.read_text()) and (names.search(s) or paths.search(s))
    ] == []
