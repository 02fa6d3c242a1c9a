"""The person or the system behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from core.models import ApiClient, User


def user_of(request: HttpRequest) -> User:
    """The signed-in person. Raises PermissionDenied (403) where nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def caller_of(request: HttpRequest | Request) -> User | ApiClient:
    """Whoever calls the API. Raises PermissionDenied (403) where nobody does."""
    caller: object = request.user
    if not isinstance(caller, User | ApiClient):
        raise PermissionDenied
    return caller
