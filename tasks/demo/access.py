"""The demo's five accounts and its API key: drawn once per installation, kept in one file.

If the database is lost, its accounts are made again with the passwords of the file. If the file is
lost, every account gets a new password.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from core.accounts.credentials import hash_secret, new_key, read_key
from core.models import ApiClient, ApiKey, User
from indicators.models import ClientScope
from provinces.models import Agency, Area, Membership, PlanScope
from provinces.roles import Role

_CLIENT = "Hệ thống kết nối minh họa"


@dataclass(frozen=True)
class Login:
    username: str
    password: str


@dataclass(frozen=True)
class Credentials:
    """What the file holds; ``users`` by role."""

    users: dict[str, Login]
    api_key: str


@dataclass(frozen=True)
class _DemoAccount:
    """``place`` is the code of an area, or of an agency for officers."""

    role: Role
    place: str
    full_name: str


_ACCOUNTS = (
    _DemoAccount(Role.VIEWER, "VN", "Thành viên Ban Chỉ đạo (minh họa)"),
    _DemoAccount(Role.OFFICER, "40-skhcn", "Cán bộ Sở KH&CN (minh họa)"),
    _DemoAccount(Role.REVIEWER, "40", "Cán bộ thẩm định (minh họa)"),
    _DemoAccount(Role.COORDINATOR, "40", "Đầu mối tổng hợp (minh họa)"),
    _DemoAccount(Role.ADMINISTRATOR, "VN", "Quản trị hệ thống (minh họa)"),
)


def credentials_path() -> Path:
    return Path(settings.R57_VAR_DIR) / "demo-credentials.json"


def read_credentials() -> Credentials | None:
    """None where the file is missing."""
    try:
        stored = json.loads(credentials_path().read_text())
    except FileNotFoundError:
        return None
    users = {role: Login(**login) for role, login in stored["users"].items()}
    return Credentials(users, stored["api_key"])


def draw_credentials() -> Credentials:
    users = {
        account.role.value: Login(account.role.value, secrets.token_urlsafe(12))
        for account in _ACCOUNTS
    }
    return Credentials(users, new_key().text)


def write_credentials(credentials: Credentials) -> None:
    """The file is readable by its owner only from the first byte on, and never half-written."""
    path = credentials_path()
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(json.dumps(asdict(credentials), indent=2))
    draft.replace(path)


def load_accounts(credentials: Credentials, *, reset: bool) -> dict[str, User]:
    """The five users, by role. With ``reset`` existing accounts get these passwords too."""
    users = {}
    for account in _ACCOUNTS:
        login = credentials.users[account.role.value]
        is_admin = account.role is Role.ADMINISTRATOR
        names = {"full_name": account.full_name, "is_staff": is_admin, "is_superuser": is_admin}
        user, is_new = User.objects.get_or_create(username=login.username, defaults=names)
        if is_new or reset:
            user.set_password(login.password)
            user.save(update_fields=["password"])
        is_officer = account.role is Role.OFFICER
        Membership.objects.get_or_create(
            user=user,
            role=account.role,
            agency=Agency.objects.get(code=account.place) if is_officer else None,
            area=None if is_officer else Area.objects.get(code=account.place),
        )
        users[account.role.value] = user
    return users


def load_api_key(credentials: Credentials, owner: User) -> None:
    """A client that may read and write every indicator, and report on every task."""
    client, _ = ApiClient.objects.get_or_create(name=_CLIENT, defaults={"owner": owner})
    ClientScope.objects.get_or_create(
        client=client, indicator=None, area=None, defaults={"can_write": True}
    )
    PlanScope.objects.get_or_create(
        client=client, plan=None, area=None, defaults={"can_write": True}
    )
    parts = read_key(credentials.api_key)
    if parts is None:
        raise ValueError(f"{credentials_path()} holds no well-formed API key.")
    public_id, secret = parts
    ApiKey.objects.get_or_create(
        public_id=public_id, defaults={"client": client, "secret_hash": hash_secret(secret)}
    )
