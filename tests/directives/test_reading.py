"""Reading letters: the first directive as scanned, letters of both styles, noise, and texts that are no letters.

All letters under letters/ are made up. The first directive itself is read from beside the repository when it is
there; its twin party_letter_scanned.md has the same structure and the same noise.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.reading.letter import NotALetter, read, require_letter
from directives.reading.text import fold, normalise
from tests.directives.letter_pieces import PIECES

LETTERS = Path(__file__).parent / "letters"
FIRST = Path(__file__).parents[3] / "shared/documents/729-CV-TU.md"
TWIN = LETTERS / "party_letter_scanned.md"
# What each made-up letter must read as; the copies are counted, the relations are by number.
EXPECTED: dict[str, dict[str, Any]] = json.loads((LETTERS / "expected.json").read_text("utf-8"))
PASSAGES: dict[str, list[dict[str, Any]]] = json.loads((LETTERS / "passages.json").read_text("utf-8"))
KEYS = {
    "number", "type", "issuer", "place", "issued_on", "title", "addressees", "copies", "signatory", "provisions",
    "citations", "deadlines", "type_code", "copy_roles", "duties", "spread_to", "frequency", "unsure", "warnings",
    "is_letter", "text", "style", "superior", "findings", "preamble", "closing", "slips",
}  # fmt: skip


def letter(name: str) -> dict[str, Any]:
    return read((LETTERS / name).read_text("utf-8")).as_dict()


def body(text: str) -> dict[str, Any]:
    """A letter that is all head and foot but for one passage."""
    return read(f"Số 12-CV/TU\n\nKính gửi: Các huyện ủy\n\n{text}\n\nNơi nhận:\n- Như trên,\n").as_dict()


def labels(draft: dict[str, Any]) -> list[str]:
    return [part["label"] for part in draft["provisions"]]


def pick(rows: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(key) for key in keys) for row in rows]


# The first directive, as scanned

SCANNED = {
    FIRST: {
        "number": "729-CV/TU",
        "addressees": [
            "Các đồng chí Tỉnh ủy viên", "Các đảng đoàn, ban cán sự đảng", "Các huyện, thành ủy, đảng ủy trực thuộc",
        ],
        "citations": [
            (None, "Luật", None, None, "cites", True, None, 2),
            ("85-QĐ/TW", "Quy định", "Ban Bí thư", "2022-10-07", "cites", True, None, 2),
            ("874/QĐ-BTTTT", "Quyết định", "Bộ Thông tin và Truyền thông", "2021-06-17", "cites", True, None, 2),
            ("02-HD/TU", "Hướng dẫn", "Ban Thường vụ Tỉnh ủy", "2022-03-28", "carries_out", True, "3", 1),
        ],
        "named": ["Luật An ninh mạng", "internet, mạng xã hội", "trên mạng xã hội", "không được làm"],
    },
    TWIN: {
        "number": "731-CV/TU",
        "addressees": [
            "Các đồng chí Ủy viên Ban Chấp hành", "Các đảng đoàn, đảng ủy khối", "Các huyện ủy, đảng ủy trực thuộc",
        ],
        "citations": [
            (None, "Luật", None, None, "cites", True, None, 2),
            ("61-QĐ/TW", "Quy định", "Ban Bí thư", "2021-10-07", "cites", True, None, 2),
            ("512/QĐ-BVHTT", "Quyết định", "Bộ Văn hóa và Thông tin", "2020-06-17", "cites", True, None, 2),
            ("04-HD/TU", "Hướng dẫn", "Ban Thường vụ Tỉnh ủy", "2021-03-28", "carries_out", True, "3", 1),
        ],
        "named": ["Luật Thư viện", "mượn sách ở chi bộ", "Bộ Quy tắc cho mượn sách", "không được làm với sách"],
    },
}  # fmt: skip
ALLUSIONS = [(None, kind, None, None, "carries_out", False, "4.1", 1) for kind in ("Điều lệ", "Quy định", "Quy định")]


@pytest.fixture(params=[FIRST, TWIN], ids=["first", "twin"])
def scanned(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """(the scan, what it must read as, the draft); where the first letter is absent its twin stands in."""
    path = request.param if request.param.exists() else TWIN
    text = path.read_text("utf-8")
    return text, SCANNED[path], read(text).as_dict()


def test_scanned_head(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    text, known, draft = scanned
    printed = text.split("\n\n")
    assert draft["number"] == known["number"]
    assert (draft["type"], draft["type_code"], draft["style"]) == ("Công văn", "CV", "party")
    assert draft["issuer"] == "Ban Thường vụ Tỉnh ủy"
    assert (draft["place"], draft["issued_on"]) == (None, None)
    assert draft["title"] == " ".join(printed[2].replace("*", "").split())
    assert draft["addressees"] == known["addressees"]


def test_scanned_foot(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    text, _, draft = scanned
    name = text.rstrip().rsplit("\n", 1)[-1].strip("*")
    assert draft["signatory"] == {
        "authority": "T/M BAN THƯỜNG VỤ",
        "position": "PHÓ BÍ THƯ THƯỜNG TRỰC",
        "name": name,
    }
    roles = [row["role"] for row in draft["copy_roles"]]
    assert roles == ["same_as_above", "inform", "inform", "inform", "archive"]
    assert draft["copies"] == [row["text"] for row in draft["copy_roles"]]
    assert draft["copies"][0] == "Như trên"
    assert draft["copies"][-1] == "Lưu Văn phòng Tỉnh ủy"


def test_scanned_provisions(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    text, _, draft = scanned
    assert labels(draft) == ["1", "2", "3", "4", "4.1", "4.2", "4.3", "5"]
    whole = " ".join(text.replace("*", "").split())
    assert all(part["text"] in whole for part in draft["provisions"])
    broken = next(part["text"] for part in draft["provisions"] if part["label"] == "4.1")
    assert "\n" not in broken  # the page break in mid-sentence is mended
    assert draft["provisions"][-1]["text"].endswith("định kỳ báo cáo Ban Thường vụ Tỉnh ủy.")


def test_scanned_citations(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    _, known, draft = scanned
    keys = ("number", "type", "issuer", "issued_on", "relation", "explicit", "provision", "mentions")
    assert pick(draft["citations"], *keys) == [*known["citations"], *ALLUSIONS]
    for citation, ending in zip(draft["citations"], known["named"], strict=False):
        assert citation["title"].endswith(ending)
    for citation in draft["citations"]:
        start, end = citation["span"]
        assert " ".join(draft["text"][start:end].split()) == citation["as_written"]


def test_scanned_sets_no_date_deadline_or_rhythm(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    draft = scanned[2]
    assert (draft["deadlines"], draft["frequency"], draft["issued_on"]) == ([], None, None)
    assert draft["spread_to"] == "chi bộ"
    ((given, task, where),) = pick(draft["duties"], "body", "text", "provision")
    assert (given, where) == ("Ban Tuyên giáo Tỉnh ủy", "5")
    assert task.startswith("theo dõi, ")
    assert task.endswith("báo cáo Ban Thường vụ Tỉnh ủy")


def test_scanned_doubts(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    doubts = {(row["field"], row["text"]) for row in scanned[2]["unsure"]}
    assert doubts == {
        ("issued_on", None),
        ("issuer", "T/M BAN THƯỜNG VỤ"),
        ("copies", "Công TTĐT"),
        ("text", "đưa ý ra kiến"),
        ("text", "thuat"),
        ("frequency", "định kỳ"),
    }


def test_the_draft_has_its_keys_and_is_a_letter(scanned: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    assert set(scanned[2]) == KEYS
    assert scanned[2]["is_letter"] is True


# Letters of both styles


@pytest.mark.parametrize("name", EXPECTED)
def test_letters(name: str) -> None:
    draft, known = letter(name), EXPECTED[name]
    head = {key: draft[key] for key in ("number", "type", "issuer", "place", "issued_on", "title")}
    assert head == {key: known[key] for key in head}
    if "provisions" in known:
        assert labels(draft) == known["provisions"]
    if "relations" in known:
        assert {row["number"]: row["relation"] for row in draft["citations"] if row["number"]} == known["relations"]


def test_what_a_head_leaves_blank_is_said_not_guessed() -> None:
    draft = letter("party_report_unnumbered.txt")
    assert draft["warnings"] == ["Trên văn bản có ghi “DỰ THẢO LẦN 2”."]
    assert {"number", "issued_on"} <= {row["field"] for row in draft["unsure"]}
    impossible = read("BAN TUYÊN GIÁO\nSố 5-CV/BTG\nBến Cũ, ngày 31 tháng 02 năm 2022\nKính gửi: Các chi bộ").as_dict()
    assert impossible["issued_on"] is None
    assert ("issued_on", "ngày 31 tháng 02 năm 2022") in pick(impossible["unsure"], "field", "text")


def test_a_secrecy_mark_is_reported() -> None:
    (warning,) = read("TỈNH ỦY HẢI ĐĂNG\nSố 9-CV/TU\nTỐI MẬT\nKính gửi: Các huyện ủy").warnings
    assert "TỐI MẬT" in warning


# Addressees, copies, signatures


@pytest.mark.parametrize(
    ("lines", "addressees"),
    [
        ("Kính gửi: Các huyện ủy.\n\nThực hiện", ["Các huyện ủy"]),
        ("Kính gửi: - Ban Tổ chức; - Ban Dân vận.\nCác ban lưu ý.", ["Ban Tổ chức", "Ban Dân vận"]),
        ("Kính gửi:\n\n- Sở A;\n\n- Sở B.\n\n1. Việc", ["Sở A", "Sở B"]),
        ("Kính gửi:\nSở A;\nSở B.\nCác sở lưu ý.", ["Sở A", "Sở B"]),
        ("Kính trình: Ban Thường vụ\nTỉnh ủy\n\nNội dung", ["Ban Thường vụ Tỉnh ủy"]),
        ("KÍNH GỬI: Các huyện ủy,\nthành ủy\n\nNội dung", ["Các huyện ủy, thành ủy"]),
    ],
)
def test_addressees(lines: str, addressees: list[str]) -> None:
    assert read(f"Số 12-CV/TU\n\n{lines}\n").as_dict()["addressees"] == addressees


@pytest.mark.parametrize("name", [name for name, known in EXPECTED.items() if "signature" in known])
def test_feet(name: str) -> None:
    draft = letter(name)
    authority, position = EXPECTED[name]["signature"]
    assert draft["signatory"] == {"authority": authority, "position": position, "name": None}
    assert len(draft["copies"]) == EXPECTED[name]["copies"]
    assert [row["role"] for row in draft["copy_roles"]].count("archive") == 1
    assert not [copy for copy in draft["copies"] if "ký" in copy or copy.isupper()]


@pytest.mark.parametrize("authority", ["TUQ. CHỦ TỊCH", "Q. TRƯỞNG BAN", "KT CHÁNH VĂN PHÒNG", "T/M ĐẢNG ỦY"])
def test_authorities(authority: str) -> None:
    signatory = read(f"Số 3-CV/ĐU\n\nNội dung.\n\n{authority}\nTRƯỞNG PHÒNG\n\nNgười Ký Thay").signatory
    assert (signatory.authority, signatory.position, signatory.name) == (authority, "TRƯỞNG PHÒNG", "Người Ký Thay")


# Provisions


def test_numbers_that_open_a_line_by_chance_are_no_provisions() -> None:
    draft = body("1. Gửi báo cáo trước ngày\n15/6/2026 và trồng\n3.500 cây theo\nĐiều 3 của Quy chế.\n2. Hết.")
    assert pick(draft["provisions"], "label", "text") == [
        ("1", "Gửi báo cáo trước ngày 15/6/2026 và trồng 3.500 cây theo Điều 3 của Quy chế."),
        ("2", "Hết."),
    ]


def test_a_lost_provision_is_doubted() -> None:
    draft = body("1. Một.\n\n3. Ba.")
    assert labels(draft) == ["1", "3"]
    assert ("provisions", "3") in pick(draft["unsure"], "field", "text")


def test_a_page_number_does_not_cut_a_provision() -> None:
    texts = {part["label"]: part["text"] for part in letter("party_guidance_noisy.txt")["provisions"]}
    assert texts["1.1"] == "Nội dung do chi bộ chọn, gắn với nhiệm vụ chính trị của đơn vị."


# Citations


@pytest.mark.parametrize("case", PASSAGES["citations"], ids=lambda case: case["number"])
def test_citations(case: dict[str, Any]) -> None:
    passage, *keys = case
    (citation,) = body(case[passage])["citations"]
    assert {key: citation[key] for key in keys} == {key: case[key] for key in keys}


def test_vague_words_cite_nothing() -> None:
    assert (
        body("Thực hiện các quy định của Đảng, pháp luật của Nhà nước; kỷ luật Đảng; tỷ lệ 3/4 và 24/7.")["citations"]
        == []
    )


# Deadlines, duties, how far to spread


@pytest.mark.parametrize("case", PASSAGES["deadlines"], ids=lambda case: case["passage"])
def test_deadlines(case: dict[str, Any]) -> None:
    keys = ("text", "on", "every", "within", "exclusive")
    found = pick(body(f"1. Các nơi {case['passage']}.")["deadlines"], *keys)
    assert found == pick(case["deadlines"], *keys)


def test_duties_and_spread() -> None:
    assert pick(letter("party_directive.txt")["duties"], "body", "provision") == [
        ("Ban cán sự đảng Ủy ban nhân dân thành phố", "2"),
        ("Ban Tuyên giáo Thành ủy", "3"),
    ]
    assert letter("party_directive.txt")["spread_to"] == "toàn thể cán bộ, đảng viên"
    assert letter("party_guidance_noisy.txt")["spread_to"] == "chi bộ"
    assert letter("state_letter.txt")["spread_to"] is None
    assert body("Giáo dục đảng viên. Bộ Giao thông đã giao. Giao thông an toàn.")["duties"] == []


# Noise, and what is no letter


@pytest.mark.parametrize("name", EXPECTED)
def test_decomposed_letters_and_look_alikes_change_nothing(name: str) -> None:
    text = (LETTERS / name).read_text("utf-8")
    noisy = unicodedata.normalize("NFD", text.replace("Đ", "Ð")).replace(" - ", "\u00a0\u2013 ").replace("\n", "\r\n")
    assert read(noisy).as_dict() == read(text).as_dict()


def test_normalised_text_is_stable_and_folding_keeps_positions() -> None:
    text = normalise("**Đảng\u200b uỷ** \\- ĐẢNG\u00a0ỦY\t1\n\n\n- 2 -\n\nİßﬁ")
    assert text == normalise(text)
    assert fold("Đảng Ủy, Uỷ; Ðị") == "dang uy, uy; ði"
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "text", ["", " \n\n", "Xin chào.", "1. Sữa\n2. Trứng", (LETTERS / "not_a_letter.txt").read_text("utf-8")]
)
def test_what_is_no_letter_is_refused(text: str) -> None:
    draft = read(text)
    assert draft.as_dict()["is_letter"] is False
    with pytest.raises(NotALetter, match="không thấy số"):
        require_letter(draft)


def test_a_letter_is_let_through() -> None:
    draft = read("Số 5-CV/TU")
    assert require_letter(draft) is draft


@settings(max_examples=300)
@given(st.text() | st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_reading_never_raises_and_spans_stay_inside(text: str) -> None:
    draft = read(text).as_dict()
    spans = [row["span"] for key in ("provisions", "citations", "deadlines") for row in draft[key]]
    assert all(0 <= start < end <= len(draft["text"]) for start, end in spans)
