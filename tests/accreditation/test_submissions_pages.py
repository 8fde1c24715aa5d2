"""Pages of a submission for its course team: what each shows, what each refuses, and that nothing typed is lost."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accreditation import questions, sections
from accreditation.enums import SubmissionState
from accreditation.forms import keys
from accreditation.home.courses import items_for
from accreditation.models import Answer, AuditEvent, Citation, Evidence, Module, Snapshot, Submission, User
from accreditation.services import courses
from accreditation.services import evidence as library
from accreditation.services import submissions as services
from tests.accreditation import filemaker
from tests.accreditation.filemaker import upload
from tests.worlds import World, make_world

BACKEND = "django.contrib.auth.backends.ModelBackend"
WORDS = "Three parties sign before the first scan."


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.DATA_DIR = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def draft(world: World) -> Submission:
    return services.open_submission(by=world.leader, course=world.course, kind="new")


@pytest.fixture
def handbook(world: World, draft: Submission) -> Evidence:
    return library.add_evidence(
        by=world.leader, submission_id=draft.pk, upload=upload(data=filemaker.pdf(5)), title="Course handbook"
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def fill(world: World, draft: Submission) -> None:
    for clause in questions.QUESTIONS:
        services.save_answer(by=world.leader, submission_id=draft.pk, clause=clause, text=WORDS, version=0)
    for code in sections.CODES:
        services.set_section(by=world.leader, submission_id=draft.pk, code=code, complete=True)


def post_answer(client: Client, draft: Submission, clause: str = "PS2.1", **data: Any) -> Any:
    values = {"text": WORDS, "version": "0", "action": "save", "__end": "1", **data}
    return client.post(reverse("submission_clause", args=[draft.pk, clause]), values)


def addresses(draft: Submission, world: World, file: Evidence) -> dict[str, str]:
    """Every page of a submission and its course, for reading."""
    submission = (
        "submission",
        "submission_course",
        "submission_people",
        "submission_evidence",
        "submission_findings",
    )
    submission += ("submission_answers", "submission_submit", "submission_withdraw")
    module = world.course.modules.first()
    assert module is not None
    found = {name: reverse(name, args=[draft.pk]) for name in submission}
    found["submission_statement"] = reverse("submission_statement", args=[draft.pk, "PS2"])
    found["submission_clause"] = reverse("submission_clause", args=[draft.pk, "PS2.1"])
    for name in ("evidence_view", "evidence_file", "evidence_replace", "evidence_remove", "evidence_title"):
        found[name] = reverse(name, args=[draft.pk, file.number])
    found["evidence_page"] = reverse("evidence_page", args=[draft.pk, file.number, 1])
    for name in ("course", "submission_open", "course_edit", "course_minimums", "module_add"):
        found[name] = reverse(name, args=[world.course.pk])
    for name in ("module_edit", "module_remove"):
        found[name] = reverse(name, args=[world.course.pk, module.pk])
    return found


def missing_twin(address: str) -> str:
    """The same address with the id of nothing."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "01890000-0000-7000-8000-000000000000", address, count=1)


def test_the_team_sees_every_page(world: World, draft: Submission, handbook: Evidence) -> None:
    for user in (world.leader, world.member):
        client = signed_in(user)
        for name, address in addresses(draft, world, handbook).items():
            page = client.get(address)
            assert page.status_code == 200, f"{name} for {user}"
            if page.streaming:
                assert b"".join(page.streaming_content)  # type: ignore[attr-defined]
        assert draft.reference in client.get(reverse("submissions")).content.decode()


def test_another_university_sees_what_a_missing_page_shows(
    world: World, rival: World, draft: Submission, handbook: Evidence
) -> None:
    for user in (rival.leader, world.outsider, world.lead):
        client = signed_in(user)
        for name, address in addresses(draft, world, handbook).items():
            for method in (client.get, client.post):
                there, nowhere = method(address), method(missing_twin(address))
                expected = {404} if method == client.get else {404, 405}
                assert there.status_code in expected, f"{name} for {user}: {there.status_code}"
                assert _without_tokens(there, address) == _without_tokens(nowhere, missing_twin(address)), (
                    name
                )
                assert b"Wexcombe" not in there.content or user is not rival.leader
        assert draft.reference not in client.get(reverse("submissions")).content.decode()
    assert Submission.objects.get().state == "draft" and Evidence.objects.count() == 1


def _without_tokens(page: Any, address: str) -> str:
    """A page without its own address, the tokens that differ from page to page, and the seconds left of the session."""
    text = page.content.decode().replace(address, "")
    return re.sub(r'[A-Za-z0-9]{64}|data-session-seconds="\d+"', "", text)


def test_a_draft_is_for_the_team_alone_and_what_was_submitted_for_officers_too(
    world: World, draft: Submission
) -> None:
    officer = signed_in(world.officer)
    assert officer.get(reverse("submission", args=[draft.pk])).status_code == 404
    fill(world, draft)
    services.submit(by=world.leader, submission_id=draft.pk, declared_name="L", declared_role="Leader")
    page = officer.get(reverse("submission", args=[draft.pk]))
    assert page.status_code == 200 and "Withdraw" not in page.content.decode()
    assert WORDS in officer.get(reverse("submission_version", args=[draft.pk, 1])).content.decode()


def test_nobody_is_let_in_without_signing_in(world: World, draft: Submission, handbook: Evidence) -> None:
    for name, address in addresses(draft, world, handbook).items():
        assert Client().get(address).status_code == 302, name


def test_the_task_list_counts_and_says_why(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    page = client.get(reverse("submission", args=[draft.pk])).content.decode()
    assert "<strong>0 of 8</strong>" in page and page.count("Cannot start yet") == 1
    for clause in ("PS3.1", "PS3.2"):
        post_answer(client, draft, clause)
    question = reverse("submission_statement", args=[draft.pk, "PS3"])
    assert client.post(question, {"complete": "yes"}).status_code == 302
    page = client.get(reverse("submission", args=[draft.pk])).content.decode()
    assert "<strong>1 of 8</strong>" in page and "2 of 2 clauses answered; 2 without evidence" in page
    post_answer(client, draft, "PS3.1", text="", version="1")
    page = client.get(reverse("submission", args=[draft.pk])).content.decode()
    assert "There is a problem" in page and "something is missing now. PS3.1" in page


def test_a_section_that_lacks_something_is_not_called_complete(world: World, draft: Submission) -> None:
    page = signed_in(world.leader).post(
        reverse("submission_statement", args=[draft.pk, "PS3"]), {"complete": "yes"}
    )
    assert (
        page.status_code == 422 and "PS3.2 Portfolio presented: answer the question" in page.content.decode()
    )


def test_buttons_lead_where_they_say(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    here = reverse("submission_clause", args=[draft.pk, "PS2.1"])
    assert post_answer(client, draft).url == here
    assert post_answer(client, draft, version="1", action="later").url == reverse(
        "submission", args=[draft.pk]
    )
    assert post_answer(client, draft, version="1", action="next").url.endswith("/PS2.2/")
    assert post_answer(client, draft, "PS2.6", action="next").url.endswith("/statements/PS2/#complete")
    answers = reverse("submission_answers", args=[draft.pk])
    assert post_answer(client, draft, version="1", action="next", back=answers).url == answers


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(world: World, draft: Submission, back: str) -> None:
    answer = post_answer(signed_in(world.leader), draft, action="later", back=back)
    assert answer.url == reverse("submission", args=[draft.pk])


def test_two_authors_see_both_texts(world: World, draft: Submission) -> None:
    post_answer(signed_in(world.member), draft, text="The member’s words.")
    page = post_answer(signed_in(world.leader), draft, text="The leader’s words.")
    words = page.content.decode()
    assert page.status_code == 409 and "Two people changed this answer" in words
    assert "The member’s words." in words and "The leader’s words." in words
    assert Answer.objects.get().text == "The member’s words."
    version = re.search(r'name="version" id="id_version" value="(\d+)"', words)
    assert version
    post_answer(signed_in(world.leader), draft, text="Both together.", version=version[1])
    assert Answer.objects.get().text == "Both together."


def test_autosave_keeps_the_draft_and_notices_the_other_author(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    address = reverse("submission_autosave", args=[draft.pk, "PS2.1"])
    saved = client.post(address, {"text": "Half a sen", "version": "0"})
    assert saved.status_code == 200 and 'value="1" hx-swap-oob="true"' in saved.content.decode()
    assert Answer.objects.get().text == "Half a sen"
    assert signed_in(world.member).post(address, {"text": "Other", "version": "0"}).status_code == 409
    assert client.post(address, {"text": "x", "version": "none"}).status_code == 400
    assert client.get(address).status_code == 405


def test_an_answer_and_an_upload_go_together(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    page = post_answer(client, draft, action="upload", file=upload("Contract template.pdf"), file_pages="2-3")
    assert page.status_code == 302
    assert (Evidence.objects.get().title, Citation.objects.get().pages) == ("Contract template", "2-3")
    again = post_answer(
        client, draft, version="1", action="upload", file=upload("Contract template.pdf"), file_pages="2-3"
    )
    assert again.status_code == 302 and Evidence.objects.count() == 1 and Citation.objects.count() == 1


def test_what_is_wrong_with_a_file_does_not_lose_the_answer(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    client = signed_in(world.leader)
    page = post_answer(client, draft, action="cite", evidence=str(handbook.pk), pages="9")
    words = page.content.decode()
    assert (
        page.status_code == 422 and "The file has 5 pages, so there is no page 9" in words and WORDS in words
    )
    assert '<a href="#id_pages">' in words and "Error: " in words
    assert Answer.objects.get().text == WORDS and not Citation.objects.exists()
    page = post_answer(
        client, draft, version="1", action="upload", file=upload("a.exe", b"MZ"), title="A program"
    )
    assert page.status_code == 422 and "This kind of file is not taken" in page.content.decode()
    assert "A program" in page.content.decode()
    page = post_answer(client, draft, version="1", pages="3")
    assert page.status_code == 422 and "Choose the file that these pages are in" in page.content.decode()


def test_a_citation_is_taken_out_by_its_button(world: World, draft: Submission, handbook: Evidence) -> None:
    client = signed_in(world.leader)
    post_answer(client, draft, action="cite", evidence=str(handbook.pk), pages="3")
    citation = Citation.objects.get()
    assert post_answer(client, draft, version="1", uncite=str(citation.pk)).status_code == 302
    assert post_answer(client, draft, version="1", uncite="not an id").status_code == 302
    assert not Citation.objects.exists() and Evidence.objects.count() == 1


def test_the_library_adds_replaces_and_removes(world: World, draft: Submission, handbook: Evidence) -> None:
    client = signed_in(world.leader)
    page = reverse("submission_evidence", args=[draft.pk])
    key = str(keys.new_key())
    for _ in range(2):  # a second press of the same form
        sent = {"file": upload("Log.csv", b"day,region\n1,knee\n"), "form_key": key, "__end": "1"}
        assert client.post(page, sent).url == f"{page}#e2"
    assert Evidence.objects.count() == 2
    twice = client.post(
        page, {"file": upload("L2.csv", b"day,region\n1,knee\n"), "form_key": keys.new_key(), "__end": "1"}
    )
    assert twice.status_code == 422 and "E2 “Log”" in twice.content.decode()
    library.cite(by=world.leader, submission_id=draft.pk, clause="PS1.1", evidence_id=handbook.pk, pages="3")
    refused = client.post(reverse("evidence_remove", args=[draft.pk, 1]))
    assert refused.status_code == 409 and "is cited by PS1.1" in refused.content.decode()
    new = {"file": upload("v2.pdf", filemaker.pdf(9, "v2")), "form_key": keys.new_key(), "__end": "1"}
    assert client.post(reverse("evidence_replace", args=[draft.pk, 1]), new).status_code == 302
    shown = client.get(page).content.decode()
    assert "Older version" in shown and "PS1.1 now cites the new version: check the pages" in shown
    assert client.post(reverse("evidence_remove", args=[draft.pk, 2])).status_code == 302
    assert client.post(reverse("evidence_title", args=[draft.pk, 3]), {"title": "Renamed"}).status_code == 302
    assert "E3 Renamed" in client.get(page).content.decode()


def test_a_file_is_sent_as_a_download_and_recorded(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    sent = signed_in(world.member).get(reverse("evidence_file", args=[draft.pk, 1]))
    assert b"".join(sent.streaming_content) == filemaker.pdf(5)  # type: ignore[attr-defined]
    assert sent["Content-Disposition"] == 'attachment; filename="Course handbook 2026.pdf"'
    assert sent["Content-Type"] == "application/pdf" and sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(verb="evidence.downloaded")
    assert event.actor_id == world.member.pk and event.object_id == str(handbook.pk)


def test_a_proxy_may_send_the_file(
    world: World, draft: Submission, handbook: Evidence, settings: Any
) -> None:
    settings.USE_X_ACCEL = True
    sent = signed_in(world.member).get(reverse("evidence_file", args=[draft.pk, 1]))
    sha = handbook.sha256
    assert sent["X-Accel-Redirect"] == f"/_evidence/{sha[:2]}/{sha[2:4]}/{sha}" and sent.content == b""


def test_a_file_that_the_store_lost_is_said(world: World, draft: Submission, handbook: Evidence) -> None:
    next(library.files.root().rglob(handbook.sha256)).unlink()
    lost = signed_in(world.leader).get(reverse("evidence_file", args=[draft.pk, 1]))
    assert lost.status_code == 500 and "cannot be read" in lost.content.decode()
    assert not AuditEvent.objects.filter(verb="evidence.downloaded").exists()
    assert signed_in(world.leader).get(reverse("evidence_page", args=[draft.pk, 1, 1])).status_code == 404


def test_pages_are_shown_as_pictures_of_ours(
    world: World, draft: Submission, handbook: Evidence, store: Path
) -> None:
    client = signed_in(world.leader)
    picture = client.get(reverse("evidence_page", args=[draft.pk, 1, 2]))
    assert picture["Content-Type"] == "image/png" and picture["X-Content-Type-Options"] == "nosniff"
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(reverse("evidence_page", args=[draft.pk, 1, 6])).status_code == 404
    page = client.get(reverse("evidence_view", args=[draft.pk, 1]) + "?page=2").content.decode()
    assert "Course handbook, page 2" in page and "?page=1" in page and "?page=3" in page
    assert AuditEvent.objects.filter(verb="evidence.viewed").count() == 1  # turning pages is one reading
    beyond = client.get(reverse("evidence_view", args=[draft.pk, 1]) + "?page=999").content.decode()
    assert 'value="5"' in beyond
    assert client.get(reverse("evidence_view", args=[draft.pk, 1]) + "?page=two").status_code == 200


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "log.csv", "notes.txt", "list.xlsx"])
def test_every_kind_of_file_can_be_looked_at(world: World, draft: Submission, name: str) -> None:
    data = {
        "p.png": filemaker.picture(),
        "p.jpg": filemaker.picture("JPEG"),
        "log.csv": b"day,region\n1,knee\n",
        "notes.txt": b"Notes of the board",
        "list.xlsx": filemaker.workbook(),
    }[name]
    library.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload(name, data))
    client = signed_in(world.leader)
    page = client.get(reverse("evidence_view", args=[draft.pk, 1])).content.decode()
    if name.startswith("p."):
        assert client.get(reverse("evidence_page", args=[draft.pk, 1, 1]))["Content-Type"] == "image/png"
    else:
        assert {"log.csv": "1,knee", "notes.txt": "Notes of the board", "list.xlsx": "cannot be shown"}[
            name
        ] in page


def test_what_people_type_is_shown_as_text(world: World, draft: Submission) -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}{% debug %}\"'><img src=x onerror=alert(1)>"
    client = signed_in(world.leader)
    post_answer(client, draft, text=evil)
    library.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload("a.pdf"), title=evil[:190])
    for name in ("submission_answers", "submission_evidence"):
        page = client.get(reverse(name, args=[draft.pk])).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert" in page
        assert "{{ 7|add:7 }}" in page
    page = client.get(reverse("submission_clause", args=[draft.pk, "PS2.1"])).content.decode()
    assert "<script>alert" not in page and "{% debug %}" in page


def test_submitting_by_its_pages(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    address = reverse("submission_submit", args=[draft.pk])
    declared = {"declared_name": "Leader Wexcombe", "declared_role": "Course leader", "declared": "on"}
    seen = {"seen_state": "draft", "seen_version": str(draft.version)}
    page = client.post(address, declared | seen)
    assert page.status_code == 422 and "PS1.1 Professional body: answer the question" in page.content.decode()
    assert not Snapshot.objects.exists()
    fill(world, draft)
    assert (
        "Continue to the declaration"
        in client.get(reverse("submission_answers", args=[draft.pk])).content.decode()
    )
    undeclared = client.post(address, seen | {"declared_name": "Leader Wexcombe"})
    assert undeclared.status_code == 422 and "Tick the declaration" in undeclared.content.decode()
    assert "Leader Wexcombe" in undeclared.content.decode()
    assert client.post(address, declared | seen).url == reverse("submission_submitted", args=[draft.pk])
    done = client.get(reverse("submission_submitted", args=[draft.pk])).content.decode()
    assert draft.reference in done and "withdraw" in done and "CASE appoints a lead assessor" in done
    again = client.post(address, declared | seen)
    assert again.status_code == 409 and "is now “Submitted”. Nothing was changed" in again.content.decode()
    assert Snapshot.objects.count() == 1
    locked = post_answer(client, draft, text="Too late")
    assert locked.status_code == 409 and "only while it is a draft" in locked.content.decode()
    version = client.get(reverse("submission_version", args=[draft.pk, 1])).content.decode()
    assert WORDS in version and "Declared by Leader Wexcombe" in version and "0 students, 0 scans" in version
    assert (
        "Save and continue"
        not in client.get(reverse("submission_clause", args=[draft.pk, "PS2.1"])).content.decode()
    )


def test_a_member_prepares_and_a_leader_submits(world: World, draft: Submission) -> None:
    fill(world, draft)
    page = signed_in(world.member).get(reverse("submission_submit", args=[draft.pk])).content.decode()
    assert "Only a leader of the course can submit" in page and "Submit to CASE</button>" not in page


def test_withdrawing_by_its_page(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    address = reverse("submission_withdraw", args=[draft.pk])
    assert client.post(address, {"seen_state": "submitted"}).status_code == 409
    assert signed_in(world.member).post(address, {"seen_state": "draft"}).status_code == 403
    assert client.post(address, {"seen_state": "draft"}).status_code == 302
    assert client.post(address, {"seen_state": "draft"}).status_code == 409
    assert "was withdrawn" in client.get(reverse("submission", args=[draft.pk])).content.decode()


def test_who_cannot_withdraw_is_told_and_sees_no_button(world: World, draft: Submission) -> None:
    address = reverse("submission_withdraw", args=[draft.pk])
    assert "Withdraw it" in signed_in(world.leader).get(address).content.decode()
    member = signed_in(world.member).get(address).content.decode()
    assert "Only a leader of the course can withdraw" in member and "Withdraw it" not in member
    draft.state = SubmissionState.DECIDED
    draft.save()
    late = signed_in(world.leader).get(address).content.decode()
    assert "This can be done while a submission is" in late and "Withdraw it" not in late


def test_opening_by_its_page_opens_one(world: World) -> None:
    client = signed_in(world.leader)
    address = reverse("submission_open", args=[world.course.pk])
    form = {"form_key": str(keys.new_key()), "kind": "new"}
    first = client.post(address, form)
    assert client.post(address, form).url == first.url and Submission.objects.count() == 1
    other = client.post(address, {"form_key": str(keys.new_key()), "kind": "new"})
    assert other.status_code == 409 and "already has a submission under way" in other.content.decode()
    assert client.post(address, {"form_key": str(keys.new_key())}).status_code == 422


def test_course_details_are_edited_and_a_stale_form_shows_both(world: World) -> None:
    client, course = signed_in(world.leader), world.course
    address = reverse("course_edit", args=[course.pk])
    form = {
        "title": "PgCert MSK Ultrasound",
        "award": "pgc",
        "direct_entry": "no",
        "requires_professional_body": "yes",
        "experience_judged": "unknown",
        "tells_students": "unknown",
        "tells_employers": "no",
        "version": str(course.version),
    }
    assert client.post(address, form).status_code == 302
    course.refresh_from_db()
    assert (course.title, course.experience_judged, course.tells_students, course.tells_employers) == (
        "PgCert MSK Ultrasound",
        None,
        None,
        False,
    )
    stale = client.post(address, form | {"title": "Another title"})
    words = stale.content.decode()
    assert stale.status_code == 409 and "Another title" in words and "PgCert MSK Ultrasound" in words
    numbers = reverse("course_minimums", args=[course.pk])
    assert client.post(numbers, {"version": course.version, "knee": "40", "spine": ""}).status_code == 302
    course.refresh_from_db()
    assert course.minimum_scans == {"knee": 40}
    bad = client.post(numbers, {"version": course.version, "knee": "forty"})
    assert bad.status_code == 422 and "The number for knee must be a whole number" in bad.content.decode()
    assert AuditEvent.objects.filter(verb="course.edited").count() == 2


def test_modules_are_added_edited_and_removed(world: World) -> None:
    client, course = signed_in(world.member), world.course
    add = reverse("module_add", args=[course.pk])
    form: dict[str, Any] = {
        "form_key": str(keys.new_key()),
        "code": "P3",
        "title": "Advanced physics",
        "framework": "SCQF",
        "level": "11",
        "topics": ["physics"],
        "formal_assessment": "yes",
        "relevant_to_remit": "unknown",
        "relevance_judged_by": "",
    }
    for _ in range(2):
        assert client.post(add, form).status_code == 302
    module = Module.objects.get(code="P3")
    assert (module.level, module.framework, module.topics) == (11, "SCQF", frozenset({"physics"}))
    twin = client.post(add, form | {"form_key": str(keys.new_key())})
    assert twin.status_code == 422 and "another module with this code" in twin.content.decode()
    half = client.post(
        add,
        form
        | {"form_key": str(keys.new_key()), "code": "P4", "framework": "unknown", "relevant_to_remit": "yes"},
    )
    words = half.content.decode()
    assert "Choose the framework that the level belongs to" in words and "Enter who judged" in words
    edit = reverse("module_edit", args=[course.pk, module.pk])
    assert client.post(edit, form | {"title": "Physics", "version": "1"}).status_code == 302
    stale = client.post(edit, form | {"title": "Other", "version": "1"})
    assert stale.status_code == 409 and "P3 Physics" in stale.content.decode()
    remove = reverse("module_remove", args=[course.pk, module.pk])
    for _ in range(2):
        assert client.post(remove).status_code == 302
    assert not Module.objects.filter(code="P3").exists()
    assert AuditEvent.objects.filter(verb__startswith="module.").count() == 3


def test_nobody_else_edits_a_course(world: World, rival: World) -> None:
    for stranger in (world.officer, world.chair):
        page = signed_in(stranger).post(
            reverse("module_remove", args=[world.course.pk, world.course.modules.all()[0].pk])
        )
        assert page.status_code == 403
    assert signed_in(rival.leader).post(reverse("course_edit", args=[world.course.pk])).status_code == 404
    with pytest.raises(ValueError, match="Not to be set here: institution"):
        courses.edit_course(
            by=world.leader, course_id=world.course.pk, version=1, values={"institution": None}
        )
    assert world.course.modules.count() == 2


def test_a_lost_module_reopens_the_section(world: World, draft: Submission) -> None:
    services.set_section(by=world.leader, submission_id=draft.pk, code="course", complete=True)
    for module in world.course.modules.all():
        courses.remove_module(by=world.leader, course_id=world.course.pk, module_id=module.pk)
    assert not draft.sections.get(code="course").complete


def test_findings_show_each_clause_and_keep_nothing(world: World, draft: Submission) -> None:
    client = signed_in(world.leader)
    Module.objects.filter(code="P2").update(level=5)
    before = AuditEvent.objects.count()
    page = client.get(reverse("submission_findings", args=[draft.pk])).content.decode()
    assert all(clause in page for clause in questions.QUESTIONS)
    assert "Not met" in page and "What would settle it" in page and "has no student yet" in page
    only = client.get(reverse("submission_findings", args=[draft.pk]) + "?outcome=not_met").content.decode()
    assert "PS5.2" in only and "PS1.3" not in only
    assert AuditEvent.objects.count() == before and not Snapshot.objects.exists()


def test_home_says_what_is_next(world: World, rival: World) -> None:
    assert "Start the first submission" in [item.title for item in items_for(world.leader)]
    draft = services.open_submission(by=world.leader, course=world.course, kind="new")
    assert "Complete the submission" in [item.title for item in items_for(world.member)]
    fill(world, draft)
    assert "Check your answers and submit" in [item.title for item in items_for(world.leader)]
    services.submit(by=world.leader, submission_id=draft.pk, declared_name="L", declared_role="Leader")
    waiting = [item for item in items_for(world.leader) if item.kind == "waiting"]
    assert waiting[0].since == timezone.localdate() and "CASE appoints" in waiting[0].title
    assert items_for(world.officer) == []
    assert draft.reference not in str(items_for(rival.leader))


def test_pages_take_as_many_queries_for_one_as_for_many(
    world: World, draft: Submission, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(world.leader)
    names = ("submission", "submission_evidence", "submission_answers", "submission_people")
    paths = [reverse(name, args=[draft.pk]) for name in names] + [
        reverse("submission_clause", args=[draft.pk, "PS1.1"])
    ]

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            file = library.add_evidence(
                by=world.leader,
                submission_id=draft.pk,
                upload=upload(f"{number}.txt", f"Text {number}".encode()),
            )
            for clause in ("PS1.1", "PS2.1"):
                library.cite(by=world.leader, submission_id=draft.pk, clause=clause, evidence_id=file.pk)

    def queries() -> list[int]:
        counts = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
        return counts

    add(0, 1)
    few = queries()
    add(1, 8)
    assert queries() == few
    assert max(few) < 40


def test_the_list_takes_as_many_queries_for_one_as_for_many(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(world.officer)
    counts = []
    for names in (["Ashby"], ["Birch", "Cole", "Dunn", "Esk"]):
        for name in names:
            other = make_world(name)
            draft = services.open_submission(by=other.leader, course=other.course, kind="new")
            Submission.objects.filter(pk=draft.pk).update(state="submitted")
        client.get(reverse("submissions"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("submissions")).content.decode().count("MSK-") >= 1
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_findings_name_students_and_lead_to_them(world: World, draft: Submission) -> None:
    from portfolios.models import Portfolio, Student

    student = Student.objects.create(
        course=world.course,
        code="S001",
        full_name="Pat Canary",
        enrolled_on=timezone.localdate(),
        state="enrolled",
    )
    Portfolio.objects.create(student=student)
    page = signed_in(world.leader).get(reverse("submission_findings", args=[draft.pk])).content.decode()
    assert "Student S001" in page and "has no student yet" not in page and "Pat Canary" not in page
    people = signed_in(world.leader).get(reverse("submission_people", args=[draft.pk])).content.decode()
    assert f'href="/portfolios/{student.pk}/"' in people and "1 student, by code" in people


def test_others_see_what_was_submitted_and_nothing_that_was_taken_out(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    slip = library.add_evidence(
        by=world.leader, submission_id=draft.pk, upload=upload("slip.txt", b"A patient's name")
    )
    library.remove_evidence(by=world.leader, submission_id=draft.pk, evidence_id=slip.pk)
    fill(world, draft)
    services.submit(by=world.leader, submission_id=draft.pk, declared_name="L", declared_role="Leader")
    officer = signed_in(world.officer)
    for name in ("evidence_view", "evidence_file"):
        shown = officer.get(reverse(name, args=[draft.pk, handbook.number]))
        assert shown.status_code == 200 and (not shown.streaming or b"".join(shown.streaming_content))  # type: ignore[attr-defined]
        assert officer.get(reverse(name, args=[draft.pk, slip.number])).status_code == 404
    assert "slip" not in officer.get(reverse("submission_evidence", args=[draft.pk])).content.decode()


def test_a_panel_sees_the_frozen_version_and_not_the_draft_that_was_returned(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    from accreditation import grants

    fill(world, draft)
    library.cite(by=world.leader, submission_id=draft.pk, clause="PS1.1", evidence_id=handbook.pk, pages="2")
    services.submit(by=world.leader, submission_id=draft.pk, declared_name="L", declared_role="Leader")
    draft.refresh_from_db()
    draft.assignments.create(user=world.lead, role="lead", state="accepted", assigned_by=world.officer)
    grants.sync_submission(draft)
    lead = signed_in(world.lead)
    assert lead.get(reverse("submission_clause", args=[draft.pk, "PS1.1"])).status_code == 200
    Submission.objects.filter(pk=draft.pk).update(state="draft")
    version = Answer.objects.get(clause="PS1.1").version
    services.save_answer(
        by=world.leader, submission_id=draft.pk, clause="PS1.1", text="Not for you yet.", version=version
    )
    for name, address in addresses(draft, world, handbook).items():
        page = lead.get(address)
        if name in ("submission", "evidence_view", "evidence_file", "evidence_page"):
            content = b"".join(page.streaming_content) if page.streaming else page.content  # type: ignore[attr-defined]
            assert page.status_code == 200 and b"Not for you yet" not in content
        elif not name.startswith("evidence"):
            assert page.status_code == 404, name
    frozen = lead.get(reverse("submission_version", args=[draft.pk, 1])).content.decode()
    assert WORDS in frozen and "Not for you yet" not in frozen
