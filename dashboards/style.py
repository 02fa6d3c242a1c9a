"""``/style/``: every component in every state, for whoever changes how pages look."""

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.web.forms import PlainForm, day_field
from dashboards.sums.counts import Compared
from dashboards.text.labels import VERDICTS
from dashboards.work.communes import ALERTS
from tasks.completion.counts import Counts
from tasks.labels import DECISIONS, EXTENSIONS, STATUSES, WAITING, Sign


class StyleForm(PlainForm):
    """A field of each kind; ``day`` and ``words`` are wrong when it is sent as it stands."""

    words = forms.CharField(label=_("Name"))
    day = day_field(_("Day"))
    number = forms.IntegerField(label=_("Total"), required=False)
    choice = forms.ChoiceField(
        label=_("Status"), choices=[(key, sign.label) for key, sign in STATUSES.items()]
    )
    tick = forms.BooleanField(label=_("Completed"), required=False)
    closed = forms.CharField(label=_("Code"), required=False, disabled=True, initial="305-KH/TU")
    told = forms.CharField(label=_("Detail"), required=False, widget=forms.Textarea({"rows": 2}))


_SIGNS: tuple[tuple[str, Mapping[str, Sign]], ...] = (
    ("STATUSES", STATUSES),
    ("VERDICTS", VERDICTS),
    ("WAITING", WAITING),
    ("DECISIONS", DECISIONS),
    ("EXTENSIONS", EXTENSIONS),
    ("ALERTS", ALERTS),
)


@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """Nothing of it is data; production has no such page."""
    if settings.PRODUCTION:
        raise Http404
    for level in (messages.INFO, messages.SUCCESS, messages.WARNING, messages.ERROR):
        messages.add_message(request, level, messages.DEFAULT_TAGS[level])
    usual = Compared(Counts(51, 4, 20, 7, 9, 3, 2, 4), Counts(40, 4, 30, 9, 8, 3, 2, 4))
    context = {
        "signs": _SIGNS,
        "counts": (usual, Compared(Counts(), Counts()), Compared(Counts(8), Counts(7))),
        "fresh_form": StyleForm(),
        "wrong_form": StyleForm({"day": "31/02/2025"}),
        "middle": Paginator(range(30), 10).page(2),
        "ways": [
            {
                "sign": sign,
                "achieved_share": share,
                "elapsed_share": 40,
                "achieved_at": 10 + share,
                "elapsed_at": 50,
            }
            for sign, share in zip(VERDICTS.values(), (100, 60, 30, 10, 0), strict=False)
        ],
        "tones": ("done", "good", "warn", "bad", "none"),
        "bins": range(6),
    }
    return render(request, "dashboards/style.html", context)
