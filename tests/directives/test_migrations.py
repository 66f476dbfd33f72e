"""Documents of a portal of before are found in full text, and their citations say which number they named."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from directives.models import Citation, Document
from portal.verify import fulltext_in_step, search_text_kept

BEFORE = [("directives", "0002_rollup_by_answering_unit")]


@pytest.fixture
def past(transactional_db: None) -> Iterator[Any]:
    """The models as they were; afterwards the schema of today again."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    call_command("migrate", verbosity=0)


def test_what_was_registered_before_is_found_in_full_text(past: Any) -> None:
    now = timezone.now()
    documents, citations = past.get_model("directives", "Document"), past.get_model("directives", "Citation")
    told = {"type": "Công văn", "issuer": "Tỉnh ủy", "title": "Về đọc sách", "created_at": now}
    letter = documents.objects.create(
        number="729-CV/TU", num=729, search_text="729-cv/tu", text="Giao Đảng ủy xã. Công TTĐT đăng tin.", **told
    )
    summary = documents.objects.create(number="8-KH/TU", num=8, search_text="8-kh/tu", **told)
    past.get_model("directives", "Provision").objects.create(document=summary, label="1", text="Tủ sách", order=1)
    citations.objects.create(source=letter, target=summary, as_written="Kế hoạch số 8-KH/TU, ngày 01/3/2026")
    citations.objects.create(source=summary, target=letter, as_written="công văn của Tỉnh ủy")
    call_command("migrate", verbosity=0)

    def found(words: str) -> set[str]:
        return set(Document.objects.search(words).values_list("number", flat=True))

    assert found("dang uy xa") == found("cong ttdt") | found("729-cv/tu") == {"729-CV/TU"}
    assert found('"tủ sách"') == {"8-KH/TU"}
    assert [*search_text_kept(now), *fulltext_in_step(now)] == []
    assert set(Citation.objects.values_list("number", "type")) == {("8-KH/TU", "Công văn"), ("", "")}
