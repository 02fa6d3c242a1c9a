"""The containers are described soundly; no engine runs them here (docs/deployment.md)."""

import re
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT, read

Service = dict[str, Any]
KNOWN_KEYS = {
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "environment",
    "healthcheck",
    "image",
    "ports",
    "read_only",
    "restart",
    "security_opt",
    "stop_grace_period",
    "tmpfs",
    "volumes",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
    return loaded


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Service]:
    found: dict[str, Service] = compose["services"]
    return found


def test_every_part_of_the_product_has_its_service(services: dict[str, Service]) -> None:
    assert set(services) == {"web", "worker", "beat", "migrate", "database", "broker"}
    assert services["database"]["image"].startswith("postgres:15")
    assert services["broker"]["image"].startswith("redis:")


def test_services_say_only_what_compose_understands(services: dict[str, Service]) -> None:
    assert {key for service in services.values() for key in service} <= KNOWN_KEYS


def test_every_lasting_service_restarts_is_checked_and_ends_gently(
    services: dict[str, Service],
) -> None:
    dockerfile = read("Dockerfile")
    for name in set(services) - {"migrate"}:
        service = services[name]
        assert service["restart"] == "unless-stopped"
        assert service["stop_grace_period"] == "30s"
        assert "healthcheck" in service or ("build" in service and "HEALTHCHECK" in dockerfile)


def test_whoever_is_waited_for_can_become_ready(services: dict[str, Service]) -> None:
    for service in services.values():
        for awaited, rule in service.get("depends_on", {}).items():
            ends = services[awaited]["restart"] == "no"
            wanted = "service_completed_successfully" if ends else "service_healthy"
            assert rule["condition"] == wanted


def test_nothing_of_ours_starts_before_the_migrations_are_done(
    services: dict[str, Service],
) -> None:
    for name in ("web", "worker", "beat"):
        assert "migrate" in services[name]["depends_on"]


def test_every_named_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"])


def test_secrets_come_from_outside_and_are_demanded(services: dict[str, Service]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|DATABASE_URL", name):
                assert re.search(r"\$\{R57_\w+:\?", value), name


def test_the_dockerfile_copies_files_that_exist_and_are_not_ignored() -> None:
    allowed = [line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")]
    assert [name for name in allowed if not (ROOT / name).exists()] == []
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", read("Dockerfile"), re.MULTILINE)
    names = [name for line in copied for name in line.split() if name != "."]
    assert names
    assert [n for n in names if not any(fnmatch(n, pattern) for pattern in allowed)] == []


def test_the_image_runs_as_nobody_special_and_keeps_no_secret() -> None:
    dockerfile = read("Dockerfile")
    assert re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE) == ["r57"]
    assert not re.search(r"^(?:ENV|ARG).*(?:SECRET|PASSWORD)", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile


def test_every_folder_of_the_product_is_in_the_image() -> None:
    allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    packages -= {"tests", "bench", "faults"}
    assert packages | {"templates", "static", "fixtures"} <= allowed
