"""Views of the register that people kept: they stand beside those of all other tables from now on."""

from django.db import migrations


def move(apps, schema_editor):
    kept = apps.get_model("accreditation", "KeptView")
    kept.objects.bulk_create(
        kept(id=old.pk, created_at=old.created_at, user_id=old.user_id, table="mentors", name=old.name, query=old.query)
        for old in apps.get_model("mentors", "SavedView").objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mentors", "0007_address_check"),
        ("accreditation", "0019_kept_views"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="SavedView"),
    ]
