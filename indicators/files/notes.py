"""What the preview of a table says before anything is recorded."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.tables.child import Looks
from indicators.files.figures import Survey, as_number, with_decimals
from indicators.files.shape import STORED, Shape

_TOLD, _SHOWN = 12, 40


def notes(shape: Shape, survey: Survey, looks: Looks, heads_from: str) -> list[str]:
    """``heads_from``: the sheet that holds the header, where it is another one."""
    others = [one for one in looks.others if one[0] != heads_from]
    parted = _("The heads are those of the sheet “%(heads)s”, the rows below those of %%(it)s.")
    used = {*shape.columns.values(), *(map(int, shape.spread) if shape.is_spread else ())}
    sign = shape.decimal if survey.example else ""
    words = _("Numbers that are texts have the decimal sign “%(sign)s”: %(text)s is %%(it)s.")
    words %= {"sign": sign, "text": survey.example.replace("%", "%%")}
    codes = [
        f"{text} → {meant.get(shape.level) or next(iter(meant.values()))}"
        for text, meant in survey.short.items()
        if shape.level in meant or len(meant) == 1
    ]
    shown, number = survey.percent, survey.percent.rstrip("% ")
    if shape.percent == STORED and (plain := as_number(number, shape.decimal)) is not None:
        number = f"{(plain / 100).normalize():f}"
    percents = _("Cells in percent, as %(text)s, are taken as %(number)s: %%(it)s of them.")
    percents %= {"text": shown.replace("%", "%%"), "number": number}
    stored = _("Formulas of which the stored value is taken: %(it)s.")
    formulas = _("Figures that are formulas, and are refused: %(it)s.")
    hidden = _("Rows that are hidden in the file are among them: %(it)s.")
    away = _("Columns that are hidden in the file are among them: %(it)s.")
    odd = _(
        "The table says that its unit is “%(unit)s”. Of indicators measured in another one, "
        "taken as they stand: %%(it)s figures."
    ) % {"unit": survey.unit.replace("%", "%%")}
    bare = _(
        "A file of this kind (.xls) does not tell which cells are formulas, in percent or hidden: "
        "values are taken as they are stored."
    )
    told: Mapping[str, object] = {
        odd: survey.odd_units,
        bare: looks.is_bare,
        _(
            "Another table begins in row %(it)s; it is not read. Send it in a file of its own."
        ): survey.ended,
        away: [
            head
            for at, head in enumerate(shape.header)
            if at in looks.hidden_columns and at in used
        ],
        parted % {"heads": heads_from.replace("%", "%%")}: f"“{looks.sheet}”" if heads_from else "",
        hidden: [str(number) for number in dict.fromkeys(survey.hidden)],
        _("Sheets of the file that were not read: %(it)s."): [n for n, away in others if not away],
        _("Hidden sheets that were not read: %(it)s."): [n for n, away in others if away],
        _("Rows passed over: %(it)s."): [f"{n} ({text[:_SHOWN]})" for n, text in survey.passed],
        _("Columns passed over: %(it)s."): [
            head for at, head in enumerate(shape.header) if head and at not in used
        ],
        percents: survey.percents,
        _("Figures are taken as shares of 1: 0.145 as 14.5."): shape.is_share,
        words: with_decimals(survey.example.rstrip("% "), sign) if sign else "",
        _("Codes that had lost a zero: %(it)s."): codes,
        stored if shape.takes_formulas else formulas: survey.formulas,
    }
    return [
        words % {"it": _listed(it) if isinstance(it, list) else it}
        for words, it in told.items()
        if it
    ]


def _listed(texts: Sequence[str]) -> str:
    more = "; …" if len(texts) > _TOLD else ""
    return "; ".join(texts[:_TOLD]) + more
