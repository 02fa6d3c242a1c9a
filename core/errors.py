"""Faults in what somebody sent: which field, which stable code, and a sentence for the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DAYS: Mapping[str, str | Promise] = {"as_of": _("As of"), "compare": _("compared with")}
"""Parameters that hold a day, with their names on the screens."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """``pointer`` is a JSON pointer such as /value; ``detail`` is in the reader's language."""

    code: str
    detail: str | Promise
    pointer: str = ""

    @property
    def field(self) -> str:
        return self.pointer.rsplit("/", 1)[-1]

    @property
    def label(self) -> str | Promise:
        """The field as the screens call it."""
        return _DAYS.get(self.field, self.field)


@dataclass
class Refused(Exception):  # noqa: N818 - it reads as the sentence it is
    """What was sent cannot be taken; nothing was written.

    Raised by services and parsers of every floor; views show it beside the form's fields, the API
    answers problem+json.
    """

    faults: Sequence[Fault]
    status: int = HTTPStatus.BAD_REQUEST
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "; ".join(f"{fault.pointer} {fault.code}" for fault in self.faults)


def refuse(code: str, detail: str | Promise, pointer: str = "", **kwargs: Any) -> Refused:
    """A Refused with one fault."""
    return Refused([Fault(code, detail, pointer)], **kwargs)


def unknown_field(name: str, below: str = "") -> Fault:
    """As a misspelt name must not lose data; ``below`` is the pointer to where the field stands."""
    shown = name[:_SHOWN]
    detail = _("There is no field “%(name)s”.") % {"name": shown}
    return Fault("unknown_field", detail, f"{below}/{step_to(shown)}")


def step_to(name: str) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def error_page(request: HttpRequest, status: int, faults: Sequence[Fault] = ()) -> HttpResponse:
    """The designed page for a 4xx or 5xx answer; after a wrong day it leads to today's."""
    has_wrong_day = request.method == "GET" and any(fault.field in _DAYS for fault in faults)
    today = request.path if has_wrong_day else ""
    context = {"status": status, "faults": faults, "same_page_today": today}
    return render(request, "errors/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _(
        "It was open too long, somebody signed in or out in another window, or the browser keeps "
        "no cookies. Go back, copy what you typed, reload the page and send it again."
    )
    return error_page(request, HTTPStatus.FORBIDDEN, [Fault("stale_page", detail)])


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
