"""Several appraisals at once: only what was chosen, only after a sample was looked at, and never for a changed scan."""

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.models import User
from portfolios.models import Appraisal
from portfolios.services import scans
from tests.people import Clinic

pytestmark = pytest.mark.django_db


def ask(
    user: User, clinic: Clinic, data: dict[str, object] | None = None, query: str = ""
) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    address = reverse("scans_appraise", args=[clinic.portfolio.pk]) + query
    answer = client.get(address) if data is None else client.post(address, data)
    return answer.status_code, answer.content.decode()


def test_several_are_signed_only_after_a_sample(clinic: Clinic, rivals: Clinic) -> None:
    made = scans.bulk_log_scans(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=[clinic.entry()] * 7
    )
    chosen = [f"{scan.number}.1" for scan in made[:6]]
    for user in (clinic.student_user, clinic.world.leader, rivals.mentor_user):
        assert ask(user, clinic)[0] == 404
    status, page = ask(clinic.mentor_user, clinic)
    assert status == 200 and "checked" not in page
    status, page = ask(clinic.mentor_user, clinic, query="?" + "&".join(f"scan={one}" for one in chosen))
    assert status == 200 and page.count('name="opened"') == 2 and "checked" not in page
    assert not Appraisal.objects.exists()
    data = {"scan": chosen, "grade": "good", "comment": "Sound", "opened": ["1"]}
    status, page = ask(clinic.mentor_user, clinic, data)
    assert status == 422 and "Look at each scan of the sample" in page and not Appraisal.objects.exists()
    assert ask(clinic.mentor_user, clinic, data | {"opened": ["1", "6"], "grade": ""})[0] == 422
    scans.correct_scan(by=clinic.student_user, scan_id=made[2].pk, version=1, entry=clinic.entry(minutes=50))
    status, page = ask(clinic.mentor_user, clinic, data | {"opened": ["1", "6"]})
    assert status == 422 and "changed or appraised meanwhile" in page and not Appraisal.objects.exists()
    chosen[2] = "3.2"
    assert ask(clinic.mentor_user, clinic, data | {"opened": ["1", "6"]})[0] == 302
    assert Appraisal.objects.count() == 6
