"""On which day somebody is told of a deadline, and on whose desk a matter lies. Pure.

It is reminded at the nearest agency up the chain that has people: a subordinate office without
accounts is looked after by the one above.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar.workdays import WorkCalendar


@dataclass(frozen=True)
class Desk:
    """A role in an agency, and whose work lies there: ``owner`` is the user, or whom they stand in
    for. ``path`` is the agency's."""

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
    def __init__(self, desks: Iterable[Desk]) -> None:
        self._by_path: defaultdict[str, list[Desk]] = defaultdict(list)
        for desk in desks:
            self._by_path[desk.path].append(desk)

    def people_of(self, path: str, responsible: int | None = None) -> set[int]:
        """Heads, and the responsible person or whoever stands in for them; all officers where none
        of them is."""
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
    """Deadlines that are 7, 3 or 1 days away today, or will be on a day off before the next working
    day: those are told earlier, never later."""
    days = (calendar.after(today) - today).days
    told = (today + timedelta(days=ahead) for ahead in range(days))
    return {day + timedelta(days=before) for day in told for before in days_before}
