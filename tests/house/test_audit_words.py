"""Every action that is written into the audit has its sentence for /activity/."""

import ast
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from core.audit.log import SENTENCES, name_of, places_of, sentence_of
from tests.house.tree import FLOORS, ROOT, tracked

# Codes that are put together: (file, what stands in the code) → what it can become.
BUILT = {
    "core/admin.py": ["area.create", "area.change", "area.delete"],
    "provinces/plans/services.py": ["phase.create", "plangroup.change", "phase.delete"],
    "indicators/recording/services.py": ["reading.created", "reading.revised", "reading.withdrawn"],
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _modules() -> dict[str, ast.Module]:
    files = tracked(*(f"{floor}/*.py" for floor in FLOORS))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in files}


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            named = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if named == name:
                yield node


def _records(tree: ast.Module) -> Iterator[tuple[Function, ast.expr]]:
    """Each ``trail.record`` with the function it stands in and its action."""
    for function in ast.walk(tree):
        if isinstance(function, Function):
            for call in _calls(function, "record"):
                owner = call.func.value if isinstance(call.func, ast.Attribute) else None
                if isinstance(owner, ast.Name) and owner.id == "trail":
                    # Without a first argument the action is hidden in others.
                    yield function, call.args[0] if call.args else ast.JoinedStr(values=[])


def _texts(node: ast.AST) -> set[str]:
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {text for text in found if isinstance(text, str)}


def _codes(name: str, function: Function, action: ast.expr) -> set[str]:
    """The codes that this call can write."""
    if isinstance(action, ast.JoinedStr):
        return set(BUILT.get(name, [f"{name} puts a code together: name it in BUILT"]))
    if not isinstance(action, ast.Name):
        tests = {t for n in ast.walk(action) if isinstance(n, ast.IfExp) for t in _texts(n.test)}
        return _texts(action) - tests
    given = [argument.arg for argument in function.args.args + function.args.kwonlyargs]
    if action.id in given:
        return _given_by_callers(function.name, given.index(action.id), action.id)
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(n, ast.Name) and n.id == action.id for t in node.targets for n in ast.walk(t)
        ):
            value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
            found |= _codes(name, function, value)
    return found


def _given_by_callers(called: str, position: int, argument: str) -> set[str]:
    found: set[str] = set()
    for tree in MODULES.values():
        for call in _calls(tree, called):
            named = [k.value for k in call.keywords if k.arg == argument]
            for value in [*call.args[position : position + 1], *named]:
                if isinstance(value, ast.Constant | ast.IfExp):
                    found |= _texts(value)
    return found


MODULES = _modules()
CODES = sorted(
    {
        (name, code)
        for name, tree in MODULES.items()
        for function, action in _records(tree)
        for code in _codes(name, function, action)
    }
)


def test_the_actions_of_the_code_are_found() -> None:
    codes = {code for _, code in CODES}
    assert {"assignment.report", "user_created", "area.change", "reading.revised"} <= codes


@pytest.mark.parametrize(("file", "code"), CODES, ids=str)
def test_every_recorded_action_has_its_sentence(file: str, code: str) -> None:
    assert sentence_of(code) != code, f"{file} writes “{code}”: say it in <floor>/activity.py"


@pytest.mark.parametrize("action", SENTENCES)
def test_a_sentence_names_its_action_first_and_has_one_set_of_places(action: str) -> None:
    with override("en"):
        places = places_of(action)
    for language in ("vi", "en"):
        with override(language):
            assert "%" not in name_of(action)
            assert places_of(action) == places
            assert sentence_of(action) % dict.fromkeys(places, "x")
