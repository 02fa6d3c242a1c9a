"""Who sends while things break."""

from core.accounts import credentials
from core.models import ApiClient, ApiKey, User
from indicators.models import ClientScope, Indicator
from indicators.models.indicator import PERIOD_LABELS, everywhere

CLIENT = "faults"


def key_for_everything() -> str:
    """The key of a system that may write every figure; every indicator takes them day by day."""
    Indicator.objects.update(levels=everywhere(), other_periods=tuple(PERIOD_LABELS))
    owner = User.objects.create_user("faults")
    client = ApiClient.objects.create(name=CLIENT, owner=owner)
    ClientScope.objects.create(client=client, can_write=True)
    key = credentials.new_key()
    ApiKey.objects.create(client=client, public_id=key.public_id, secret_hash=key.secret_hash)
    return key.text
