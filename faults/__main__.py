"""``make faults``: kills real processes, prints a line a check and ends with 1 if one fails."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from faults.product import Product

_SETTINGS = (
    "R57_MODE",
    "R57_VAR_DIR",
    "R57_DATABASE_URL",
    "R57_DATABASE_REPLICA_URL",
    "R57_REDIS_URL",
)
_ON_SQLITE = ("server", "slow")
"""What SQLite is tried with: it has no worker, and nothing of it can be held up from outside."""

_ON_REPLICA = ("replica", "saved")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--readings", type=int, default=10_000, help="sent in each check")
    parser.add_argument("--kills", type=int, default=20, help="kill -9 in each check")
    parser.add_argument("--megabytes", type=float, default=45, help="of the large file")
    parser.add_argument("--rows", type=int, default=240_000, help="of the large Excel file")
    parser.add_argument("--tries", type=int, default=1000, help="to save and read again")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without Celery")
    parser.add_argument("--only", action="append", help="the check of that name")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="r57-faults-") as folder:
        product = _product(Path(folder), sqlite=given.sqlite)
        try:
            product.set_up(
                "migrate --verbosity=0",
                "load_reference",
                "drain",
                "collectstatic --no-input --verbosity=0",
            )
            django.setup()
            from faults import checks, people  # Models can be imported only now.
            from faults.trial import Trial

            has_replica = bool(product.environment["R57_DATABASE_REPLICA_URL"])
            names = given.only or [
                name
                for name in checks.CHECKS
                if (name in _ON_SQLITE if given.sqlite else has_replica or name not in _ON_REPLICA)
            ]
            key, failed = people.key_for_everything(), 0
            sizes = given.readings, given.kills, given.megabytes, given.rows, given.tries
            trial = Trial(product, key, *sizes)
            for name in names:
                finding = checks.CHECKS[name](trial)
                print(finding, flush=True)
                failed += not finding.holds
        finally:
            for name in tuple(product.running):
                product.kill(name)
    return 1 if failed else 0


def _product(folder: Path, *, sqlite: bool) -> Product:
    """Its settings are those of this process, too. Requests come as fast as they can."""
    addresses = {
        "database_url": "" if sqlite else os.environ["R57_DATABASE_URL"],
        "replica_url": "" if sqlite else os.environ.get("R57_DATABASE_REPLICA_URL", ""),
        "redis_url": "" if sqlite else os.environ["R57_REDIS_URL"],
    }
    limits = {"R57_REQUESTS_A_MINUTE": "1000000", "R57_LOG_LEVEL": "WARNING"}
    product = Product(folder, **addresses, environment=limits)
    os.environ.update({name: product.environment[name] for name in _SETTINGS})
    os.environ["DJANGO_SETTINGS_MODULE"] = "r57.settings"
    return product


if __name__ == "__main__":
    sys.exit(main())
