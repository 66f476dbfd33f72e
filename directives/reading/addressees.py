"""The bodies a letter is addressed to: the lines of "Kính gửi" (or "Kính trình"), bulleted or not."""

import re
from collections.abc import Sequence

from directives.reading.header import ADDRESSED
from directives.reading.text import Line, squeeze

_BULLET = re.compile(r"[-+] ?(?=\S)")
_INLINE_BULLET = re.compile(r"(?<=[;,.]) ?[-+] (?=\S)")
_WRAPPED = 60  # characters; a longer line after the list is the body's first


def read_addressees(lines: Sequence[Line], start: int) -> tuple[tuple[str, ...], int]:
    """(the addressees, the index of the first line after them); none when `lines[start]` addresses nobody."""
    if start >= len(lines) or not ADDRESSED.match(lines[start].folded):
        return (), start
    items: list[str] = []
    index = start
    while index < len(lines) and _belongs(lines, index, items):
        _add(lines[index], items)
        index += 1
    return tuple(text for item in items if (text := squeeze(item).strip(" ;,.:"))), index


def _belongs(lines: Sequence[Line], index: int, items: Sequence[str]) -> bool:
    line = lines[index]
    if ADDRESSED.match(line.folded) or _BULLET.match(line.text) or not items:
        return True
    last = items[-1].rstrip()
    if not line.text:
        following = next((after for after in lines[index + 1 :] if after.text), None)
        return following is not None and (_BULLET.match(following.text) is not None or last.endswith(";"))
    if last.endswith("."):
        return False
    if line.goes_on or last.endswith((";", ",")):
        return True
    ends_block = index + 1 == len(lines) or not lines[index + 1].text or bool(_BULLET.match(lines[index + 1].text))
    return ends_block and len(line.text) <= _WRAPPED and bool(lines[index - 1].text)


def _add(line: Line, items: list[str]) -> None:
    text = line.text
    lead = ADDRESSED.match(line.folded)
    if lead:
        text = text[lead.end() :].lstrip(" :")
    bullet = _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :]
    parts = [part for listed in _INLINE_BULLET.split(text) for part in listed.split(";")] if text else []
    starts_item = lead or bullet or not items or items[-1].rstrip().endswith(";")
    if parts and not starts_item:
        items[-1] += f" {parts.pop(0)}"
    items += [part for part in parts if part.strip()]
    if items and text.rstrip().endswith(";"):
        items[-1] += ";"
