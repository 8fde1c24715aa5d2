"""The documents of a kind of application: listed, found in the library, and named where one is required and missing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation import papers
from accreditation.enums import Paper, SubmissionKind
from accreditation.exceptions import Invalid
from accreditation.services import evidence, submissions
from tests.accreditation import filemaker
from tests.worlds import World

pytestmark = pytest.mark.django_db


def test_every_kind_has_its_list_and_every_document_is_in_one() -> None:
    assert set(papers.EXPECTED) == set(SubmissionKind.values)
    assert {paper for listed in papers.EXPECTED.values() for paper in listed} == set(Paper)


def test_a_required_document_is_named_until_a_file_says_that_it_is_it(world: World, settings: Any) -> None:
    settings.REQUIRED_PAPERS = {"all": ["programme_specification"], "new": ["cvs"]}
    draft = submissions.open_submission(by=world.leader, course=world.course, kind="new")
    assert papers.missing(draft) == [
        "Programme specification is missing",
        "CVs of the course team is missing",
    ]

    def told() -> list[str]:
        with pytest.raises(Invalid) as no:
            submissions.submit(
                by=world.leader, submission_id=draft.pk, declared_name="Leader", declared_role="Course leader"
            )
        return no.value.problems.get("papers", [])

    assert told() == papers.missing(draft)
    file = evidence.add_evidence(
        by=world.leader,
        submission_id=draft.pk,
        upload=filemaker.upload("Spec.pdf"),
        paper="programme_specification",
    )
    assert told() == ["CVs of the course team is missing"]
    evidence.rename_evidence(
        by=world.leader, submission_id=draft.pk, evidence_id=file.pk, title="Curricula vitae", paper="cvs"
    )
    assert told() == ["Programme specification is missing"]
    with pytest.raises(Invalid):
        evidence.rename_evidence(
            by=world.leader, submission_id=draft.pk, evidence_id=file.pk, title="x", paper="nonsense"
        )
    settings.REQUIRED_PAPERS = {}
    assert told() == []


def test_the_library_shows_what_is_there(world: World) -> None:
    draft = submissions.open_submission(by=world.leader, course=world.course, kind="focused")
    client = Client()
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("submission_evidence", args=[draft.pk])
    assert "In the library" not in client.get(address).content.decode()
    evidence.add_evidence(
        by=world.member, submission_id=draft.pk, upload=filemaker.upload("CVs.pdf"), paper="cvs"
    )
    shown = client.get(address).content.decode()
    assert shown.count("In the library") == 1 and "CVs of the course team" in shown
