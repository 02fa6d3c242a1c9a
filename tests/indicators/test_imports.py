"""A file of readings: previewed, applied, cancelled, taken up again after a crash."""

import csv
import html
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import AuditEvent
from indicators.files import services
from indicators.files.services import work_off
from indicators.models import ImportJob, Reading, RejectedRow
from indicators.recording.batch import record_batch
from tests.factories import ProvinceFactory
from tests.indicators.conftest import Cast
from tests.indicators.test_files import workbook

HEADER = "indicator,area,period,value"
SDMX = (
    "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    "dataflow,R57:READINGS(1.0),I,share,40,2025,14.02,A\n"
)
FOREVER = 1e9


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer)
    return client


@pytest.fixture(autouse=True)
def _small_chunks() -> Iterator[None]:
    with mock.patch.object(services, "CHUNK", 3):
        yield


def upload(client: Client, text: str | bytes, name: str = "rows.csv", **fields: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/imports/", {"file": SimpleUploadedFile(name, content), **fields})


def years(*values: str, first: int = 2000) -> str:
    lines = [f"share,40,{first + n},{value}" for n, value in enumerate(values)]
    return "\n".join([HEADER, *lines]) + "\n"


def taken(client: Client, text: str | bytes, name: str = "rows.csv") -> ImportJob:
    """Uploaded, looked through and applied."""
    upload(client, text, name)
    work_off(FOREVER)
    client.post(f"/imports/{ImportJob.objects.latest('id').pk}/apply/")
    work_off(FOREVER)
    return ImportJob.objects.latest("id")


def counts(job: ImportJob) -> tuple[str, int, int, int, int]:
    return job.state, job.created, job.revised, job.unchanged, job.rejected


def recorded() -> list[str]:
    return list(Reading.objects.order_by("period", "revision").values_list("value_text", flat=True))


# Who may ------------------------------------------------------------------------------------------


def test_who_only_reads_hands_no_file_in(cast: Cast, client: Client) -> None:
    assert client.get("/imports/")["Location"].startswith("/login/")
    client.force_login(cast.viewer)
    assert client.get("/imports/").status_code == 403
    assert upload(client, years("1")).status_code == 403
    assert not ImportJob.objects.exists()


def test_a_coordinator_hands_in_the_figures_of_their_area(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert counts(taken(client, years("1"))) == ("done", 1, 0, 0, 0)
    client.force_login(cast.stranger)
    upload(client, years("2"))
    work_off(FOREVER)
    assert counts(ImportJob.objects.latest("id")) == ("done", 0, 0, 0, 1)
    assert RejectedRow.objects.get().reasons[0]["code"] == "not_in_scope"


def test_the_file_of_somebody_else_is_not_there(cast: Cast, officer: Client) -> None:
    upload(officer, years("1"))
    page = f"/imports/{ImportJob.objects.get().pk}/"
    job = ImportJob.objects.get()
    job.user = cast.viewer
    job.save()
    for url in (page, f"{page}state/", f"{page}rejected.csv"):
        assert officer.get(url).status_code == 404
    for url in (f"{page}apply/", f"{page}cancel/"):
        assert officer.post(url).status_code == 404


def test_a_row_of_an_indicator_of_another_agency_is_refused(cast: Cast, officer: Client) -> None:
    cast.indicator.owner = None
    cast.indicator.save()
    upload(officer, years("1"))
    work_off(FOREVER)
    assert RejectedRow.objects.get().reasons[0]["code"] == "not_in_scope"


# What becomes of a file ---------------------------------------------------------------------------


def test_a_preview_counts_and_writes_nothing(officer: Client) -> None:
    response = upload(officer, years("1", "2", "3", "4", "mười"))
    job = ImportJob.objects.get()
    assert response["Location"] == f"/imports/{job.pk}/"
    work_off(FOREVER)
    job.refresh_from_db()
    assert counts(job) == ("done", 4, 0, 0, 1)
    assert recorded() == []


def test_what_was_previewed_is_applied_by_its_sender(cast: Cast, officer: Client) -> None:
    job = taken(officer, years("1", "2", "3", "4", "mười"))
    assert counts(job) == ("done", 4, 0, 0, 1)
    assert recorded() == ["1", "2", "3", "4"]
    assert set(Reading.objects.values_list("recorded_by_user", flat=True)) == {cast.officer.pk}
    events = AuditEvent.objects.filter(action__startswith="importjob")
    assert list(events.order_by("id").values_list("action", flat=True)) == [
        "importjob.submit",
        "importjob.apply",
    ]


def test_the_same_file_again_changes_nothing(officer: Client) -> None:
    taken(officer, years("1", "2", "3", "4"))
    assert counts(taken(officer, years("1", "2", "3", "4"))) == ("done", 0, 0, 4, 0)
    assert len(recorded()) == 4


def test_only_a_finished_preview_is_applied(officer: Client) -> None:
    upload(officer, years("1"))
    assert officer.post(f"/imports/{ImportJob.objects.get().pk}/apply/").status_code == 409
    assert ImportJob.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffindicator;area;period;value\nshare;40;2025;14,02\n",
        "indicator\tarea\tperiod\tvalue\r\nshare\t40\t2025\t14,02\r\n",
        "indicator,area,period,value\nshare,40,2025,14.02\n\n,,,\n",
        SDMX,
    ],
)
def test_every_kind_of_csv_is_taken(officer: Client, text: str) -> None:
    assert counts(taken(officer, text)) == ("done", 1, 0, 0, 0)
    assert recorded() == ["14.02"]


def test_a_workbook_is_taken(officer: Client) -> None:
    content = workbook(HEADER.split(","), ["share", 40, 2025, 14.02], ["share", 40, 2024, 13])
    assert counts(taken(officer, content, "rows.xlsx")) == ("done", 2, 0, 0, 0)
    assert recorded() == ["13", "14.02"]


def test_a_formula_and_a_wrong_type_refuse_their_rows_and_the_good_ones_are_taken(
    officer: Client,
) -> None:
    content = workbook(
        [*HEADER.split(","), "note"],
        ["share", 40, 2025, 14.02, None],
        ["share", 40, 2024, "=6*7", None],
        ["share", 40, 2023, 13, '=HYPERLINK("http://x","y")'],
        ["share", 40, 2022, True, None],
        ["share", 40, 2021, "nhiều", None],
    )
    job = taken(officer, content, "rows.xlsx")
    assert (recorded(), counts(job)) == (["14.02"], ("done", 1, 0, 0, 4))
    reasons = {row.row: row.reasons[0]["field"] for row in job.rejected_rows.all()}
    assert reasons == {3: "value", 4: "note", 5: "value", 6: "value"}


def test_text_that_begins_like_a_formula_is_text_where_its_cell_says_so(officer: Client) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in ([*HEADER.split(","), "note"], ["share", 40, 2025, 14.02, None]):
        sheet.append(row)
    sheet["E2"].value, sheet["E2"].data_type = "=A1", "s"
    book.save(file)
    taken(officer, file.getvalue(), "rows.xlsx")
    assert Reading.objects.get().note == "=A1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{HEADER}\n", "required"),
        (f'{HEADER}\nshare,40,2025,"1\n', "invalid_csv"),
    ],
)
def test_a_file_that_makes_no_sense_fails_with_the_reason(
    officer: Client, text: str, code: str
) -> None:
    upload(officer, text)
    work_off(FOREVER)
    job = ImportJob.objects.get()
    assert (job.state, [error["code"] for error in job.errors]) == ("failed", [code])


def test_old_letters_are_refused_at_once_beside_the_field(officer: Client) -> None:
    response = upload(officer, "source\nCôc Thèng kª tØnh NghÖ An\n")
    assert response.status_code == 422
    assert 'id="id_file_error"' in response.content.decode()
    assert not ImportJob.objects.exists()


def test_refused_rows_come_back_with_reasons_and_may_be_sent_again(officer: Client) -> None:
    text = years("1", "mười", "140", "4") + "share,40\n=cmd,40,2025,1\n"
    upload(officer, text)
    work_off(FOREVER)
    url = f"/imports/{ImportJob.objects.get().pk}/rejected.csv"
    response: Any = officer.get(url)
    sent = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent)))
    assert rows[0] == [*HEADER.split(","), "reason"]
    assert [row[3] for row in rows[1:]] == ["mười", "140", "", "1"]
    assert rows[4][0] == "'=cmd"
    assert all(row[4] for row in rows[1:])
    upload(officer, sent.replace("mười", "10"))
    work_off(FOREVER)
    assert counts(ImportJob.objects.latest("id")) == ("done", 1, 0, 0, 3)


def test_the_page_names_row_and_reason(officer: Client) -> None:
    upload(officer, years("1", "mười"))
    work_off(FOREVER)
    text = officer.get(f"/imports/{ImportJob.objects.get().pk}/").content.decode()
    assert '<th scope="row" class="number">D3</th>' in text
    assert "mười" in text


# Whole or not at all ------------------------------------------------------------------------------


@pytest.fixture
def whole(officer: Client) -> ImportJob:
    """Eight sound rows, looked through, to be taken whole."""
    upload(officer, years(*map(str, range(1, 9))), mode="all_or_nothing")
    work_off(FOREVER)
    officer.post(f"/imports/{ImportJob.objects.get().pk}/apply/")
    return ImportJob.objects.latest("id")


def test_a_sound_file_is_taken_whole(whole: ImportJob) -> None:
    work_off(FOREVER)
    whole.refresh_from_db()
    assert counts(whole) == ("done", 8, 0, 0, 0)
    assert len(recorded()) == 8


def test_a_preview_of_a_whole_file_counts_as_its_application_would(officer: Client) -> None:
    upload(officer, years("1", "2", "3", "4", "mười"), mode="all_or_nothing")
    work_off(FOREVER)
    job = ImportJob.objects.get()
    assert counts(job) == ("done", 0, 0, 0, 5)
    assert "1" in job.errors[0]["detail"]
    assert list(job.rejected_rows.values_list("row", flat=True)) == [6]
    text = officer.get(f"/imports/{job.pk}/").content.decode()
    assert f"/imports/{job.pk}/apply/" not in text


@pytest.mark.parametrize("chunks", range(6))
def test_a_crash_leaves_a_whole_file_untouched_or_whole(whole: ImportJob, chunks: int) -> None:
    with crash_after(chunks), pytest.raises(KeyboardInterrupt):  # 3 to look, 3 to write.
        work_off(FOREVER)
    assert recorded() == []
    work_off(FOREVER)
    whole.refresh_from_db()
    assert counts(whole) == ("done", 8, 0, 0, 0)
    assert len(recorded()) == 8


def test_a_right_lost_while_a_whole_file_is_written_takes_all_of_it_back(
    cast: Cast, whole: ImportJob
) -> None:
    with crash_after(3), pytest.raises(KeyboardInterrupt):
        work_off(FOREVER)
    cast.indicator.owner = None
    cast.indicator.save()
    work_off(FOREVER)
    whole.refresh_from_db()
    assert counts(whole) == ("failed", 0, 0, 0, 8)
    assert recorded() == []


def test_all_or_nothing_has_a_limit_that_is_said_at_once(officer: Client) -> None:
    with mock.patch("indicators.files.table.MOST_WHOLE", 2):
        upload(officer, years("1", "2", "3"), mode="all_or_nothing")
        work_off(FOREVER)
    job = ImportJob.objects.get()
    assert (job.state, job.errors[0]["code"]) == ("failed", "too_many_readings")


# The same figure twice ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["accept_valid", "all_or_nothing"])
def test_a_figure_stands_once_in_a_file_however_far_apart(officer: Client, mode: str) -> None:
    text = years("1", "2", "3", "4") + "share,40,2000,9\n"
    upload(officer, text, mode=mode)
    work_off(FOREVER)
    [row] = RejectedRow.objects.all()
    assert (row.row, row.reasons[0]["code"]) == (6, "duplicate_in_request")


@pytest.mark.parametrize(
    ("columns", "first", "second"),
    [
        ("period,value", "2016/2020,1", "2016-2020,1.0"),
        ("period,value", "2024,14", "2024,14.0"),
        ("area,period,value,base", "15,2024,1,63", "63-yen-bai,2024,2,"),
        ("area,period,value,base", "63-yen-bai,2024,1,63", "63-yen-bai,2024,2,"),
    ],
)
def test_a_figure_written_in_two_ways_stands_once_in_a_file(
    cast: Cast, officer: Client, columns: str, first: str, second: str
) -> None:
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    ProvinceFactory.create(code="63-yen-bai", official_code="15", is_active=False, successor=heir)
    cast.officer.is_superuser = True
    cast.officer.save()
    area = "" if "area" in columns else "40,"
    header = f"indicator,{'' if 'area' in columns else 'area,'}{columns}"
    others = [first.replace("2024", year).replace("2016", year) for year in ("2011", "2012")]
    rows = [f"share,{area}{row}" for row in (first, *others, second)]
    assert len(rows) > services.CHUNK
    text = "\n".join([header, *rows]) + "\n"
    upload(officer, text)
    work_off(FOREVER)
    [row] = RejectedRow.objects.all()
    assert (row.row, row.reasons[0]["code"]) == (5, "duplicate_in_request")


def test_a_preview_and_its_application_count_alike(officer: Client) -> None:
    text = years("1", "2", "mười", "4", "5") + "share,40,2000,9\nshare,40,2002,3\n"
    job = taken(officer, text)
    preview = ImportJob.objects.earliest("id")
    assert counts(preview) == counts(job) == ("done", 5, 0, 0, 2)


def test_after_a_pause_it_is_known_what_stood_above(officer: Client) -> None:
    upload(officer, years("1", "mười", "3", "4") + "share,40,2001,9\nshare,40,2000,9\n")
    for _call in range(5):
        work_off(0)
    job = ImportJob.objects.get()
    assert not job.is_open
    assert list(job.rejected_rows.values_list("row", flat=True)) == [3, 7]


def test_a_preview_asks_about_figures_far_from_the_last_ones(officer: Client) -> None:
    taken(officer, years("10", "12", "13", first=2020))
    upload(officer, years("14", "95", first=2023))
    work_off(FOREVER)
    job = ImportJob.objects.latest("id")
    assert (job.unusual, [warning["row"] for warning in job.warnings]) == (1, [3])
    page = html.unescape(officer.get(f"/imports/{job.pk}/").content.decode())
    assert job.warnings[0]["detail"] in page
    assert "share · 40 · 2024 · 95" in page


# Interrupted --------------------------------------------------------------------------------------


def crash_after(chunks: int) -> Any:
    """The reader dies in the middle of a chunk, when its readings are written."""
    done: list[int] = []

    def dying(*arguments: Any, **named: Any) -> Any:
        outcome = record_batch(*arguments, **named)
        done.append(1)
        if len(done) > chunks:
            raise KeyboardInterrupt
        return outcome

    return mock.patch("indicators.files.chunks.record_batch", dying)


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_crash_neither_doubles_nor_loses_a_row(officer: Client, chunks: int) -> None:
    values = ["1", "2", "mười", "4", "5", "6", "7", "140"]
    upload(officer, years(*values))
    work_off(FOREVER)
    officer.post(f"/imports/{ImportJob.objects.get().pk}/apply/")
    with crash_after(chunks), pytest.raises(KeyboardInterrupt):
        work_off(FOREVER)
    job = ImportJob.objects.latest("id")
    assert (job.state, job.rows_done) == ("running", 3 * chunks)
    work_off(FOREVER)
    job.refresh_from_db()
    assert counts(job) == ("done", 6, 0, 0, 2)
    assert recorded() == ["1", "2", "4", "5", "6", "7"]
    assert list(job.rejected_rows.values_list("row", flat=True)) == [4, 9]


def test_little_time_takes_one_chunk_after_the_other(officer: Client) -> None:
    upload(officer, years(*map(str, range(1, 8))))
    job = ImportJob.objects.get()
    seen = []
    for _call in range(3):
        work_off(0)
        job.refresh_from_db()
        seen.append(job.rows_done)
    assert seen == [3, 6, 7]
    assert (job.state, job.created) == ("done", 7)


def left_by_a_killed_reader() -> Path:
    """Beside the file: half a table."""
    folder = Path(ImportJob.objects.get().file.path).with_suffix(".work")
    folder.mkdir()
    (folder / "rows.csv").write_text("indicator,area", encoding="utf-8")
    return folder


def test_what_a_killed_reader_left_is_cleared(officer: Client) -> None:
    upload(officer, years("1", "2"))
    left = left_by_a_killed_reader()
    work_off(FOREVER)
    assert ImportJob.objects.get().created == 2
    assert not left.exists()


def test_a_file_that_kills_its_reader_is_given_up(officer: Client) -> None:
    upload(officer, years("1"))
    for _attempt in range(services.MAX_ATTEMPTS):
        with crash_after(0), pytest.raises(KeyboardInterrupt):
            work_off(FOREVER)
    left = left_by_a_killed_reader()
    work_off(FOREVER)
    job = ImportJob.objects.get()
    assert (job.state, job.errors[0]["code"]) == ("failed", "gave_up")
    assert not left.exists()


def test_a_cancelled_file_takes_no_further_row(officer: Client) -> None:
    upload(officer, years("1", "2", "3", "4"))
    job = ImportJob.objects.get()
    assert officer.post(f"/imports/{job.pk}/cancel/").status_code == 302
    work_off(FOREVER)
    job.refresh_from_db()
    assert (job.state, job.rows_done) == ("cancelled", 0)
    assert officer.post(f"/imports/{job.pk}/cancel/").status_code == 409


def test_cancelled_between_two_chunks_the_first_one_stays(officer: Client) -> None:
    upload(officer, years("1", "2", "3", "4"))
    job = ImportJob.objects.get()
    work_off(0)
    officer.post(f"/imports/{job.pk}/cancel/")
    work_off(FOREVER)
    job.refresh_from_db()
    assert (job.state, job.rows_done) == ("cancelled", 3)


def test_the_state_says_how_far_it_is(officer: Client) -> None:
    upload(officer, years("1", "2", "3", "4"))
    url = f"/imports/{ImportJob.objects.get().pk}/state/"
    assert json.loads(officer.get(url).content)["pending"] is True
    work_off(FOREVER)
    assert json.loads(officer.get(url).content) == {
        "pending": False,
        "done": 4,
        "of": 4,
        "percent": 100,
    }


def test_files_are_kept_outside_the_web_under_names_nobody_guesses(officer: Client) -> None:
    upload(officer, years("1"), "../../etc/rows.csv")
    path = Path(ImportJob.objects.get().file.path)
    assert path.is_relative_to(settings.R57_VAR_DIR / "evidence")
    assert "rows" not in path.name
