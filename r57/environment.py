"""Strict readers of environment variables, which say what is missing or wrong."""

import os
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_LAST_HOUR = 23


def text(name: str, default: str | None = None) -> str:
    """The variable's value; raises ImproperlyConfigured when it is unset and has no default."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; .env.example says what it is for.")
    return value


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(options)}.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    return choice(name, ("0", "1"), "01"[default]) == "1"


def number(name: str, default: int) -> int:
    """A whole number from 1 on."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number from 1 on.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def hour(name: str, default: int) -> int:
    """An hour of the day, 0 to 23."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) <= _LAST_HOUR):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be an hour from 0 to 23.")
    return int(value)


def numbers(name: str, default: str) -> list[int]:
    """Whole numbers from 1 on, separated by commas."""
    found = words(name, default)
    if not all(word.isascii() and word.isdigit() and int(word) > 0 for word in found):
        raise ImproperlyConfigured(f"{name} must hold whole numbers from 1 on, with commas.")
    return sorted({int(word) for word in found})


def days(name: str) -> frozenset[date]:
    """Days such as 2026-08-31, separated by commas."""
    try:
        return frozenset(date.fromisoformat(word) for word in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must hold days such as 2026-08-31: {error}.") from error


def email(name: str) -> dict[str, object]:
    """Django's settings for a mail server.

    ``smtp://user:password@host:587`` (STARTTLS), ``smtps://user:password@host:465`` (TLS from the
    first byte), ``smtp+plain://host:25`` (a relay in the same network) or ``file:///folder``. If
    unset, mails are printed.
    """
    parts = urlsplit(text(name, "console:"))
    backend = {"console": "console", "file": "filebased"}.get(parts.scheme, "smtp")
    found: dict[str, object] = {"BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}
    if backend == "smtp":
        ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
        if parts.scheme not in ports or not parts.hostname:
            raise ImproperlyConfigured(f"{name} must be smtp://user:password@host:587 or the like.")
        found |= {
            "HOST": unquote(parts.hostname),
            "PORT": parts.port or ports[parts.scheme],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "TLS": parts.scheme == "smtp",
            "SSL": parts.scheme == "smtps",
        }
    elif backend == "filebased":
        found["FOLDER"] = unquote(parts.path)
    return found


def postgres(name: str) -> dict[str, object]:
    """Django's database settings for ``postgresql://user:password@host:port/name?option=…``."""
    parts = urlsplit(text(name))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must be postgresql://user:password@host/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
