"""The site's addresses and the bare views that are the yardsticks."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def ok(request: HttpRequest) -> HttpResponse:
    """Signed in, and nothing else."""
    return HttpResponse("ok")


def _insert() -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (text) VALUES ('one row')")
    return HttpResponse("ok", status=201)


def insert(request: HttpRequest) -> HttpResponse:
    """A signed-in form POST with one INSERT."""
    return _insert()


@login_not_required
@csrf_exempt
def bare_insert(request: HttpRequest) -> HttpResponse:
    """A POST with one INSERT."""
    return _insert()


urlpatterns = [
    path("bench/ok/", ok),
    path("bench/insert/", insert),
    path("bench/bare-insert/", bare_insert),
    path("", include("r57.urls")),
]
