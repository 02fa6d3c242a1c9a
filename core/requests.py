"""The person behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.models import User


def user_of(request: HttpRequest) -> User:
    """The signed-in person. Raises PermissionDenied (403) where nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
