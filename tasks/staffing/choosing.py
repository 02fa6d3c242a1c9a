"""A searched list of whom or what work goes to; each line says which office and place it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from provinces.lookup import words_in

MOST_OFFERED = 20
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Choice:
    """``value`` is sent; ``aside`` stands beside the title, ``place`` below it."""

    value: str
    title: str
    aside: str
    place: str
    is_chosen: bool


@dataclass(frozen=True)
class Offer:
    choices: Sequence[Choice]
    has_more: bool = False


def offer(
    rows: QuerySet[_Row],
    search: str,
    chosen: Iterable[str],
    by: str,
    *order: str | Combinable,
    place: Callable[[_Row], Iterable[str]],
    shows_code: bool = True,
) -> Offer:
    """Whatever is chosen, then what fits the search. ``by`` is the field that ``chosen`` names;
    ``place`` tells office and place."""
    wanted = [text for text in chosen if text]
    found = rows.filter(words_in("search_text", search))
    picked = Q(**{f"{by}__in": wanted})
    ranked = rows.filter(picked | Q(pk__in=found.values("pk"))).annotate(
        rank=Case(When(picked, then=Value(0)), default=Value(1))
    )
    most = MOST_OFFERED + len(wanted)
    shown = list(ranked.order_by("rank", *order)[: most + 1])
    choices = []
    for row in shown[:most]:
        code = str(getattr(row, by))
        where = " · ".join(filter(None, place(row)))
        choices.append(Choice(code, str(row), code if shows_code else "", where, code in wanted))
    return Offer(choices, len(shown) > most)
