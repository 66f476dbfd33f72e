"""What random letters are put together from."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *("Số ", "12-CV/TU", "ngày 31/02/0001 ", "trước ", "\n", "\n\n", "1. ", "1.1. ", "a) ", "Điều 1. ", "- ", "| "),
        *("Kính gửi: ", "Nơi nhận:", "T/M BAN THƯỜNG VỤ\n", "Luật An ", "của Ban ", "về ", "“", "hằng năm ", "XX. "),
        *("Giao Ban chủ trì ", "   ", "định kỳ ", "quý IV/9999 ", "trước tháng 1/1900 ", "\u0301", "\x00", "V/v "),
        *("CÔNG VĂN\n", "phổ biến đến ", "…", "BÍ THƯ\n", "; ", "Hà Nội, ngày 03 tháng 4 năm 2026\n", "TỈNH ỦY X\n"),
        *("QUYẾT ĐỊNH\n", "Người Ký Thay\n", "- Như trên;\n", "Lưu", "ĐẢNG CỘNG SẢN VIỆT NAM", "đưa ý ra kiến. thuat"),
    ]
)
# Numbers as the rules of the three styles write them; the codes are real ones.
NUMBERS = st.one_of(
    st.builds(
        "{:02d}-{}/{}".format,
        st.integers(1, 20_000),
        st.sampled_from(["CV", "QĐ", "QĐi", "CTr", "TTr", "ĐA", "KH", "HD", "NQ", "KL", "TB"]),
        st.sampled_from(["TW", "TU", "VPTW", "BTGDVTU", "BCĐ35", "ĐU", "ĐUQH", "HU", "UBKTTU"]),
    ),
    st.builds(
        "{:02d}{}/{}-{}".format,
        st.integers(1, 20_000),
        st.sampled_from(["", "/1998", "/2020", "/2026"]),
        st.sampled_from(["QĐ", "NĐ", "TT", "NQ", "CT", "KH", "TB", "CĐ"]),
        st.sampled_from(["CP", "TTg", "UBND", "BTTTT", "HĐND", "BGDĐT", "QH15"]),
    ),
    st.builds(
        "{}/{}/{}".format,
        st.integers(1, 200),
        st.integers(1992, 2030),
        st.sampled_from(["QH14", "QH16", "UBTVQH15"]),
    ),
)
DASHES = st.sampled_from("-‐‑‒–—−")
SPACES = st.sampled_from(["", " ", "\u00a0", "  ", "\u200b"])
