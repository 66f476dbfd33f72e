"""The words letters are built from: kinds of documents, bodies, offices, and how bodies write their names."""

import re

from directives.reading.text import S0, S, fold

_KINDS = [
    "Thông tư liên tịch",
    "Nghị quyết liên tịch",
    "Chương trình hành động",
    "Lời kêu gọi",
    "Giấy giới thiệu",
    "Cương lĩnh",
    "Điều lệ",
    "Chiến lược",
    "Nghị quyết",
    "Nghị định",
    "Quyết định",
    "Chỉ thị",
    "Kết luận",
    "Quy chế",
    "Quy định",
    "Thông tri",
    "Thông tư",
    "Hướng dẫn",
    "Thông báo",
    "Thông cáo",
    "Tuyên bố",
    "Báo cáo",
    "Kế hoạch",
    "Quy hoạch",
    "Chương trình",
    "Đề án",
    "Phương án",
    "Dự án",
    "Tờ trình",
    "Công văn",
    "Công điện",
    "Biên bản",
    "Giấy mời",
    "Phiếu chuyển",
    "Phiếu gửi",
    "Thư công",
    "Bộ luật",
    "Luật",
    "Pháp lệnh",
    "Hiến pháp",
    "Lệnh",
]
KINDS = {fold(kind): kind for kind in _KINDS}
KIND = "(?:" + "|".join(kind.replace(" ", S) for kind in KINDS) + ")"

# A code absent here is either unknown or, like QĐ, stands for two kinds.
_CODES = {
    "NQ": "Nghị quyết", "CT": "Chỉ thị", "KL": "Kết luận", "QC": "Quy chế", "QĐi": "Quy định",
    "QyĐ": "Quy định",
    "HD": "Hướng dẫn", "TB": "Thông báo", "BC": "Báo cáo", "KH": "Kế hoạch", "CTr": "Chương trình",
    "CTHĐ": "Chương trình hành động", "TTr": "Tờ trình", "ĐA": "Đề án", "PA": "Phương án", "CV": "Công văn",
    "BB": "Biên bản", "NĐ": "Nghị định", "TTLT": "Thông tư liên tịch", "CĐ": "Công điện", "GM": "Giấy mời",
}  # fmt: skip
_CODES_BY_STYLE = {("TT", "party"): "Thông tri", ("TT", "state"): "Thông tư"}
CODES = {*_CODES, "QĐ", "TT"}

# What a body's name begins with.
_BODIES = (
    "ban|bo|so|uy ban|ubnd|hdnd|ubmttq|tinh uy|thanh uy|huyen uy|thi uy|quan uy|dang uy|dang doan"
    "|dang bo|chi bo|"
    "chi uy|cap uy|van phong|cuc|chi cuc|tong cuc|vu|truong|hoi|tong lien doan|lien doan|cong doan"
    "|hoc vien|dai hoc|"
    "vien|toa an|mat tran|chinh phu|thu tuong|quoc hoi|kho bac|thanh tra|doan|tap doan|tong cong ty"
    "|cong ty|trung tam|"
    "phong|cong an|bo doi|quan uy|trung uong|chu tich|thuong truc|ngan hang|bao|dai phat thanh"
    "|dang cong san|dai hoi"
)
BODY = "(?:" + _BODIES.replace(" ", S) + r")\b"

# What an office begins with, as printed above a signature.
_OFFICES = (
    "pho|bi thu|truong|chu tich|chu nhiem|chanh|giam doc|tong giam doc|cuc truong|chi cuc truong"
    "|vu truong|bo truong|"
    "thu truong|thu tuong|vien truong|vien pho|tong bi thu|tong thu ky|tong cuc|thong doc"
    "|tong thanh tra|hieu truong|"
    "uy vien|thuong truc|tu lenh|chinh uy|chi huy|doi truong|tham phan|hieu pho|quyen|ban thuong vu|pct"
    "|kiem toan|thu ky|chu tri|chu toa|nguoi ghi|nguoi lap"
)
OFFICE = re.compile("(?:" + _OFFICES.replace(" ", S) + r")\b")
AUTHORITY = re.compile(rf"(?:t{S0}/{S0}(?:m|l|uq)|k{S0}/{S0}t|(?:tm|kt|tl|tuq)\b[.,:]?|q\.){S0}(?=\S)")

PARTY_MOTTO = re.compile(rf"dang{S}cong{S}san{S}viet{S}nam")
STATE_MOTTO = re.compile(
    rf"cong{S}hoa{S}xa{S}hoi{S}chu{S}nghia{S}viet{S}nam|doc{S}lap{S0}-?{S0}tu{S}do{S0}-?{S0}hanh{S}phuc"
)

# Names mix capitals and small letters: "Sở Thông tin và Truyền thông". Words not listed take a capital.
_NAMES = [
    "Ủy ban nhân dân",
    "Hội đồng nhân dân",
    "Ủy ban Kiểm tra",
    "Ủy ban",
    "Hội đồng",
    "Ban Thường vụ",
    "Ban Chấp hành",
    "Ban Bí thư",
    "Bộ Chính trị",
    "Trung ương",
    "Tỉnh ủy",
    "Thành ủy",
    "Huyện ủy",
    "Thị ủy",
    "Quận ủy",
    "Đảng ủy",
    "Đảng bộ",
    "Đảng đoàn",
    "Ban cán sự đảng",
    "Chi bộ",
    "Tuyên giáo",
    "Dân vận",
    "Tổ chức",
    "Nội chính",
    "Văn phòng",
    "Ban Chỉ đạo",
    "Ban Quản lý",
    "Trung tâm",
    "Chính trị",
    "Thông tin",
    "Truyền thông",
    "Văn hóa",
    "Thể thao",
    "Du lịch",
    "Nội vụ",
    "Tư pháp",
    "Tài chính",
    "Y tế",
    "Giáo dục",
    "Đào tạo",
    "Khoa học",
    "Công nghệ",
    "Nông nghiệp",
    "Phát triển",
    "nông thôn",
    "Môi trường",
    "Tài nguyên",
    "Xây dựng",
    "Công Thương",
    "Giao thông",
    "vận tải",
    "Lao động",
    "Thương binh",
    "Xã hội",
    "Kế hoạch",
    "Đầu tư",
    "Ngoại vụ",
    "Ngoại giao",
    "Quốc phòng",
    "Công an",
    "Dân tộc",
    "Tôn giáo",
    "Thanh tra",
    "Chính phủ",
    "Thủ tướng",
    "Kiểm tra",
    "Mặt trận Tổ quốc",
    "Liên đoàn",
    "Liên hiệp",
    "Phụ nữ",
    "Nông dân",
    "Cựu chiến binh",
    "Thanh niên",
    "Học viện",
    "Đại học",
    "Trường",
    "Bộ Chỉ huy Quân sự",
    "Quân sự",
    "Bộ đội Biên phòng",
    "Tòa án nhân dân",
    "Viện kiểm sát nhân dân",
    "Kho bạc Nhà nước",
    "Ngân hàng Nhà nước",
    "Nhà nước",
    "Việt Nam",
    "Khối",
    "Cơ quan",
    "các cơ quan",
    "Doanh nghiệp",
    "Tổng công ty",
    "Công ty",
    "Tập đoàn",
    "các",
    "cơ quan Đảng",
    "tỉnh",
    "thành phố",
    "huyện",
    "quận",
    "thị xã",
    "thị trấn",
    "xã",
    "phường",
    "đặc khu",
    "ấp",
    "thôn",
    "khu phố",
    "tổ dân phố",
    "Quốc gia",
    "và",
    "của",
    "trực thuộc",
    "cơ sở",
    "Quốc hội",
    "Ủy ban Thường vụ Quốc hội",
    "Chủ tịch",
    "Thường trực",
    "Bảo vệ",
    "sức khỏe",
    "cán bộ",
    "Tổng cục",
    "Chi cục",
    "Cục",
]
_ABBREVIATIONS = ("UBND", "HĐND", "UBMTTQ", "MTTQ", "TP.")
_BY_WORDS = {tuple(fold(name).split()): name.split() for name in _NAMES}
_LONGEST = max(map(len, _BY_WORDS))


def kind_of(code: str | None, style: str | None) -> str | None:
    """The kind of document a number's code tells, or None when it tells none or two."""
    if code is None:
        return None
    return _CODES.get(code) or _CODES_BY_STYLE.get((code, style or ""))


def as_name(capitals: str) -> str:
    """A body's name printed in capitals as a sentence writes it: "BAN TUYÊN GIÁO" → "Ban Tuyên giáo"."""
    words = capitals.split()
    named: list[str] = []
    at = 0
    while at < len(words):
        pattern = _pattern_at(words, at)
        named += [_cased(word, model) for word, model in zip(words[at : at + len(pattern)], pattern, strict=True)]
        at += len(pattern)
    sentence = " ".join(named)
    return sentence[:1].upper() + sentence[1:]


def _pattern_at(words: list[str], at: int) -> list[str]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        if model := _BY_WORDS.get(tuple(fold(word).strip(",;") for word in words[at : at + length])):
            return model
    return ["X"]


def _cased(word: str, model: str) -> str:
    spelled = len(word) == 1 or set(fold(word)) & set("aeiouy")
    if word in _ABBREVIATIONS or not spelled or any(letter.isdigit() for letter in word):
        return word
    return word.capitalize() if model[:1].isupper() else word.lower()
