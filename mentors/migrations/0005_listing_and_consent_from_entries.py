"""What the entries said of today becomes rows with two times: on the register since it was entered, consent since its day."""

from typing import Any

from django.db import migrations


def copy(apps: Any, schema_editor: Any) -> None:
    """One row of each kind for an entry that says so; known since the entry was made, as far as anybody can tell."""
    mentor, listing, consent = (apps.get_model("mentors", name) for name in ("Mentor", "Listing", "Consent"))
    for one in mentor.objects.iterator():
        known = {"mentor": one, "known_from": one.created_at, "imported_id": one.imported_id}
        if one.state == "taken_back":
            known["known_until"] = one.taken_back_at
        first = one.created_at.date()
        if one.state == "left":
            listing.objects.create(since=first, **known, known_until=one.updated_at)
            known_now = {**known, "known_from": one.updated_at}
            listing.objects.create(since=first, until=max(first, one.updated_at.date()), **known_now)
        elif one.state != "proposed":
            listing.objects.create(since=first, **known)
        if one.consent_on is not None:
            consent.objects.create(since=one.consent_on, **known)


class Migration(migrations.Migration):
    dependencies = [("mentors", "0004_listing_and_consent")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
