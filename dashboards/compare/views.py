"""``/compare/?plan=&area=&area=``: two to five provinces side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import refuse
from core.web.public import open_to_all, reader_of
from core.web.requests import no_such_filter
from dashboards.compare.areas import FIGURES, MOST, comparable_plans, comparison
from dashboards.frame.day import read_asked
from dashboards.frame.places import Place, places_of, provinces
from dashboards.frame.serving import serve

_USUAL = 2


def read_places(request: HttpRequest) -> list[Place]:
    """Those asked for; without any the reader's own, and then the first ones.

    Raises Refused (``invalid_value``, ``too_many_areas``).
    """
    codes = list(dict.fromkeys(filter(None, map(str.strip, request.GET.getlist("area")))))
    if len(codes) > MOST:
        raise refuse("too_many_areas", _("Choose at most %(n)s provinces.") % {"n": MOST}, "/area")
    known = provinces()
    if not codes:
        own = [place.code for place in places_of(reader_of(request))]
        codes = list(dict.fromkeys([*own, *known]))[:_USUAL]
    if any(code not in known for code in codes):
        raise no_such_filter("area")
    return [known[code] for code in codes]


@open_to_all
@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    asked, places = read_asked(request.GET), read_places(request)
    number = request.GET.get("plan", "").strip()

    def context() -> dict[str, object]:
        plans = comparable_plans(asked)
        plan = next((one for one in plans if one.number == number or not number), None)
        if number and plan is None:
            raise Http404
        return {
            "title": _("Compare areas"),
            "page": comparison(plan, places, asked) if plan else None,
            "plans": plans,
            "figures": FIGURES,
            "all_places": list(provinces().values()),
            # One choice more than there is, so that another province can be added.
            "chosen": [*(place.code for place in places), ""][:MOST],
        }

    variant = (number, tuple(place.code for place in places))
    return serve(
        request,
        "dashboards/compare/compare.html",
        asked,
        context,
        variant=variant,
        obeys_known_at=True,
    )
