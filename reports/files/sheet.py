"""A frozen report in Excel: its tables, and the rows behind every figure."""

import re
from datetime import date

from django.utils.translation import gettext as _

from core.tables.writer import SheetOfBook, Value, write_book
from core.text.language import in_language
from reports.content.report import rows_in
from reports.files.blocks import Table
from reports.files.parts import blocks_of
from reports.models import FrozenReport
from tasks.labels import STATUSES

_LONGEST_TITLE = 31


def excel(report: FrozenReport) -> bytes:
    """The same bytes each time, in the reader's language."""
    sheets: list[SheetOfBook] = [
        (
            block.title.replace(":", " –")[:_LONGEST_TITLE],
            block.heads,
            [
                [int(re.sub(r"\D", "", cell.text)) if cell.figure else cell.text for cell in row]
                for row in block.rows
            ],
            [max(8, width * 5) for width in block.widths],
        )
        for block in blocks_of(report)
        if isinstance(block, Table)
    ]
    heads = (_("Record no."), _("No."), _("Task"), _("Lead agency"), _("Deadline"), _("Status"))
    rows: list[list[Value]] = [
        [
            row.id,
            row.number,
            in_language(row.title_vi, row.title_en),
            in_language(row.agency_vi, row.agency_en),
            date.fromisoformat(row.due) if row.due else None,
            str(STATUSES[row.status].label),
        ]
        for row in rows_in(report)
    ]
    sheets.append((_("All rows"), heads, rows, (10, 8, 60, 40, 12, 28)))
    return write_book(sheets, report.frozen_at)
