"""Old encodings are recognised wherever they come in, and sound Vietnamese is never taken for one."""

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.units.bad_sheets import COLUMNS
from units.sheets.encoding import old_encoding
from units.sheets.reader import read
from units.sheets.writer import csv_text

SOUND = """Đảng ủy Khối các cơ quan – doanh nghiệp|Đảng bộ xã Hòa Bình|Đảng bộ xã Hoà Bình
Đảng ủy phường Vĩnh Thanh Vân|Chi bộ ấp Thạnh Lợi|Chi bộ khu phố 3, phường Rạch Sỏi|Đảng bộ Quân sự tỉnh
Đảng ủy Công an tỉnh|Huyện ủy Giồng Riềng|Thành ủy Rạch Giá|Thị ủy Kiến Tường|Đảng ủy đặc khu Phú Quốc
Đảng ủy đặc khu Thổ Châu|Chi bộ Trường THCS Nguyễn Trung Trực|Chi bộ Trường Mầm non Sơn Ca
Đảng bộ Bệnh viện Đa khoa tỉnh|Chi bộ Trạm Y tế xã Mỹ Lâm|Đảng bộ Sở Nông nghiệp và Môi trường
Đảng ủy các cơ quan Đảng tỉnh|Đảng ủy Ủy ban nhân dân tỉnh|Chi bộ Văn phòng Đoàn ĐBQH & HĐND|Chi bộ 1 (Thuỷ sản)
ĐẢNG BỘ TỈNH AN GIANG|ĐẢNG ỦY XÃ HÒN ĐẤT|CHI BỘ TÀI CHÍNH – KẾ HOẠCH|ĐẢNG ỦY PHƯỜNG TÔ CHÂU|HÀ TIÊN|BÀ RỊA
ĐÀ NẴNG|QUÝ HOÀ|Chi bộ Cửa khẩu quốc tế Hà Tiên|Chi bộ Đồn Biên phòng Xà Xía|Đảng bộ Trường Đại học Kiên Giang
Chi bộ Khoa Ngoại – Sản|Ngân hàng Nông nghiệp và PTNT|Chi bộ Điện lực U Minh Thượng
Chi bộ Công ty TNHH MTV Cấp thoát nước|Chi bộ Toà án nhân dân|Đảng bộ Viện kiểm sát nhân dân tỉnh
Chi bộ Kho bạc Nhà nước khu vực XX|Chi bộ ấp Kênh 5A|Chi bộ ấp Xẻo Cạn|Chi bộ Hội quán|Krông Pắc|Buôn Hồ
Ea H'leo|Cư M'gar|Plei Kần|Chư Păh|Kon Plông|Êđê|Y Ngông Niê Kđăm|Đắk Glong|Ô Môn|Rơ Măm|Ia Grai|Sê San
Nguyễn Thị Thúy Quỳnh|Lý Quý|Đỗ Uyên Vy|Phùng Khoa Nguyên|Trịnh Khuê Tú|Lò Văn Giàng|Giàng A Páo|Danh Út
Ông Ích Khiêm|Café|Müller|Besançon|São Paulo|La Niña|Señor Peña|Citroën|Noël|Düsseldorf|Köln|naïve|Zoë|Åse Øst
Þór|Straße|résumé|Chloé|a.b@kiengiang.dcs.vn|dang_uy+xa@tinhuy.vn|§ 3|§3|§ 3 Điều 5|25 °C|120 m²|2×3 m|a × b
10 µm|5µg|½ ngày|± 2|© 2025|Vinamilk®|«Hòa»|« Bình »|A · B · C|Phòng · Ban · Sở|·An Bình|80 ¢ £ ¥|ª º|1¼|¿Qué?
¡Hola!|Ðảng ủy|Ðoàn Thanh niên|Ðông Hồ|UBÐ|Ð Đ|cuả|hoá học|thuỷ lợi|quí vị|giũ gìn|chià khoá|muà màng|toà soạn
baò chữa|Tp. Hồ Chí Minh|T/M BAN THƯỜNG VỤ|Số 729-CV/TU
Các đồng chí Tỉnh ủy viên; các đảng đoàn, ban cán sự đảng
nhất là Luật An ninh mạng; Quy định số 85-QĐ/TW, ngày 07/10/2022
việc cán bộ, đảng viên thiết lập và sử dụng trang thông tin điện tử cá nhân
góp phần bảo vệ nền tảng tư tưởng của Đảng|quan điểm sai trái, thù địch
Nhiều cán bộ, đảng viên chưa nắm và hiểu đầy đủ|đưa ý ra kiến hoặc chia sẻ những bài viết
suy thoái, tự diễn biến, tự chuyển hóa|T/M BAN THƯỜNG VỤ PHÓ BÍ THƯ THƯỜNG TRỰC Mai Văn Huỳnh|*thuat*"""
# As they really stand in old files.
TCVN3 = """Céng hoµ x· héi chñ nghÜa ViÖt Nam|§éc lËp - Tù do - H¹nh phóc|§¶ng bé x· Hoµ B×nh|B×nh
Uû ban nh©n d©n tØnh|§¶ng uû ph­êng VÜnh Thanh|HuyÖn uû Giång RiÒng|NguyÔn V¨n An|TrÇn ThÞ Hång|Ban Tuyªn gi¸o
tr­êng häc|Hµ Néi|quyÕt ®Þnh|n«ng nghiÖp|§¶NG Uû|Phó Quèc vµ Hµ Tiªn|Thñ t­íng|n¨m 2005, th¸ng 7|x· Mü L©m
Kiªn Giang|L©m §ång"""
VNI = """Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam|Ñoäc laäp - Töï do - Haïnh phuùc|Ñaûng boä xaõ Hoøa Bình
Hoøa Bình|Huyeän|Uyû ban nhaân daân tænh|Ñaûng uûy phöôøng Vónh Thanh|Huyeän uûy Gioàng Rieàng|Nguyeãn Vaên An
Traàn Thò Hoàng|Chi boä aáp 3|Ban Tuyeân giaùo|tröôøng hoïc|Haø Noäi|quyeát ñònh|noâng nghieäp|ÑAÛNG UÛY XAÕ
Phuù Quoác|Thuû töôùng|thaùng naêm|xaõ Tri Toân|Laâm Ñoàng|Ñöùc Hueä"""
LETTERS = dict(zip(
    "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
    "¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ", strict=True,
))
NAMES = """Đảng bộ xã Hòa Bình|Chi bộ ấp Thạnh Lợi|Huyện ủy Châu Thành|Đảng ủy phường Rạch Sỏi
Trường tiểu học Mỹ Lâm|Bệnh viện đa khoa tỉnh|Văn phòng Tỉnh ủy|Chi bộ khu phố Ngã Bảy|Sở Giáo dục và Đào tạo
Đặng Thị Thùy Dương|Thổ Châu|Quý Hợp|Cửa khẩu quốc tế|Nguyễn Đình Chiểu|Phòng Nội vụ|Hội Phụ nữ|Đảng ủy Quân sự
Lữ đoàn 950|Tân Hiệp|Kỹ thuật"""
AT_LEAST = 20


def listed(names: str) -> list[str]:
    return names.replace("\n", "|").split("|")


SOUND_NAMES = listed(SOUND)


def in_vni(text: str) -> str:
    """The base letter, then one that carries hat and tone."""
    singles = {"đ": "ñ", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "í": "í", "ì": "ì"}
    marks = {
        "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï",
        "\u0302": "â", "\u0302\u0301": "á", "\u0302\u0300": "à", "\u0302\u0309": "å", "\u0302\u0303": "ã",
        "\u0306": "ê", "\u0306\u0301": "é", "\u0306\u0300": "è", "\u0306\u0309": "ú", "\u0306\u0303": "ü",
        "\u0323\u0302": "ä", "\u0323\u0306": "ë",
    }
    written = ""
    for letter in text:
        apart = normalize("NFD", letter.lower())
        base, horn, rest = apart[0], "\u031b" in apart, apart[1:].replace("\u031b", "")
        horned = {"o": "ô", "u": "ö"}[base] if horn else base
        shape = singles.get(letter.lower()) or horned + marks.get(rest, "")
        written += shape.upper() if letter.isupper() else shape
    return written


def in_tcvn3(text: str) -> str:
    capitals = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
    return "".join(capitals.get(letter) or LETTERS.get(letter.lower(), letter) for letter in text)


@pytest.mark.parametrize("name", SOUND_NAMES)
def test_sound_text_raises_no_alarm(name: str) -> None:
    for written in (name, name.upper(), name.lower(), name.title(), normalize("NFD", name)):
        assert old_encoding(written) == ("", "")


def test_no_line_of_a_letter_raises_an_alarm() -> None:
    folder = Path(__file__).parents[1] / "directives" / "letters"
    lines = [line for path in folder.glob("*") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) > 200
    assert [line for line in lines if old_encoding(line)[0] or old_encoding(line.upper())[0]] == []


def test_a_list_of_sound_names_is_read() -> None:
    names = [name for name in SOUND_NAMES if name == normalize("NFC", name) and "Ð" not in name]
    content = csv_text([column.heading for column in COLUMNS], [["A", name, "x"] for name in names])
    table = read(content.encode(), "a.csv", COLUMNS)
    assert [row.cells["name"] for row in table.rows] == names


@given(st.lists(st.sampled_from(" ".join(SOUND_NAMES[:60]).split()), max_size=12).map(" ".join))
def test_sound_words_in_any_order_raise_no_alarm(text: str) -> None:
    assert old_encoding(text) == ("", "")


@pytest.mark.parametrize("written", listed(TCVN3))
def test_tcvn3_is_recognised(written: str) -> None:
    assert old_encoding(written)[0] == "TCVN3 (ABC)"


@pytest.mark.parametrize("written", listed(VNI))
def test_vni_is_recognised(written: str) -> None:
    assert old_encoding(written)[0] == "VNI"


@pytest.mark.parametrize("name", listed(NAMES))
def test_a_converted_name_is_recognised(name: str) -> None:
    assert old_encoding(in_tcvn3(name))[0] == "TCVN3 (ABC)", in_tcvn3(name)
    assert old_encoding(in_vni(name))[0] == "VNI", in_vni(name)


def test_there_are_enough_samples() -> None:
    assert len(SOUND_NAMES) > 60
    assert min(len(listed(names)) for names in (TCVN3, VNI, NAMES)) >= AT_LEAST
    assert in_vni("Đảng bộ xã Hòa Bình, Đức Huệ") == "Ñaûng boä xaõ Hoøa Bình, Ñöùc Hueä"
    assert in_tcvn3("Đảng bộ xã Hoà Bình") == "§¶ng bé x· Hoµ B×nh"


@pytest.mark.parametrize("sound", ["Đảng ủy", "Chi bộ ấp Thạnh Lợi", "được", "Ủy ban"])
def test_text_read_byte_by_byte_is_recognised(sound: str) -> None:
    for encoding in ("latin-1", "cp1252"):
        broken = sound.encode().decode(encoding, "ignore")
        assert old_encoding(broken)[0] == "UTF-8", broken
