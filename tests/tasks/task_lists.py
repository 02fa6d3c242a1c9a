"""Lists of tasks as offices keep them: synthetic, as untidy as a real one of 140 rows."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tables.writer import write_sheet
from provinces.models import Plan
from tasks.models import TaskListImport

HEADER = [
    "no",
    "group",
    "title_vi",
    "lead_agency_vi_original",
    "lead_agency_vi_renamed",
    "coordinating_vi_original",
    "product_vi",
    "deadline_as_printed",
]
NUMBER, GROUP, TITLE, LEAD, LEAD_NOW, DUE = 0, 1, 2, 3, 4, 7
_GROUPS = ("I", "II", "III", "IV", "V", "VI", "VII")
_DUES = (
    "6/2025",
    "2025",
    "Thường xuyên",
    "Hằng năm",
    "2025 và những năm tiếp theo",
    "",
    "12/2026",
    "Quý II/2025",
    "2025 - 2026",
    "Tháng 10/2025",
    "trước ngày 15/12",
    "Nhiệm vụ thường xuyên",
)
_LEADS = (
    ("Sở Thông tin", "Sở Khoa học và Công nghệ"),
    ("Các sở, ngành, địa phương", ""),
    ("Sở KH&CN; Công an tỉnh", ""),
)

Table = list[list[str]]


def long_list(count: int = 140) -> Table:
    """The header and as many rows, of seven groups numbered in Roman."""
    return [HEADER, *(_row(n) for n in range(1, count + 1))]


def _row(n: int) -> list[str]:
    lead, now = _LEADS[n % len(_LEADS)]
    title = f"Xây dựng “nền tảng số {n}”,\ntriển khai cho cấp xã"
    due, group = _DUES[n % len(_DUES)], _GROUPS[(n - 1) % len(_GROUPS)]
    return [str(n), group, title, lead, now or lead, "Các sở, ngành", "Đề án", due]


def as_csv(table: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(table)
    return file.getvalue().encode(encoding)


def as_xlsx(table: Sequence[Sequence[Any]]) -> bytes:
    return write_sheet("Nhiệm vụ", table[0], table[1:], [])


def send(client: Client, plan: Plan, data: bytes, name: str = "a.csv") -> TaskListImport:
    """The file with its columns as guessed: what is looked at next is the preview."""
    address = f"/planning/documents/{plan.pk}/import/"
    answer = client.post(address, {"file": SimpleUploadedFile(name, data)})
    assert not answer.headers["Location"].endswith("/columns/")
    return TaskListImport.objects.filter(plan=plan).latest("id")


def counts(client: Client, started: TaskListImport) -> dict[str, int]:
    """Rows of the preview by what would become of them."""
    found = client.get(started.get_absolute_url()).context["found"].counts
    return {key: found[key] for key in ("new", "unchanged", "refused")}


def take(client: Client, started: TaskListImport) -> TaskListImport:
    client.post(f"{started.get_absolute_url()}apply/")
    started.refresh_from_db()
    return started
