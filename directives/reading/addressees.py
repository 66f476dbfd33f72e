"""The bodies a letter is addressed to: the lines of "Kính gửi" (or "Kính trình"), bulleted or not."""

import re
from collections.abc import Sequence

from directives.reading.header import ADDRESSED
from directives.reading.text import Line, trimmed

_LEAD = re.compile(rf"{ADDRESSED.pattern}[ :]{{0,6}}")
_BULLET = re.compile(r"[-+] ?(?=\S)")
_PARTED = re.compile(r"(?:(?<=[;,.]) ?|   )[-+] (?=\S)|(?<=;)")
_WRAPPED = 60  # characters; a longer line after the list is the body's first


def read_addressees(lines: Sequence[Line], start: int) -> tuple[list[list[Line]], int]:
    """(the words of each addressee, the index of the first line after them); none when that line addresses nobody."""
    if start >= len(lines) or not ADDRESSED.match(lines[start].folded):
        return [], start
    items: list[list[Line]] = []
    index = start
    while index < len(lines) and _belongs(lines, index, items):
        _add(lines[index], items)
        index += 1
    return [kept for item in items if (kept := trimmed(item, " ;,.:"))], index


def _belongs(lines: Sequence[Line], index: int, items: Sequence[Sequence[Line]]) -> bool:
    line = lines[index]
    if ADDRESSED.match(line.folded) or _BULLET.match(line.text) or not items:
        return True
    last = items[-1][-1].text
    if not line.text:
        following = next((after for after in lines[index + 1 :] if after.text), None)
        return following is not None and (_BULLET.match(following.text) is not None or last.endswith(";"))
    if last.endswith("."):
        return False
    if line.goes_on or last.endswith((";", ",")):
        return True
    ends_block = index + 1 == len(lines) or not lines[index + 1].text or bool(_BULLET.match(lines[index + 1].text))
    return ends_block and len(line.text) <= _WRAPPED and bool(lines[index - 1].text)


def _add(line: Line, items: list[list[Line]]) -> None:
    lead = _LEAD.match(line.folded)
    at = lead.end() if lead else 0
    bullet = _BULLET.match(line.text, at)
    at = bullet.end() if bullet else at
    parts = line.part(at).parted(_PARTED)
    starts_item = lead or bullet or not items or items[-1][-1].text.endswith(";")
    if parts and parts[0].text and not starts_item:
        items[-1].append(parts.pop(0))
    items += [[part] for part in parts if part.text]
