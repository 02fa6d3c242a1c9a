"""Every list of the API: next, previous, results."""

from typing import Any

from rest_framework import pagination
from rest_framework.response import Response


class CursorPagination(pagination.CursorPagination):
    """Pages that neither skip nor repeat rows while others write."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 5000
    ordering = "id"

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )
