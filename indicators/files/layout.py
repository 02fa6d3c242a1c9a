"""A sent table of any layout becomes figures one a row, or questions to its sender."""

import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from core.errors import refuse
from core.tables.child import Limits, Looks
from core.tables.layout import lay_out, rows_of
from core.tables.reader import Sheet, check_text, csv_rows, delimiter_of, to_csv
from core.text.language import numeral
from core.text.vietnamese import fold, tidy
from indicators.files.figures import Figure, Survey, Unrolled, plain_fields
from indicators.files.naming import Codes, load_codes
from indicators.files.notes import notes
from indicators.files.shape import CELL, COLUMNS, NEEDED, PART, TOLD, Shape, guess_shape, known_in
from indicators.models import ImportJob, Reading
from provinces.area_names import COMMUNE, PROVINCE

_HEAD, _SAMPLE = 40, 5
_MOST_NAMES, _MOST_TOLD = 40, 12
_MOST_SHEETS = 4
"""That are looked through for the other part of a table."""
_LONGEST_LINE = 100_000
_clean = lru_cache(maxsize=65_536)(tidy)
"""Most cells of a table say what another says."""


@dataclass(frozen=True)
class RawTable:
    """Every row as it stands, from a CSV file; ``typed`` is None where all cells are texts."""

    path: Path
    looks: Looks
    delimiter: str = ","
    is_text: bool = False

    @property
    def is_sdmx(self) -> bool:
        """It says itself what its columns are. Raises Refused: ``invalid_csv``."""
        return next(self.rows(), [])[:1] == ["STRUCTURE"]

    def rows(self) -> Iterator[list[str]]:
        """Raises Refused: ``invalid_csv``."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv_rows(file, self.delimiter):
                yield list(map(_clean, row))


@dataclass(frozen=True)
class SentFile:
    """A file, and a folder to unpack its sheets into."""

    given: Path
    folder: Path
    limits: Limits

    def table(self, sheet: str = "") -> RawTable:
        """Of the sheet that looks like a table, unless one is named.

        Raises Refused: those of ``to_csv`` and ``check_text``.
        """
        if self.given.suffix == ".csv":
            with self.given.open("rb") as file:
                check_text(file)
            with self.given.open(encoding="utf-8-sig", newline="") as file:
                delimiter = delimiter_of("".join(islice(file, _HEAD))[:_LONGEST_LINE])
            return RawTable(self.given, Looks(), delimiter, is_text=True)
        table = self.folder / f"{sum(1 for _ in self.folder.iterdir())}.csv"
        return RawTable(table, to_csv(self.given, table, replace(self.limits, tidy=False), sheet))


@dataclass
class FileLayout:
    """A table with what was found of its layout."""

    raw: RawTable
    shape: Shape
    codes: Codes
    survey: Survey = field(default_factory=Survey)

    def figures(self) -> Iterator[Figure]:
        """Counted in ``survey`` on the way, so they are counted once."""
        width = len(self.shape.header)
        cut = (row[:width] + [""] * (width - len(row)) for row in self.raw.rows())
        typed = None if self.raw.is_text else self.raw.looks.typed
        unrolled = Unrolled(self.shape, self.codes, typed)
        self.survey = unrolled.survey
        return unrolled.figures(rows_of(cut, self.raw.looks, self.shape.last + 1))

    def look_through(self) -> Survey:
        deque(self.figures(), maxlen=0)
        return self.survey

    def write(self, target: Path) -> None:
        shape = self.shape
        heads = shape.spread.values() if shape.is_spread else ()
        said = {*shape.columns, *shape.constants, *NEEDED, *(f for h in heads for f in h)}
        if shape.is_spread or "rank" not in shape.columns:
            said.add("value")
        names = [one.key for one in COLUMNS if one.key in said - {PART}]
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names, TOLD, CELL])
            for figure in self.figures():
                fields = plain_fields(figure, shape, self.codes)
                cells = (fields.get(name, "") for name in names)
                writer.writerow([*cells, figure.told, figure.cell])

    def shares(self) -> list[str]:
        """What to ask where a column of an indicator in % looks like shares of 1 (1 query)."""
        small = {
            code: ends
            for code, ends in self.survey.ranges.items()
            if 0 < ends[1] <= 1 and any(end % 1 for end in ends)
        }
        known = Reading.objects.filter(indicator__code__in=small, value__isnull=False)
        ends_of = known.values("indicator__code").annotate(low=Min("value"), high=Max("value"))
        series = {row["indicator__code"]: row for row in ends_of} if small else {}
        found = []
        for code, (least, most) in small.items():
            ends = {"code": code, "least": numeral(least), "most": numeral(most)}
            if code not in series:
                words = _("%(code)s is measured in %%, and the column has %(least)s to %(most)s.")
                found.append(words % ends)
            elif series[code]["high"] > 1:
                ends |= {key: numeral(series[code][key].normalize()) for key in ("low", "high")}
                words = _(
                    "%(code)s has had %(low)s to %(high)s so far, and the column has %(least)s to "
                    "%(most)s."
                )
                found.append(words % ends)
        return found


def find_layout(raw: RawTable, codes: Codes) -> tuple[Shape, list[list[str]]]:
    """The shape as it looks, and the first rows below the header.

    Raises Refused: ``required``.
    """
    top = list(islice(raw.rows(), _HEAD))
    width = max(map(len, top), default=0)
    if not width:
        raise refuse("required", _("The file is empty."), "/file")
    top = [[*row, *[""] * (width - len(row))] for row in top]
    found = lay_out(Sheet(top, raw.looks), lambda header: known_in(header, codes))
    return guess_shape(found.heads, found.last, codes), top[found.last + 1 :][:_SAMPLE]


@dataclass(frozen=True)
class FoundTable:
    """``sample``: the first rows below the header. ``heads_from``: the sheet that holds the header,
    where it is another one than that of the rows."""

    raw: RawTable
    shape: Shape
    sample: Sequence[Sequence[str]]
    heads_from: str = ""

    @property
    def is_whole(self) -> bool:
        has_figures = "value" not in self.shape.missing()
        return has_figures and bool(self.shape.columns and self.sample)

    def goes_below(self, heads: Shape) -> bool:
        """Rows without a header, of about its width."""
        least, width = heads.columns.get("value", 1), len(self.shape.header)
        return not self.shape.columns and least < width <= len(heads.header)

    def under(self, heads: "FoundTable") -> "FoundTable":
        shape, sample = replace(heads.shape, last=-1), list(islice(self.raw.rows(), _SAMPLE))
        return FoundTable(self.raw, shape, sample, heads.raw.looks.sheet)


def find_table(
    sent: SentFile, raw: RawTable, codes: Codes, *, is_named: bool = False, heads_from: str = ""
) -> FoundTable:
    """The sheet of a table, or another one that has more of a table, unless it was asked for by its
    name. A header with nothing below it and, on another sheet, rows without a header are one table.

    Raises Refused: those of ``find_layout`` and ``SentFile.table``.
    """
    chosen = FoundTable(raw, *find_layout(raw, codes))
    if chosen.is_whole and not heads_from:
        return chosen
    shown = [name for name, is_hidden in raw.looks.others if not is_hidden]
    others = map(sent.table, [heads_from] if heads_from else shown[:_MOST_SHEETS])
    filled = [one for one in others if next(one.rows(), None)]
    tables = [chosen, *(FoundTable(one, *find_layout(one, codes)) for one in filled)]
    if heads_from:
        return chosen.under(tables[-1])
    whole = [one for one in tables if one.is_whole and not one.shape.missing()]
    if whole and not is_named:
        return whole[0]
    alone = [one for one in tables if one.shape.columns and not one.sample]
    pairs = [(heads, one) for heads in alone for one in tables if one.goes_below(heads.shape)]
    for heads, rows in pairs:
        if not is_named or chosen in (heads, rows):
            return rows.under(heads)
    return alone[0] if alone and not is_named else chosen


def answers_for(job: ImportJob) -> dict[str, Any]:
    """What its sender, or a colleague of the same agency, said last of a table with these heads;
    empty where nobody did (2 queries)."""
    if job.user is None:
        return {}
    theirs = job.user.memberships.exclude(agency=None).values("agency")
    said = ImportJob.objects.filter(Q(user=job.user) | Q(user__memberships__agency__in=theirs))
    last = said.filter(heads=job.heads, answers__columns__isnull=False).order_by("-id").first()
    return {**(last.answers or {}), "sheet": "", "heads_from": ""} if last else {}


def lay_out_file(job: ImportJob, sent: SentFile, raw: RawTable, target: Path) -> bool:
    """Write the figures one a row; False where the sender must be asked first. Sets ``found`` and
    ``notes`` of the job.

    Raises Refused: ``required`` where there is no figure.
    """
    codes = load_codes()
    said = {key: (job.answers or {}).get(key, "") for key in ("sheet", "heads_from")}
    table = find_table(
        sent, raw, codes, is_named=bool(said["sheet"]), heads_from=said["heads_from"]
    )
    raw, shape = table.raw, table.shape
    job.heads = sha256("\n".join(map(fold, shape.header)).encode()).hexdigest()
    remembered = {} if job.answers else answers_for(job)
    answers = job.answers or remembered
    is_answered, is_ours = (
        bool(job.answers and "columns" in job.answers),
        {*shape.header} >= {*NEEDED},
    )
    for name in set(asdict(shape)).intersection(answers):
        setattr(shape, name, answers[name])
    laid = FileLayout(raw, shape, codes)
    survey = laid.look_through()
    is_mixed = bool(survey.doubtful or (survey.bare and survey.levels[PROVINCE]))
    if is_mixed and not survey.bare and not survey.levels[COMMUNE] and survey.levels[PROVINCE]:
        shape.level, is_mixed = PROVINCE, False  # As all others are.
        survey = laid.look_through()
    if is_mixed:
        survey.unknown.update({f"area:{key}": n for key, n in survey.doubtful.items()})
    if is_mixed and survey.levels[PROVINCE]:
        survey.unknown.update({f"area:{key}": n for key, n in survey.bare.items()})
    signs = [sign for sign, times in survey.signs.items() if sign and times]
    shape.decimal = shape.decimal or (signs[0] if len(signs) == 1 else "")
    shares = laid.shares()
    shape.is_share = shape.is_share if shares else None  # What was remembered may not fit.
    unsure = any(codes.areas.meant(survey.printed[key]) for key in survey.unknown if key[:1] == "a")
    asked = {
        "missing": bool(shape.missing()),
        "spread": shape.is_spread and not is_answered,
        "decimal": bool(survey.signs) and not shape.decimal,
        "level": not shape.level
        and (is_mixed or any(len(meant) > 1 for meant in survey.short.values())),
        "base": bool(survey.redrawn) and "base" not in shape.columns,
        "share": bool(shares) and shape.is_share is None,
        "percent": bool(survey.odd_percents) and not shape.percent,
        "formulas": bool(survey.stored) and shape.takes_formulas is None,
        # Below our own names stand codes: one that is unknown refuses its row.
        "names": bool(survey.unknown) and not is_answered and (unsure or not is_ours),
        "empty": not survey.figures and bool(raw.looks.others),
        "two_sheets": bool(table.heads_from) and not is_answered,
        # A period that was said for the last file is hardly that of this one.
        "remembered": bool(remembered),
    }
    names = survey.unknown.most_common(_MOST_NAMES)
    job.found = {
        "shape": asdict(shape),
        "questions": [name for name, is_open in asked.items() if is_open],
        "sample": table.sample,
        "heads_from": table.heads_from,
        "sheet": raw.looks.sheet,
        "sheets": [[name, hidden] for name, hidden in raw.looks.others],
        "names": [
            [key, survey.printed[key], times, codes.areas.offers(survey.printed[key])]
            for key, times in names
        ],
        "short": survey.short,
        "is_mixed": is_mixed,
        "redrawn": [
            [codes.areas.labels[code], period]
            for code, period in islice(survey.redrawn.items(), _MOST_TOLD)
        ],
        "percent": survey.percent,
        "stored": survey.stored,
        "shares": shares,
        "example": survey.example,
        "figures": survey.figures,
    }
    job.notes = notes(shape, survey, raw.looks, table.heads_from)
    if job.found["questions"]:
        return False
    if not survey.figures:
        raise refuse("required", _("There is no row under the header."), "/file")
    laid.write(target)
    return True


def merged_answers(found: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Another sheet begins anew: its columns are others."""
    if given.get("sheet") and given["sheet"] != found.get("sheet"):
        return {"sheet": given["sheet"]}
    return dict(given)
