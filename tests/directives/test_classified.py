"""Marked papers are known by their markings; those that only speak of secrets, honey or the Front pass."""

from pathlib import Path
from unicodedata import normalize

import pytest

from directives.reading.classified import classified_mark

LETTERS = Path(__file__).parent / "letters"
FIRST = Path(__file__).parents[3] / "shared/documents/729-CV-TU.md"
PAPER = """TỈNH ỦY HẢI ĐĂNG                ĐẢNG CỘNG SẢN VIỆT NAM
{}
Số 12-CV/TU   Hải Đăng, ngày 03 tháng 4 năm 2026
Kính gửi: Các huyện ủy
Nội dung.
"""
LONG = "Một dòng.\n" * 40

MARKED = [
    "MẬT", "TỐI MẬT", "TUYỆT MẬT", "MAT", "TOI MAT", "TUYET MAT", "TUYÊT MÂT", "TỐI\nMẬT",
    "M Ậ T", "M  Ậ  T", "T Ố I  M Ậ T", "T U Y Ệ T   M Ậ T", "M.Ậ.T",
    "      MẬT      ", "[MẬT]", "**TỐI MẬT**", "- MẬT -", "“MẬT”", "(Mật)", "( MẬT )",
    "Độ mật: Mật", "ĐỘ MẬT: TỐI MẬT", "Độ mật: tuyệt mật.", "Mức độ mật: Tối mật", "Do mat: Mat", "Độ mật:\nMật",
    "ĐỘ MẬT   MẬT", "TÀI LIỆU MẬT", "TÀI LIỆU TUYỆT MẬT", "MẬT   HỎA TỐC", "HỎA TỐC - MẬT", "TỐI MẬT/HỎA TỐC",
    "BAN TUYÊN GIÁO   MẬT", "BAN TUYÊN GIÁO\tTỐI MẬT", "| BAN TUYÊN GIÁO | MẬT |", "THƯỜNG TRỰC TỈNH ỦY   MẬT",
    "V/v bảo vệ bí mật nhà nước   MẬT", "Số 15-CV/TU (Mật)", "Số 15-CV/TU MẬT", "Số 15-CV/TU, độ mật: Mật",
    "Số: 15/QĐ-UBND   (Tối mật)   Hải Đăng, ngày 1 tháng 2 năm 2026",
    "M\u0410T", "\u041cẬ\u0422", "\uff2dẬ\uff34", "M\u200bẬT", "\u202dMẬT", "\U0001d40cA\U0001d413",
]  # fmt: skip
UNMARKED = [
    "bảo vệ bí mật của Đảng, Nhà nước", "tuyệt mật thiết với nhân dân", "bí mật kinh doanh", "mật ong", "Mật",
    "Luật Bảo vệ bí mật nhà nước", "MẬT ONG", "MẬT KHẨU", "MẮT", "MẶT", "MẤT", "Thường", "Độ mật: Thường", "Độ mật",
    "QUY CHẾ BẢO VỆ BÍ\nMẬT", "QUY CHẾ BẢO VỆ BÍ\nMẬT NHÀ NƯỚC", "VỀ CÔNG TÁC BẢO MẬT", "SỐ 12 VỀ BẢO VỆ BÍ MẬT",
    "Độ mật: Thường, Mật, Tối mật", "MẬT   TỐI MẬT   TUYỆT MẬT", "Độ mật:   □ Thường   □ Mật   □ Tối mật",
    "Các tài liệu mật, tối mật, tuyệt mật không gửi qua mạng.", "ghi rõ độ mật: Mật,\nTối mật hoặc Tuyệt mật",
    "Chỉ nhận tệp PDF, Word, Excel; không nhận tài liệu mật", "pdf, docx, xlsx, jpg, txt", "STT   Số   Độ mật",
    "ỦY BAN MẶT TRẬN TỔ QUỐC", "MAT TRAN TO QUOC", "TÚI MẬT", "tối mặt tối mũi", "T/M BAN THƯỜNG VỤ",
]  # fmt: skip
MARKED_NAMES = [
    "[MAT] cong van.docx", "[Mật] cv.pdf", "(mat) a.pdf", "CV 15 (Mật).pdf", "toi-mat.pdf", "TOI MAT 5.pdf",
    "TuyetMat_12.docx", "tuyệt mật.pdf", "ToiMat.pdf", "TỐIMẬT.pdf", "tuyetmat.doc", "cv-toi_mat.docx", "MAT.pdf",
    "tài liệu mật.pdf", "tai_lieu_mat.docx", "MẬT.docx", "Mật - Báo cáo.docx", "MAT_12-CV-TU.pdf", "12-CV-TU-MAT.pdf",
    normalize("NFD", "Tối Mật.pdf"), "toi\u200b-mat.pdf",
]  # fmt: skip
UNMARKED_NAMES = [
    "", "mật ong.docx", "bao-ve-bi-mat.docx", "BiMatNhaNuoc.pdf", "mat-tran-to-quoc.pdf", "MAT TRAN.pdf",
    "Mặt trận.pdf", "mật khẩu.txt", "bảo mật.docx", "CV ra mat.pdf", "hop gap mat.docx", "tien mat 2025.xlsx",
    "mật độ dân số.xlsx", "Luật Bảo vệ bí mật nhà nước.pdf", "co mat.docx", "cong van mat tran.docx", "thân mật.txt",
    "729-CV-TU.docx", "formatting.txt", "mat bang 12.pdf", "độ mật.docx", "automation.docx", "format.pdf",
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("line", MARKED)
def test_marked(line: str, form: str) -> None:
    assert classified_mark(normalize(form, PAPER.format(line)))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("line", UNMARKED)
def test_unmarked(line: str, form: str) -> None:
    assert classified_mark(normalize(form, PAPER.format(line))) is None


@pytest.mark.parametrize("name", MARKED_NAMES)
def test_marked_names(name: str) -> None:
    assert classified_mark("Nội dung.", name)


@pytest.mark.parametrize("name", UNMARKED_NAMES)
def test_unmarked_names(name: str) -> None:
    assert classified_mark("Nội dung.", name) is None


def test_what_is_found_is_said() -> None:
    assert classified_mark("T Ố I  M Ậ T") == "T Ố I M Ậ T"
    assert classified_mark("Số 12-CV/TU (Mật)") == "Mật"


def test_the_head_of_any_page_counts_and_the_middle_of_one_does_not() -> None:
    assert classified_mark(f"{LONG}\fPHỤ LỤC\nMẬT\n")
    assert classified_mark(f"{LONG}MẬT\n{LONG}") is None
    assert classified_mark(f"{LONG}TỈNH ỦY   ĐẢNG CỘNG SẢN VIỆT NAM\n\nMẬT\n{LONG}")


def test_letters_pass() -> None:
    for path in [*LETTERS.glob("*.*"), *([FIRST] if FIRST.exists() else [])]:
        assert classified_mark(path.read_text("utf-8"), path.name) is None, path.name
