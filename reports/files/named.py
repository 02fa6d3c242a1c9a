"""The files of a frozen report by their names: what page, API and e-mail hand out."""

from collections.abc import Callable, Mapping

from reports.files.blocks import plain_text
from reports.files.parts import blocks_of
from reports.files.sheet import excel
from reports.files.word import word, word_summary
from reports.models import FrozenReport

FILES: Mapping[str, Callable[[FrozenReport], bytes]] = {
    "report.docx": word,
    "report.xlsx": excel,
    "report.txt": lambda report: plain_text(blocks_of(report)).encode(),
    "summary.docx": word_summary,
}
"""Each gives the same bytes each time, in the reader's language."""
_STEMS = {"report": "bao-cao", "summary": "tom-tat"}


def file_name(report: FrozenReport, name: str) -> str:
    """As the reader keeps it: "bao-cao-40-2025-11-14-1.docx"."""
    stem, _, kind = name.rpartition(".")
    return f"{_STEMS[stem]}-{report.area.code}-{report.as_of:%Y-%m-%d}-{report.version}.{kind}"
