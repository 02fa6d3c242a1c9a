"""Who uses the site while it is measured."""

from django.test import Client

from core.accounts import credentials
from core.models import ApiClient, ApiKey, User
from indicators.models import ClientScope
from provinces.models import Agency, Area, Membership
from provinces.roles import Role

VIEWER, OFFICER = "bench-viewer", "bench-officer"
API_KEY = credentials.new_key()


def hire(*, nation: Area, agency: Agency) -> None:
    """A member of the committee, an officer of the agency, a system that may write everything."""
    viewer = User.objects.create_user(VIEWER)
    Membership.objects.create(user=viewer, role=Role.VIEWER, area=nation)
    officer = User.objects.create_user(OFFICER)
    Membership.objects.create(user=officer, role=Role.OFFICER, agency=agency)
    client = ApiClient.objects.create(name="bench", owner=viewer)
    ClientScope.objects.create(client=client, can_write=True)
    ApiKey.objects.create(
        client=client, public_id=API_KEY.public_id, secret_hash=API_KEY.secret_hash
    )


def signed_in(username: str) -> Client:
    """A browser with a session in the database in use."""
    browser = Client()
    browser.force_login(User.objects.get(username=username))
    return browser
