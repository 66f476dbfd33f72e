"""Invented names of places and bodies. Nothing here is meant to be a real district, commune or person.

Places are made of two syllables that are Vietnamese to the ear and seldom stand together on a map; should a pair
exist somewhere all the same, it is chance.
"""

from collections.abc import Iterator
from itertools import count, product
from random import Random

_FIRST = (
    "Ân", "Bích", "Cẩm", "Chiêu", "Cung", "Diệm", "Diễn", "Doanh", "Dục", "Duyên", "Đoan", "Gia", "Giao", "Hạc", "Hãn",
    "Hiển", "Hoằng", "Hội", "Huệ", "Khang", "Khiêm", "Khoan", "Kiều", "Lạc", "Lan", "Lãng", "Liễu", "Lôi", "Lương",
    "Mạch", "Mai", "Mẫn", "Nghiêm", "Ngoạn", "Nhã", "Nhàn", "Nhuận", "Oánh", "Phả", "Phác", "Quản", "Quyên", "Sam",
    "Sương", "Tấn", "Thái", "Thụ", "Thức", "Tiêu", "Triêm", "Trúc", "Tuân", "Uyên", "Vãng", "Vị", "Xứng", "Yến",
)
_SECOND = (
    "Án", "Bồi", "Bút", "Chẩn", "Chương", "Cốc", "Dã", "Dần", "Dương", "Đàm", "Điền", "Độ", "Giám", "Hàm", "Hậu",
    "Hoạch", "Hưởng", "Kế", "Khê", "Khuê", "Lãm", "Lệ", "Liêm", "Lĩnh", "Luận", "Mão", "Miên", "Mục", "Nghi", "Ngự",
    "Nhai", "Nhị", "Oai", "Phái", "Phiên", "Phổ", "Quán", "Quýnh", "Sào", "Sở", "Tác", "Tầm", "Tạo", "Thiện", "Thúc",
    "Tịch", "Toại", "Trác", "Trấn", "Triệt", "Tuế", "Từ", "Uẩn", "Vạn", "Viên", "Vịnh", "Vực", "Xạ", "Xuyến", "Ý",
)
ADVISORY = (
    "Văn phòng Tỉnh ủy", "Ban Tổ chức Tỉnh ủy", "Ban Tuyên giáo Tỉnh ủy", "Ban Dân vận Tỉnh ủy",
    "Ban Nội chính Tỉnh ủy", "Cơ quan Ủy ban Kiểm tra Tỉnh ủy", "Ban Chỉ đạo 35 Tỉnh ủy",
    "Cổng Thông tin điện tử Đảng bộ tỉnh", "Báo và Đài Phát thanh, Truyền hình tỉnh", "Trường Chính trị tỉnh",
    "Văn phòng Ủy ban nhân dân tỉnh", "Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp", "Sở Y tế",
    "Sở Giáo dục và Đào tạo", "Sở Văn hóa và Thể thao", "Sở Thông tin và Truyền thông", "Sở Công Thương",
    "Sở Nông nghiệp và Phát triển nông thôn", "Sở Xây dựng", "Sở Giao thông vận tải", "Thanh tra tỉnh",
    "Tỉnh đoàn", "Hội Nông dân tỉnh", "Hội Liên hiệp Phụ nữ tỉnh", "Liên đoàn Lao động tỉnh", "Hội Cựu chiến binh tỉnh",
)
PARTY_GROUPS = (
    "Đảng đoàn Hội đồng nhân dân tỉnh", "Ban cán sự đảng Ủy ban nhân dân tỉnh",
    "Đảng đoàn Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Ban cán sự đảng Tòa án nhân dân tỉnh",
    "Ban cán sự đảng Viện kiểm sát nhân dân tỉnh", "Đảng đoàn Liên đoàn Lao động tỉnh",
    "Đảng đoàn Hội Nông dân tỉnh", "Đảng đoàn Hội Liên hiệp Phụ nữ tỉnh", "Đảng đoàn Hội Cựu chiến binh tỉnh",
    "Đảng đoàn Liên hiệp các hội khoa học và kỹ thuật tỉnh",
)
# Bodies with a committee of their own, and smaller ones that are a cell, found in nearly every district.
OFFICES = (
    "Cơ quan Đảng, đoàn thể", "Cơ quan chính quyền", "Công an", "Quân sự", "Trung tâm Y tế",
    "Phòng Giáo dục và Đào tạo", "Trung tâm Chính trị", "Bệnh viện đa khoa", "Trường Trung cấp nghề",
    "Ban Quản lý dự án",
)
SMALL_OFFICES = (
    "Tòa án nhân dân", "Viện kiểm sát nhân dân", "Chi cục Thuế", "Kho bạc Nhà nước", "Bảo hiểm xã hội",
    "Chi cục Thi hành án dân sự", "Chi cục Thống kê", "Ngân hàng Chính sách xã hội", "Hạt Kiểm lâm", "Bưu điện",
    "Điện lực", "Trạm Khuyến nông", "Trung tâm Văn hóa", "Xí nghiệp Cấp nước", "Văn phòng Đăng ký đất đai",
)
CELLS_OF_OFFICE = (
    "Văn phòng", "Phòng Tổ chức", "Phòng Kế hoạch", "Phòng Nghiệp vụ", "Phòng Kỹ thuật", "Phòng Tổng hợp", "Thanh tra",
)
CELLS_OF_COMMUNE = ("Cơ quan", "Công an", "Quân sự", "Trường Tiểu học", "Trường Trung học cơ sở", "Trạm Y tế")


def places(rng: Random) -> Iterator[str]:
    """Invented places without end, each once before any comes again with a compass point."""
    pairs = [f"{first} {second}" for first, second in product(_FIRST, _SECOND)]
    rng.shuffle(pairs)
    for side in ("", " Đông", " Tây", " Nam", " Bắc"):
        yield from (pair + side for pair in pairs)
    for number in count(1):
        yield from (f"{pair} {number}" for pair in pairs)


def each_then(bodies: tuple[str, ...], more: Iterator[str]) -> Iterator[str]:
    """The usual bodies first; a level that needs more of them gets invented ones."""
    yield from bodies
    yield from more
