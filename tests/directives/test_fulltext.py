"""Full-text search: every word of every text, however it is typed, on both databases; and the index never lags."""

import re
import unicodedata
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directives import fulltext
from directives.actions import documents
from directives.actions.content import Cited, Content
from directives.models import Document
from tests.factories import NOW, make_document, make_unit, rolled_back
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Unit:
    return make_unit("Tỉnh")


def bare(title: str = "", **fields: Any) -> Document:
    """A row whose words are those of its title and of nothing else."""
    document = Document(title=title, state="reference", created_at=NOW, **fields)
    document.search_text = document.searchable("")
    document.save()
    return document


def draft(root: Unit, **content: Any) -> Document:
    return documents.draft(content=Content(**({"title": "Trích yếu"} | content)), unit=root, by=None, now=NOW)


def found(asked: str) -> list[Document]:
    return list(Document.objects.search(asked).order_by("pk"))


def finds(asked: str) -> bool:
    return Document.objects.search(asked).exists()


# ---- how it is typed -------------------------------------------------------------------------------------


NFD = unicodedata.normalize("NFD", "Đảng ủy")


@pytest.mark.parametrize("written", ["Đảng ủy", "ĐẢNG UỶ", "đảng uỷ", "Ðảng ủy", NFD])
@pytest.mark.parametrize("asked", ["dang uy", "Đảng ủy", "ĐẢNG UỶ", "đảng uỷ", NFD])
def test_marks_case_and_the_place_of_the_tone_make_no_difference(written: str, asked: str) -> None:
    document = bare(f"Về việc {written} xã")
    bare("Đăng ký sử dụng")
    assert found(asked) == [document]


@pytest.mark.parametrize(
    ("asked", "found_"),
    [
        ("mạng xã hội", True), ("hội xã mạng", True), ("mang xa ho", True), ("ma xa hoi", False), ("xa xa xa", True),
        ('"mạng xã hội"', True), ('"xã mạng"', False), ('"mạng xã hộ"', False), ('"hội" mạn', True), ('"mạn"', False),
        ('"mạng xã" "xã hội"', True), ('hội "mạng xã"', True), ('"mạng xã', True), ('mạng "', True),
        ("mạng ngân", False), ('"mạng hội"', False), ('"mạn" -', False), ("“mạng xã hội”", True),
        ("729", True), ("729-CV/TU", True), ("729 - CV / TU", True), ("cv tu", True), ("72", True), ("29", False),
        ("729-CV/TW", False), ("729-TU", False), ("729-CV/T", True), ('"729-CV/T"', False), ("số 729-CV/TU", False),
    ],
)
def test_words_phrases_and_numbers(asked: str, found_: bool) -> None:
    bare("Tham gia mạng xã hội", number="729-CV/TU", num=729)
    assert finds(asked) is found_


def test_a_number_is_found_without_its_marks() -> None:
    rule = bare("Trang thông tin", number="85-QĐ/TW", num=85)
    bare("Khác", number="85-CV/TU", num=85)
    assert [found(asked) for asked in ("qd tw", "85 qd", "85-qđ/tw", "QĐ/TW 85")] == [[rule]] * 4


@pytest.mark.parametrize(
    "asked", ["-", "", " ", '""', '"', '"-"', "\0", "…—/", "()", "* : | & ! <->", "\u200b", "日本", "%_"]
)
def test_what_holds_no_word_does_not_narrow(asked: str) -> None:
    documents_ = [bare("Đảng ủy"), bare("Chi bộ")]
    assert found(asked) == documents_


@pytest.mark.parametrize(
    "asked",
    [
        "dang AND uy", "dang OR uy", "NOT dang", "NEAR(dang uy)", "dang*", "(dang", "dang:uy", "dang|uy", "dang & !uy",
        "dang <-> uy", "search_text:dang", "^dang", "dang + uy", "'dang'", "\\dang", "dang\0uy", "dang;--", "%s %(a)s",
        "dang {uy}", "dang <2> uy", "dang:*A", 'dang"uy', "\ud800", "'", "dang''uy", "dang % uy",
    ],
)
def test_operators_are_only_words(asked: str) -> None:
    """Nothing is raised, and a text is found when it holds the very words, also where they look like operators."""
    plain, odd = bare("Đảng ủy"), bare("near dang uy and or not 2 a s search text dang a; uy")
    expected = [one for one in (plain, odd) if naive(asked, one)]
    assert found(asked) == expected
    assert odd in expected


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("x" * 10_000, False), ("dang " * 2_000, True), ('"' * 10_000, True), ('"dang ' * 2_000, True),
        ("a-" * 5_000, False), ("\0" * 10_000, True), (" dang" + " " * 10_000 + "khac", True),
    ],
)
def test_very_long_questions_are_cut_and_answered(asked: str, there: bool) -> None:
    bare("dang a")
    assert (finds(asked), finds(f"dang {asked}"), finds(f"khac {asked}")) == (there, there, False)


def naive(asked: str, document: Document) -> bool:
    """Whether a person would say that the document has what was asked: no index and no query language."""

    def plain(text: str) -> list[str]:
        apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return re.findall("[a-z0-9]+", "".join(c for c in apart if unicodedata.category(c) != "Mn").lower())

    has = plain(f"{document.number} {document.type} {document.title} {document.issuer} {document.text}")
    rest, wanted = asked.replace("\0", " "), []  # (words, whole)
    while rest:
        if rest[0] == '"' and '"' in rest[1:]:
            inside, _, rest = rest[1:].partition('"')
            wanted.append((plain(inside), True))
        elif rest[0] == '"' or rest[0].isspace():
            rest = rest[1:]
        else:
            bare_ = re.match(r'[^"\s]+', rest)
            assert bare_
            wanted.append((plain(bare_[0]), False))
            rest = rest[bare_.end() :]
    wanted = [one for one in wanted if one[0]]

    def stands(words: list[str], begun: bool) -> bool:
        runs = (has[at : at + len(words)] for at in range(len(has)))
        return any(
            run == words or (begun and run[:-1] == words[:-1] and run[-1].startswith(words[-1]))
            for run in runs if len(run) == len(words)
        )

    return all(stands(words, not whole and one == len(wanted) - 1) for one, (words, whole) in enumerate(wanted))


SYLLABLES = st.sampled_from(
    ["đảng", "ĐANG", "dẳng", "ủy", "uỷ", "u", "uyên", "729", "72", "CV/TU", "cv", "tu", "tư", "-", "–"]
)
BITS = st.sampled_from(["da", "7", "c", "AND", "NOT", "NEAR", '"', "*", ":"])
texts = st.lists(SYLLABLES, max_size=8).map(" ".join)
asks = st.lists(
    st.one_of(SYLLABLES, texts.map('"{}"'.format), BITS), max_size=4,
).flatmap(lambda parts: st.sampled_from([" ", "", "-"]).map(lambda joint: joint.join(parts)))


@given(told=st.lists(st.tuples(texts, texts), min_size=1, max_size=5), asked=asks)
@example(told=[("đảng ủy", "729")], asked='"đảng" - ')
@example(told=[("", "")], asked="đảng")
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_index_finds_what_reading_every_text_finds(told: list[tuple[str, str]], asked: str) -> None:
    with rolled_back():
        kept = []
        for title, text in told:
            document = Document(title=title, text=text, state="reference", created_at=NOW)
            document.search_text = document.searchable(text)
            document.save()
            kept.append(document)
        assert found(asked) == [one for one in kept if naive(asked, one)]


# ---- where it stands -------------------------------------------------------------------------------------


def test_the_whole_text_is_searched_and_without_one_what_was_typed_of_it(root: Unit) -> None:
    filler = "Các cấp ủy, tổ chức đảng quán triệt, thực hiện nghiêm túc. " * 500
    text = f"Mở đầu. {filler}Nhắc đến vùng Tây Nguyên. {filler}Hết cả rồi."
    long = draft(root, text=text, provisions=[("1", "Đồn điền")])
    typed = draft(
        root, preamble="Thực hiện chủ trương", provisions=[("1", "Mục một"), ("1.1", "Đồn điền cao su")],
        closing="Kính đề nghị", issuer="Tỉnh đoàn", type="Kế hoạch",
    )
    assert found("tay nguyen") == found("het ca roi") == found("mo dau") == [long]
    asked = ["don dien", "chu truong", "kinh de nghi", "tinh doan", "ke hoach", '"đồn điền cao su"', "muc mot ke hoach"]
    assert [found(each) for each in asked] == [[typed]] * len(asked)


def test_numbers_and_phrases_are_found_at_the_far_end_of_a_long_text(root: Unit) -> None:
    """PostgreSQL keeps 256 places of a word and counts none past the 16383rd."""
    common = "từ tư cv số tu chi bộ " * 300
    far = " ".join(f"w{n}" for n in range(17_000))
    document = draft(root, text=f"{common} {far} kèm theo Công văn số 9729-CV/TU về mạng xã hội", number="1-KH/TU")
    asked = ["9729-CV/TU", '"mạng xã hội"', '"công văn số 9729"', "9729-CV/T", "w16999 mạng"]
    assert [found(each) for each in asked] == [[document]] * len(asked)
    assert not finds('"xã mạng hội"')
    assert not finds('"số mạng"')


@pytest.mark.parametrize("shape", [str, "w{}x".format, lambda n: "x" * (n % 60) + str(n)])
def test_a_text_of_half_a_million_words_can_be_kept(root: Unit, shape: Any) -> None:
    document = draft(root, number="7-BC/TU", text="Đồn điền. " + " ".join(map(shape, range(500_000))))
    assert len(document.search_text) <= fulltext.LONGEST
    assert document.text.endswith(shape(499_999))
    assert found("don dien") == found("7-bc/tu") == found(f"{shape(1234)}") == [document]


def test_a_single_word_of_any_length_can_be_kept(root: Unit) -> None:
    document = draft(root, text="a" * 100_000 + " đồn điền")
    assert found("don dien") == [document]


# ---- the index follows the table -------------------------------------------------------------------------


def in_index(word: str) -> list[int]:
    """The rows of which the index itself says that they hold a word, whether the table has them or not."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"SELECT rowid FROM {fulltext.INDEX} WHERE {fulltext.INDEX} MATCH %s ORDER BY 1", [word])
        else:
            cursor.execute(
                f"SELECT id FROM {fulltext.TABLE} WHERE to_tsvector('simple', {fulltext.COLUMN})"
                " @@ to_tsquery('simple', %s) ORDER BY 1", [word],
            )
        return [row[0] for row in cursor.fetchall()]


def whole() -> bool:
    """Whether SQLite finds the index to say what the table says; PostgreSQL's own cannot differ."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {fulltext.INDEX} ({fulltext.INDEX}, rank) VALUES ('integrity-check', 1)")
    return True


def test_the_index_follows_every_way_of_writing() -> None:
    first, second, third = Document.objects.bulk_create(
        [Document(title=t, search_text=t, created_at=NOW) for t in ("alpha", "beta", "gamma")]
    )
    assert [in_index(word) for word in ("alpha", "beta", "gamma")] == [[first.pk], [second.pk], [third.pk]]
    first.search_text = "delta"
    first.save()
    Document.objects.filter(pk=first.pk).update(title="Tên khác")  # not the column: nothing changes
    assert (in_index("alpha"), in_index("delta"), whole()) == ([], [first.pk], True)
    Document.objects.filter(pk__in=[second.pk, third.pk]).update(search_text="epsilon")
    assert (in_index("beta"), in_index("gamma"), in_index("epsilon"), whole()) == ([], [], [second.pk, third.pk], True)
    first.search_text, second.search_text = "zeta", ""
    Document.objects.bulk_update([first, second], ["search_text"])
    assert (in_index("delta"), in_index("zeta"), in_index("epsilon"), whole()) == ([], [first.pk], [third.pk], True)
    third.delete()
    Document.objects.filter(pk=first.pk).delete()
    assert (in_index("epsilon"), in_index("zeta"), whole()) == ([], [], True)
    with rolled_back():
        bare("eta")
        assert in_index("eta")
    assert (in_index("eta"), whole()) == ([], True)


def test_the_index_follows_the_registrys_actions(root: Unit) -> None:
    document = draft(root, title="Alpha", number="1-CV/TU", citations=[Cited(title="Sigma", number="9-NQ/TW")])
    told = Content(title="Beta", number="1-CV/TU", citations=[Cited(title="Sigma", number="9-NQ/TW")])
    documents.correct(document=document, content=told, seen=0, unit=root, by=None, now=NOW)
    assert (in_index("alpha"), in_index("beta"), in_index("sigma")) == ([], [document.pk], [])
    documents.register(document=document, state="directive", unit=root, by=None, now=NOW)
    stub = Document.objects.get(number="9-NQ/TW")
    assert (in_index("beta"), in_index("sigma")) == ([document.pk], [stub.pk])
    cited = make_document(root, title="Omega", number="9-NQ/TW", type="", issuer="", issued_on=None)
    assert (in_index("sigma"), in_index("omega"), whole()) == ([], [cited.pk], True)
    thrown = draft(root, title="Kappa")
    documents.discard(document=thrown, unit=root, by=None, now=NOW)
    assert (in_index("kappa"), whole()) == ([], True)


def test_a_correction_without_the_text_leaves_the_text_findable(root: Unit) -> None:
    document = draft(root, title="Alpha", text="Toàn văn có đồn điền.")
    told = Content(title="Beta", provisions=[("1", "Cao su")])
    documents.correct(document=document, content=told, seen=0, unit=root, by=None, now=NOW)
    assert found("don dien") == found("beta don") == [document]


def standing() -> set[str]:
    """What the database has of the index beside or around the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{fulltext.INDEX}%"])
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [fulltext.TABLE])
        return {row[0] for row in cursor.fetchall()}


def run(statements: list[str]) -> None:
    connection.check_constraints()  # PostgreSQL changes no table whose new rows wait to be checked
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_the_index_and_its_triggers_are_there_and_come_back() -> None:
    wanted = {fulltext.INDEX, *(fulltext.TRIGGERS if connection.vendor == "sqlite" else ())}
    assert standing() >= wanted
    assert len(fulltext.TRIGGERS) == 3
    kept = bare("alpha")
    run(fulltext.drop_sql(connection.vendor))
    assert standing() & wanted == set()
    unseen = bare("beta")
    for _ in range(2):  # safe to run again
        run(fulltext.create_sql(connection.vendor))
    assert standing() >= wanted
    later = bare("beta")
    assert (in_index("alpha"), in_index("beta"), whole()) == ([kept.pk], [unseen.pk, later.pk], True)
    later.delete()
    assert (in_index("beta"), found("bet")) == ([unseen.pk], [unseen])


def test_without_its_triggers_the_index_lags_until_it_is_put_up_again() -> None:
    """So that the tests above would notice; PostgreSQL's index cannot be had without being kept."""
    if connection.vendor == "postgresql":
        return
    run([f"DROP TRIGGER {name}" for name in fulltext.TRIGGERS])
    unseen = bare("beta")
    assert in_index("beta") == []
    with pytest.raises(DatabaseError), transaction.atomic():
        whole()
    run(fulltext.create_sql("sqlite"))
    assert (in_index("beta"), whole()) == ([unseen.pk], True)
