"""Writes r57/api_examples.json from the demo's own answers: python -m bin.api_examples

The schema shows them beside each operation, and a test holds them against it. What the demo's key
writes is taken back.
"""

import io
import json
import os
from collections.abc import Mapping
from typing import Any

import django

ROWS = 2
"""How much of a list is shown."""
READING = {
    "indicator": "digital_economy_gdp",
    "area": "VN",
    "period": "2025",
    "value": "14.02",
    "obs_status": "E",
    "published_on": "2026-01-06",
    "source": "Cục Thống kê",
}
FILE = "indicator,area,period,value\ndigital_economy_gdp,VN,2025,14.02\n"
REPORT = {"state": "completed", "result": "Đã ban hành kế hoạch", "evidence_number": "12/BC-SKHCN"}
FREEZE = {"area": "40", "reason": "Bổ sung số liệu của hai sở"}
BATCH = {
    "readings": [READING, {**READING, "period": "2024", "value": "mười"}],
    "mode": "accept_valid",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "r57.settings")
    django.setup()
    from django.conf import settings
    from django.db import transaction

    with transaction.atomic():
        found = _answers()
        transaction.set_rollback(True)
    settings.R57_API_EXAMPLES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _answers() -> dict[str, Any]:
    """By operation: the request's body where there is one, and the answer, by media type."""
    from django.test import Client

    from core.models import User
    from reports.models import FrozenReport
    from tasks.models import Assignment

    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(User.objects.filter(is_superuser=True).order_by("pk")[0])
    found: dict[str, Any] = {}

    def ask(
        operation: str,
        path: str,
        sent: object = None,
        accept: str = "application/json",
        status: str = "200",
    ) -> Any:
        address, headers = f"/api/v1/{path}", {"Accept": accept}
        if sent is None:
            answer = browser.get(address, headers=headers)
        elif operation == "imports_create":
            file = io.BytesIO(FILE.encode())
            file.name = "readings.csv"
            answer = browser.post(address, {"file": file, "dry_run": "true"})
        else:
            answer = browser.post(address, sent, content_type="application/json", headers=headers)
        if str(answer.status_code) != status:
            raise SystemExit(f"{operation}: {answer.status_code} {answer.content[:300]!r}")
        text = answer.getvalue().decode("utf-8-sig")
        body = _short(json.loads(text)) if accept == "application/json" else text
        found.setdefault(operation, {}).setdefault(status, {})[accept] = body
        return body

    assignment = Assignment.objects.exclude(state="completed").order_by("pk")[0]
    lists = {
        "areas": "40",
        "agencies": None,
        "indicators": "digital_economy_gdp",
        "plans": "",
        "targets": "57-10",
        "tasks": assignment.task_id,
        "assignments": assignment.pk,
        "obstacles": "",
        "status-reports": "",
        "reports": "",
    }
    for name, chosen in lists.items():
        operation, key = name.replace("-", "_"), "code" if name == "agencies" else "id"
        rows = ask(f"{operation}_list", f"{name}/?page_size={ROWS}")["results"]
        ask(f"{operation}_retrieve", f"{name}/{chosen or rows[0][key]}/")
    ask("targets_assessment_retrieve", "targets/57-10/assessment/?as_of=2026-11-01")
    ask("completion", "completion/?plan=305-KH/TU&area=40&by=group&as_of=2025-11-15")
    ask("changes", f"changes/?since=0&page_size={ROWS}")
    ask("charts_list", "charts/")
    ask("charts_retrieve", "charts/indicator-series/?indicator=digital_economy_gdp&area=VN")
    ask("root", "")
    ask("me", "me/")
    readings = "readings/?indicator=digital_economy_gdp&area=VN&page_size=2"
    for accept in ("application/json", "text/csv", "application/vnd.sdmx.data+csv;version=2.0.0"):
        ask("readings_list", readings, accept=accept)
    ask("readings_create", "readings/?dry_run=true", READING)
    ask("readings_create", "readings/", {**READING, "value": "14.1"}, status="201")
    ask("readings_bulk", "readings/bulk/?dry_run=true", BATCH)
    job = ask("imports_create", "imports/", FILE, status="202")["id"]
    ask("imports_read", f"imports/{job}/")
    ask("imports_rejected", f"imports/{job}/rejected.csv", accept="text/csv")
    path = f"assignments/{assignment.pk}/status-reports/"
    ask("assignments_status_reports_create", path, REPORT, status="201")
    found["assignments_status_reports_create"]["request"] = {"application/json": REPORT}
    period = FrozenReport.objects.order_by("pk")[0].period_id
    ask("reports_freeze", f"reporting-periods/{period}/freeze/", FREEZE, status="201")
    found["reports_freeze"]["request"] = {"application/json": FREEZE}
    found["imports_create"]["request"] = {
        "multipart/form-data": {"file": FILE, "dry_run": "true", "mode": "accept_valid"}
    }
    return found


def _short(body: Any) -> Any:
    """Long lists of figures are cut, so that the page stays readable."""
    if isinstance(body, Mapping):
        return {name: _short(value) for name, value in body.items()}
    if isinstance(body, list):
        return [_short(item) for item in body[:ROWS]]
    return body


if __name__ == "__main__":
    main()
