"""How reading grows: ten times the text against the text, of a long letter and of what is pumped.

Reading is meant to take time in proportion to the length: a ratio near ten says so, a hundred would be a square.
"""

from collections.abc import Callable
from datetime import date
from time import process_time

from directives.reading.letter import read
from portal.bench.timing import Row, compared

SMALL, TIMES = 100_000, 10  # characters
TRIED, WORST = 2_000, 5
ROUNDS, PUMPED = 5, 2  # turns; what is pumped may take ten seconds each
HEAD = """TỈNH ỦY BẾN CŨ          ĐẢNG CỘNG SẢN VIỆT NAM
BAN TUYÊN GIÁO
*                       Bến Cũ, ngày 03 tháng 4 năm 2026
Số 12-HD/BTGTU

HƯỚNG DẪN
thực hiện Chỉ thị số 15-CT/TU, ngày 12/3/2026 của Ban Thường vụ Tỉnh ủy về văn hóa đọc
-----

Căn cứ Luật Thư viện; Nghị định số 93/2020/NĐ-CP ngày 18 tháng 8 năm 2020 của Chính phủ quy định chi tiết một số điều
của Luật Thư viện, Ban Tuyên giáo Tỉnh ủy hướng dẫn như sau:

"""
ARTICLE = """Điều {0}. Tổ chức thực hiện
1. Quán triệt đến chi bộ Điều lệ Đảng và quy định về trách nhiệm nêu gương; hoàn thành trước ngày 15/5/2026. Tiếp tục
thực hiện Kế hoạch số {0}-KH/TU, ngày 06/11/2025 của Ban Thường vụ Tỉnh ủy về tủ sách chi bộ.
2. Thư viện tỉnh có trách nhiệm:
a) Chủ trì, phối hợp với các đơn vị bổ sung sách; báo cáo định kỳ 6 tháng, trong thời hạn 05 ngày làm việc kể từ ngày
kết thúc kỳ;
b) Công khai danh mục sách mới trên trang thông tin điện tử, chậm nhất ngày 20 hằng tháng.
3. Giao Văn phòng Tỉnh ủy theo dõi, đôn đốc việc thực hiện; các đảng ủy xã, phường xây dựng kế hoạch, gửi về Ban Tuyên
giáo Tỉnh ủy trong quý II/2026. Việc mua sách theo quy định của Luật Đấu thầu và hướng dẫn của Sở Tài chính, bảo đảm
đúng mục đích, tiết kiệm, không trùng lặp với sách đã được cấp; sách hư hỏng thì thanh lý theo Điều 12.

"""
FOOT = """Hướng dẫn này phổ biến đến chi bộ.

Nơi nhận:                      K/T TRƯỞNG BAN
- Như trên,                    PHÓ TRƯỞNG BAN
- Lưu Ban Tuyên giáo Tỉnh ủy.  Người Ký Thay
"""
# What stands before the pumped text: it is read as a head, as a body and as a foot.
PLACES = {
    "head": "",
    "body": "Số 12-CV/TU\n\nKính gửi: Các huyện ủy.\n\nThực hiện như sau:\n\n",
    "foot": "Số 12-CV/TU\n\nKính gửi: Các huyện ủy.\n\nNội dung.\n\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\n\nNơi nhận:\n",
}
# For every module what its patterns begin with and nearly end with.
PUMPS = [
    *("Số ", "Số 1 ", "1 2 3 ", "ngày ", ", ngày . tháng ", "TỈNH ỦY\n", "ỦY BAN NHÂN DÂN VÀ ", "V/v a\n"),
    *("QUYẾT ĐỊNH\n", "Kính gửi: a; ", "Kính gửi:\n", "- x;\n", "- x\n", "a điện:\n", "(Ban hành kèm theo "),
    *("QUY CHẾ\n", "của Ban ", "1.1.1.1", "1. a\n", "a) b\n", "I. A\n", "Điều 1. a\n"),
    *("như sau:\n“Điều 1. a\n", "a:\n“b”.\n", "Trân trọng.\n", "Quyết định số 12-QĐ/TU "),
    *("Quyết định của a số ", "số 1-A/B và ", "12-QĐ/", "1/2020/A-B", "1-QĐ/A/a", "Luật An "),
    *("Luật sửa đổi một số điều của Luật A, ", "Luật A và ", "Số 1-QĐ/A về a của Luật B và Luật "),
    *("Hiến pháp ", "“", "1-QĐ/A về (", "1-QĐ/A của Ban và ", "những điều ", "nghị quyết đại hội "),
    *("quy định về ", "căn cứ ", "sửa đổi, ", "thay thế ", "thực hiện ", "hướng dẫn một số nội dung "),
    *("bị bãi bỏ bởi ", "1-QĐ/A (a), ", "của Sở a tại ", "sau ", "trước ngày 1/1 và "),
    *("trong 5 ngày kể từ ngày a ", "định kỳ tuần và ", "chậm nhất là ", "hằng năm ", "15/6, "),
    *("hoàn thành trong quý I/2026 ", "trong quý I/2026 ", "trước 7 giờ ", "tháng 1/", "31/02/2026 "),
    *("từ ngày 1 đến hết ", "Giao Ban ", "Sở A chủ trì ", "Sở A có trách nhiệm:\n"),
    *("A; B chịu trách nhiệm thi hành ", "phổ biến đến ", "a này đến ", "Nơi nhận: ", "- Như trên;\n"),
    *("T/M BAN\n", "KT. A   TM. B\n", "BÍ THƯ\n", "Người Ký\n", "(đã ký) ", "a. Người Ký ", "đưa ý ra kiến "),
    *(". a\n", "Công TTĐT ", "thuc hi0n ", "\u0301\u0323", "0", "_", " ", "| ", "\n2\n", "(((", "\n\n"),
    *("CÔNG BÁO/Số 1 ", "\\-", "a\u200b", "Đ", "<br>", "-", "ngày 22 tháng\n", "Số 1-A/\n", "ĐẾN Số: 1 ", "A"),
    *("a:\n"),
]


def grown(text: str, size: int) -> str:
    return text * (size // len(text))


def letter(size: int) -> str:
    """A guidance of so many articles."""
    articles = (ARTICLE.format(number) for number in range(1, size // len(ARTICLE) + 1))
    return HEAD + "".join(articles) + FOOT


def rows(today: date) -> list[Row]:
    """A natural letter, then of all the pumps those that are dearest at a small size."""
    tried = [(pump, place, _pumped(pump, place, TRIED, 1)["ours"]) for pump in PUMPS for place in PLACES]
    dearest = sorted(tried, key=lambda one: -one[2])[:WORST]
    return [
        _row("a natural letter", letter, SMALL, ROUNDS),
        *(_pumped(pump, place, SMALL, PUMPED) for pump, place, _ in dearest),
    ]


def _pumped(pump: str, place: str, size: int, rounds: int) -> Row:
    return _row(f"{place}: {pump!r}", lambda much: PLACES[place] + grown(pump, much), size, rounds)


def _row(what: str, text: Callable[[int], str], size: int, rounds: int) -> Row:
    small, large = text(size), text(size * TIMES)
    return compared(what, lambda: read(small), lambda: read(large), rounds, process_time)
