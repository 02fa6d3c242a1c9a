"""What nobody should send: each body gets a clear 4xx problem, none costs memory or a 500."""

import gzip
import json
import unicodedata
from pathlib import Path

import pytest
from django.test import Client

from core.models import AuditEvent
from indicators.models import Reading
from tests.api.conftest import READINGS
from tests.factories import bearer

pytestmark = pytest.mark.django_db

BULK = f"{READINGS}bulk/"
JSON, CSV = "application/json", "text/csv"
GOOD = '{"indicator": "share", "area": "VN", "period": "2025", "value": "1"}'


def one(field: str, text: str) -> bytes:
    """The good reading with that field's JSON put in."""
    document = json.loads(GOOD)
    document.pop(field, None)
    rest = json.dumps(document)[1:-1]
    return f'{{{rest}, "{field}": {text}}}'.encode("utf-8", "surrogatepass")


def batch(text: str) -> bytes:
    return f'{{"readings": [{text}], "mode": "accept_valid", "dry_run": 1}}'.encode()


BODIES: dict[str, tuple[str, str, bytes]] = {
    # Not JSON, or not the JSON that anybody means.
    "nothing": (READINGS, JSON, b""),
    "a space": (READINGS, JSON, b" "),
    "half an object": (READINGS, JSON, b'{"indicator": "sha'),
    "two documents": (READINGS, JSON, f"{GOOD}{GOOD}".encode()),
    "a comma too many": (READINGS, JSON, b'{"indicator": "share",}'),
    "single quotes": (READINGS, JSON, GOOD.replace('"', "'").encode()),
    "a comment": (READINGS, JSON, f"/* */{GOOD}".encode()),
    "100,000 brackets deep": (READINGS, JSON, b"[" * 100_000),
    "100,000 objects deep": (READINGS, JSON, b'{"a":' * 100_000),
    "100,000 deep and closed": (READINGS, JSON, b"[" * 100_000 + b"]" * 100_000),
    "deep in a bulk body": (BULK, JSON, b'{"readings": ' + b"[" * 100_000),
    "a key twice": (READINGS, JSON, f'{GOOD[:-1]}, "value": "2"}}'.encode()),
    "a key twice in a row": (BULK, JSON, batch(f'{GOOD[:-1]}, "value": "2"}}')),
    "the readings twice": (BULK, JSON, b'{"readings": [], "readings": []}'),
    "an escaped key twice": (READINGS, JSON, f'{GOOD[:-1]}, "valu\\u0065": "2"}}'.encode()),
    "NUL in a text": (READINGS, JSON, one("note", '"a\x00b"')),
    "escaped NUL": (READINGS, JSON, one("note", '"a\\u0000b"')),
    "NUL alone": (READINGS, JSON, b"\x00"),
    "a lone surrogate": (READINGS, JSON, one("note", '"\\ud800"')),
    "a lone surrogate as a key": (READINGS, JSON, b'{"\\udfff": 1}'),
    "a surrogate in bytes": (READINGS, JSON, one("note", '"\ud800"')),
    "bytes that are no UTF-8": (READINGS, JSON, b'{"note": "\xff\xfe"}'),
    "overlong UTF-8": (READINGS, JSON, b'{"note": "\xc0\xaf"}'),
    "UTF-16 with a mark": (READINGS, JSON, GOOD.encode("utf-16")),
    "UTF-16 without": (READINGS, JSON, GOOD.encode("utf-16-le")),
    "UTF-32": (READINGS, JSON, GOOD.encode("utf-32")),
    "Latin-1": (READINGS, JSON, one("note", '"é"').decode().encode("latin-1")),
    "two byte order marks": (READINGS, JSON, b"\xef\xbb\xbf" * 2 + GOOD.encode()),
    "a control character": (READINGS, JSON, one("note", '"a\x01b"')),
    "a list": (READINGS, JSON, b"[]"),
    "null": (READINGS, JSON, b"null"),
    "a number": (READINGS, JSON, b"1"),
    "a text": (READINGS, JSON, b'"share"'),
    # Numbers.
    "NaN": (READINGS, JSON, one("value", "NaN")),
    "Infinity": (READINGS, JSON, one("value", "-Infinity")),
    "NaN as text": (READINGS, JSON, one("value", '"NaN"')),
    "1e400": (READINGS, JSON, one("value", "1e400")),
    "1e-400": (READINGS, JSON, one("value", "1e-400")),
    "1E5 as text": (READINGS, JSON, one("value", '"1E5"')),
    "5,000 digits": (READINGS, JSON, one("value", "9" * 5000)),
    "5,000 digits as rank": (READINGS, JSON, one("rank", "9" * 5000)),
    "5,000 decimals": (READINGS, JSON, one("value", "0." + "1" * 5000)),
    "a million digits": (READINGS, JSON, one("value", "1" * 1_000_000)),
    "a decimal comma": (READINGS, JSON, one("value", '"1,5"')),
    "a leading plus": (READINGS, JSON, one("value", '"+1"')),
    "Arabic digits": (READINGS, JSON, one("value", '"١٢"')),
    "full-width digits": (READINGS, JSON, one("value", '"１２"')),
    "hexadecimal": (READINGS, JSON, one("value", '"0x1F"')),
    "an underscore": (READINGS, JSON, one("value", '"1_000"')),
    "a boolean": (READINGS, JSON, one("value", "true")),
    "a list as value": (READINGS, JSON, one("value", "[1]")),
    "an object as value": (READINGS, JSON, one("value", '{"a": 1}')),
    "a rank of minus zero": (READINGS, JSON, one("rank", "-0")),
    "a rank too great for the database": (READINGS, JSON, one("rank", "99999999999")),
    # Texts and days.
    "an indicator as number": (READINGS, JSON, one("indicator", "1")),
    "an area as boolean": (READINGS, JSON, one("area", "true")),
    "a period as object": (READINGS, JSON, one("period", "{}")),
    "the 30th of February": (READINGS, JSON, one("published_on", '"2025-02-30"')),
    "the year 0": (READINGS, JSON, one("period", '"0000"')),
    "the year 99999": (READINGS, JSON, one("period", '"99999"')),
    "the 13th month": (READINGS, JSON, one("period", '"2025-13"')),
    "a note of a million letters": (READINGS, JSON, one("note", f'"{"a" * 1_000_000}"')),
    "a script as address": (READINGS, JSON, one("source_url", '"javascript:alert(1)"')),
    "NFD where an exact code is expected": (
        READINGS,
        JSON,
        one("area", json.dumps(unicodedata.normalize("NFD", "Nghệ An"), ensure_ascii=False)),
    ),
    "an unknown field in NFD": (
        READINGS,
        JSON,
        one(unicodedata.normalize("NFD", "giá trị"), '"1"'),
    ),
    "a field named like an attribute": (READINGS, JSON, one("__class__", '"x"')),
    "recorded_by": (READINGS, JSON, one("recorded_by_user", "1")),
    # Other kinds of body.
    "a form": (READINGS, "application/x-www-form-urlencoded", b"indicator=share"),
    "a form in parts": (READINGS, "multipart/form-data; boundary=x", b"--x--\r\n"),
    "XML": (READINGS, "application/xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    "YAML": (READINGS, "application/yaml", b"!!python/object:os.system x"),
    "no kind at all": (READINGS, "", GOOD.encode()),
    "a kind that is none": (READINGS, "json", GOOD.encode()),
    "another charset": (READINGS, f"{JSON}; charset=utf-16", GOOD.encode()),
    "a charset that is none": (READINGS, f"{JSON}; charset=x-none", GOOD.encode()),
    "a gzip bomb": (BULK, JSON, gzip.compress(b" " * 50_000_000)),
    "a gzip bomb as CSV": (BULK, CSV, gzip.compress(b"a," * 20_000_000)),
    "more than 10 MB": (BULK, JSON, b" " * (10 * 1024 * 1024 + 1)),
    "more than 10 MB of CSV": (BULK, CSV, b"a," * (6 * 1024 * 1024)),
    "an open quotation mark": (BULK, CSV, b'indicator,area\n"share,VN\n'),
    "a cell of a million letters": (BULK, CSV, b"note\n" + b"a" * 1_000_000),
    "100,000 columns": (BULK, CSV, b"a," * 100_000),
    "CSV in UTF-16": (BULK, CSV, "indicator\nshare\n".encode("utf-16")),
    "100,000 rows": (BULK, CSV, b"area\n" + b"VN\n" * 100_000),
    "100,000 readings": (BULK, JSON, b'{"readings": [' + b"{}," * 99_999 + b"{}]}"),
    "10,000 empty readings": (BULK, JSON, b'{"readings": [' + b"{}," * 9_999 + b"{}]}"),
}


MOST_GROWTH = 50  # MB


def test_the_table_is_long_enough() -> None:
    assert len(BODIES) >= 60


@pytest.mark.parametrize("name", BODIES)
def test_a_nasty_body_is_refused(client: Client, key: str, name: str) -> None:
    url, kind, body = BODIES[name]
    before = _memory()
    response = client.generic("POST", url, body, content_type=kind, headers=bearer(key))
    peak = _megabytes("VmHWM")  # Before the test itself decodes the answer.
    assert 400 <= response.status_code < 500, response.content[:300]
    assert response["Content-Type"] == "application/problem+json"
    assert all(fault["code"] and fault["detail"] for fault in response.json()["errors"])
    assert (Reading.objects.count(), AuditEvent.objects.count()) == (0, 0)
    assert peak - before <= MOST_GROWTH


@pytest.mark.parametrize("name", ["100,000 readings", "10,000 empty readings", "a gzip bomb"])
def test_a_heavy_body_again_and_again_costs_no_more(client: Client, key: str, name: str) -> None:
    """What is left behind would add up; one test alone, so that no other's memory is counted."""
    url, kind, body = BODIES[name]
    before = _memory()
    for _again in range(10):
        client.generic("POST", url, body, content_type=kind, headers=bearer(key))
    assert _megabytes("VmHWM") - before <= MOST_GROWTH


def _memory() -> float:
    """Megabytes held now; from now on the most is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _megabytes("VmRSS")


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    [found] = [line for line in lines if line.startswith(name)]
    return int(found.split()[1]) / 1024
