"""Old and broken encodings of Vietnamese inside Unicode text. Pure.

The rule. TCVN3 (ABC) and VNI texts arrive as Latin-1 letters and symbols. A word is a run of letters and symbols of
that range. It is evidence for an encoding when, as it stands, it is no possible Vietnamese syllable and, decoded, it
is one. Evidence counts 2 when the word has three characters or more and among them one that Vietnamese never uses
(§ ¶ µ ×, ñ ä ø ü …) or, for VNI, a pair of a vowel and its mark (aõ, oâ, uù …), else 1; a single character counts
nothing. A text is in an old encoding from 2 upwards. Words with letters past Latin-1 (ả, ư, đ …) are Unicode and
never evidence. So "§ 3", "Müller", "Café", "2×3 m" and every correctly spelt Vietnamese word are safe, in capitals
too, while "B×nh", "x· Hoµ" and "xaõ" are found. What is a possible word either way ("Chi bé Êp 3") is not.
"""

import re
from functools import lru_cache
from unicodedata import normalize

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONELESS = str.maketrans({normalize("NFC", vowel + tone): vowel for vowel in "aăâeêioôơuưy" for tone in _TONES})
_NEVER_VIETNAMESE = re.compile("[\u00a1-\u00bfÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]")
_WORD = re.compile("[A-Za-z\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_LATIN = re.compile("[\u00a1-\u00ff]")
# UTF-8 bytes read one by one as Latin letters: "Äáº£ng" was "Đảng".
_MOJIBAKE = re.compile("(?:á[º»][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|Æ[°¡]\\w)")

_ONSET = "(?:b|ch|d|đ|gi|gh|g|h|kh|k|c|l|m|ngh|ng|nh|n|ph|p|qu(?![ou])|r|s|th|tr|t|v|x|)"
_RHYME = (
    "a(?:ch?|[imoptuy]|n[gh]?)?|ă(?:[cmpt]|ng?)|â(?:[cmptuy]|ng?)|e(?:[cmopt]|ng?)?|ê(?:ch?|[mptu]|n[gh]?)?"
    "|i(?:ch?|[amptu]|n[gh]?)?|[iy]ê(?:[cmptu]|ng?)|o(?:[cimpt]|ng?)?|oa(?:ch?|[imopty]|n[gh]?)?|oă(?:[cmt]|ng?)"
    "|oe[ont]?|oo(?:c|ng)|ô(?:[cimpt]|ng?)?|ơ(?:[imptn]|ng)?|u(?:[acimpty]|ng?)?|uâ(?:[ty]|ng?)|uê(?:ch|nh)?"
    "|uô(?:[cimpt]|ng?)|uơ|uy(?:ch|nh|[aptu])?|uyê[nt]|ư(?:[acimtu]|ng?)?|ươ(?:[cimptu]|ng?)|y(?:ch|nh|t)?"
)
_SYLLABLE = re.compile(f"{_ONSET}({_RHYME})")
_ENDS_IN_MAIN_VOWEL = {"oa", "oe", "uy", "uê", "uơ"}

_TCVN3 = str.maketrans(
    {chr(code): "?" for code in range(0xA1, 0x100)}
    | dict(zip("¡¢£¤¥¦§¨©ª«¬\u00ad®", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
    | dict(zip("µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ", "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệ", strict=True))
    | dict(zip("×ØÜÝÞßáâãäåæçèéêëìíîï", "ìỉĩíịòỏõóọồổỗốộờởỡớợù", strict=True))
    | dict(zip("ñòóôõö÷øùúûüýþ", "ủũúụừửữứựỳỷỹýỵ", strict=True))
)
_VNI_MARK = re.compile("(?<=[aeouyôö])[ùøûõï]|(?<=[aeo])[âáàåãä]|(?<=a)[êéèúüë]")
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_MARKS = (
    _VNI_TONES
    | {"â": "\u0302", "ê": "\u0306"}
    | {mark: "\u0302" + tone for mark, tone in zip("áàåãä", _VNI_TONES.values(), strict=True)}
    | {mark: "\u0306" + tone for mark, tone in zip("éèúüë", _VNI_TONES.values(), strict=True)}
)
_VNI_LETTERS = str.maketrans("ñôöæóòî", "đơưỉĩịỵ")
_ENOUGH = 2
OLD = ("TCVN3 (ABC)", "VNI")


def old_encoding(text: str) -> tuple[str, str]:
    """The encoding's name and the word that gave it away; two empty texts for sound Unicode."""
    if not _LATIN.search(text):
        return "", ""
    if broken := _MOJIBAKE.search(text):
        return "UTF-8", broken[0]
    words = _WORD.findall(text)
    evidence = [_evidence(word) for word in words]
    totals = [sum(each[place] for each in evidence) for place in range(len(OLD))]
    place = totals.index(max(totals))
    if totals[place] < _ENOUGH:
        return "", ""
    return OLD[place], max(zip(evidence, words, strict=True), key=lambda pair: pair[0][place])[1]


def reason(name: str, word: str) -> str:
    """What to tell the person whose cell has it."""
    if name == "UTF-8":
        return f"Chữ trong ô này bị hỏng vì tệp từng được mở sai bảng mã (thấy “{word[:40]}”); hãy lấy lại tệp gốc."
    return f"Ô này dùng phông chữ {name} cũ (thấy “{word[:40]}”); hãy chuyển sang Unicode bằng Unikey rồi tải lại."


@lru_cache(maxsize=20_000)
def _evidence(word: str) -> tuple[int, int]:
    """How much the word speaks for TCVN3 and for VNI."""
    if len(word) < 2 or len(word) > 9 or not _LATIN.search(word) or max(word) > "\u00ff" or _is_syllable(word):
        return 0, 0
    strange = len(word) > 2 and bool(_NEVER_VIETNAMESE.search(word))
    from_vni, pairs = _VNI_MARK.subn(lambda match: _VNI_MARKS[match[0]], word.lower())
    in_pairs = strange or (len(word) > 2 and pairs > 0)
    return (
        (1 + strange) * _is_syllable(word.translate(_TCVN3)),
        (1 + in_pairs) * _is_syllable(from_vni.translate(_VNI_LETTERS)),
    )


def _is_syllable(word: str) -> bool:
    """Whether it can be a Vietnamese syllable, with at most one tone and that where it belongs."""
    written = normalize("NFC", word.lower())
    letters = written.translate(_TONELESS)
    match = _SYLLABLE.fullmatch(letters)
    if match is None:
        return False
    tones = [place for place, letter in enumerate(written) if letter != letters[place]]
    if len(tones) > 1:
        return False
    on_last = tones == [len(letters) - 1]
    return not on_last or len(match[1]) == 1 or match[1] in _ENDS_IN_MAIN_VOWEL
