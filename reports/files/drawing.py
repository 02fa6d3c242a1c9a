"""A picture inside the text of a Word file, in the format's own XML."""

from xml.sax.saxutils import quoteattr

from reports.files.blocks import Picture

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_TALLEST, _EMU = 7600, 635
"""The height of a picture at most, in twentieths of a point; and what Word measures pictures in."""


def inline(picture: Picture, number: int, width: int) -> str:
    """As wide as the text, or as high as half a page; with what it shows in words."""
    across, up = picture.size
    wide = min(width, _TALLEST * across // up) * _EMU
    size, name = f'cx="{wide}" cy="{wide * up // across}"', f'id="{number}" name="picture{number}"'
    return (
        '<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent {size}/><wp:docPr {name} descr={quoteattr(picture.alt)}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="picture{number}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
