"""The relay remembers when it rang, so that it does not fill the queue with the same bells."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0011_evidence_papers")]
    operations = [
        migrations.AddField(
            model_name="job",
            name="rung_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="when the relay last rang for it"),
        ),
    ]
