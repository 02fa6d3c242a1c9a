"""Who uses the site while it is measured."""

import json
from datetime import date

from django.db import connection
from django.test import Client, override_settings

from bench.country.data import BENCH, COMMUNES, OWN
from core.accounts import credentials
from core.models import ApiClient, ApiKey, User
from core.queue import recalculation
from dashboards.wall.views import COOKIE
from indicators.models import ClientScope, Indicator, Reading
from indicators.models.indicator import PERIOD_LABELS, everywhere
from provinces.models import Agency, Area, Membership, Plan
from provinces.roles import Role
from tasks.models import Task
from tests.factories import DISPLAY_CODE
from tests.security import cast

VIEWER, OFFICER = "bench-viewer", "bench-officer"
API_KEY = credentials.new_key()
_QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def hire() -> None:
    """A member of the committee, an officer of the province, a system that may write everything and
    has a new key; and the cast of the table of permissions, by whom every page is opened."""
    nation = Area.objects.get(code="VN")
    agency = Agency.objects.filter(area__code=OWN, assignments__isnull=False).earliest("pk")
    viewer = User.objects.create_user(VIEWER)
    Membership.objects.create(user=viewer, role=Role.VIEWER, area=nation)
    officer = User.objects.create_user(OFFICER)
    Membership.objects.create(user=officer, role=Role.OFFICER, agency=agency)
    client = ApiClient.objects.create(name="bench", owner=viewer)
    ClientScope.objects.create(client=client, can_write=True)
    ApiKey.objects.create(
        client=client, public_id=API_KEY.public_id, secret_hash=API_KEY.secret_hash
    )
    with override_settings(PASSWORD_HASHERS=_QUICK):  # Nobody types them.
        world = cast.build(_mark_theirs)
    # Figures are made up for every indicator, day by day and in all areas.
    Indicator.objects.update(levels=everywhere(), other_periods=tuple(PERIOD_LABELS))
    _give_figures(Indicator.objects.get(code=world.subjects["indicator"]))
    # What is large is looked at: the document of all communes and a task of all of them.
    task = Task.objects.filter(plan__number=COMMUNES).earliest("pk")
    world.subjects.update(plan=str(task.plan_id), task=str(task.pk))
    names = {caller: user.username for caller, user in world.users.items()}
    with connection.cursor() as cursor:
        kept = json.dumps([world.subjects, names])
        cursor.execute("INSERT INTO bench_row (text) VALUES (%s)", [kept])


def _give_figures(indicator: Indicator) -> None:
    """As many as another has."""
    fields = (field for field in Reading._meta.concrete_fields if not field.primary_key)
    columns = [str(field.column) for field in fields if field.name != "indicator"]
    like, table = Indicator.objects.exclude(pk=indicator.pk).earliest("pk"), Reading._meta.db_table
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (indicator_id, {named}) SELECT %s, {named} FROM {table} "  # noqa: S608 - Our own names.
            "WHERE indicator_id = %s AND source = %s",
            [indicator.pk, like.pk, BENCH],
        )
    recalculation.mark("indicator", [indicator.pk], since=date.min)


def _mark_theirs() -> None:
    """In place of a recalculation of everything: the work of the nation stays as it is."""
    theirs = Plan.objects.exclude(number__startswith=BENCH)
    recalculation.mark("plan", theirs.values_list("pk", flat=True), since=date.min)
    recalculation.drain()


def cast_in_use() -> tuple[dict[str, str], dict[str, str]]:
    """What stands for the placeholders of addresses, and the people's names by what they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM bench_row ORDER BY id LIMIT 1")
        subjects, names = json.loads(cursor.fetchone()[0])
    return subjects, names


def signed_in(username: str) -> Client:
    """A browser with a session in the database in use, that is a screen's as well."""
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username=username))
    browser.cookies[COOKIE] = DISPLAY_CODE
    return browser
