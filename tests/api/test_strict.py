"""What is asked is what is done: nothing that is not understood is passed over."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from core.models import User
from core.queue import recalculation
from indicators.files.services import work_off
from indicators.models import ImportJob, Indicator, Reading
from provinces.models import Area
from tests.api.conftest import READINGS, Post, problem
from tests.api.test_schema import OPERATIONS, address, world  # noqa: F401 - a fixture
from tests.factories import UserFactory, api_key, bearer, reading

pytestmark = pytest.mark.django_db

BULK, IMPORTS = f"{READINGS}bulk/", "/api/v1/imports/"
_GENERATOR: Any = SchemaGenerator
SCHEMA: dict[str, Any] = _GENERATOR().get_schema(public=True)
EVERYWHERE = [*OPERATIONS, ("/api/v1/schema/", "get"), ("/api/v1/docs/", "get")]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(User.objects.filter(is_superuser=True).first() or _root())
    return client


def _root() -> User:
    return UserFactory.create(username="root", is_superuser=True)


@pytest.mark.parametrize(("path", "method"), EVERYWHERE)
def test_an_unknown_parameter_is_refused_by_every_operation_and_nothing_is_done(
    world: dict[str, Any],  # noqa: F811
    administrator: Client,
    path: str,
    method: str,
) -> None:
    before = (Reading.objects.count(), ImportJob.objects.count())
    place = path.format(**address(world, path))
    sent = world.get(f"{method} {path.removeprefix('/api/v1/')}", {})
    query = "&".join([*(f"{k}={v}" for k, v in sent.get("query", {}).items()), "as_off=2025-01-01"])
    answer = administrator.generic(
        method.upper(),
        f"{place}?{query}",
        json.dumps(sent.get("body", {}), default=str),
        content_type="application/json",
    )
    [fault] = problem(answer)["errors"]
    assert (answer.status_code, fault["code"], fault["pointer"]) == (
        400,
        "unknown_parameter",
        "?as_off",
    )
    assert (Reading.objects.count(), ImportJob.objects.count()) == before


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_parameter_of_the_schema_is_known_and_taken_once(
    world: dict[str, Any],  # noqa: F811
    administrator: Client,
    path: str,
    method: str,
) -> None:
    place = path.format(**address(world, path))
    for parameter in SCHEMA["paths"][path][method].get("parameters", []):
        if parameter["in"] != "query":
            continue
        name = parameter["name"]
        once, twice = (
            administrator.generic(method.upper(), f"{place}?{query}")
            for query in (f"{name}=", f"{name}=1&{name}=2")
        )
        if not path.endswith("/charts/{name}/"):  # Each chart takes some of them.
            assert "unknown_parameter" not in once.content.decode()
        [fault] = problem(twice)["errors"]
        assert (fault["code"], fault["pointer"]) == ("repeated_parameter", f"?{name}")


def _is_of_few_values(parameter: dict[str, Any]) -> bool:
    schema = parameter["schema"]
    few = "enum" in schema or schema.get("format") == "date" or schema["type"] != "string"
    return parameter["in"] == "query" and (few or parameter["name"] in ("cursor", "since"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (path, parameter["name"])
        for path, method in OPERATIONS
        for parameter in SCHEMA["paths"][path][method].get("parameters", [])
        if method == "get" and "{" not in path and _is_of_few_values(parameter)
    ],
)
def test_a_value_that_no_parameter_of_its_kind_has_is_refused_by_name(
    world: dict[str, Any],  # noqa: F811
    administrator: Client,
    path: str,
    name: str,
) -> None:
    query = {**world.get(f"get {path.removeprefix('/api/v1/')}", {}).get("query", {}), name: "zzz"}
    answer = administrator.get(path, query)
    [fault] = problem(answer)["errors"]
    assert (answer.status_code, fault["pointer"]) == (400, f"/{name}")


@pytest.mark.parametrize("position", ["p=abc", "p=1.5", "p=2020-01-01", "p=%00", "p=-1", "r=x"])
def test_a_cursor_that_was_never_given_is_refused(client: Client, key: str, position: str) -> None:
    cursor = b64encode(position.encode()).decode()
    answer = client.get(READINGS, {"cursor": cursor}, headers=bearer(key))
    [fault] = problem(answer)["errors"]
    assert (answer.status_code, fault["code"]) == (400, "invalid_value")
    assert fault["pointer"] == "/cursor"


@pytest.mark.parametrize("size", ["0", "-1", "1e3", "٣", "9" * 30])
def test_a_page_of_no_size_is_refused(client: Client, key: str, size: str) -> None:
    answer = client.get(READINGS, {"page_size": size}, headers=bearer(key))
    assert problem(answer)["errors"][0]["pointer"] == "/page_size"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1"])
def test_no_charset_makes_another_address(client: Client, key: str, charset: str) -> None:
    kind = f"application/json; charset={charset}"
    answer = client.get(READINGS, {"area": "40"}, headers={**bearer(key), "Content-Type": kind})
    assert problem(answer)["status"] == 415


@pytest.mark.parametrize(
    ("headers", "status", "named"),
    [
        ({"Content-Type": "text/plain"}, 415, "application/json"),
        ({"Content-Encoding": "br"}, 415, "gzip"),
        ({"Accept": "application/xml"}, 406, "application/json"),
    ],
)
def test_of_formats_those_to_choose_from_are_named(
    client: Client, key: str, headers: dict[str, str], status: int, named: str
) -> None:
    kind = headers.pop("Content-Type", "application/json")
    sent: Any = b"{}"
    answer = client.post(READINGS, sent, content_type=kind, headers={**bearer(key), **headers})
    found = problem(answer)
    assert found["status"] == status
    assert named in found["detail"]


@pytest.mark.parametrize("twice", ["dry_run", "mode", "warnings", "file"])
def test_a_form_says_nothing_twice(client: Client, key: str, twice: str) -> None:
    rows = b"indicator,area,period,value\nshare,VN,2024,13\n"
    said = {"dry_run": ["true", "false"], "mode": ["accept_valid"] * 2, "warnings": ["true"] * 2}
    files = [SimpleUploadedFile(f"{one}.csv", rows) for one in "ab"[: 1 + (twice == "file")]]
    form: Any = {"file": files, **({twice: said[twice]} if twice in said else {})}
    answer = client.post(IMPORTS, form, headers=bearer(key))
    [fault] = problem(answer)["errors"]
    assert (answer.status_code, fault["code"]) == (400, "repeated_parameter")
    assert fault["pointer"] == f"/{twice}"
    assert not ImportJob.objects.exists()


def test_a_typing_error_is_answered_by_the_nearest_parameter(client: Client, key: str) -> None:
    answer = client.get(f"{READINGS}?indicator=share&period_form=2024", headers=bearer(key))
    [fault] = problem(answer)["errors"]
    assert fault["pointer"] == "?period_form"
    assert "period_from" in fault["detail"]


# The three calls that write ---------------------------------------------------------------------

Call = Callable[..., Any]


@pytest.fixture(params=["one", "bulk", "file"])
def write(request: pytest.FixtureRequest, client: Client, key: str) -> Call:
    """Send one figure, with options in the query and in the body."""

    def send(query: str = "", value: str = "14.02", **body: object) -> Any:
        row = {"indicator": "share", "area": "VN", "period": "2025", "value": value}
        if request.param == "file":
            text = "\n".join([",".join(row), ",".join(row.values())])
            form = {name: str(v).lower() if isinstance(v, bool) else v for name, v in body.items()}
            file = SimpleUploadedFile("a.csv", text.encode())
            answer = client.post(f"{IMPORTS}?{query}", {"file": file, **form}, headers=bearer(key))
            work_off(1e9)
            return answer
        is_one = request.param == "one"
        document = {**row, **body} if is_one else {"readings": [row], **body}
        return client.post(
            f"{READINGS if is_one else BULK}?{query}",
            document,
            content_type="application/json",
            headers=bearer(key),
        )

    return send


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("dry_run=true", {}),
        ("", {"dry_run": True}),
        ("dry_run=true&mode=all_or_nothing", {"warnings": True, "dry_run": True}),
        ("mode=accept_valid", {"mode": "accept_valid", "dry_run": True}),
    ],
)
def test_a_dry_run_writes_nothing_however_it_is_asked(
    write: Call, query: str, body: dict[str, object]
) -> None:
    assert write(query, **body).status_code in (200, 202)
    assert not Reading.objects.exists()
    assert write().status_code in (200, 201, 202)
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "body", "code", "pointer"),
    [
        ("dry_run=true", {"dry_run": False}, "contradiction", "/dry_run"),
        ("mode=accept_valid", {"mode": "all_or_nothing"}, "contradiction", "/mode"),
        ("warnings=false", {"warnings": True}, "contradiction", "/warnings"),
        ("dry_run=yes", {}, "invalid_value", "/dry_run"),
        ("dry_run=", {}, "invalid_value", "/dry_run"),
        ("", {"mode": "some"}, "invalid_value", "/mode"),
        ("dryrun=true", {}, "unknown_parameter", "?dryrun"),
        ("", {"dryrun": True}, "unknown_field", "/dryrun"),
    ],
)
def test_what_is_not_understood_or_contradicts_itself_writes_nothing(
    write: Call, query: str, body: dict[str, object], code: str, pointer: str
) -> None:
    answer = write(query, **body)
    [fault] = problem(answer)["errors"]
    assert (answer.status_code, fault["code"], fault["pointer"]) == (400, code, pointer)
    assert not Reading.objects.exists()
    assert not ImportJob.objects.exists()


def test_figures_are_compared_with_the_last_ones_where_that_is_asked(
    write: Call, indicator: Indicator, nation: Area
) -> None:
    for year in range(2015, 2025):
        reading(indicator, nation, str(year), "12.66")
    answer = write("warnings=true", value="95").json()
    found = answer["warnings"] or ImportJob.objects.get(pk=answer["id"]).warnings
    assert [warning["code"] for warning in found] == ["unusual_value"]
    assert Reading.objects.filter(period="2025").count() == 1


# Bodies, answers, addresses ---------------------------------------------------------------------


def test_a_packed_body_is_taken(client: Client, key: str, document: dict[str, Any]) -> None:
    headers = {**bearer(key), "Content-Encoding": "gzip"}
    packed: Any = gzip.compress(json.dumps(document).encode())
    answer = client.post(READINGS, packed, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    form += b"indicator,area,period,value\nshare,VN,2024,13\n\r\n--x--\r\n"
    packed = gzip.compress(form)
    kind = "multipart/form-data; boundary=x"
    answer = client.post(IMPORTS, packed, content_type=kind, headers=headers)
    assert answer.status_code == 202
    work_off(1e9)
    assert Reading.objects.count() == 2


@pytest.mark.parametrize(
    ("packed", "encoding", "status"),
    [
        (gzip.compress(b" " * 50_000_000, mtime=0), "gzip", 413),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", 400),
        (b"{}", "gzip", 400),
        (b"", "gzip", 400),
        (b"{}", "br", 415),
    ],
)
def test_a_packed_body_that_cannot_be_taken_is_refused(
    client: Client, key: str, packed: Any, encoding: str, status: int
) -> None:
    headers = {**bearer(key), "Content-Encoding": encoding}
    answer = client.post(BULK, packed, content_type="application/json", headers=headers)
    assert problem(answer)["status"] == status


@pytest.mark.parametrize("path", ["areas/", "readings/", "completion/?plan=305-KH/TU", "me/"])
def test_nothing_changed_is_said_by_304(
    world: dict[str, Any],  # noqa: F811
    client: Client,
    path: str,
) -> None:
    key = api_key()
    recalculation.touch_generation()
    first = client.get(f"/api/v1/{path}", headers=bearer(key))
    asked = {**bearer(key), "If-None-Match": first["ETag"]}
    again = client.get(f"/api/v1/{path}", headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in first["Cache-Control"]


def test_a_change_makes_another_etag(
    client: Client, key: str, post: Post, document: dict[str, Any]
) -> None:
    first = client.get(READINGS, headers=bearer(key))
    post(document)
    asked = {**bearer(key), "If-None-Match": first["ETag"]}
    assert client.get(READINGS, headers=asked).status_code == 200


def test_a_system_learns_how_many_calls_it_has_left(
    client: Client, key: str, settings: Any
) -> None:
    settings.R57_REQUESTS_A_MINUTE = 2
    answers = [client.get("/api/v1/me/", headers=bearer(key)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"minute";r=1',
        '"minute";r=0',
        '"minute";r=0',
    ]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"minute";q=2;w=60'}
    left = int(answers[2]["RateLimit"].partition(";t=")[2])
    assert 0 < left <= 60
    assert not client.get("/api/v1/").has_header("RateLimit")


def test_the_root_lists_what_there_is(client: Client, key: str) -> None:
    found = client.get("/api/v1/", headers=bearer(key)).json()
    assert {"readings", "readings/bulk", "imports", "targets", "schema", "me"} <= set(found)
    for place in found.values():
        assert client.get(place, headers=bearer(key)).status_code in (200, 400, 405)


ODD = [
    ("post", "/api/v1/readings", {}),
    ("get", "/api/v1/readings", {}),
    ("put", "/api/v1/readings/", {}),
    ("post", "/api/v1/no/such/", {}),
    ("get", "/api/", {}),
    ("get", "/api/v1/areas/%00/", {}),
    ("get", "/api/v1/areas/40/", {"Host": "no such host"}),
    ("trace", "/api/v1/areas/", {}),
    ("post", "/api/v1/imports/", {"Content-Type": "multipart/form-data"}),
    ("get", "/api/v1/schema/?lang=%ff", {}),
    ("get", "/api/v1/charts/none/", {"Accept": "text/html"}),
    ("get", "/api/v1/areas/", {"Accept": "text/html"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), ODD)
@pytest.mark.parametrize("who", ["nobody", "key", "person"])
def test_nothing_below_the_api_answers_with_a_page(
    key: str, who: str, method: str, path: str, headers: dict[str, str]
) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    if who == "person":
        client.force_login(_root())
    sent = {**(bearer(key) if who == "key" else {}), **headers}
    answer = client.generic(method.upper(), path, headers=sent)
    problem(answer)


@pytest.mark.parametrize("path", ["/api/v1/areas/", "/"])
@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("host", ["no such host", "elsewhere.example"])
def test_another_host_is_no_fault_of_ours(
    settings: Any, path: str, host: str, *, is_public: bool
) -> None:
    settings.R57_PUBLIC_DASHBOARDS = is_public
    answer = Client(raise_request_exception=False).get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem" if "api" in path else "text/")


def test_a_forgotten_slash_is_named(client: Client) -> None:
    answer = client.post("/api/v1/readings", {}, content_type="application/json")
    assert answer.status_code == 404
    assert "/api/v1/readings/" in problem(answer)["detail"]
