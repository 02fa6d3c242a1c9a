"""``make bench``: ratios on PostgreSQL, kept in results.json; ``ARGS=--sqlite`` for information."""

import argparse

import django

from bench import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite; nothing is written down")
    sqlite = parser.parse_args().sqlite
    environment.set_up(sqlite=sqlite)
    django.setup()
    from bench import run  # Models can be imported only now.

    found = run.everything()
    if not sqlite:
        run.write_down(found)


if __name__ == "__main__":
    main()
