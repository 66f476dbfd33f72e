"""Full-text search of documents on both databases, over one column of folded words.

PostgreSQL indexes that column as it is; SQLite keeps an FTS5 index beside the table, which triggers hold in step.
SQLite drops a table's triggers silently when a migration rebuilds the table, so every migration that touches the
documents ends with `create_sql`, and `manage.py verify` looks for them and compares the index with the table.
"""

import re
from typing import Any

from django.db.models import BooleanField, Func

from units.vietnamese import fold

TABLE, COLUMN, INDEX = "directives_document", "search_text", "document_fulltext"
# PostgreSQL takes no more than a megabyte of distinct words and positions of one row.
LONGEST = 200_000
_LONGEST_QUERY, _MOST_WORDS = 200, 20
_APART = re.compile("[^a-z0-9]+")
_ASKED = re.compile(r'"([^"]*)"|([^"\s]+)')


def words(text: str) -> str:
    """A text as the words it is found by: "Công văn số 729-CV/TU" → "cong van so 729 cv tu"."""
    return _APART.sub(" ", fold(text)).strip()[:LONGEST]


def query(asked: str, vendor: str) -> str:
    """What a person typed, in the database's query language; empty when it holds no word.

    Every word must occur, the last perhaps only begun; words in quotation marks must follow one another.
    """
    asked = asked[:_LONGEST_QUERY].replace("\0", " ")
    parts = [words(phrase or word).split() for phrase, word in _ASKED.findall(asked)]
    phrases = [part for part in parts if part][:_MOST_WORDS]
    begun = bool(phrases) and not asked.rstrip().endswith('"')
    if vendor == "postgresql":
        joined = " & ".join("(" + " <-> ".join(phrase) + ")" for phrase in phrases)
        return f"{joined[:-1]}:*)" if begun else joined
    return " ".join('"' + " ".join(phrase) + '"' for phrase in phrases) + ("*" if begun else "")


class Matches(Func):
    """Whether a row matches a query made by `query`; takes the table's key and the folded column."""

    output_field = BooleanField()
    arity = 2

    def __init__(self, key: str, column: str, *, query: str) -> None:
        super().__init__(key, column)
        self.query = query

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[1])
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, self.query]

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        key, params = compiler.compile(self.source_expressions[0])
        return f"{key} IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)", (*params, self.query)


_ADD = f"INSERT INTO {INDEX} (rowid, {COLUMN}) VALUES (NEW.id, NEW.{COLUMN})"
_TAKE = f"INSERT INTO {INDEX} ({INDEX}, rowid, {COLUMN}) VALUES ('delete', OLD.id, OLD.{COLUMN})"
TRIGGERS = {
    f"{INDEX}_added": f"AFTER INSERT ON {TABLE} BEGIN {_ADD}; END",
    f"{INDEX}_taken": f"AFTER DELETE ON {TABLE} BEGIN {_TAKE}; END",
    f"{INDEX}_changed": f"AFTER UPDATE OF {COLUMN} ON {TABLE} BEGIN {_TAKE}; {_ADD}; END",
}


def create_sql(vendor: str) -> list[str]:
    """The statements that put up the index and fill it; safe to run again."""
    if vendor == "postgresql":
        return [f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin (to_tsvector('simple', {COLUMN}))"]
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({COLUMN}, content='{TABLE}', content_rowid='id')",
        *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
        *(f"CREATE TRIGGER {name} {what}" for name, what in TRIGGERS.items()),
        f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')",
    ]


def drop_sql(vendor: str) -> list[str]:
    """The statements that take the index down."""
    if vendor == "postgresql":
        return [f"DROP INDEX IF EXISTS {INDEX}"]
    return [*(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), f"DROP TABLE IF EXISTS {INDEX}"]
