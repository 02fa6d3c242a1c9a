"""Large files of readings: written, handed in, followed, cancelled, counted."""

import csv
import http.client
import json
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openpyxl import Workbook

from faults.processes import command_line, family
from faults.product import Product, wait_until
from indicators.models import Indicator, Reading
from provinces.models import Area

_BOUNDARY = "a-line-that-no-file-holds"
_BLOCK = 1 << 20
_NOTE = "Số liệu do cơ quan thống kê cung cấp, đã soát lại với báo cáo cùng kỳ của địa phương. " * 2
_COLUMNS = ("indicator", "area", "period", "value", "source", "note")
_FIRST_DAYS = {".csv": date(1990, 1, 1), ".xlsx": date(1960, 1, 1)}
_PATIENCE = 1800


def write_csv(path: Path, size: int) -> int:
    """About so many bytes, each row a figure nobody has sent; returns its rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer, rows = csv.writer(file), 0
        writer.writerow(_COLUMNS)
        for row in _rows(path):
            writer.writerow(row)
            rows += 1
            if rows % 1000 == 0 and file.tell() >= size:
                break
    return rows


def write_book(path: Path, rows: int) -> None:
    """An Excel file of so many rows, each a figure nobody has sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_COLUMNS)
    for row in islice(_rows(path), rows):
        sheet.append(row)
    book.save(path)


def _rows(path: Path) -> Iterator[tuple[str, ...]]:
    """Its name is their source."""
    indicators = Indicator.objects.exclude(kind=Indicator.Kind.RANK).filter(
        min_value__lte=0, max_value__isnull=True
    ) | Indicator.objects.filter(min_value__lte=0, max_value__gte=1).exclude(kind="rank")
    codes = list(indicators.values_list("code", flat=True))
    level = Area.Level.PROVINCE
    kept = Area.objects.active().filter(level=level, merged_on=None)
    areas = list(kept.values_list("code", flat=True))
    days = (_FIRST_DAYS[path.suffix] + timedelta(n) for n in count())
    return (
        (what, where, day.isoformat(), "0.5", path.name, _NOTE)
        for day in days
        for what in codes
        for where in areas
    )


class Courier:
    """Hands files in over REST and asks for their state."""

    def __init__(self, product: Product, key: str) -> None:
        self._host = urlsplit(product.address).netloc
        self._headers = {"Authorization": f"Bearer {key}"}

    def hand_in(self, path: Path, **fields: str) -> str:
        """The address at which the import is followed. Raises AssertionError unless 202."""
        head = "".join(
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{path.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        tail = f"\r\n--{_BOUNDARY}--\r\n"
        size = len(head) + path.stat().st_size + len(tail)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Content-Length": str(size),
        }
        status, found, _body = self._ask(
            "POST", "/api/v1/imports/", _stream(head, path, tail), headers
        )
        if status != HTTPStatus.ACCEPTED:
            raise RuntimeError(f"{status}: {_body}")
        return found

    def state(self, address: str) -> dict[str, Any]:
        _status, _location, body = self._ask("GET", address)
        return body

    def cancel(self, address: str) -> int:
        return self._ask("DELETE", address)[0]

    def _ask(
        self, method: str, address: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, Any]]:
        client = http.client.HTTPConnection(self._host, timeout=300)
        try:
            client.request(method, address, body, {**self._headers, **(headers or {})})
            answer = client.getresponse()
            text = answer.read()
            return answer.status, answer.getheader("Location", ""), json.loads(text or b"{}")
        finally:
            client.close()


def _stream(head: str, path: Path, tail: str) -> Iterator[bytes]:
    yield head.encode()
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_BLOCK), b"")
    yield tail.encode()


def rows_done(courier: Courier, address: str, least: int) -> int:
    """Waits until so many rows are done or it has ended; returns how many are."""

    def is_far_enough() -> bool:
        body = courier.state(address)
        return body["rows_done"] >= least or body["state"] not in ("waiting", "running")

    wait_until(is_far_enough, seconds=_PATIENCE, pause=0.1)
    return int(courier.state(address)["rows_done"])


def stored(path: Path) -> tuple[int, int]:
    """Readings of the file, and how many figures they are of."""
    rows = Reading.objects.filter(source=path.name)
    series = rows.order_by().values("indicator", "area", "period", "base").distinct()
    return rows.count(), series.count()


def readers(worker: int) -> list[int]:
    """Processes below the worker's that make CSV of an Excel file."""
    return [pid for pid in family(worker) if b"tables/program.py" in command_line(pid)]
