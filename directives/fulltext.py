"""Full-text search of documents on both databases, over one column of folded words.

PostgreSQL keeps the words and their places in a generated column that no model knows of (a phrase is checked there,
no text is taken apart again); SQLite keeps an FTS5 index beside the table, which triggers hold in step. SQLite drops
a table's triggers silently when a migration rebuilds the table, so every migration that touches the documents ends
with `create_sql`, and `manage.py verify` looks for them and compares the index with the table.
"""

import re
from typing import Any

from django.db.models import BooleanField, Func

from units.vietnamese import fold

TABLE, COLUMN, INDEX, VECTOR = "directives_document", "search_text", "document_fulltext", "search_vector"
# PostgreSQL takes no more than a megabyte of distinct words and positions of one row.
LONGEST = 200_000
_LONGEST_QUERY, _MOST_WORDS = 200, 20
_APART = re.compile("[^a-z0-9]+")
_ASKED = re.compile(r'"([^"]*)"|([^"\s]+)')


def words(text: str) -> str:
    """A text as the words it is found by: "Công văn số 729-CV/TU" → "cong van so 729 cv tu"."""
    return _APART.sub(" ", fold(text)).strip()[:LONGEST]


def phrases(asked: str) -> list[str]:
    """What a person typed, as what must all occur: single words, and words that must follow one another ("cv tu").

    The last is perhaps only begun and ends with "*", unless it stands in quotation marks. Empty without any word.
    """
    asked = asked[:_LONGEST_QUERY].replace("\0", " ")
    parts = [(words(quoted or word), not word) for quoted, word in _ASKED.findall(asked)]
    found = [(phrase, whole) for phrase, whole in parts if phrase][:_MOST_WORDS]
    return [phrase for phrase, _ in found[:-1]] + [phrase if whole else f"{phrase}*" for phrase, whole in found[-1:]]


def query(asked: str, vendor: str) -> str:
    """What a person typed, in the language of the database's index; empty when it holds no word.

    PostgreSQL's index keeps no places of words, so it is asked for the words alone.
    """
    if vendor == "postgresql":
        return " & ".join(" ".join(phrases(asked)).split()).replace("*", ":*")
    return " ".join(f'"{phrase.rstrip("*")}"' + "*" * phrase.endswith("*") for phrase in phrases(asked))


class Matches(Func):
    """Whether a row has all that a person asked for; takes the table's key and the folded column."""

    output_field = BooleanField()
    arity = 2

    def __init__(self, key: str, column: str, *, asked: str) -> None:
        super().__init__(key, column)
        self.asked = asked

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        """That words follow one another is seen in the text: a vector knows 256 places of a word and none far in."""
        column, params = compiler.compile(self.source_expressions[1])
        vector = column.replace(COLUMN, VECTOR)
        sql, params = f"{vector} @@ to_tsquery('simple', %s)", [*params, query(self.asked, "postgresql")]
        for phrase in (phrase for phrase in phrases(self.asked) if " " in phrase):
            sql += f" AND ' ' || {column} || ' ' LIKE %s"
            params.append(f"% {phrase.rstrip('*')}%" if phrase.endswith("*") else f"% {phrase} %")
        return f"({sql})", params

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        key, params = compiler.compile(self.source_expressions[0])
        return f"{key} IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)", (*params, query(self.asked, "sqlite"))


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
        vector = f"tsvector GENERATED ALWAYS AS (to_tsvector('simple', {COLUMN})) STORED"
        return [
            f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {VECTOR} {vector}",
            f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin ({VECTOR})",
        ]
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({COLUMN}, content='{TABLE}', content_rowid='id')",
        *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
        *(f"CREATE TRIGGER {name} {what}" for name, what in TRIGGERS.items()),
        f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')",
    ]


def drop_sql(vendor: str) -> list[str]:
    """The statements that take the index down."""
    if vendor == "postgresql":
        return [f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS {VECTOR}"]
    return [*(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), f"DROP TABLE IF EXISTS {INDEX}"]


def parts(vendor: str) -> tuple[str, ...]:
    """What must be there for a search to be right."""
    return (INDEX, *(TRIGGERS if vendor == "sqlite" else ()))


def present_sql(vendor: str) -> str:
    """The names of what is there."""
    if vendor == "postgresql":
        return f"SELECT indexname FROM pg_indexes WHERE tablename = '{TABLE}'"
    return f"SELECT name FROM sqlite_master WHERE name LIKE '{INDEX}%'"


# SQLite's own comparison of its index with the table; an error where they differ. PostgreSQL's cannot.
COMPARE = f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('integrity-check', 1)"
