"""The commands people are told to type exist and do what they are said to do."""

import os
import re
import subprocess

import pytest
from django.core.management import get_commands

from tests.house.tree import ROOT, read, tracked

CONTRACT = [
    "bench",
    "check",
    "clean",
    "demo",
    "faults",
    "help",
    "install",
    "lock",
    "messages",
    "screenshot",
    "services",
    "services-stop",
    "test",
    "test-browser",
    "test-services",
]


SPOKEN = re.compile(r"```.*?```|`[^`\n]+`|^step .*?$", re.DOTALL | re.MULTILINE)


def _dry_run(*arguments: str) -> str:
    """Raises CalledProcessError when make knows no such recipe."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    command = ["make", "-n", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def _told() -> set[str]:
    """Every recipe that a document or CI tells somebody to run."""
    texts = [path.read_text() for path in tracked("*.md", ".ci/run")]
    spoken = "\n".join(block for text in texts for block in SPOKEN.findall(text))
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", spoken))


@pytest.mark.parametrize("recipe", CONTRACT)
def test_every_recipe_of_the_contract_can_be_run_dry(recipe: str) -> None:
    _dry_run(recipe)


def test_every_recipe_that_people_are_told_to_run_exists() -> None:
    assert _told() <= set(CONTRACT)


def test_the_readme_names_the_two_commands() -> None:
    commands = re.findall(r"^\s*(?:\$ )?(make [a-z-]+)", read("README.md"), re.MULTILINE)
    assert {"make demo", "make test"} <= set(commands)


def test_every_file_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", read("README.md"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_demo_serves_on_the_port_it_is_told() -> None:
    assert "manage.py serve --port 8123" in _dry_run("demo", "PORT=8123")


def test_the_suite_selects_instead_of_skipping() -> None:
    assert '-m "not browser and not services"' in _dry_run("test")
    assert '-m "not browser"' in _dry_run("test-services")


def test_every_management_command_that_a_recipe_calls_exists() -> None:
    sources = "\n".join(
        read(name)
        for name in ("Makefile", "bin/check_deployment.sh", "docker-compose.yml", "Dockerfile")
    )
    called = set(re.findall(r"(?:\(MANAGE\)|manage\.py|^manage) ([a-z_]+)", sources, re.MULTILINE))
    assert called
    assert called <= set(get_commands())


def test_ci_runs_what_people_run() -> None:
    steps = re.findall(r"^step make (.+)$", read(".ci/run"), re.MULTILINE)
    assert steps == ["install", "check", "test", "test-services", "test-browser"]
