"""How dear a search of the registry is over 20,000 documents: the page's own query against the bare indexed lookup.

Everything happens in one transaction that is rolled back; run it on a database that may be written to.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from directives import fulltext
from directives.data import registry
from directives.models import Document
from portal.bench.timing import Row, compared
from units.access import Rights
from units.models import Office, Unit, User

MANY = 20_000
_KINDS = ("Công văn", "Kế hoạch", "Hướng dẫn", "Thông báo", "Quyết định")
_WORDS = [
    "Đảng ủy", "chi bộ", "cấp ủy", "tổ chức", "thực hiện", "quán triệt", "phổ biến", "báo cáo", "kết quả", "công tác",
    "tuyên truyền", "kế hoạch", "hội nghị", "học tập", "nghị quyết", "tài liệu", "đơn vị", "thời gian", "phối hợp",
    "kiểm tra", "đôn đốc", "nội dung", "nhiệm vụ", "cán bộ", "nhân dân", "nông thôn", "thư viện", "phòng", "cháy",
    "rừng", "lưu trữ", "hồ sơ", "bồi dưỡng", "lý luận",
]
# What is looked for: in one document, in about a hundredth of them, in nearly all; two words; a word begun.
ASKED = {
    "one number": "19997-CV/TU", "a rare word": "đồn điền", "two words": "lưu trữ đồn điền", "a phrase": '"phòng cháy"',
    "a word begun": "đồn điề", "dang uy": "dang uy",
}


def rows(today: date) -> list[Row]:
    """One row a question; the floor is the first page and the count by bare SQL, ours what the list page does."""
    with transaction.atomic():
        _grow(today)
        rights = _registry(today)
        found = [_row(what, asked, rights) for what, asked in ASKED.items()]
        transaction.set_rollback(True)
    return found


def _row(what: str, asked: str, rights: Rights) -> Row:
    query = fulltext.query(asked, connection.vendor)
    params = [query]
    matching = f"id IN (SELECT rowid FROM {fulltext.INDEX} WHERE {fulltext.INDEX} MATCH %s)"
    if connection.vendor == "postgresql":
        matching = f"{fulltext.VECTOR} @@ to_tsquery('simple', %s)"
        for phrase in (phrase for phrase in fulltext.phrases(asked) if " " in phrase):
            matching += f" AND ' ' || {fulltext.COLUMN} || ' ' LIKE %s"
            params.append("% " + (phrase.replace("*", "%") if "*" in phrase else f"{phrase} %"))
    shown = [field for field in Document._meta.concrete_fields if field.name not in registry.UNSEEN]
    columns = ", ".join(str(field.column) for field in shown)
    page = f"SELECT {columns} FROM {fulltext.TABLE} WHERE {matching}"
    many = f"SELECT count(*) FROM {fulltext.TABLE} WHERE {matching}"

    def floor() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"{page} ORDER BY issued_on DESC NULLS LAST, id DESC LIMIT 50", params)
            return cursor.fetchall(), count()

    def count() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(many, params)
            return cursor.fetchone()[0]

    def ours() -> Any:
        documents = registry.chosen(Document.objects.visible_to(rights), rights.today, {"tim": asked})
        return list(registry.Listing(registry.listed(documents), 50).get_page(1))

    return compared(f"{what}: {count()} of {MANY}", floor, ours)


def _grow(today: date) -> None:
    Document.objects.bulk_create(_documents(today), batch_size=500)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE directives_document")


def _documents(today: date) -> Iterator[Document]:
    """Letters of about 300 words, the same at every run."""
    random, noon = Random(729), datetime.combine(today, time(12), UTC)  # noqa: S311 - made-up text
    for n in range(1, MANY + 1):
        text = " ".join(random.choices(_WORDS, k=170)) + (" đồn điền" if n % 100 == 0 else "")
        document = Document(
            number=f"{n}-CV/TU", num=n, type=_KINDS[n % 5], issuer="Tỉnh ủy", title=f"Về việc {n}", text=text,
            state=Document.State.REFERENCE, issued_on=today - timedelta(days=n % 3000), created_at=noon,
        )
        document.search_text = document.searchable(text)
        yield document


def _registry(today: date) -> Rights:
    """Someone who keeps the registry of a province."""
    root = Unit(kind=Unit.Kind.PROVINCE, name="Đảng bộ tỉnh", path="/1/")
    return Rights(User(), today, (Office(unit=root, role=Office.Role.REGISTRY),))
