"""Bodies that are too long, that break off, or that come too slowly."""

import io
import socket
import threading
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import UnreadablePostError
from django.test import Client
from gunicorn.http.errors import NoMoreData

from core.site.server import WholeBody
from r57.worker import PatientUnreader
from tests.factories import PASSWORD, UserFactory, api_key, bearer

JSON = "application/json"
FAR_LARGER = str(5 * 1024**3)


def announced(client: Client, path: str, **more: Any) -> Any:
    """5 GB are announced; whoever reads more than a byte of them fails."""
    return client.generic(
        "POST", path, b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=FAR_LARGER, **more
    )


@pytest.mark.django_db
def test_a_far_larger_file_is_refused_unread_by_the_api(client: Client) -> None:
    answer = announced(client, "/api/v1/imports/", headers=bearer(api_key()))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["errors"][0]["code"] == "body_too_large"


@pytest.mark.django_db
def test_a_far_larger_file_is_refused_unread_by_the_page(client: Client) -> None:
    client.login(username=UserFactory.create().username, password=PASSWORD)
    answer = announced(client, "/imports/")
    assert answer.status_code == 413
    assert answer.templates[0].name == "errors/error.html"


@pytest.mark.django_db
def test_the_largest_file_passes_the_door(client: Client) -> None:
    length = str(settings.R57_MAX_UPLOAD_BYTES)
    sent = {"file": SimpleUploadedFile("rows.csv", b"indicator\nshare\n")}
    answer = client.post("/api/v1/imports/", sent, headers=bearer(api_key()), CONTENT_LENGTH=length)
    assert answer.status_code not in (408, 413)


def body(text: bytes, length: int) -> WholeBody:
    return WholeBody(io.BytesIO(text), length)


def test_a_body_that_breaks_off_is_not_read_as_a_whole_one() -> None:
    with pytest.raises(UnreadablePostError):
        body(b"value\n14.0", 12).read(12)
    with pytest.raises(UnreadablePostError):
        body(b"value\n14.0", 12).read()
    lines = body(b"value\n14.0", 12)
    assert lines.readline() == b"value\n"
    with pytest.raises(UnreadablePostError):
        lines.readline()


def test_a_whole_body_is_read_to_its_end_in_any_pieces() -> None:
    read = body(b"value\n14.02 and the next request", 11)
    assert [read.readline(), read.read(2), read.read(50), read.read(1)] == [
        b"value\n",
        b"14",
        b".02",
        b"",
    ]


@pytest.mark.django_db
def test_a_reading_that_breaks_off_is_told_408(client: Client) -> None:
    short: dict[str, Any] = {"wsgi.input": body(b"{}", 100), "CONTENT_LENGTH": "100"}
    headers = bearer(api_key())
    answer = client.generic("POST", "/api/v1/readings/", b"{}", JSON, headers=headers, **short)
    assert answer.status_code == 408
    assert answer.json()["errors"][0]["code"] == "incomplete_body"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r57.worker.MOMENT", 0.01)
    monkeypatch.setattr("r57.worker.PATIENCE", 0.05)


def test_a_sender_that_falls_silent_is_given_up(quick: None) -> None:
    ours, theirs = socket.socketpair()
    slow = threading.BoundedSemaphore(1)
    unreader = PatientUnreader(ours, slow)
    theirs.sendall(b"abc")
    assert unreader.read() == b"abc"
    with pytest.raises(NoMoreData):
        unreader.read()
    unreader.end()
    assert slow.acquire(blocking=False)
    ours.close()
    theirs.close()


def test_where_half_of_the_threads_wait_nobody_else_does(quick: None) -> None:
    ours, theirs = socket.socketpair()
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    with pytest.raises(NoMoreData):
        PatientUnreader(ours, taken).read()
    theirs.sendall(b"abc")
    assert PatientUnreader(ours, taken).read() == b"abc"
    ours.close()
    theirs.close()
