"""Evidence files, served by permission and never shown inside the site."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.web.http import user_of
from tasks.models import Evidence


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """As an attachment, with the type that its content was found to have."""
    evidence = get_object_or_404(Evidence.objects.visible_to(user_of(request)), pk=pk)
    if not evidence.file:
        raise Http404
    return FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.file_name,
        content_type=evidence.content_type or "application/octet-stream",
    )
