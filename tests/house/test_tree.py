"""What the tree promises: locked packages, floors, variables, no traces of one machine."""

import json
import re
import tomllib
from pathlib import Path

import plotly
import pytest
from django.apps import apps
from django.db.models import Field, Model
from packaging.requirements import Requirement

from tests.house.tree import FLOORS, ROOT, read, tracked

# In two pieces, so that this file passes its own test.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "deb." + "debian.org",
    "crates" + ".io",
]
HOMES = r"/(?:home|Users|root)/\w+"
NO_TEXT = {".png", ".xlsx", ".docx"}


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine() -> None:
    words = re.compile("|".join([*map(re.escape, [*REGISTRIES, f"{ROOT}/"]), HOMES]))
    found = [
        f"{path.relative_to(ROOT)}: {word[0]}"
        for path in tracked()
        if path.suffix not in NO_TEXT
        for word in words.finditer(path.read_text())
    ]
    assert found == []


def _locked(name: str) -> dict[str, str]:
    """Versions by package of a lock file."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", read(name), re.MULTILINE | re.IGNORECASE))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_python_lock_has_hashes_and_no_address(name: str) -> None:
    blocks = re.split(r"^(?=[a-z])", read(name), flags=re.MULTILINE | re.IGNORECASE)
    packages = [block for block in blocks if "==" in block]
    assert packages
    assert all("--hash=sha256:" in block for block in packages)
    assert "://" not in read(name)


def test_the_node_lock_has_hashes_and_no_address() -> None:
    packages = json.loads(read("package-lock.json"))["packages"]
    assert len(packages) > 1
    assert all("integrity" in package for name, package in packages.items() if name)
    assert not any("resolved" in package for package in packages.values())


def test_node_packages_are_pinned_exactly() -> None:
    package = json.loads(read("package.json"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [v for v in versions if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []


def test_the_locks_fit_the_project_file() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    runtime, development = _locked("requirements.txt"), _locked("requirements-dev.txt")
    for line in project["dependencies"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(runtime[wanted.name]), line
    for line in project["optional-dependencies"]["dev"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(development[wanted.name]), line
    assert runtime.items() <= development.items()


def _without_reason(entries: list[str]) -> list[str]:
    """The entries of pyproject.toml whose line does not end in a comment that is a sentence."""
    text = read("pyproject.toml")
    return [
        e for e in entries if not re.search(rf'"{re.escape(e)}"[],]+ +# .+\.$', text, re.MULTILINE)
    ]


def test_every_dependency_has_its_reason_beside_it() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    entries = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert _without_reason(entries) == []


def test_every_ignored_rule_has_its_reason_beside_it() -> None:
    lint = tomllib.loads(read("pyproject.toml"))["tool"]["ruff"]["lint"]
    entries = [
        *lint["ignore"],
        *(rule for rules in lint["per-file-ignores"].values() for rule in rules),
    ]
    assert _without_reason(entries) == []


def test_the_browser_draws_with_the_plotly_that_python_validates_for() -> None:
    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundled.open(encoding="utf-8") as file:
        version = re.search(r"plotly\.js v(\S+)", file.read(500))
    pinned = json.loads(read("package.json"))["dependencies"]["plotly.js-basic-dist-min"]
    assert version is not None
    assert version[1] == pinned


def _floor(model: type[Model]) -> int:
    """Django's own tables lie below the ground floor."""
    label = model._meta.app_label
    return FLOORS.index(label) if label in FLOORS else -1


def test_every_foreign_key_points_to_the_same_or_a_lower_floor() -> None:
    ours = [model for model in apps.get_models(include_auto_created=True) if _floor(model) >= 0]
    assert ours
    wrong = [
        str(field)
        for model in ours
        for field in model._meta.get_fields()
        if isinstance(field, Field) and isinstance(field.related_model, type)
        if _floor(field.related_model) > _floor(model)
    ]
    assert wrong == []


def test_every_environment_variable_is_explained() -> None:
    example = read(".env.example")
    explained = set(re.findall(r"^# .+[.)]\n(R57_[A-Z_]+)=", example, re.MULTILINE))
    readers = "\n".join(path.read_text() for path in tracked("r57/*.py", "bin/*.py"))
    reads = set(re.findall(r"""(?:environment\.\w+|environ\.get)\(\s*["'](R57_[A-Z_]+)""", readers))
    assert reads
    assert reads <= explained
    assert explained <= reads | set(re.findall(r"\$\{(R57_[A-Z_]+)", read("docker-compose.yml")))


def test_the_example_environment_holds_no_secret() -> None:
    assert re.findall(r"^R57_\w*(?:KEY|PASSWORD)=.+$", read(".env.example"), re.MULTILINE) == []


def _storey(folder: str) -> int:
    """What is shared lies below all floors."""
    return FLOORS.index(folder) if folder in FLOORS else -1


def test_a_template_takes_pieces_from_its_own_floor_or_below() -> None:
    wrong = []
    for path in tracked("templates/**"):
        name = path.relative_to(ROOT / "templates").as_posix()
        taken = re.findall(r"{% (?:include|extends) \"(\w+)[./]", path.read_text())
        wrong += [(name, other) for other in taken if _storey(other) > _storey(name.split("/")[0])]
    assert tracked("templates/**")
    assert wrong == []
