"""Digits that a scan or a PDF parted: "Công văn số 1 204-CV/TU", "ngày 22/4/20 25", "năm 20 26" are one number each.

Only where the words before leave no doubt: a number read short ("204-CV/TU") would be another document's.
"""

import re

_D = r"[0-9]"
_B = r"[ \n]{0,1}"  # at most one blank or break within a number
_YEAR = rf"(?:1{_B}9|2{_B}0){_B}{_D}{_B}{_D}(?!{_D})"
_DAY, _MONTH = rf"[0-3]{_B}{_D}|{_D}", rf"[01]{_B}{_D}|{_D}"
_PARTED = re.compile(
    # the number after "số", before its dash or stroke
    rf"(?:(?<=[Ss]ố[ \n:])|(?<=[Ss]ố:[ \n]))(?P<number>{_D}(?:[ \n]?{_D}){{1,5}})(?=[ \n]?[-/][ \n]?[0-9A-ZĐƯ])"
    # a day in figures after "ngày", or what follows the first stroke of one
    rf"|(?<=[Nn]gày[ \n])(?P<day>(?:{_DAY}){_B}[/.]{_B}(?:{_MONTH}){_B}[/.]{_B}{_YEAR})"
    rf"|(?<={_D}/)(?P<year>{_YEAR})"
    # a day in words
    rf"|(?<=[Nn]gày[ \n])(?P<first>[0-3][ \n]{_D})(?=[ \n]tháng)"
    rf"|(?<=tháng[ \n])(?P<month>[01][ \n]{_D})(?=[ \n]năm)"
    rf"|(?<=năm[ \n])(?P<worded>{_YEAR})"
    # a length of time
    rf"|(?<=(?:rong|vòng| hạn| quá)[ \n])(?P<length>{_D}[ \n]{_D})(?=[ \n](?:ngày|tháng|giờ)\b)"
)
_BLANKS = re.compile(r"[ \n]+")


def joined(text: str) -> str:
    """The text with such numbers whole; everything else as it is."""
    return _PARTED.sub(lambda found: _BLANKS.sub("", found[0]), text)
