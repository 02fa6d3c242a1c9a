"""What is said of a document, or of a target it set, as of a day before it was issued."""

from django.http import HttpRequest, HttpResponse

from dashboards.frame.day import Asked
from dashboards.frame.serving import serve
from provinces.models import Plan


def not_issued(request: HttpRequest, asked: Asked, plan: Plan, title: str) -> HttpResponse:
    """A page that says so and leads to the day of issue. It does exist, so it is no 404."""
    context = {"title": title, "plan": plan}
    variant = (plan.pk, title)
    return serve(request, "dashboards/not_issued.html", asked, lambda: context, variant=variant)
