"""A frozen report in Word, written out as the format's own XML (ECMA-376).

Layout of Decree 30/2020/NĐ-CP, appendix I: A4, margins 20/20/30/15 mm, Times New Roman 13 and 14,
the page number centred on top from page 2. No template of anybody's, and no time of making in it:
the same report is the same file, byte for byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.tables.writer import zipped
from reports.files.blocks import Block, PartTitle, Picture, Table, Text
from reports.files.drawing import inline
from reports.files.parts import blocks_of
from reports.files.summary import summary_of
from reports.models import FrozenReport, Letterhead

_SPACE = "http://schemas.openxmlformats.org"
_W = f'xmlns:w="{_SPACE}/wordprocessingml/2006/main"'
_R = f'xmlns:r="{_SPACE}/officeDocument/2006/relationships"'
_KINDS = f"{_SPACE}/officeDocument/2006/relationships"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

_WIDTH, _WIDE = 9355, 14005
"""Between the margins, upright and across, in twentieths of a point."""
_MARGINS = (
    '<w:pgMar w:top="1134" w:bottom="1134" w:left="1701" w:right="850" '
    'w:header="567" w:footer="567" w:gutter="0"/>'
)
_UPRIGHT = f'<w:pgSz w:w="11906" w:h="16838"/>{_MARGINS}'
_ACROSS = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:bottom="1134" w:left="1701" w:right="1132" '
    'w:header="567" w:footer="567" w:gutter="0"/>'
)
_LED_BY_ZERO = (1, 2)
"""Months that are written 01 and 02, as days below 10 are."""
_NUMBERED = '<w:headerReference w:type="default" r:id="rId2"/>'
_STYLES = f"""{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman"
 w:cs="Times New Roman"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/>
</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
</w:styles>"""
_HEADER = f"""{_XML}<w:hdr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>
<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>"""
_TYPES, _LINKS = "[Content_Types].xml", "word/_rels/document.xml.rels"
_PNG = '<Default Extension="png" ContentType="image/png"/>'
_FIXED: Mapping[str, str] = {
    _TYPES: (
        f'{_XML}<Types xmlns="{_SPACE}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_PARTS}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_PARTS}.styles+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{_PARTS}.header+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_SPACE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_KINDS}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    ),
    _LINKS: (
        f'{_XML}<Relationships xmlns="{_SPACE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_KINDS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{_KINDS}/header" Target="header1.xml"/></Relationships>'
    ),
    "word/styles.xml": _STYLES,
    "word/header1.xml": _HEADER,
}


def word(report: FrozenReport) -> bytes:
    """The same bytes each time, in the reader's language; the letterhead is Vietnamese by law."""
    blocks = blocks_of(report)
    upright = [block for block in blocks if not (isinstance(block, Table) and block.is_wide)]
    across = [block for block in blocks if isinstance(block, Table) and block.is_wide]
    head: dict[str, str] = report.figures["head"]
    parts = [*opening(report, head), *_body(upright, _WIDTH), signature(head)]
    pictures = [block.png for block in blocks if isinstance(block, Picture)]
    return _file(parts, list(_body(across, _WIDE)), pictures)


def word_summary(report: FrozenReport) -> bytes:
    """One page for the chair, without the letterhead."""
    return _file([*subject(report, "TÓM TẮT BÁO CÁO"), *_body(summary_of(report), _WIDTH)], [])


def _file(upright: Iterable[str], across: Iterable[str], pictures: Sequence[bytes] = ()) -> bytes:
    """Pages upright, and after them pages across; the pictures in the order they stand there."""
    # The first page carries no number.
    ends = f"<w:sectPr>{_NUMBERED}{_UPRIGHT}<w:titlePg/></w:sectPr>"
    parts = list(upright)
    if across:
        # Next to no height, or it could stand alone on a page.
        flat = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        parts += [f"<w:p><w:pPr>{flat}{ends}</w:pPr></w:p>", *across]
        ends = f"<w:sectPr>{_NUMBERED}{_ACROSS}</w:sectPr>"
    body = "".join(parts)
    document = f"{_XML}<w:document {_W} {_R}><w:body>{body}{ends}</w:body></w:document>"
    texts = {**_FIXED, "word/document.xml": document}
    if pictures:
        texts[_TYPES] = texts[_TYPES].replace("<Override", f"{_PNG}<Override", 1)
        links = "".join(
            f'<Relationship Id="picture{n}" Type="{_KINDS}/image" Target="media/picture{n}.png"/>'
            for n in range(1, len(pictures) + 1)
        )
        texts[_LINKS] = texts[_LINKS].replace("</Relationships>", f"{links}</Relationships>")
    media = {f"word/media/picture{n}.png": png for n, png in enumerate(pictures, start=1)}
    return zipped({name: text.encode() for name, text in texts.items()} | media)


def _paragraph(
    text: str, align: str = "both", *, size: int = 28, marks: str = "", more: str = ""
) -> str:
    """``size`` in half points; ``marks`` of the run: b, i; ``more`` of the paragraph."""
    # Without the letters that XML cannot hold.
    clean = "".join(letter for letter in text if letter >= " " or letter == "\t")
    styled = "".join(f"<w:{mark}/>" for mark in marks)
    return (
        f'<w:p><w:pPr>{more}<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>{styled}'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(clean)}</w:t></w:r></w:p>'
    )


def _line(part: int, width: int) -> str:
    """A line under the text before it, so many percent of the width long, in the middle."""
    side = width * (100 - part) // 200
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="60" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def _bare(left: Iterable[str], right: Iterable[str], widths: tuple[int, int]) -> str:
    """Two columns without borders."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(column)}</w:tc>'
        for width, column in zip(widths, (left, right), strict=True)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def opening(report: FrozenReport, head: Mapping[str, str]) -> Iterator[str]:
    """Agency, motto, number, place and day, BÁO CÁO, subject."""
    day = localtime(report.frozen_at).date()
    month = f"{day.month:02}" if day.month in _LED_BY_ZERO else str(day.month)
    dated = f"{head['place']}, ngày {day.day:02} tháng {month} năm {day.year}"
    widths = (3600, _WIDTH - 3600)
    number = f"Số:        /{head['symbol'] or 'BC'}"
    left = [
        *([_paragraph(head["superior"].upper(), "center", size=26)] if head["superior"] else []),
        _paragraph(head["name"].upper(), "center", size=26, marks="b"),
        _line(40, widths[0]),
        _paragraph(number, "center", size=26),
    ]
    if head["layout"] == Letterhead.Layout.PARTY:
        right = [
            _paragraph("ĐẢNG CỘNG SẢN VIỆT NAM", "center", size=28, marks="b"),
            _line(60, widths[1]),
            _paragraph(dated, "center", size=28, marks="i"),
        ]
    else:
        right = [
            _paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "center", size=24, marks="b"),
            _paragraph("Độc lập - Tự do - Hạnh phúc", "center", size=26, marks="b"),
            _line(52, widths[1]),
            _paragraph(dated, "center", size=28, marks="i"),
        ]
    yield _bare(left, right, widths)
    yield from subject(report, "BÁO CÁO")


def subject(report: FrozenReport, kind: str) -> Iterator[str]:
    """What kind of document, of what, and when its figures were frozen."""
    yield _paragraph(kind, "center", marks="b", more='<w:spacing w:before="240" w:after="0"/>')
    about = _("Implementation of %(plan)s (%(period)s)")
    words = {"plan": report.period.plan.number, "period": report.period.name}
    yield _paragraph(about % words, "center", marks="b")
    yield _line(30, _WIDTH)
    if report.version > 1:
        again = _("Version %(n)s, in place of the one before: %(reason)s")
        yield _paragraph(
            again % {"n": report.version, "reason": report.reason}, "center", marks="i"
        )
    hour = date_format(localtime(report.frozen_at), "H:i d/m/Y")
    yield _paragraph(_("Figures frozen at %(hour)s") % {"hour": hour}, "center", size=26, marks="i")


def _body(blocks: Iterable[Block], width: int) -> Iterator[str]:
    indented = '<w:spacing w:before="120" w:after="0"/><w:ind w:firstLine="567"/>'
    above = '<w:keepNext/><w:spacing w:before="160" w:after="60"/>'
    number = pictures = 0
    for block in blocks:
        match block:
            case PartTitle(text):
                number += 1
                yield _paragraph(f"{number}. {text}", marks="b", more=f"<w:keepNext/>{indented}")
            case Text(text):
                yield _paragraph(text, more=indented)
            case Picture():
                pictures += 1
                yield _paragraph(block.title, "center", size=26, marks="b", more=above)
                yield inline(block, pictures, width)
                below = '<w:spacing w:before="0" w:after="120"/>'
                yield _paragraph(block.source, "center", size=26, marks="i", more=below)
            case Table():
                yield _paragraph(block.title, "center", size=26, marks="b", more=above)
                yield _table(block, width)


def _table(table: Table, width: int) -> str:
    """The head is repeated on each page, and no row is torn in two."""
    size = 22 if table.is_wide else 26
    whole = sum(table.widths)
    widths = [part * width // whole for part in table.widths]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = [_paragraph(text, "center", size=size, marks="b") for text in table.heads]
    rows = [("<w:cantSplit/><w:tblHeader/>", head)]
    rows += [
        (
            "<w:cantSplit/>",
            [
                _paragraph(cell.text, "center" if cell.is_number else "left", size=size)
                for cell in row
            ],
        )
        for row in table.rows
    ]
    lines = "".join(
        f"<w:tr><w:trPr>{kind}</w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for wide, cell in zip(widths, cells, strict=True)
        )
        + "</w:tr>"
        for kind, cells in rows
    )
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )


def signature(head: Mapping[str, str]) -> str:
    """Who gets it on the left, who signs on the right."""
    listed = [line.strip() for line in head["recipients"].splitlines() if line.strip()]
    left = [_paragraph("Nơi nhận:", "left", size=24, marks="bi")]
    left += [_paragraph(f"- {line};", "left", size=22) for line in [*listed, "Lưu: VT"]]
    right = [_paragraph(head["title"].upper() or " ", "center", size=28, marks="b")]
    right += [_paragraph(" ", "center") for _space in range(4)]
    right.append(_paragraph(head["signer"] or " ", "center", size=28, marks="b"))
    return _paragraph(" ") + _bare(left, right, (4400, _WIDTH - 4400))
