"""What every check works with, and how it does its harm step by step."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice

from django.db.models import Sum

from core.calendar import clock
from core.models import Recalculation
from faults.load import Document, Load
from faults.product import Product
from targets.models import Target

_MID_WORK_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """One line: what was checked, whether it holds, and the figures."""

    name: str
    holds: bool
    figures: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'FAIL'} {self.name}: {self.figures}"


@dataclass(frozen=True)
class Trial:
    """What a check works with: a product that is not started, a key that may write everything."""

    product: Product
    key: str
    readings: int
    kills: int
    megabytes: float
    book_rows: int
    tries: int
    draw: random.Random = field(default_factory=lambda: random.Random(57))
    _days: Iterator[int] = field(default_factory=count)

    def documents(self, source: str, number: int) -> list[Document]:
        """Figures of targets that nobody has sent yet, day by day back from today."""
        series = Target.objects.exclude(indicator=None).exclude(indicator__kind="rank")
        known = list(series.order_by().values_list("indicator__code", "area__code").distinct())
        days = (clock.today() - timedelta(n) for n in self._days)
        facts = ((day, *one) for day in days for one in known)
        return [
            {
                "indicator": indicator,
                "area": area,
                "period": day.isoformat(),
                "value": f"0.{self.draw.randint(100, 999)}",
                "source": source,
            }
            for day, indicator, area in islice(facts, number)
        ]


def start_with_celery(product: Product) -> None:
    product.start()
    product.start_celery("beat")
    product.start_celery("worker")


def in_steps(
    load: Load, documents: Sequence[Document], trial: Trial, strike: Callable[[int], None]
) -> None:
    """One strike a step, at a random moment of its sending."""
    size = -(-len(documents) // trial.kills)
    for number, start in enumerate(range(0, len(documents), size)):
        some = documents[start : start + size]
        load.send(some)
        load.wait_for(start + trial.draw.randrange(len(some)))
        strike(number)


def wait_for_work(draw: random.Random) -> None:
    """Until the drainer has taken up marks, or now and then any moment."""
    if draw.random() < 1 / 4:
        time.sleep(2 * draw.random())
        return
    before, ends = _attempts(), time.monotonic() + _MID_WORK_SECONDS
    while _attempts() <= before and time.monotonic() < ends:
        time.sleep(0.002)


def _attempts() -> int:
    return Recalculation.objects.aggregate(sum=Sum("attempts"))["sum"] or 0
