"""Which clauses an application is asked about; none named: all, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0020_both_sides_declare"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="clauses",
            field=models.JSONField(
                blank=True, default=list, verbose_name="clauses it was asked about; none: all"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="clauses",
            field=models.JSONField(
                blank=True, default=list, verbose_name="clauses it is asked about; none: all"
            ),
        ),
    ]
