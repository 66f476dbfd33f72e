"""The marking that makes a document classified: MẬT, TỐI MẬT or TUYỆT MẬT in its head, or in its file's name.

A marking stands by itself. Sentences about secrets, honey, passwords or the Fatherland Front are none; nor is a line
that offers several grades to choose from.
"""

import re
from collections.abc import Iterator
from unicodedata import normalize

_HEAD = 25  # lines with text at the top of a page, where a marking is stamped
_NEAR = 12  # lines with text around a motto, where a text without pages begins another document

# What stands for a Latin letter without looking different: Cyrillic, Greek; and Đ, which no normal form takes apart.
_LOOK_ALIKES = str.maketrans(
    "АВЕІКМНОРСТУХЅаеіорсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοĐÐƉđðɖ",
    "ABEIKMHOPCTYXSaeiopcyxsABEZHIKMNOPTYXoDDDddd",
)
_STYLED = re.compile("[\uff01-\uff5e\u2460-\u24ff\u2100-\u214f\U0001d400-\U0001d7ff]+")  # Ｍ, 𝐌, Ⓜ
_NOTHING = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))

_ANY = "[\u0300-\u036f]*"  # a scan's marks, right or wrong


def _spaced(*letters: str) -> str:
    return r"[ .]{0,3}".join(letters)


def _loose(words: str) -> str:
    """Words whatever marks their letters bear."""
    return r"[^\w\n]{1,4}".join("".join(letter + _ANY for letter in word) for word in words.split())


# "MẬT" with or without its marks, but not MẮT, MẶT, MẤT: other words. The rest with any marks: a scan mistakes them.
_MAT = _spaced("M", "A\u0323?\u0302?", "T")
_HIGHER = rf"(?:{_spaced('T', f'O{_ANY}', 'I')}|{_spaced('T', 'U', 'Y', f'E{_ANY}', 'T')})"
_GRADE = rf"(?:{_HIGHER}\s{{0,3}})?{_MAT}"
_BEGINS = r"(?:^|(?<=[\t|])|(?<=  ))[^\w\n]{0,8}"  # a line or a cell
_ENDS = r"(?=[^\w\n,;]{0,12}(?:$|[\t|]|  ))"
_HURRY = "|".join(map(_loose, ("HOA TOC", "THUONG KHAN", "KHAN")))
_PAPER = "|".join(map(_loose, ("TAI LIEU", "VAN BAN", "CONG VAN", "HO SO")))
_LABEL = rf"(?:{_loose('MUC')}[ ]{{1,3}})?{_loose('DO MAT')}"
_MARKS = [
    re.compile(mark, re.MULTILINE)
    for mark in (
        rf"{_BEGINS}(?:(?:{_HURRY})[^\w\n]{{1,6}}|(?:{_PAPER})[ ]{{1,3}})?(?P<stamp>{_GRADE})"
        rf"(?:[^\w\n]{{1,6}}(?:{_HURRY}))?{_ENDS}",
        rf"{_BEGINS}\((?P<stamp>(?i:{_GRADE}))\){_ENDS}",
        rf"{_BEGINS}(?i:{_LABEL}[^\w,;]{{1,8}}(?P<stamp>{_GRADE})){_ENDS}",
        rf"^[^\w\n]{{0,8}}S[Oo]{_ANY}[^\w\n]{{0,3}}[0-9][^\n]{{0,60}}?[^\w\n]"
        rf"(?P<stamp>(?i:\({_GRADE}\))|(?i:{_LABEL}[^\w\n]{{1,4}}{_GRADE})|{_GRADE}){_ENDS}",
    )
]
_CHOICES = re.compile(rf"\b(?:{_HIGHER})?\s{{0,3}}{_MAT}\b|\b{_loose('THUONG')}{_ENDS}", re.IGNORECASE | re.MULTILINE)
_MOTTO = re.compile(rf"{_loose('CONG HOA XA HOI CHU NGHIA')}|{_loose('DANG CONG SAN VIET NAM')}")
# Words that "mật" is the second half of, and the first half of. A title may be broken between the two.
_BEFORE = ("BI", "BAO", "CO", "DO", "THAN", "ONG", "DUONG", "LAY", "TUI", "SOI")
_AFTER = (
    *("ONG", "KHAU", "MA", "DO", "THIET", "VU", "THU", "DANH", "NGU", "NGHI", "HOA", "GAU", "MIA"),  # mật ong, mật mã
    *("TRAN", "BANG", "HANG", "TIEN", "NUOC", "TROI", "BIEN", "CAT", "TRAI", "SAN", "DAT"),  # mặt trận, mặt bằng
)
_BROKEN = re.compile(rf"\b(?:{'|'.join(map(_loose, _BEFORE))})[\W_]*\Z", re.IGNORECASE)
_GOES_ON = rf"(?! (?:{'|'.join(map(_loose, _AFTER))})\b)"
_CODE = r"[0-9]+|(?:cv|qd|nq|ct|kl|kh|bc|tb|hd|ttr?|cd|qc|gm|bb|tw|tu|hu|du|ubnd)\b"
_NAMES = [
    re.compile(mark, re.IGNORECASE)
    for mark in (
        rf"[\[({{] ?(?P<stamp>{_GRADE}) ?[\])}}]",
        rf"\b(?P<stamp>{_HIGHER} ?{_MAT})\b{_GOES_ON}",
        rf"\b(?:{_PAPER}|{_loose('DAU')}) (?P<stamp>{_MAT})\b{_GOES_ON}",
        rf"\b(?P<stamp>MA\u0323\u0302T)\b{_GOES_ON}",
        rf"^ ?(?P<stamp>{_MAT})(?= (?:{_CODE})| ?$)",
        rf"\b(?:{_CODE}) (?P<stamp>{_MAT}) ?$",
    )
]


def classified_mark(text: str, name: str = "") -> str | None:
    """The marking as written, or None for a document that bears none."""
    return _in_name(name) or next((mark for head in _heads(text) if (mark := _in_head(head))), None)


def _in_name(name: str) -> str | None:
    stem = _plain(re.sub(r"\.\w{1,5}\Z", "", name))
    words = re.sub(f"([a-z]{_ANY})(?=[A-Z])", r"\1 ", stem)
    words = re.sub(r"[\s_.,;+~-]+", " ", words)
    found = (match for pattern in _NAMES for match in pattern.finditer(words))
    return next((_squeezed(match["stamp"]) for match in found if not _is_half(words, match.start("stamp"))), None)


def _plain(text: str) -> str:
    """Capitals kept, marks apart from their letters, look-alikes as the letters they look like."""
    plain = _STYLED.sub(lambda styled: normalize("NFKC", styled[0]), text)
    return normalize("NFD", plain.translate(_NOTHING | _LOOK_ALIKES))


def _heads(text: str) -> Iterator[str]:
    """Of each page the lines where a marking may stand; blank where others stood."""
    for page in _plain(re.sub(r"\r\n?|[\v\x85\u2028]", "\n", text)).split("\f"):
        lines = [line for line in page.split("\n") if line.strip()]
        if not lines:
            continue
        near = set(range(_HEAD))
        for index, line in enumerate(lines):
            if _MOTTO.search(line):
                near.update(range(index - _NEAR, index + _NEAR))
        yield "\n".join(line if index in near else "" for index, line in enumerate(lines))


def _in_head(head: str) -> str | None:
    found = (match for pattern in _MARKS for match in pattern.finditer(head))
    return next((_squeezed(match["stamp"]) for match in found if _is_stamp(match, head)), None)


def _is_stamp(match: re.Match[str], head: str) -> bool:
    """Neither one of several grades that a line offers nor the end of a longer word."""
    start, end = match.span("stamp")
    below = head.find("\n", end)
    line = head[head.rfind("\n", 0, start) + 1 : len(head) if below < 0 else below]
    offered = {
        re.sub(r"\W", "", choice[0]).lower()
        for choice in _CHOICES.finditer(line) if not _is_half(line, choice.start())
    }
    return len(offered) < 2 and not _is_half(head, start)


def _is_half(text: str, start: int) -> bool:
    """Whether the word before makes one with it: "bí mật"."""
    return _BROKEN.search(text[max(0, start - 40) : start]) is not None


def _squeezed(stamp: str) -> str:
    return normalize("NFC", " ".join(stamp.strip("()").split()))
