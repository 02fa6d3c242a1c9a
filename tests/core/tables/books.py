"""Spreadsheets that the product reads and never writes."""

import base64
import io
import zipfile
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_ANNEX = Path(__file__).with_name("annex.xls.txt")
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    "</manifest:manifest>"
)
_INTERFACE, _FILEPASS = b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\x01\x00"

Merged = tuple[int, int, int, int]
"""First row and column, last row and column, from 0."""


def annex_xls() -> bytes:
    """The annex of ``cases/task_list_two_row_header_group_rows.xlsx`` as Excel 97 keeps it, with a
    day that is one, and a hidden sheet. Kept as text: zlib, then base64."""
    return zlib.decompress(base64.b64decode(_ANNEX.read_bytes()))


def locked_xls() -> bytes:
    """The same with the record that says that it is encrypted."""
    assert annex_xls().count(_INTERFACE) == 1
    return annex_xls().replace(_INTERFACE, _FILEPASS)


def as_ods(
    table: Sequence[Sequence[str]],
    merged: Sequence[Merged] = (),
    hidden: Collection[int] = (),
    others: Sequence[str] = (),
) -> bytes:
    """One sheet as LibreOffice writes it; ``others`` are empty ones behind it."""
    spans = {(first, left): (last, right) for first, left, last, right in merged}
    rows = []
    for at, cells in enumerate(table):
        shown = ' table:visibility="collapse"' if at in hidden else ""
        written = []
        for column, text in enumerate(cells):
            last, right = spans.get((at, column), (at, column))
            wide = (
                f' table:number-rows-spanned="{last - at + 1}"'
                f' table:number-columns-spanned="{right - column + 1}"'
                if (at, column) in spans
                else ""
            )
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
            kind = ' office:value-type="string"' if text else ""
            written.append(
                f"<table:table-cell{kind}{wide}>{lines if text else ''}</table:table-cell>"
            )
        rows.append(f"<table:table-row{shown}>{''.join(written)}</table:table-row>")
    below = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row>"
    )
    sheets = f'<table:table table:name="Phụ lục">{"".join(rows)}{below}</table:table>' + "".join(
        f'<table:table table:name="{escape(name)}">{below}</table:table>' for name in others
    )
    content = (
        f"<office:document-content {_NAMES}><office:body><office:spreadsheet>{sheets}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _KIND, zipfile.ZIP_STORED)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
    return buffer.getvalue()
