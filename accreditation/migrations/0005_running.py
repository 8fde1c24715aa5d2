"""Names in the audit trail are bound by salted sums and may be taken away; each part of the system says when it was there."""

from typing import Any

from django.db import migrations, models

SAME = ("seq", "at", "actor_id", "verb", "object_type", "object_id", "payload", "previous", "hash", "actor_sum", "label_sum")
NAMES = (("actor", "actor_salt"), ("object_label", "label_salt"))


def _allowed(same: str) -> str:
    """The condition under which an update may pass: a name and its salt taken away together, all else as it was."""
    parts = ["OLD.actor_sum <> ''"]
    parts += [f"NEW.{column} {same} OLD.{column}" for column in SAME]
    parts += [
        f"((NEW.{name} {same} OLD.{name} AND NEW.{salt} {same} OLD.{salt}) OR (NEW.{name} = '' AND NEW.{salt} = ''))"
        for name, salt in NAMES
    ]
    return " AND ".join(parts)


POSTGRESQL = [
    f"""
    CREATE OR REPLACE FUNCTION case_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF {_allowed("IS NOT DISTINCT FROM")} THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'The audit trail is append-only.';
    END $$
    """
]
POSTGRESQL_BACK = [
    """
    CREATE OR REPLACE FUNCTION case_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END $$
    """
]
# SQLite makes a table anew where a column is added, and its triggers are gone: both are made again.
DROP = ["DROP TRIGGER IF EXISTS case_audit_no_update", "DROP TRIGGER IF EXISTS case_audit_no_delete"]
NO_DELETE = """
    CREATE TRIGGER case_audit_no_delete BEFORE DELETE ON accreditation_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
"""
SQLITE = [
    *DROP,
    f"""
    CREATE TRIGGER case_audit_no_update BEFORE UPDATE ON accreditation_auditevent
    WHEN NOT ({_allowed("IS")})
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    NO_DELETE,
]
SQLITE_BACK = [
    *DROP,
    """
    CREATE TRIGGER case_audit_no_update BEFORE UPDATE ON accreditation_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    NO_DELETE,
]


def _run(statements: dict[str, list[str]]) -> Any:
    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forwards


def _column(name: str, length: int) -> migrations.AddField:
    field = models.CharField(blank=True, db_default="", default="", max_length=length)
    return migrations.AddField(model_name="auditevent", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0004_messages")]
    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("faults", models.PositiveIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=500)),
            ],
            options={"default_permissions": ("view",)},
        ),
        _column("actor_salt", 32),
        _column("actor_sum", 64),
        _column("label_salt", 32),
        _column("label_sum", 64),
        migrations.RunPython(
            _run({"postgresql": POSTGRESQL, "sqlite": SQLITE}),
            _run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK}),
        ),
    ]
