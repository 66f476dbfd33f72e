"""The demo's documents: a real letter as facts and our own short summaries, what it cites, and two made-up ones.

Facts and dates are those of domain.md §4; a paper that was not yet issued on the day of the demo is left out.
"""

from dataclasses import dataclass
from datetime import date, datetime

from directives.actions import documents
from directives.actions.content import Cited, Content
from directives.models import Citation, Document
from units.models import Unit, User

Relation = Citation.Relation
CENTRAL, SECRETARIAT = "Ban Chấp hành Trung ương", "Ban Bí thư"
STANDING = "Ban Thường vụ Tỉnh ủy"
NOT_VERBATIM = "Tóm tắt do Ban Tuyên giáo lập để theo dõi, không phải nguyên văn."


@dataclass(frozen=True)
class Reference:
    """A paper to refer to; `year` says when it came out where the day is not known."""

    number: str
    type: str
    issuer: str
    series: str
    title: str
    issued_on: date | None = None
    in_force_on: date | None = None
    year: int = 0
    replaces: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()

    def known_on(self, day: date) -> bool:
        return (self.issued_on or date(self.year, 7, 1)) <= day


_APPLYING = "thi hành Điều lệ Đảng"
_FORBIDDEN = "những điều đảng viên không được làm"
REFERENCES = (
    Reference("24/2018/QH14", "Luật", "Quốc hội", "2018", "An ninh mạng", date(2018, 6, 12), date(2019, 1, 1)),
    Reference(
        "116/2025/QH15", "Luật", "Quốc hội", "2025", "An ninh mạng", date(2025, 12, 10), date(2026, 7, 1),
        replaces=("24/2018/QH14",),
    ),
    Reference(
        "85-QĐ/TW", "Quy định", SECRETARIAT, "2021-2025",
        "việc cán bộ, đảng viên thiết lập và sử dụng trang thông tin điện tử cá nhân trên internet, mạng xã hội",
        date(2022, 10, 7),
    ),
    Reference(
        "99-HD/BTGTW", "Hướng dẫn", "Ban Tuyên giáo Trung ương", "2021-2025", "thực hiện Quy định số 85-QĐ/TW",
        year=2023, guides=("85-QĐ/TW",),
    ),
    Reference(
        "874/QĐ-BTTTT", "Quyết định", "Bộ Thông tin và Truyền thông", "2021",
        "ban hành Bộ Quy tắc ứng xử trên mạng xã hội", date(2021, 6, 17), date(2021, 6, 17),
    ),
    Reference(
        "02-HD/TU", "Hướng dẫn", STANDING, "2020-2025",
        "nhận diện, đánh giá các biểu hiện suy thoái; việc thực hiện nêu gương; chấp hành những điều không được làm",
        date(2022, 3, 28),
    ),
    Reference(
        "", "Điều lệ", "Đại hội đại biểu toàn quốc lần thứ XI", "2011-2015", "Điều lệ Đảng Cộng sản Việt Nam",
        date(2011, 1, 19),
    ),
    Reference(
        "08-QĐi/TW", "Quy định", CENTRAL, "2016-2020", "trách nhiệm nêu gương của cán bộ, đảng viên",
        date(2018, 10, 25),
    ),
    Reference("47-QĐ/TW", "Quy định", CENTRAL, "2011-2015", _FORBIDDEN, date(2011, 11, 1)),
    Reference(
        "37-QĐ/TW", "Quy định", CENTRAL, "2021-2025", _FORBIDDEN, date(2021, 10, 25), replaces=("47-QĐ/TW",)
    ),
    Reference(
        "207-QĐ/TW", "Quy định", CENTRAL, "2026-2030", _FORBIDDEN, date(2026, 7, 26), replaces=("37-QĐ/TW",)
    ),
    Reference("24-QĐ/TW", "Quy định", CENTRAL, "2021-2025", _APPLYING, date(2021, 7, 30)),
    Reference("232-QĐ/TW", "Quy định", CENTRAL, "2021-2025", _APPLYING, date(2025, 1, 20), replaces=("24-QĐ/TW",)),
    Reference("294-QĐ/TW", "Quy định", CENTRAL, "2021-2025", _APPLYING, date(2025, 5, 26), replaces=("232-QĐ/TW",)),
    Reference("20-QĐ/TW", "Quy định", CENTRAL, "2026-2030", _APPLYING, year=2026, replaces=("294-QĐ/TW",)),
    Reference("208-QĐ/TW", "Quy định", CENTRAL, "2026-2030", _APPLYING, date(2026, 7, 26), replaces=("20-QĐ/TW",)),
)

_SUMMARIES = [
    ("1", "Tuyên truyền, hướng dẫn các quy định về sử dụng internet, mạng xã hội; phối hợp xử lý trang thông tin giả"),
    ("2", "Giáo dục chính trị, tư tưởng gắn với nội quy, quy chế của cơ quan và việc bảo vệ bí mật"),
    ("3", "Tiếp tục thực hiện Hướng dẫn 02-HD/TU; người đứng đầu làm gương"),
    ("4", "Nhiệm vụ của cán bộ, đảng viên, công chức, viên chức"),
    ("4.1", "Nắm vững và thực hiện các quy định; giữ chuẩn mực khi đăng tải, chia sẻ"),
    ("4.2", "Giới thiệu chủ trương, chính sách và những hình ảnh tốt của cơ quan, địa phương"),
    ("4.3", "Học tập nâng cao hiểu biết, kỹ năng; đề xuất cách xử lý thông tin sai"),
    ("5", "Ban Tuyên giáo Tỉnh ủy theo dõi, đôn đốc, định kỳ báo cáo Ban Thường vụ"),
]
LETTER = Content(
    number="729-CV/TU", type="Công văn", issuer=STANDING, series="2020-2025",
    title="Tăng cường vai trò tích cực của cán bộ, đảng viên trong tham gia mạng xã hội",
    addressees=[
        "Các đồng chí Tỉnh ủy viên", "Các đảng đoàn, ban cán sự đảng", "Các huyện, thành ủy, đảng ủy trực thuộc",
    ],
    copies=[
        "Như trên", "Các sở, ban, ngành, đoàn thể cấp tỉnh", "Ban Chỉ đạo 35 Tỉnh ủy", "Cổng TTĐT Đảng bộ tỉnh",
        "Lưu Văn phòng Tỉnh ủy",
    ],
    authority="T/M BAN THƯỜNG VỤ", position="PHÓ BÍ THƯ THƯỜNG TRỰC", provisions=_SUMMARIES,
    citations=[
        Cited("An ninh mạng", number="24/2018/QH14", type="Luật", as_written="Luật An ninh mạng", provision="1"),
        Cited(
            "việc cán bộ, đảng viên thiết lập và sử dụng trang thông tin điện tử cá nhân", number="85-QĐ/TW",
            type="Quy định", issued_on=date(2022, 10, 7), as_written="Quy định số 85-QĐ/TW, ngày 07/10/2022",
            provision="1",
        ),
        Cited(
            "ban hành Bộ Quy tắc ứng xử trên mạng xã hội", number="874/QĐ-BTTTT", type="Quyết định",
            issued_on=date(2021, 6, 17), as_written="Quyết định số 874/QĐ-BTTTT, ngày 17/6/2021", provision="1",
        ),
        Cited(
            "nhận diện, đánh giá các biểu hiện suy thoái", number="02-HD/TU", type="Hướng dẫn",
            issued_on=date(2022, 3, 28), as_written="Hướng dẫn số 02-HD/TU, ngày 28/3/2022", provision="3",
            relation=Relation.CARRIES_OUT,
        ),
        Cited("Điều lệ Đảng", explicit=False, as_written="Điều lệ Đảng", provision="4.1"),
        Cited(
            "trách nhiệm nêu gương", number="08-QĐi/TW", explicit=False, provision="4.1",
            as_written="quy định của Đảng về trách nhiệm nêu gương",
        ),
        Cited(
            _FORBIDDEN, number="37-QĐ/TW", explicit=False, provision="4.1",
            as_written="quy định về những điều đảng viên, cán bộ, công chức không được làm",
        ),
    ],
    unsure=["Không thấy ngày ban hành trong văn bản."],
    text="\n".join([NOT_VERBATIM, *(f"{label}. {text}." for label, text in _SUMMARIES)]),
)


def second(issued_on: date) -> Content:
    """A made-up plan of the made-up province on a neutral subject."""
    provisions = [
        ("1", "Mỗi đảng bộ cơ sở lập kế hoạch xây dựng tủ sách chi bộ phù hợp điều kiện của đơn vị"),
        ("2", "Chi bộ đưa nội dung giới thiệu sách vào một buổi sinh hoạt trong quý"),
        ("3", "Văn phòng Tỉnh ủy phối hợp cung cấp danh mục sách tham khảo"),
    ]
    return Content(
        number="58-KH/TU", type="Kế hoạch", issuer=STANDING, series="2025-2030", place="Biên Lợi",
        issued_on=issued_on, title="Phát triển văn hóa đọc và xây dựng tủ sách chi bộ",
        addressees=["Các đảng đoàn, ban cán sự đảng", "Các huyện, thành ủy, đảng ủy trực thuộc"],
        copies=["Như trên", "Văn phòng Tỉnh ủy"], authority="T/M BAN THƯỜNG VỤ", position="PHÓ BÍ THƯ",
        provisions=provisions, text="\n".join(f"{label}. {text}." for label, text in provisions),
    )


# As it comes out of a scanner: two columns on one line, a page number in a sentence, a slip or two.
THIRD = """TỈNH ỦY BIÊN LỢI      ĐẢNG CỘNG SẢN VIỆT NAM
*
Số 1187-CV/TU      Biên Lợi, ngày      tháng      năm
Chuẩn bị tổ chức hội nghị báo cáo viên
và sơ kết việc xây dựng tủ sách chi bộ

Kính gửi: - Các đảng đoàn, ban cán sự đảng;
- Các huyện, thành ủy, đảng ủy trực thuộc.

Thực hiện Kế hoạch số 58-KH/TU của Ban Thường vụ Tỉnh ủy về phát triển văn hóa đọc và xây dựng tủ sách
chi bộ, Ban Thường vụ Tỉnh ủy yêu cầu các cấp ủy thực hiện một số việc sau:

1. Các cấp ủy cử báo cáo viên dự hội nghị theo thành phần được phân bổ, gửi danh sách về Văn phòng Tỉnh ủy
trước ngày 15/12/2026.

2. Sơ kết việc xây dựng tủ sách chi bộ:

a) Cấp ủy cơ sở báo cáo cấp trên trực tiếp chậm nhất

2

ngày 20/12/2026;

b) Các huyện, thành ủy, đảng ủy trực thuộc tổng hợp, báo cáo định kỳ 6 tháng.

3. Giao Văn phòng Tỉnh ủy chủ trì, phối hợp Thư viện tỉnh chuẩn bị tài liệu; đăng trên Công TTĐT Đảng bộ tỉnh.

Công văn này phổ biến đến chi bộ. thuat

Nơi nhận:      T/L BAN THƯỜNG VỤ
- Như trên;      CHÁNH VĂN PHÒNG
- Lưu Văn phòng Tỉnh ủy.
"""


def correction(second: Document, issued_on: date) -> Content:
    """A slip in the second directive, put right; nobody has to acknowledge anything again."""
    return Content(
        number="61-CV/TU", type="Công văn", issuer=STANDING, series="2025-2030", place="Biên Lợi", issued_on=issued_on,
        title="Đính chính Kế hoạch số 58-KH/TU", addressees=second.addressees, copies=["Như trên"],
        authority="T/L BAN THƯỜNG VỤ", position="CHÁNH VĂN PHÒNG",
        preamble="Tại mục 3 của Kế hoạch số 58-KH/TU, cụm từ “danh mục sách tham khảo” nay đọc là “danh mục sách tham"
        " khảo và sách nói”. Các nội dung khác giữ nguyên.",
        revises=second, revision=Document.Revision.CORRECTION,
        citations=[Cited("", number=second.number, type=second.type, issued_on=second.issued_on)],
    )


TO_KNOW = Content(
    number="214-TB/VPTU", type="Thông báo", issuer="Văn phòng Tỉnh ủy", series="2025-2030", place="Biên Lợi",
    title="Lịch tiếp nhận tài liệu lưu trữ năm 2026", authority="", position="CHÁNH VĂN PHÒNG",
    provisions=[
        ("1", "Kho lưu trữ tiếp nhận tài liệu của các cơ quan vào thứ Ba, thứ Năm hằng tuần"),
        ("2", "Danh mục hồ sơ nộp lưu theo mẫu của Văn phòng Tỉnh ủy"),
    ],
    copies=["Các huyện, thành ủy, đảng ủy trực thuộc", "Lưu Văn phòng Tỉnh ủy"],
)


def register_references(*, unit: Unit, by: User, today: date, now: datetime) -> None:
    """Take what the letter cites, and what has replaced it since, into the registry."""
    for one in REFERENCES:
        if not one.known_on(today):
            continue
        content = Content(
            number=one.number, type=one.type, issuer=one.issuer, series=one.series, title=one.title,
            issued_on=one.issued_on, in_force_on=one.in_force_on,
            citations=[
                *(Cited("", number=number, relation=Relation.REPLACES) for number in one.replaces),
                *(Cited("", number=number, relation=Relation.GUIDES) for number in one.guides),
            ],
        )
        register(content, Document.State.REFERENCE, unit=unit, by=by, now=now)


def register(content: Content, state: str, *, unit: Unit, by: User, now: datetime) -> Document:
    """Draft and register in one go."""
    drafted = documents.draft(content=content, unit=unit, by=by, now=now)
    return documents.register(document=drafted, state=state, unit=unit, by=by, now=now)
