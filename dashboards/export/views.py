"""``/export/…``: a table or a chart of the pages as a file. The address holds the whole state."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.api.parameters import unknown_parameter
from core.errors import Refused
from core.models import User
from core.tables.writer import write_csv, write_sheet
from core.web.public import open_to_all, reader_of
from core.web.requests import download
from dashboards.charts.registry import CHARTS
from dashboards.export.lists import LISTS
from dashboards.export.tables import TABLES, Rows, chart_rows
from dashboards.frame.day import PARAMETERS, read_asked

_LONGEST_TITLE = 31
"""Letters of the name of a sheet, as Excel allows."""


@open_to_all
@require_safe
def export_table(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    table, query = {**TABLES, **LISTS}.get(name), request.GET.dict()
    if table is None or kind not in ("csv", "xlsx"):
        raise Http404
    known = {*table.takes, *PARAMETERS}
    if unknown := query.keys() - known:
        raise Refused([unknown_parameter(one, known) for one in sorted(unknown)])
    asked = read_asked(query)
    where = query.get("area", "").strip()[:10]
    stem = "-".join(filter(None, [name, where, asked.day.isoformat()]))
    reader = reader_of(request)
    knows = isinstance(reader, User)
    if not (knows or table.is_public):
        return redirect_to_login(request.get_full_path())
    heads = table.cells([str(head) for head in table.heads], with_persons=knows)
    rows = (table.cells(row, with_persons=knows) for row in table.rows(reader, query, asked))
    widths = table.cells(list(table.heads.values()), with_persons=knows)
    return _file(str(table.title), heads, rows, widths, f"{stem}.{kind}")


@open_to_all
@require_safe
def export_chart(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """What the reader may not see in the chart is not in the file: both ask the same builder."""
    user, chart = reader_of(request), CHARTS.get(name)
    if chart is None or kind not in ("csv", "xlsx"):
        raise Http404
    rows = chart_rows(name, user, request.GET.dict())
    day = read_asked({"as_of": request.GET.get("as_of", "")}).day
    heads = [_("Series"), "x", "y"]
    return _file(str(chart.title), heads, rows, [30, 30, 14], f"{name}-{day.isoformat()}.{kind}")


def _file(
    title: str, heads: list[str], rows: Rows, widths: list[int], name: str
) -> HttpResponseBase:
    if name.endswith(".csv"):
        return download(write_csv(heads, rows), name)
    return download(write_sheet(title[:_LONGEST_TITLE], heads, rows, widths), name)
