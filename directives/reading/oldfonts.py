"""Vietnamese typed for fonts from before Unicode (.VnTime, VNI-Times), or bytes read in the wrong encoding.

Such text arrives as Latin letters and symbols that Vietnamese never uses, inside words: "§¶ng bé" for "Đảng bộ".
"""

import re

OLD_FONT = (
    "Văn bản dùng phông chữ cũ (TCVN3 như .VnTime, hoặc VNI) hay bị hỏng bảng mã; "
    "hãy chuyển sang Unicode bằng Unikey, lưu lại rồi tải lên."
)
_OLD_FONT = re.compile(r"\.vn|vni[- ]", re.IGNORECASE)
# Of ¡–ÿ without what Vietnamese or Unicode texts do have beside letters: « » · Ð ð ° º ª and the soft hyphen.
_NEVER = "¡-©¬®¯±-¶¸¹¼-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ"
_ODD = re.compile(f"[A-Za-z][{_NEVER}]|[{_NEVER}][A-Za-z]")
_FEWEST, _SHARE = 3, 0.3  # odd words in a line, of all its words


def is_old_font(name: str | None) -> bool:
    return name is not None and _OLD_FONT.match(name) is not None


def is_old_text(text: str, certain: bool = False) -> bool:
    """Whether a line of the text is in an old encoding; one odd word is enough when the font says so for certain."""
    if certain:
        return _ODD.search(text) is not None
    return any(_is_odd_line(line.split()) for line in text.split("\n"))


def _is_odd_line(words: list[str]) -> bool:
    odd = sum(_ODD.search(word) is not None for word in words)
    return odd >= _FEWEST and odd >= _SHARE * len(words)
