"""The demo's persons; they exist only where settings.DEMO is true. The list is what `demo --list` prints."""

from dataclasses import dataclass

PASSWORD = "dung-thu-cong-729"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """A role account of the demo; `unit` is its unit's name in the made-up province."""

    role: str
    username: str
    label: str
    unit: str


PROVINCE = "Đảng bộ tỉnh Biên Lợi"
CLERKS_COMMITTEE = "Đảng bộ huyện Tân Khê"
CLERKS_UNIT = "Đảng bộ xã Bình Lạc"
CELLS_OF_CLERK = 20
PEOPLE = (
    Person("board", "can-bo", "Cán bộ Ban Tuyên giáo", PROVINCE),
    Person("head", "lanh-dao", "Lãnh đạo Ban Tuyên giáo", PROVINCE),
    Person("registry", "van-thu-ban", "Văn thư Ban Tuyên giáo", PROVINCE),
    Person("secretary", "van-thu-don-vi", "Văn thư Đảng ủy xã Bình Lạc", CLERKS_UNIT),
    Person("secretary", "van-thu-huyen-uy", "Văn thư Huyện ủy Tân Khê", CLERKS_COMMITTEE),
    Person("committee", "ban-thuong-vu", "Ủy viên Ban Thường vụ", PROVINCE),
    Person("administrator", "quan-tri", "Quản trị cổng", PROVINCE),
)


def people() -> tuple[Person, ...]:
    return PEOPLE
