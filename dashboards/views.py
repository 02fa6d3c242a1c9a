"""Pages of the committees: find for this reader, serve."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.web.http import user_of
from dashboards import reasoning, sentences
from dashboards.day import read_asked
from dashboards.pages import freshness, serve
from dashboards.places import places_of
from dashboards.selectors.delays import delays, read_filters
from dashboards.selectors.documents import document_detail, documents
from dashboards.selectors.indicators import indicator_detail, indicator_lines
from dashboards.selectors.missing import missing
from dashboards.selectors.overview import overview
from dashboards.selectors.promises import by_verdict, standing
from dashboards.selectors.province import province
from dashboards.selectors.target import target_detail
from dashboards.selectors.tilemap import MEASURES, read_measure
from indicators.files.services import may_import
from indicators.scope import may_record_some
from targets.models import Target


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        page = overview(user, asked, measure)
        return {
            "title": _("Overview"),
            "page": page,
            "sentence": sentences.of_overview(page),
            "measures": MEASURES,
        }

    return serve(
        request, "dashboards/overview.html", asked, context,
        variant=(measure.code,),
    )  # fmt: skip


@require_safe
def province_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    asked, measure = read_asked(request.GET), read_measure(request.GET.get("measure", ""))

    def context() -> dict[str, object]:
        page = overview(user, asked, measure)
        return {"title": _("Provinces and communes"), "page": page, "measures": MEASURES}

    return serve(
        request, "dashboards/provinces.html", asked, context,
        variant=(measure.code,),
    )  # fmt: skip


@require_safe
def province_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = user_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        page = province(user, code, asked)
        return {"title": page.place.name, "place": page.place.short_name, "page": page}

    return serve(request, "dashboards/province.html", asked, context, variant=(code,))


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        lines = standing(Target.objects.all(), asked.day, asked.compared)
        return {"title": _("Targets"), "lines": lines, "groups": by_verdict(lines)}

    return serve(request, "dashboards/targets.html", asked, context)


@require_safe
def target_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = user_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        page = target_detail(user, code, asked)
        return {"title": page.target.name, "page": page, "reasoning": reasoning.of_target(page)}

    return serve(
        request, "dashboards/target.html", asked, context,
        variant=(code,),
    )  # fmt: skip


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    user, asked = user_of(request), read_asked(request.GET)
    own = next((place.code for place in places_of(user)), "")
    return serve(
        request, "dashboards/indicators.html", asked,
        lambda: {
            "title": _("Data"), "lines": indicator_lines(asked.day, own),
            "may_import": may_import(user),
        },
        variant=(own,),
    )  # fmt: skip


@require_safe
def missing_page(request: HttpRequest) -> HttpResponse:
    """What should be known and is not, by who should have sent it."""
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        senders = missing(asked.day)
        total = sum(sender.total for sender in senders)
        return {"title": _("Missing and stale data"), "senders": senders, "total": total}

    return serve(request, "dashboards/missing.html", asked, context)


@require_safe
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked, area = user_of(request), read_asked(request.GET), request.GET.get("area", "")

    def context() -> dict[str, object]:
        page = indicator_detail(code, area, asked.day)
        return {
            "title": page.indicator.name, "asked": asked, "page": page,
            "may_record": may_record_some(user, page.indicator),
        }  # fmt: skip

    # Who may record follows from the reader's agencies, which are part of every page's key.
    return serve(request, "dashboards/indicator.html", asked, context, variant=(code, area))


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request.GET)
    return serve(
        request, "dashboards/documents.html", asked,
        lambda: {"title": _("Documents"), "lines": documents(asked)},
    )  # fmt: skip


@require_safe
def document_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        page = document_detail(plan_id, asked)
        return {"title": page.plan.number, "page": page}

    return serve(request, "dashboards/document.html", asked, context, variant=(plan_id,))


@require_safe
def late_page(request: HttpRequest) -> HttpResponse:
    """The overdue tasks that the reader may see, by whose they are."""
    user, asked, filters = user_of(request), read_asked(request.GET), read_filters(request.GET)

    def context() -> dict[str, object]:
        return {"title": _("Overdue tasks"), "page": delays(user, asked.day, filters)}

    return serve(request, "dashboards/late.html", asked, context, variant=(filters,))


@require_safe
def freshness_page(request: HttpRequest) -> HttpResponse:
    """What a page that waits for a recalculation asks again and again."""
    found = freshness()
    return JsonResponse({"generation": found.generation, "pending": found.is_pending})
