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
