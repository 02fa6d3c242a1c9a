"""The files of a frozen report by their names: what page, API and e-mail hand out."""

from collections.abc import Callable, Mapping

from reports.files.blocks import plain_text
from reports.files.parts import blocks_of
from reports.files.pdf import makes_pdf, pdf
from reports.files.sheet import excel
from reports.files.word import word, word_summary
from reports.models import FrozenReport

_FILES: Mapping[str, Callable[[FrozenReport], bytes]] = {
    "report.docx": word,
    "report.xlsx": excel,
    "report.txt": lambda report: plain_text(blocks_of(report)).encode(),
    "summary.docx": word_summary,
}
_PDF: Mapping[str, Callable[[FrozenReport], bytes]] = {
    "report.pdf": lambda report: pdf(word(report)),
    "summary.pdf": lambda report: pdf(word_summary(report)),
}
_STEMS = {"report": "bao-cao", "summary": "tom-tat"}


def files() -> Mapping[str, Callable[[FrozenReport], bytes]]:
    """How each is made, in the reader's language; but for PDF the same bytes each time."""
    return {**_FILES, **_PDF} if makes_pdf() else _FILES


def file_name(report: FrozenReport, name: str) -> str:
    """As the reader keeps it: "bao-cao-40-2025-11-14-1.docx"."""
    stem, _, kind = name.rpartition(".")
    return f"{_STEMS[stem]}-{report.area.code}-{report.as_of:%Y-%m-%d}-{report.version}.{kind}"
