"""Abbreviations that offices use, so that search finds short and full words alike. Pure."""

import re

from core.text.vietnamese import fold

_WORDS = {
    "ubnd": "Ủy ban nhân dân",
    "hđnd": "Hội đồng nhân dân",
    "mttq": "Mặt trận Tổ quốc",
    "bcđ": "Ban Chỉ đạo",
    "bcđtw": "Ban Chỉ đạo Trung ương",
    "vpcp": "Văn phòng Chính phủ",
    "khcn": "khoa học và công nghệ",
    "cđs": "chuyển đổi số",
    "đmst": "đổi mới sáng tạo",
    "gdđt": "giáo dục và đào tạo",
    "nnmt": "nông nghiệp và môi trường",
    "gtvt": "giao thông vận tải",
    "ttđt": "thông tin điện tử",
    "cntt": "công nghệ thông tin",
    "tthc": "thủ tục hành chính",
    "dvc": "dịch vụ công",
    "csdl": "cơ sở dữ liệu",
    "qlnn": "quản lý nhà nước",
    "tw": "Trung ương",
    "nq": "nghị quyết",
    "kh": "kế hoạch",
    "xd": "xây dựng",
    "vhttdl": "văn hóa, thể thao và du lịch",
    "attt": "an toàn thông tin",
}
_BY_SHORT = {fold(short): fold(words) for short, words in _WORDS.items()}
_BY_WORDS = sorted(
    ((words, short) for short, words in _BY_SHORT.items()), key=lambda pair: -len(pair[0])
)
_JOINS = re.compile(r"[&\-]")
_SPELLINGS = {"khcn": "kh&cn", "gddt": "gd&dt", "nnmt": "nn&mt", "vhttdl": "vh,tt&dl"}


def search_terms(text: str) -> list[tuple[str, ...]]:
    """The spellings of each term, folded. A text is found if it has one spelling of every term.

    "Sở KH&CN" → [("so",), ("khcn", "kh&cn", "khoa hoc va cong nghe")], as for the words in full.
    """
    folded = f" {fold(text)} "
    for words, short in _BY_WORDS:
        folded = folded.replace(f" {words} ", f" {short} ")
    found: list[tuple[str, ...]] = []
    for term in folded.split():
        short = _JOINS.sub("", term)
        spellings = [term]
        if short in _BY_SHORT:
            spellings = [short, _SPELLINGS.get(short, short), _BY_SHORT[short]]
        found.append(tuple(dict.fromkeys(spellings)))
    return found
