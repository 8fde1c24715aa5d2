"""The database itself refuses to change or delete an audit event, on PostgreSQL and on SQLite alike."""

from typing import Any

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION case_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END $$
    """,
    """
    CREATE TRIGGER case_audit_no_change BEFORE UPDATE OR DELETE ON accreditation_auditevent
    FOR EACH ROW EXECUTE FUNCTION case_audit_is_append_only()
    """,
    """
    CREATE TRIGGER case_audit_no_truncate BEFORE TRUNCATE ON accreditation_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION case_audit_is_append_only()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER case_audit_no_truncate ON accreditation_auditevent",
    "DROP TRIGGER case_audit_no_change ON accreditation_auditevent",
    "DROP FUNCTION case_audit_is_append_only()",
]
SQLITE = [
    """
    CREATE TRIGGER case_audit_no_update BEFORE UPDATE ON accreditation_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    """
    CREATE TRIGGER case_audit_no_delete BEFORE DELETE ON accreditation_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
]
SQLITE_BACK = ["DROP TRIGGER case_audit_no_delete", "DROP TRIGGER case_audit_no_update"]


def _run(statements: dict[str, list[str]]) -> Any:
    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forwards


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0001_initial")]
    operations = [
        migrations.RunPython(
            _run({"postgresql": POSTGRESQL, "sqlite": SQLITE}),
            _run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK}),
        )
    ]
