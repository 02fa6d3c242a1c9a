"""manage.py load_demo: an illustrative country, accounts and an API key; never in production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.audit import trail
from core.models import User
from core.queue import recalculation
from core.tables.fixtures import read_table
from provinces.models import Agency, Area, Plan
from reports.demo import load_reports
from tasks.demo import access
from tasks.demo.communes import load_commune_work
from tasks.demo.country import load_country
from tasks.demo.hindrances import load_hindrances, load_judgements, load_owners
from tasks.demo.people import (
    PEOPLES_COMMITTEE,
    People,
    load_agencies,
    load_commune_committees,
    load_commune_reporter,
    load_delegation,
    load_reporters,
)
from tasks.demo.work import load_work
from tasks.models import Task

_PROVINCE_PLAN, _COMMUNE_PLAN = "305-KH/TU", "02-KH/BCĐTW"
_PLANS = {_PROVINCE_PLAN, _COMMUNE_PLAN}


class Command(BaseCommand):
    help = "Load the demo data of fixtures/demo once; a second run changes nothing."

    def handle(self, **options: Any) -> None:
        if settings.R57_MODE not in ("demo", "test"):
            raise CommandError("Demo data are refused in production (R57_MODE).")
        plans = {plan.number: plan for plan in Plan.objects.filter(number__in=_PLANS)}
        if set(plans) != _PLANS:
            raise CommandError("Run manage.py load_reference first.")
        kept = access.read_credentials()
        credentials = kept or access.draw_credentials()
        with transaction.atomic():
            is_new = not Task.objects.filter(
                plan=plans[_PROVINCE_PLAN], provenance=Task.Provenance.ILLUSTRATIVE
            ).exists()
            province = Area.objects.get(code="40")
            agencies = load_agencies(province) if is_new else {}
            users = access.load_accounts(credentials, reset=kept is None)
            access.load_api_key(credentials, users["administrator"])
            if is_new:
                _load(province, plans, agencies, users)
        if not kept:
            access.write_credentials(credentials)
        if is_new:
            recalculation.recalculate_all()
            with transaction.atomic():
                load_reports(plans[_PROVINCE_PLAN], province, users["reviewer"])
        self.stdout.write(f"Demo accounts ({access.credentials_path()}):")
        for role, login in credentials.users.items():
            self.stdout.write(f"  {role:14} {login.username:14} {login.password}")
        self.stdout.write(f"API key: {credentials.api_key}")


def _load(
    province: Area, plans: dict[str, Plan], agencies: dict[str, Agency], users: dict[str, User]
) -> None:
    """Load everything but agencies and accounts, inside the caller's transaction."""
    people = People(
        agencies=agencies,
        reporters=load_reporters(agencies, users["officer"]),
        communes=load_commune_reporter(),
        reviewer=users["reviewer"],
        coordinator=users["coordinator"],
    )
    committees = load_commune_committees(province, agencies[PEOPLES_COMMITTEE])
    assignments = load_work(plans[_PROVINCE_PLAN], people)
    load_commune_work(plans[_COMMUNE_PLAN], committees, people.communes)
    load_country(plans[_COMMUNE_PLAN], province)
    load_hindrances(people, assignments)
    load_judgements(people)
    load_owners(agencies)
    load_delegation(people)
    # The pages say which figures are published.
    for row in read_table("demo/plans"):
        plan = plans[row["number"]]
        plan.provenance_vi, plan.provenance_en = row["provenance_vi"], row["provenance_en"]
        plan.save()
    trail.record("load_demo", province, by=None)
