"""What the templates of all pages know."""

from django.conf import settings
from django.http import HttpRequest

from core.calendar import clock


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "demo_mode": settings.R57_MODE == "demo",
        "today": clock.today(),
        "is_public": settings.R57_PUBLIC_DASHBOARDS,
    }
