from django.db import migrations, models


class Migration(migrations.Migration):
    """How often the clock ended a promise's attempt: each time it gets twice as long."""

    dependencies = [("accreditation", "0013_looks_at_clauses")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="cut",
            field=models.PositiveIntegerField(
                db_default=0, default=0, verbose_name="attempts that the clock ended"
            ),
        ),
    ]
