"""What a cell's text says: a day, a whole number. Pure."""

import re
from datetime import date

_DAY = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_PLAIN = re.compile(r"([0-9]+)(?:\.0{1,2})?")
FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST_DIGITS = 9


def day(text: str) -> date | None:
    """ "01/7/2025", "1-7-2025", "01.07.2025" and "2025-07-01"; None for ""."""
    text = text.strip()
    if not text:
        return None
    if match := _DAY.fullmatch(text):
        parts = match[4], match[3], match[1]
    elif match := _ISO.fullmatch(text):
        parts = match[1], match[2], match[3]
    elif re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        raise ValueError(f"“{text[:40]}” là một con số, không phải ngày; hãy ghi theo dạng 01/7/2025.")
    else:
        raise ValueError(f"“{text[:40]}” không phải ngày; hãy ghi theo dạng 01/7/2025.")
    year, month, number = (int(part) for part in parts)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Năm {year} nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}.")
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"Không có ngày {text} trong lịch; ghi ngày trước, tháng sau, như 01/7/2025.") from None


def whole(text: str) -> int | None:
    """ "1.234", "12" and "12.0"; None for ""."""
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"[-−–] ?[0-9][0-9.,]*", text):
        raise ValueError(f"“{text[:40]}” là số âm; hãy ghi số không âm.")
    if _GROUPED.fullmatch(text):
        digits = text.replace(".", "")
    elif match := _PLAIN.fullmatch(text):
        digits = match[1]
    else:
        raise ValueError(f"“{text[:40]}” không phải số nguyên; hãy ghi như 12 hoặc 1.234.")
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"“{text[:40]}” quá lớn; số có nhiều nhất {MOST_DIGITS} chữ số.")
    return int(digits)
