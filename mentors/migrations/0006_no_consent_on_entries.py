"""The day of consent stands in its own row now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mentors", "0005_listing_and_consent_from_entries")]
    operations = [migrations.RemoveField(model_name="mentor", name="consent_on")]
