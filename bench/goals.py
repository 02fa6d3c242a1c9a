"""What issues 12 and 13 want to see, beside what was measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.country.sizes import HISTORY, TENFOLD
from bench.measure import Ratio
from bench.pages import written
from bench.pages.addresses import PAST
from bench.pages.costs import Cost
from bench.pages.live import EVERY_SECONDS, READERS, Watched
from bench.results import Results

_PAST, _LIVE_P50, _LIVE_P95 = 1.2, 2, 3
_NAMED = 5
"""So many of the pages that are furthest from a goal are named."""


@dataclass(frozen=True)
class Goal:
    """``met`` is None where it was not measured."""

    wanted: str
    measured: str = ""
    met: bool | None = None


def goals(results: Results) -> Iterator[Goal]:
    nation, tenfold = (
        [cost for cost in costs(results, size) if not cost.is_file] for size in (HISTORY, TENFOLD)
    )
    cold = {cost.page: cost.times_ok for cost in nation}
    by_page: list[tuple[str, Mapping[str, float], float, str]] = [
        (f"cold ≤ {written.COLD} × a view that answers ok", cold, written.COLD, ".1f"),
        (
            f"cold with ≤ {written.QUERIES} queries",
            {cost.page: cost.queries for cost in nation},
            written.QUERIES,
            ".0f",
        ),
        (
            f"≤ {written.KILOBYTES} kB of HTML",
            {cost.page: cost.kilobytes for cost in nation if not cost.page.startswith("api/")},
            written.KILOBYTES,
            ".1f",
        ),
        (
            f"a past day ≤ {_PAST} × today",
            {
                page: times / cold[page.removesuffix(PAST)]
                for page, times in cold.items()
                if page.endswith(PAST)
            },
            _PAST,
            ".2f",
        ),
        (
            f"at ten times the nation ≤ {written.GROWTH} × that",
            written.growth(tenfold, nation),
            written.GROWTH,
            ".2f",
        ),
    ]
    for name, values, most, how in by_page:
        yield _of_pages(f"Each page {name}", values, most, how)
    yield from _live(watched(results, HISTORY))
    ratios = {name: results.found(name) for name in _RATIOS}
    for name, wanted in _RATIOS.items():
        yield _of_ratios(wanted, [Ratio(**row) for row in ratios[name] or ()])


_RATIOS = {
    f"paging {HISTORY}": "A page of 100 readings ≤ 3 × the bare SQL by key, at 1,000,000",
    f"paging {TENFOLD}": "A page of 100 readings ≤ 3 × the bare SQL by key, at 10,000,000",
    "change": "One changed assignment to fresh sums ≤ 1.5 × what it costs at one province",
    "recalculation": "Recalculation of everything ≤ 10 × one GROUP BY",
}


def costs(results: Results, size: str) -> list[Cost]:
    return [Cost(**row) for row in (results.found(f"pages {size}") or {}).get("costs", ())]


def watched(results: Results, size: str) -> Watched | None:
    found = results.found(f"live {size}")
    return Watched(**found) if found else None


def _of_pages(wanted: str, values: Mapping[str, float], most: float, how: str) -> Goal:
    if not values:
        return Goal(wanted)
    worst = sorted(values, key=lambda page: -values[page])
    above = [page for page in worst if values[page] > most]
    named = ", ".join(f"“{page}” {values[page]:{how}}" for page in (above or worst)[:_NAMED])
    share = f"{len(values) - len(above)} of {len(values)} do"
    return Goal(wanted, f"{share}; most: {named}", not above)


def _live(found: Watched | None) -> Iterator[Goal]:
    load = f"{READERS} readers, a change every {EVERY_SECONDS} s"
    names = (
        f"Live ({load}): p50 ≤ {_LIVE_P50} × the quiet system's",
        f"Live: p95 ≤ {_LIVE_P95} × the quiet system's",
        "0 stale figures",
    )
    if found is None:
        yield from map(Goal, names)
        return
    pairs = zip(found.all_quiet, found.all_live, (_LIVE_P50, _LIVE_P95), names, strict=False)
    for quiet, live, most, name in pairs:
        times = live / quiet
        told = f"{times:.2f} × ({quiet * 1000:.0f} → {live * 1000:.0f} ms)"
        yield Goal(name, told, times <= most)
    told = (
        f"{found.stale} of {found.checked:,} kept pages; {found.changes} changes, "
        f"{found.answers:,} answers, {found.failed} failed"
    )
    yield Goal(names[2], told, found.stale + found.failed == 0)


def _of_ratios(wanted: str, found: Sequence[Ratio]) -> Goal:
    told = ", ".join(f"{ratio.ratio:.2f} ×" for ratio in found)
    return Goal(wanted, told, all(ratio.reached for ratio in found) if found else None)


def table(found: Sequence[Goal]) -> str:
    says = {True: "yes", False: "**no**", None: "not measured"}
    lines = [f"| {goal.wanted} | {goal.measured} | {says[goal.met]} |" for goal in found]
    return "\n".join(["| goal | measured | met |", "|---|---|---|", *lines])
