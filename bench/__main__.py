"""``make bench``: ratios and every page on PostgreSQL, part by part, written to
docs/performance.md. What is named by ``--only`` is printed and not written, as on SQLite, unless
``--write`` is said: ``ARGS="--only pages paging --sizes history --rounds 1"``."""

import argparse

import django

from bench import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without the pages")
    parser.add_argument("--only", nargs="+", metavar="PART", help="of those in bench/run.py")
    parser.add_argument("--skip", nargs="+", metavar="PART", default=(), help="all but these")
    parser.add_argument("--write", action="store_true", help="beside what other runs found")
    sizes = ("province", "history", "tenfold")
    parser.add_argument("--sizes", nargs="+", choices=sizes, default=sizes, help="of the pages")
    parser.add_argument("--rounds", type=int, default=5, help="that a page is timed in")
    parser.add_argument("--seconds", type=float, default=45, help="that readers read, two times")
    given = parser.parse_args()
    environment.set_up(sqlite=given.sqlite)
    django.setup()
    from bench import run  # Models can be imported only now.

    asked = run.Asked(
        parts=given.only or [name for name in run.PARTS if name not in given.skip],
        sizes=given.sizes,
        rounds=given.rounds,
        seconds=given.seconds,
        written=given.write or not (given.only or given.sqlite),
    )
    run.measure(asked)


if __name__ == "__main__":
    main()
