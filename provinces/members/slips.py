"""Slips to print and hand out: what a person needs to come in for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core.accounts.sign_in import GivenCode
from provinces.members.selectors import lines_of
from provinces.scope import Scope

_ON_A_PAGE = 8


@dataclass(frozen=True)
class Slip:
    given: GivenCode
    place: str


def slips_page(request: HttpRequest, codes: Sequence[GivenCode], reach: Scope) -> HttpResponse:
    """The one answer that holds the codes, at least one; whoever shows it caches nothing."""
    lines = {line.person.pk: line for line in lines_of(reach, [given.user for given in codes])}
    slips = []
    for given in codes:
        role = next(iter(lines[given.user.pk].roles), None)
        place = (role.agency or role.area) if role else None
        slips.append(Slip(given, place.name if place else ""))
    context = {
        "sheets": [slips[at : at + _ON_A_PAGE] for at in range(0, len(slips), _ON_A_PAGE)],
        "count": len(slips),
        # One for all, made once: formatting a day for 3,321 slips takes a second.
        "until": date_format(localtime(codes[0].expires_at), "SHORT_DATETIME_FORMAT"),
        "address": request.build_absolute_uri(reverse("sign_in_with_code")),
    }
    return render(request, "provinces/slips.html", context)
