"""A module that is free of frameworks today is kept free of them by the contract."""

import tomllib

import grimp

from tests.house.tree import FLOORS, ROOT, read

FRAMEWORKS = {"django", "rest_framework", "celery", "structlog", "pandas", "plotly"}
APPS = FLOORS[:-1]


def _free_of_frameworks() -> set[str]:
    graph = grimp.build_graph(*APPS, include_external_packages=True, cache_dir=None)
    bound: set[str] = set()
    for framework in FRAMEWORKS & graph.modules:
        bound |= graph.find_downstream_modules(framework)
    return {
        module
        for module in graph.modules - bound
        if module.startswith(APPS) and (ROOT / module.replace(".", "/")).with_suffix(".py").exists()
    }


def test_every_pure_module_is_under_the_contract() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    named = next(c for c in contracts if c["name"].startswith("Pure modules"))
    assert _free_of_frameworks() - set(named["source_modules"]) == set()
