"""What a list of tasks says of each, and under which heads offices print it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.tables import columns


@dataclass(frozen=True)
class Field:
    """``heads`` are folded and parted by commas, the surest first; a head that only begins so comes
    last. Of a head of two rows the lower one is looked at first."""

    key: str
    label: str | Promise
    heads: str
    is_needed: bool = False
    printed: str = ""
    """The field of a task that takes the cell as it stands."""


FIELDS = (
    Field(
        "number",
        _("Number of the task"),
        "stt, tt, so tt, so thu tu, ma nhiem vu, no, so, number, number of the task",
        is_needed=True,
        printed="number",
    ),
    Field(
        "group",
        _("Group"),
        "nhom, nhom nhiem vu, nhom nhiem vu giai phap, group",
        is_needed=True,
    ),
    Field(
        "title",
        _("Task"),
        "nhiem vu, ten nhiem vu, noi dung nhiem vu, noi dung cong viec, noi dung, cong viec, "
        "danh muc nhiem vu, title vi, title, task",
        is_needed=True,
        printed="title_vi",
    ),
    Field(
        "title_en",
        _("Task in English"),
        "title en, nhiem vu tieng anh, task in english",
        printed="title_en",
    ),
    Field(
        "product",
        _("Required product"),
        "san pham, san pham dau ra, ket qua san pham, product vi, product, required product, "
        "ket qua, du kien san pham, hinh thuc san pham",
        printed="product_vi",
    ),
    Field(
        "product_en",
        _("Required product in English"),
        "product en, san pham tieng anh, required product in english",
        printed="product_en",
    ),
    Field(
        "lead",
        _("Lead agency as printed"),
        "co quan chu tri, don vi chu tri, chu tri, lead agency vi original, "
        "lead agency as printed, lead agency, lead, co quan don vi chu tri, chu tri thuc hien, "
        "co quan thuc hien, don vi thuc hien",
        printed="lead_text",
    ),
    Field(
        "lead_now",
        _("Lead agency of today, where it has another name by now"),
        "co quan chu tri hien nay, lead agency vi renamed, lead agency of today",
    ),
    Field(
        "coordinating",
        _("Coordinating agencies as printed"),
        "co quan phoi hop, don vi phoi hop, phoi hop, coordinating vi original, "
        "coordinating agencies as printed, coordinating agencies, coordinating agency, "
        "coordinating, co quan don vi phoi hop",
        printed="coordinating_text",
    ),
    Field(
        "due",
        _("Deadline as printed"),
        "thoi han, thoi han hoan thanh, thoi gian hoan thanh, thoi gian, han hoan thanh, "
        "deadline as printed, deadline, due, tien do",
        printed="due_text",
    ),
    Field("phase", _("Phase"), "giai doan, phase"),
)
PRINTED: Mapping[str, str] = {field.key: field.printed for field in FIELDS if field.printed}
NEEDED = tuple(field.key for field in FIELDS if field.is_needed)


def guess(header: Sequence[str]) -> dict[str, int]:
    """Field → the column that its head names."""
    return columns.guess(header, {field.key: field.heads for field in FIELDS})


def known_heads(header: Sequence[str]) -> int:
    return len(guess(header))


def labels(keys: Sequence[str]) -> str:
    """The fields as the screens call them, with commas."""
    names: Mapping[str, str] = {field.key: str(field.label) for field in FIELDS}
    return ", ".join(names[key] for key in keys)
