"""manage.py load_reference: areas, documents, indicators, targets and published readings."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.audit import trail
from core.queue import recalculation
from core.tables.fixtures import Tally
from indicators.reference import load_indicators, load_readings
from provinces.models import Area
from provinces.reference import load_areas, load_plans
from targets.reference import load_targets

_STEPS = {
    "areas": load_areas,
    "documents": load_plans,
    "indicators": load_indicators,
    "targets": load_targets,
    "readings": load_readings,
}


class Command(BaseCommand):
    help = "Load or refresh the reference data of fixtures/reference; safe on a live database."

    def handle(self, **options: Any) -> None:
        tallies: dict[str, Tally] = {}
        with transaction.atomic():
            for name, load in _STEPS.items():
                tallies[name] = load()
            if any(tally.changed for tally in tallies.values()):
                nation = Area.objects.get(code="VN")
                after = {name: str(tally) for name, tally in tallies.items()}
                trail.record("load_reference", nation, by=None, after=after, key="VN")
                recalculation.touch_generation()  # Pages in caches show the old names.
        for name, tally in tallies.items():
            self.stdout.write(f"{name}: {tally}")
