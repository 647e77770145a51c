"""The index of words: a table of its own, FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

FORWARD = {
    "sqlite": ["CREATE VIRTUAL TABLE feedback_search USING fts5(tokens, tokenize = 'unicode61')"],
    "postgresql": [
        "CREATE TABLE feedback_search (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)",
        "CREATE INDEX feedback_search_tokens ON feedback_search USING gin (tokens)",
    ],
}


def build(apps, schema_editor):
    for statement in FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE feedback_search")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
