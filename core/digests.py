"""What makes two requests the same."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.http.request import RawPostDataException
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

_FORM = "multipart/form-data"


def digest_of(request: Request) -> str:
    """Of method, address with query, type and body.

    Of a form with files: of the fields and of what is in the files, since where the parts are cut
    is drawn anew each time. Raises UnsupportedMediaType (415) for a form that nobody here takes.
    """
    head = f"{request.method} {request.get_full_path()} "
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind == _FORM and isinstance(request.data, QueryDict):
        return _digest_of_form(request.data, f"{head}{kind}")
    found = hashlib.sha256(f"{head}{request.content_type}\n".encode())
    try:
        found.update(request.body)
    except RawPostDataException as error:
        # The check of the browser's CSRF token has read a form, and this address takes none.
        raise UnsupportedMediaType(request.content_type) from error
    return found.hexdigest()


def _digest_of_form(form: QueryDict, head: str) -> str:
    found = hashlib.sha256(head.encode())
    for name, items in sorted(form.lists()):
        for item in items:
            found.update(f"\n{len(name)} {name} ".encode())
            if isinstance(item, UploadedFile):
                found.update(f"{item.size} {item.name}\n".encode())
                for chunk in item.chunks():
                    found.update(chunk)
                item.seek(0)
            else:
                found.update(f"{len(item)}\n{item}".encode())
    return found.hexdigest()
