"""Every list of the API: next, previous, results."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Refused, refuse
from core.text.numbers import whole


class CursorPagination(pagination.CursorPagination):
    """Pages that neither skip nor repeat rows while others write."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 5000
    ordering = "id"

    def get_page_size(self, request: Request) -> int:
        """Raises Refused (``invalid_value``)."""
        return read_page_size(request, self.page_size, self.max_page_size)

    def decode_cursor(self, request: Request) -> Any:
        """Raises Refused (``invalid_value``): a position is the number of a row."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise no_such_cursor(self.cursor_query_param) from None
        if cursor and cursor.position is not None and whole(str(cursor.position)) is None:
            raise no_such_cursor(self.cursor_query_param)
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )


def no_such_cursor(name: str) -> Refused:
    return refuse("invalid_value", _("This cursor was never given."), f"/{name}")


def read_page_size(request: Request, usual: int, most: int) -> int:
    """``?page_size=``: a greater one is taken for the most. Raises Refused (``invalid_value``)."""
    size = whole(request.query_params.get("page_size", "").strip() or str(usual))
    if not size:
        raise refuse("invalid_value", _("A whole number from 1 on is expected."), "/page_size")
    return min(size, most)
