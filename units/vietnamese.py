"""How Vietnamese is written, sorted and searched here: dates, figures, folding. Pure functions, no settings.

Sources: domain.md §1.3 (padding of document dates), §5.4 (folding and order of letters).
"""

import unicodedata
from datetime import date, datetime

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
# NFC does not unify the look-alikes Ð (U+00D0) and Ɖ (U+0189) with Đ, and NFD does not take đ apart.
_LOOKALIKES = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"})
_D = str.maketrans({"đ": "d", "Đ": "d"})


def clean(text: str) -> str:
    """NFC, look-alike Đ folded to the real one, runs of white space as one blank, no control characters."""
    text = unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
    text = "".join(" " if unicodedata.category(c)[0] == "Z" or c in "\t\r\n" else c for c in text)
    return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf")).split())


def fold(text: str) -> str:
    """The form two texts share when they differ only in case, marks or spacing: "Đảng ủy" → "dang uy"."""
    text = unicodedata.normalize("NFD", text.translate(_LOOKALIKES).translate(_D).casefold())
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def spelling(text: str) -> str:
    """The form two spellings of one name share: case, spacing, and where in a syllable its tone stands.

    "HOÀ BÌNH" and "Hòa Bình" are one; "Long Thành" and "Long Thạnh" stay two.
    """
    words = unicodedata.normalize("NFD", text.translate(_LOOKALIKES).casefold()).split()
    return " ".join(
        "".join(c for c in word if c not in _TONES) + "".join(c for c in word if c in _TONES) for word in words
    )


def search_words(text: str) -> list[str]:
    """The folded words that were searched for; of a text longer than a line the beginning."""
    return fold(text[:200].replace("\0", " ")).split()[:20]


def _padded(day: date) -> tuple[str, str]:
    # Days below 10 and the months 1 and 2 get a leading zero; 3 to 9 do not.
    return f"{day.day:02d}", f"{day.month:02d}" if day.month < 3 else str(day.month)


def day_words(day: date) -> str:
    """ "ngày 07 tháng 10 năm 2022", the form of a document's heading."""
    dd, mm = _padded(day)
    return f"ngày {dd} tháng {mm} năm {day.year}"


def day_figures(day: date) -> str:
    """ "17/6/2021", the form inside a document's text."""
    dd, mm = _padded(day)
    return f"{dd}/{mm}/{day.year}"


def day_short(day: date) -> str:
    """ "07/10/2022", the form on screen: always padded, so that columns align."""
    return f"{day:%d/%m/%Y}"


def moment_short(moment: datetime) -> str:
    """ "07/10/2022 14:05"; the moment must already be in local time."""
    return f"{moment:%d/%m/%Y %H:%M}"


def weekday(day: date) -> str:
    """ "Thứ Hai" … "Chủ nhật"."""
    return _WEEKDAYS[day.weekday()]


def grouped(number: int) -> str:
    """ "1.842"."""
    return f"{number:,}".replace(",", ".")


def share(done: int, total: int) -> str:
    """ "37,6%"; "–" for 0/0. A rate above 100% is an error in the figures and raises ValueError."""
    if done > total or done < 0:
        raise ValueError(f"{done} of {total} is not a rate")
    if total == 0:
        return "–"
    tenths = (done * 2000 + total) // (2 * total)  # half up, in whole numbers
    if tenths == 1000 and done < total:
        tenths = 999  # never claim all while one is missing
    return f"{tenths // 10},{tenths % 10}%"


def counted(done: int, total: int, noun: str = "") -> str:
    """ "1.842/4.905 chi bộ, đạt 37,6%": numerator and denominator always shown."""
    head = f"{grouped(done)}/{grouped(total)}" + (f" {noun}" if noun else "")
    return f"{head}, đạt {share(done, total)}" if total else head
