"""On which day a deadline is reminded of, and who is responsible for a matter. Pure.

Responsible is the nearest agency up the chain that has people: the agency above looks after an
office without accounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar.workdays import WorkCalendar


@dataclass(frozen=True)
class Desk:
    """A role in an agency, held or lent: ``owner`` holds it, ``user`` is the same person or stands
    in for them. ``path`` is the agency's."""

    user: int
    owner: int
    path: str
    is_head: bool = False


def upwards(path: str) -> Iterator[str]:
    """ "a/b/" → "a/b/", "a/"."""
    parts = path.rstrip("/").split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length]) + "/"


class Desks:
    """All desks, by agency; the methods answer with row numbers of users."""

    def __init__(self, desks: Iterable[Desk]) -> None:
        self._by_path: defaultdict[str, list[Desk]] = defaultdict(list)
        for desk in desks:
            self._by_path[desk.path].append(desk)

    def people_of(self, path: str, responsible: int | None = None) -> set[int]:
        """Heads, and the responsible person or whoever stands in for them.

        Everybody in the agency, where nobody of it is the responsible person.
        """
        desks = self._nearest(path, heads_only=False)
        named = [desk for desk in desks if desk.is_head or desk.owner == responsible]
        is_named = any(desk.owner == responsible for desk in desks)
        return {desk.user for desk in (named if is_named else desks)}

    def heads_of(self, path: str) -> set[int]:
        return {desk.user for desk in self._nearest(path, heads_only=True)}

    def _nearest(self, path: str, *, heads_only: bool) -> list[Desk]:
        for place in upwards(path):
            found = [d for d in self._by_path.get(place, ()) if d.is_head or not heads_only]
            if found:
                return found
        return []


DAYS_BEFORE = (7, 3, 1)


def deadlines_to_tell(
    today: date, calendar: WorkCalendar, days_before: Sequence[int] = DAYS_BEFORE
) -> set[date]:
    """Deadlines that are 7, 3 or 1 days away on today or on one of the days off that follow.

    A reminder that would fall on a day off comes earlier, never later.
    """
    until_next = (calendar.after(today) - today).days
    return {
        today + timedelta(days=ahead + before)
        for ahead in range(until_next)
        for before in days_before
    }
