"""``make bench``: ratios on PostgreSQL, kept in results.json. For information, with nothing written
down: ``ARGS=--sqlite``, ``ARGS="--only bulk reading"``."""

import argparse

import django

from bench import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite")
    parser.add_argument("--only", nargs="+", metavar="CASE", help="these cases of bench/run.py")
    given = parser.parse_args()
    environment.set_up(sqlite=given.sqlite)
    django.setup()
    from bench import run  # Models can be imported only now.

    if given.only:
        run.some(given.only)
        return
    found = run.everything()
    if not given.sqlite:
        run.write_down(found)


if __name__ == "__main__":
    main()
