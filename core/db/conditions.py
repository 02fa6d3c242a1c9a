"""Conditions put together from many, for the filters of queries."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q


def any_of(conditions: Iterable[Q]) -> Q:
    """Matches no row where there is no condition."""
    return reduce(or_, conditions, Q(pk__in=[]))


def under(paths: Iterable[str], *lookups: str) -> Q:
    """Rows one of whose ``lookups``, each to the path of an Area or an Agency, lies in one of
    ``paths``; none where there is no path."""
    return any_of(Q(**{f"{lookup}__startswith": path}) for path in paths for lookup in lookups)
