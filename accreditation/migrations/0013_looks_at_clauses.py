"""What an assessor has looked at, for unread and changed marks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0012_job_rung"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClauseLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause", models.CharField(max_length=10)),
                ("seen", models.JSONField(default=dict, verbose_name="what stood there, by its sums")),
                ("at", models.DateTimeField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="accreditation.assignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "clause"), name="look_once_per_clause")
                ],
            },
        ),
    ]
