"""docs/api.md keeps its word."""

import os
import re
import subprocess
import sys

import pytest
from pytest_django.live_server_helper import LiveServer

from faults.product import ROOT
from indicators.models import Reading
from tests.factories import IndicatorFactory, NationFactory, api_key

TEXT = (ROOT / "docs" / "api.md").read_text()
# Codes of other floors and of pages, which no sender of readings meets.
_SOURCES = (
    "core/api/idempotency.py",
    "core/api/parsers.py",
    "core/tables/reader.py",
    "indicators/recording/batch.py",
    "indicators/api/bulk.py",
    "indicators/recording/fields.py",
    "indicators/recording/validation.py",
    "indicators/recording/rules.py",
    "indicators/api/filters.py",
    "indicators/recording/services.py",
    "indicators/files/formats.py",
    "tasks/reporting/checks.py",
    "tasks/reporting/reports.py",
)


@pytest.mark.django_db(transaction=True)
def test_the_python_client_can_be_copied_and_run(live_server: LiveServer) -> None:
    NationFactory.create()
    IndicatorFactory.create(code="digital_economy_gdp")
    [program] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    environment = {**os.environ, "R57_ADDRESS": live_server.url, "R57_KEY": api_key()}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["created", "5 0 0 0", "6"], done.stderr
    assert Reading.objects.count() == 6


def test_every_code_a_sender_can_meet_is_listed() -> None:
    raised = re.compile(r"""(?:refuse|Fault|fault)\(\s*"([a-z_]+)",""")
    codes = {code for name in _SOURCES for code in raised.findall((ROOT / name).read_text())}
    assert len(codes) > 25
    assert sorted(code for code in codes if f"`{code}`" not in TEXT) == []
