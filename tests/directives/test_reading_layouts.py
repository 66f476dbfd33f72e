"""How letters are laid out in offices: columns that ran together, stamps, quoted articles, what is attached."""

import pytest

from directives.reading.draft import Draft
from directives.reading.letter import read


def labels(draft: Draft) -> list[str]:
    return [part.label for part in draft.provisions]


def body(text: str) -> Draft:
    return read(f"Số 12-CV/TU\n\nKính gửi: Các huyện ủy\n\n{text}\n\nNơi nhận:\n- Như trên,\n")


@pytest.mark.parametrize(
    ("head", "number", "day"),
    [
        ("SỞ NỘI VỤ\nSố: 1 0 8 7/SNV-VP\nBến Cũ, ngày 2 3 tháng 6 năm 2026", "1087/SNV-VP", "2026-06-23"),
        ("VĂN PHÒNG\nSố 15 671-CV/VPTW Hà Nội, ngày 05 tháng 3 năm 2026", "15671-CV/VPTW", "2026-03-05"),
        ("THÀNH ỦY X\nSố 145-KL/\nTU\nBến Cũ, ngày 22 tháng\n7 năm 2024", "145-KL/TU", "2024-07-22"),
        ("CHI BỘ TRƯỜNG SỐ 1 * Số 07-BB/CB\nBến Cũ, ngày 5.6.2026", "07-BB/CB", "2026-06-05"),
        ("QUỐC HỘI\nLuật số: 143/2026/QH16\nHà Nội, ngày 20 tháng 11 năm 2026", "143/2026/QH16", "2026-11-20"),
        ("UBND TỈNH X\tĐộc lập - Tự do - Hạnh phúc\nSố:12/QĐ-UBND\tX, ngày 5/6/2026", "12/QĐ-UBND", "2026-06-05"),
    ],
)
def test_numbers_and_days_of_heads(head: str, number: str, day: str) -> None:
    draft = read(f"{head}\n\nKính gửi: Các sở\n\nNội dung.\n").as_dict()
    assert (draft["number"], draft["issued_on"]) == (number, day)
    assert draft["citations"] == []


def test_the_stamp_of_who_received_a_letter_is_not_its_title() -> None:
    draft = read(
        "BỘ Y TẾ\nSố: 7/BYT-DP\nV/v góp ý\ndự thảo\n\nUBND TỈNH X\nĐẾN   Số: 9912   Ngày: 05/11/2026\n\nKính gửi: A"
    )
    assert (draft.issuer, draft.title) == ("Bộ Y tế", "góp ý dự thảo")


def test_a_telegram_names_whom_it_is_wired_to() -> None:
    draft = read(
        "SỞ Y TẾ\nSố: 09/CĐ-SYT\n\nCÔNG ĐIỆN\nVề phòng bão\n\nSỞ Y TẾ điện:\n- Các bệnh viện;\n- Các trạm.\n\nTheo tin."
    )
    assert draft.addressees == ("Các bệnh viện", "Các trạm")


def test_of_two_who_sign_side_by_side_the_first_is_kept() -> None:
    draft = read(
        "Số: 1/HD-SGD\n\nNội dung.\n\nKT. GIÁM ĐỐC SỞ A   KT. GIÁM ĐỐC SỞ B\nPHÓ GIÁM ĐỐC   PHÓ GIÁM ĐỐC\n\n"
        "Người Một   Người Hai"
    )
    assert draft.signatory.authority == "KT. GIÁM ĐỐC SỞ A"
    assert (draft.signatory.position, draft.signatory.name) == ("PHÓ GIÁM ĐỐC", "Người Một")


def test_articles_quoted_to_amend_another_document_are_text() -> None:
    draft = body(
        "Điều 1. Sửa đổi\n1. Sửa Điều 4 như sau:\n“Điều 4. Thời hạn\n1. Nộp.\n2. Nhận:\na) Hồ sơ.”.\n"
        '2. Sửa khoản 2 như sau:\n"2. Năm ngày.".\n\nĐiều 2. Hiệu lực\nTừ ngày ký.'
    )
    assert labels(draft) == ["Điều 1", "Điều 1.1", "Điều 1.2", "Điều 2"]
    assert draft.provisions[1].text.endswith("a) Hồ sơ.”.")
    unclosed = body("1. Sửa như sau:\n“a. Một.\n2. Hai.")
    assert labels(unclosed) == ["1", "2"]


def test_parts_chapters_and_sections() -> None:
    draft = body("A. ĐÁNH GIÁ\nTốt.\nB. NHIỆM VỤ\nI/- Một\n1/- Việc.\nII/- Hai\nC. HẾT\nXong.")
    assert labels(draft) == ["A", "B", "B.I", "B.I.1", "B.II", "C"]
    law = body("Chương I\nCHUNG\nMục 1. PHẠM VI\nĐiều 1. Một\n1. Khoản.\nđiểm.\nChương II\nRIÊNG\nĐiều 2. Hai.")
    assert labels(law) == ["Chương I", "Chương I.Mục 1", "Điều 1", "Điều 1.1", "Chương II", "Điều 2"]


def test_what_is_issued_with_a_decision_is_read_with_it() -> None:
    draft = read(
        "UBND TỈNH X\nSố: 2/QĐ-UBND\n\nQUYẾT ĐỊNH\nBan hành Quy chế\n\nĐiều 1. Ban hành Quy chế.\n\nKT. CHỦ TỊCH\n"
        "PHÓ CHỦ TỊCH\n\nNgười Ký\n\nQUY CHẾ\nlàm việc\n(Ban hành kèm theo Quyết định số 2/QĐ-UBND)\n\n"
        "Điều 1. Phạm vi\nĐiều 2. Báo cáo\nGửi trước ngày 10/6/2026.\n\nPHỤ LỤC I\nĐiều 3. Không."
    )
    assert labels(draft) == ["Điều 1", "Điều 1", "Điều 2"]
    assert [deadline.text for deadline in draft.deadlines] == ["trước ngày 10/6/2026"]
    assert (draft.signatory.name, draft.citations) == ("Người Ký", ())


def test_a_running_head_of_the_gazette_cuts_nothing() -> None:
    draft = body("1. Theo công bố của cơ quan\n\n   CÔNG BÁO/Số 611 + 612/Ngày 30-7-2026      3\n\nchuyên môn.")
    assert draft.provisions[0].text == "Theo công bố của cơ quan chuyên môn."


def test_duties_under_a_heading_that_is_a_body() -> None:
    draft = body(
        "1. Sở Y tế có trách nhiệm:\na) Kiểm tra bếp;\nb) Báo cáo.\n2. Sở Tài chính chủ trì, bố trí vốn.\n3. Hết."
    )
    assert [(duty.body, duty.text, duty.provision) for duty in draft.duties] == [
        ("Sở Y tế", "Kiểm tra bếp", "1.a"), ("Sở Y tế", "Báo cáo", "1.b"),
        ("Sở Tài chính", "chủ trì, bố trí vốn", "2"),
    ]  # fmt: skip


def test_the_documents_of_a_list_share_kind_issuer_and_relation() -> None:
    draft = body("Thay thế các Quyết định số 1-QĐ/HU, ngày 14/5/2019 và số 2-QĐ/HU, ngày 22/11/2019 của Huyện ủy.")
    assert [(one.type, one.issuer, one.relation) for one in draft.citations] == [
        ("Quyết định", "Huyện ủy", "replaces")
    ] * 2
