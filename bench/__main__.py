"""``make bench``: ratios and every page on PostgreSQL, written to docs/performance.md.
For information, with nothing written down: ``ARGS=--sqlite``, ``ARGS="--only bulk reading"``,
``ARGS="--only pages --sizes province --rounds 1 --seconds 5"``."""

import argparse

import django

from bench import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without the pages")
    parser.add_argument("--only", nargs="+", metavar="CASE", help="these cases of bench/run.py")
    sizes = ("province", "history", "tenfold")
    parser.add_argument("--sizes", nargs="+", choices=sizes, default=sizes, help="of the pages")
    parser.add_argument("--rounds", type=int, default=7, help="that a page is timed in")
    parser.add_argument("--seconds", type=float, default=120, help="that readers read, two times")
    given = parser.parse_args()
    environment.set_up(sqlite=given.sqlite)
    django.setup()
    from bench import run  # Models can be imported only now.

    asked = run.Asked(given.sizes, given.rounds, given.seconds)
    if given.only:
        run.some(given.only, asked)
    else:
        run.everything(asked)


if __name__ == "__main__":
    main()
