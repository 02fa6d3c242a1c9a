"""What a list of tasks says of each, and under which heads offices print it."""

from django.utils.translation import gettext_lazy as _

from core.tables.columns import Column

COLUMNS = (
    Column(
        "number",
        _("Number of the task"),
        8,
        note=_("The number that the document gives the task: 1, 2, 3 …"),
        heads="stt, tt, so tt, so thu tu, ma nhiem vu, no, so, number, number of the task",
        is_needed=True,
        longest=20,
    ),
    Column(
        "group",
        _("Group"),
        40,
        note=_("One of the document's groups."),
        heads="nhom, nhom nhiem vu, nhom nhiem vu giai phap, group",
        is_needed=True,
    ),
    Column(
        "title",
        _("Task"),
        60,
        note=_("The task as the document prints it."),
        heads="nhiem vu, ten nhiem vu, noi dung nhiem vu, noi dung cong viec, noi dung, cong viec, "
        "danh muc nhiem vu, title vi, title, task",
        is_needed=True,
    ),
    Column("title_en", _("Task in English"), heads="title en, nhiem vu tieng anh, task in english"),
    Column(
        "product",
        _("Required product"),
        36,
        note=_("What is to be handed in."),
        heads="san pham, san pham dau ra, ket qua san pham, product vi, product, required product, "
        "ket qua, du kien san pham, hinh thuc san pham",
    ),
    Column(
        "product_en",
        _("Required product in English"),
        heads="product en, san pham tieng anh, required product in english",
    ),
    Column(
        "lead",
        _("Lead agency as printed"),
        36,
        note=_("Who leads. Several are parted by semicolons."),
        heads="co quan chu tri, don vi chu tri, chu tri, lead agency vi original, "
        "lead agency as printed, lead agency, lead, co quan don vi chu tri, chu tri thuc hien, "
        "co quan thuc hien, don vi thuc hien",
    ),
    Column(
        "lead_now",
        _("Lead agency of today, where it has another name by now"),
        heads="co quan chu tri hien nay, lead agency vi renamed, lead agency of today",
    ),
    Column(
        "coordinating",
        _("Coordinating agencies as printed"),
        36,
        note=_("Who helps. Several are parted by semicolons."),
        heads="co quan phoi hop, don vi phoi hop, phoi hop, coordinating vi original, "
        "coordinating agencies as printed, coordinating agencies, coordinating agency, "
        "coordinating, co quan don vi phoi hop",
    ),
    Column(
        "due",
        _("Deadline as printed"),
        22,
        note=_("A day, such as 31/12/2026, or as the document prints it: Quý IV/2026."),
        heads="thoi han, thoi han hoan thanh, thoi gian hoan thanh, thoi gian, han hoan thanh, "
        "deadline as printed, deadline, due, tien do",
        longest=400,
    ),
    Column(
        "phase", _("Phase"), 30, note=_("One of the document's phases."), heads="giai doan, phase"
    ),
)
PRINTED = {
    "number": "number",
    "title": "title_vi",
    "title_en": "title_en",
    "product": "product_vi",
    "product_en": "product_en",
    "lead": "lead_text",
    "coordinating": "coordinating_text",
    "due": "due_text",
}
"""The fields of a task that take a cell as it stands."""
