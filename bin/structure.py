"""Prints figures of how the code is laid out: python -m bin.structure [--list]

``--list`` names what is counted. The tests of the house hold some of the figures down.
"""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from statistics import median

from tests.house.tree import FLOORS, ROOT, tracked

OTHERS = ("tests", "bench", "bin", "faults")
WIDEST = 120
"""Letters of a template's line."""
_ENUMS = {"Enum", "StrEnum", "TextChoices"}
_LISTS = {"frozenset", "set", "tuple"}

Places = dict[str, list[str]]
"""Where something stands ("tasks/forms.py"), by its name."""


def modules(*folders: str) -> list[Path]:
    """The modules below the folders; migrations and empty files are none."""
    files = tracked(*(f"{folder}/*.py" for folder in folders))
    return [path for path in files if "migrations" not in path.parts and path.stat().st_size]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


def folders(paths: Iterable[Path]) -> Counter[str]:
    """How many modules stand side by side in each folder."""
    return Counter(named(path.parent) for path in paths if path.name != "__init__.py")


def helpers(paths: Iterable[Path]) -> list[str]:
    """The private functions of modules: "tasks/forms.py: _clean"."""
    return [f"{named(path)}: {name}" for path in paths for name in _private(_parsed(path))]


def helpers_used_once(paths: Iterable[Path]) -> list[str]:
    return [f"{named(path)}: {name}" for path in paths for name in used_once(_parsed(path))]


def used_once(tree: ast.Module) -> list[str]:
    """The private functions that could stand where they are used.

    An entry of a table of functions, or of records that hold one, could not; nor could one that is
    handed over and called by another.
    """
    times = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    entries = {name for node in ast.walk(tree) for name in _entries(node)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    entries |= {each.id for call in calls for each in call.args if isinstance(each, ast.Name)}
    return [name for name in _private(tree) if times[name] == 1 and name not in entries]


def _private(tree: ast.Module) -> list[str]:
    functions = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return [name for name in functions if name.startswith("_")]


def _entries(table: ast.AST) -> Iterator[str]:
    """The names in a dict, list, tuple or set, and in the records that are made inside it."""
    entries: list[ast.expr] = []
    if isinstance(table, ast.Dict):
        entries = table.values
    elif isinstance(table, ast.List | ast.Tuple | ast.Set):
        entries = table.elts
    for entry in entries:
        if isinstance(entry, ast.Name):
            yield entry.id
        elif isinstance(entry, ast.Call) and ast.unparse(entry.func).split(".")[-1][0].isupper():
            held = [*entry.args, *(keyword.value for keyword in entry.keywords)]
            yield from (one.id for one in held if isinstance(one, ast.Name))


def classes_named_twice(paths: Iterable[Path]) -> Places:
    """The top-level classes whose name stands twice; a command is always called Command."""
    found = defaultdict(list)
    for path in paths:
        for node in _parsed(path).body:
            if isinstance(node, ast.ClassDef) and node.name != "Command":
                found[node.name].append(named(path))
    return {name: places for name, places in found.items() if len(places) > 1}


def enums_written_twice(paths: Iterable[Path]) -> list[str]:
    """Two classes, or a class and a constant, of the same words: "a/b.py: X = c/d.py: Y"."""
    found: dict[frozenset[str], list[tuple[str, bool]]] = defaultdict(list)
    for path in paths:
        for name, words, is_class in _word_lists(_parsed(path)):
            found[words].append((f"{named(path)}: {name}", is_class))
    return [
        " = ".join(place for place, _ in places)
        for words, places in found.items()
        if len(words) > 1 and len(places) > 1 and any(is_class for _, is_class in places)
    ]


def _word_lists(tree: ast.Module) -> Iterator[tuple[str, frozenset[str], bool]]:
    """(name, words, is it an enum) of the enums, nested ones too, and of the constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _ENUMS & {
            ast.unparse(b).split(".")[-1] for b in node.bases
        }:
            members = (one.value for one in node.body if isinstance(one, ast.Assign))
            yield (
                node.name,
                _words(m.elts[0] if isinstance(m, ast.Tuple) else m for m in members),
                True,
            )
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield ast.unparse(target), _listed(node.value), False


def _listed(value: ast.expr) -> frozenset[str]:
    """The words of a tuple, list, set or Literal; none where it holds anything else."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) in _LISTS and value.args:
        value = value.args[0]
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "Literal":
        value = value.slice
    if not isinstance(value, ast.Tuple | ast.List | ast.Set):
        return frozenset()
    words = _words(value.elts)
    return words if len(words) == len(value.elts) else frozenset()


def _words(values: Iterable[ast.expr]) -> frozenset[str]:
    return frozenset(
        v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)
    )


def wide_lines() -> list[str]:
    """The template lines that are too wide: "templates/base.html:12"."""
    return [
        f"{named(path)}:{number}"
        for path in tracked("templates/**", "*/templates/**")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST
    ]


def unformatted(paths: Iterable[Path]) -> list[str]:
    """The places that are kept from the formatter."""
    mark = "# fmt: " + "skip"
    return [
        f"{named(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if mark in line
    ]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def main() -> None:
    floors, others = modules(*FLOORS), modules(*OTHERS)
    lengths = {path: length(path) for path in floors}
    longest = max(lengths, key=lengths.__getitem__)
    [(fullest, most)] = folders(floors).most_common(1)
    twice = classes_named_twice(floors)
    lists = {
        "helpers used once": helpers_used_once(floors),
        "class names used twice": [f"{name}: {', '.join(at)}" for name, at in twice.items()],
        "enums written twice": enums_written_twice(floors),
        "fmt: skip": unformatted(floors),
        f"template lines over {WIDEST}": wide_lines(),
    }
    figures: Mapping[str, object] = {
        "modules": len(floors),
        "lines": sum(lengths.values()),
        "median lines": median(lengths.values()),
        "largest module": f"{lengths[longest]} ({named(longest)})",
        "largest folder": f"{most} ({fullest})",
        **{f"lines of {name}": sum(map(length, modules(name))) for name in OTHERS},
        "private helpers": len(helpers(floors)),
        **{name: len(entries) for name, entries in lists.items()},
        "fmt: skip elsewhere": len(unformatted(others)),
    }
    for name, figure in figures.items():
        print(f"{name:26} {figure}")
        if "--list" in sys.argv:
            for entry in sorted(lists.get(name, ())):
                print(f"    {entry}")


if __name__ == "__main__":
    main()
