"""The main job from end to end, as the five people concerned do it, in a real browser with a real worker: a course leader
submits a course with evidence, the rules check it, two assessors judge it, the Committee decides, and the letter that was
built in the background is downloaded and read.
"""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accreditation import audit, grants
from accreditation.models import Course, CourseTeamMember, Decision, Letter, Submission, User
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.rules.facts_reading import read
from accreditation.rules.standards import EDITIONS
from tests.browser import DESKTOP, assert_accessible
from tests.portfolios.loading import load
from tests.worker import Worker
from tests.worlds import PASSWORD, make_user

BASE = Path(__file__).resolve().parents[3] / "shared/standard/cases/base.json"
CLAUSES = EDITIONS["msk-2023"].clauses
STATEMENTS = EDITIONS["msk-2023"].statements
CONDITION = "Record the hours of every scan, and show the record of one cohort."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASE.exists(), reason="the standard's cases are not beside this repository"),
]


def three_pages(folder: Path) -> Path:
    """A believable document of three pages."""
    from weasyprint import HTML

    body = "<h1>Clinical handbook</h1>" + "".join(
        f"<section style='break-after:page'><h2>Chapter {n}</h2><p>How this course works.</p></section>"
        for n in (1, 2, 3)
    )
    file = folder / "Clinical handbook.pdf"
    HTML(string=body).write_pdf(file)
    return file


class Case:
    """A course whose people the rules find in order, and the five people who take it through."""

    def __init__(self) -> None:
        self.course: Course = load(read(json.loads(BASE.read_text())))
        Submission.objects.update(state="withdrawn")
        institution = self.course.institution
        institution.address = "Academic Registry\nHarbour Road\nWexcombe WX1 4QT"
        institution.save()
        self.leader = make_user("Amara Whitfield", institution=institution)
        since = timezone.localdate() - timedelta(days=100)
        CourseTeamMember.objects.create(course=self.course, user=self.leader, role="leader", since=since)
        grants.sync_course(self.course)
        self.officer = make_user("Martin Keane", OFFICER)
        self.lead = make_user("Ruth Lindqvist", ASSESSOR)
        self.co = make_user("Daniel Oyelaran", ASSESSOR)
        self.chair = make_user("Alan McAllister", COMMITTEE, CHAIR)
        self.member = make_user("Siân Prosser", COMMITTEE)

    @property
    def submission(self) -> Submission:
        return Submission.objects.exclude(state="withdrawn").get()


def test_from_evidence_to_a_decision_letter(
    worker: Worker,
    live_server: Any,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, User], None],
    tmp_path: Path,
) -> None:
    case = Case()

    def as_person(user: User) -> Page:
        page = new_page(DESKTOP)
        sign_in(page, user)
        return page

    leader = new_page(DESKTOP)
    she_signs_in_and_opens_a_submission(leader, case)
    she_answers_every_clause_with_evidence(leader, case, three_pages(tmp_path))
    she_checks_against_the_statements(leader, case)
    she_declares_and_submits(leader, case)

    lead, co = as_person(case.lead), as_person(case.co)
    officer = as_person(case.officer)
    the_officer_invites(officer, case, case.lead, "Lead assessor")
    the_officer_invites(officer, case, case.co, "Co-assessor")
    for assessor in (lead, co):
        the_assessor_declares_and_accepts(assessor)
    for assessor in (case.lead, case.co):
        she_declares_the_courses_interests(leader, assessor)
    the_officer_starts_the_assessment(officer, case)

    the_assessor_judges_every_clause(lead, case, partly={"PS2.5"})
    assert_not_visible_yet(lead, case)
    the_assessor_judges_every_clause(co, case, partly=set())
    they_agree_and_report(lead, case)
    the_report_is_signed(lead, case)
    the_report_is_signed(co, case)

    chair = as_person(case.chair)
    the_chair_lets_the_condition_stand(chair, case)
    she_has_no_fact_to_correct(leader, case)
    the_officer_holds_the_meeting(officer, case)
    the_chair_records_the_decision(chair, case)
    letter = the_letter_appears_without_reload(leader, case)
    the_letter_says(letter)
    assert Decision.objects.count() == 1
    worker.wait_for(lambda: not Letter.objects.exclude(state="built").exists())
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["decision", "report"]
    assert list(audit.faults()) == []


# --- the course leader ---------------------------------------------------------------------------------------------


def she_signs_in_and_opens_a_submission(page: Page, case: Case) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("E-mail").fill(case.leader.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What to do next")
    page.get_by_role("main").get_by_role("link", name=case.course.title).first.click()
    page.get_by_role("link", name="Start a submission").first.click()
    page.get_by_label("New accreditation. The course").check()
    page.get_by_role("button", name="Start the submission").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(case.submission.reference)


def she_answers_every_clause_with_evidence(page: Page, case: Case, handbook: Path) -> None:
    start = f"/submissions/{case.submission.pk}"
    for number, clause in enumerate(CLAUSES):
        page.goto(f"{start}/clauses/{clause.id}/")
        page.get_by_label("Your answer").fill(f"How the course holds {clause.id}: {clause.decided}.")
        if number == 0:
            page.get_by_label("New file").set_input_files(handbook)
            page.get_by_label("Its title").fill("Clinical handbook 2026")
            page.get_by_label("Pages to cite").fill("2-3")
            page.get_by_role("button", name="Upload and cite").click()
            expect(page.get_by_role("link", name="E1 Clinical handbook 2026")).to_be_visible()
        elif clause.id == "PS2.5":
            page.get_by_label("File in the library").select_option(index=1)
            page.get_by_label("Pages", exact=False).first.fill("3")
            page.get_by_role("button", name="Cite this file").click()
            expect(page.get_by_role("link", name="E1 Clinical handbook 2026")).to_be_visible()
        page.get_by_role("button", name="Save and continue").click()
    for part in (*(f"statements/{one.id}" for one in STATEMENTS), "course", "people"):
        page.goto(f"{start}/{part}/")
        page.get_by_label("Yes, this section is complete").check()
        page.get_by_role("button", name="Save and continue").click()
    page.goto(f"{start}/")
    expect(page.get_by_text("You have completed 7 of 8 sections")).to_be_visible()
    assert_accessible(page)


def she_checks_against_the_statements(page: Page, case: Case) -> None:
    page.get_by_role("link", name="Check now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check against the statements")
    for clause in CLAUSES:
        expect(page.get_by_text(clause.id, exact=False).first).to_be_attached()
    assert_accessible(page)


def she_declares_and_submits(page: Page, case: Case) -> None:
    page.goto(f"/submissions/{case.submission.pk}/answers/")
    page.get_by_role("link", name="Continue to the declaration").click()
    page.get_by_label("Your full name").fill("Amara Whitfield")
    page.get_by_label("Your role").fill("Course leader")
    page.get_by_label("I declare that").check()
    page.get_by_role("button", name="Submit to CASE").click()
    expect(page.get_by_text(case.submission.reference).first).to_be_visible()
    snapshot = case.submission.snapshots.get()
    assert snapshot.report["overall"] == "met"
    assert {one["clause"] for one in snapshot.answers} == {clause.id for clause in CLAUSES}
    assert [one["title"] for one in snapshot.files] == ["Clinical handbook 2026"]


def she_declares_the_courses_interests(page: Page, assessor: User) -> None:
    page.goto("/")
    page.get_by_role("link", name=assessor.full_name).first.click()
    page.get_by_label("No: neither the institution nor the course team has one").check()
    assert_accessible(page)
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.get_by_text("What was declared is with the CASE office")).to_be_visible()


def she_has_no_fact_to_correct(page: Page, case: Case) -> None:
    page.goto(f"/submissions/{case.submission.pk}/report/")
    expect(page.get_by_text(CONDITION)).to_be_visible()
    assert_accessible(page)
    page.get_by_text("We have nothing to correct").click()
    page.get_by_role("button", name="End the time for corrections").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


# --- the office ------------------------------------------------------------------------------------------------------


def the_officer_invites(page: Page, case: Case, assessor: User, place: str) -> None:
    page.goto(f"/reviews/cases/{case.submission.pk}/")
    page.get_by_role("link", name="Invite an assessor").click()
    page.get_by_label(place).check()
    day = timezone.localdate() + timedelta(days=60)
    for part in ("day", "month", "year"):
        page.locator(f"[name=due_on_{part}]").fill(str(getattr(day, part)))
    page.get_by_label(assessor.full_name, exact=True).check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text(assessor.full_name).first).to_be_visible()


def the_officer_starts_the_assessment(page: Page, case: Case) -> None:
    page.goto(f"/reviews/cases/{case.submission.pk}/")
    page.get_by_role("button", name="Start the assessment").click()
    assert case.submission.state == "in_assessment"
    assert_accessible(page)


def the_officer_holds_the_meeting(page: Page, case: Case) -> None:
    page.goto("/decisions/meetings/plan/")
    page.get_by_label("Meeting", exact=True).check()
    today = timezone.localdate()
    for part in ("day", "month", "year"):
        page.locator(f"[name=held_on_{part}]").fill(str(getattr(today, part)))
    page.get_by_label("Place").fill("London")
    page.get_by_role("button", name="Plan the meeting").click()
    page.get_by_role("button", name="Put it on the agenda").click()
    for member in (case.chair, case.member):
        page.get_by_label(member.full_name, exact=True).check()
    page.get_by_role("button", name="Record who was present").click()
    expect(page.get_by_text("2 of those present take part")).to_be_visible()
    assert_accessible(page)


# --- the assessors ---------------------------------------------------------------------------------------------------


def the_assessor_declares_and_accepts(page: Page) -> None:
    page.goto("/reviews/")
    page.locator("a[href^='/reviews/invitations/']").first.click()
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_role("button", name="Declare and accept").click()


def the_assessor_judges_every_clause(page: Page, case: Case, partly: set[str]) -> None:
    for clause in CLAUSES:
        page.goto(f"/reviews/{case.submission.pk}/clauses/{clause.id}/")
        if clause.id == "PS2.5":
            expect(page.get_by_text("Clinical handbook 2026").first).to_be_visible()
            expect(page.locator("img[src*='/pages/3.png']")).to_be_visible()
            assert_accessible(page)
        page.get_by_label("Partly met" if clause.id in partly else "Met", exact=True).check()
        if clause.id in partly:
            page.get_by_label("Why you differ").fill("The hours of two students do not add up.")
            page.get_by_label("Comment for the course").fill("The hours of two students do not add up.")
        page.get_by_role("button", name="Save for me alone, go to").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/reviews/{case.submission.pk}/finish/")
    page.get_by_role("button", name="Finish my judgement").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def assert_not_visible_yet(page: Page, case: Case) -> None:
    assert case.submission.state == "in_assessment"
    answer = page.request.get(f"/reviews/{case.submission.pk}/agree/")
    assert answer.status in (403, 404, 409)


def they_agree_and_report(page: Page, case: Case) -> None:
    start = f"/reviews/{case.submission.pk}"
    page.goto(f"{start}/agree/")
    expect(page.get_by_text("You differ on 1 of 21 clauses")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Agree the 20 you judged alike").click()
    page.goto(f"{start}/agree/PS2.5/")
    page.get_by_label("Partly met", exact=True).check()
    page.get_by_label("Why the panel differs").fill("The hours of two students do not add up.")
    page.get_by_label("Dissent on record").fill("Daniel Oyelaran would have called it met.")
    page.get_by_role("button", name="Agree, go to the list").click()
    page.goto(f"{start}/report/")
    page.get_by_label("Summary for the Committee").fill("A sound course with careful mentors.")
    page.get_by_role("button", name="Save the summary").click()
    page.goto(f"{start}/report/condition/add/")
    page.get_by_label("Clause").select_option("PS2.5")
    page.get_by_label("The condition").fill(CONDITION)
    page.get_by_role("button", name="Save the condition").click()
    page.goto(f"{start}/report/commendation/add/")
    page.get_by_label("The commendation").fill("The mentors' appraisals are specific and kind.")
    page.get_by_role("button", name="Save the commendation").click()
    expect(page.get_by_text(CONDITION)).to_be_visible()
    assert_accessible(page)


def the_report_is_signed(page: Page, case: Case) -> None:
    page.goto(f"/reviews/{case.submission.pk}/report/sign/")
    page.get_by_role("button", name="Sign the report").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


# --- the Committee and the letter ------------------------------------------------------------------------------------


def the_chair_lets_the_condition_stand(page: Page, case: Case) -> None:
    page.goto(f"/decisions/{case.submission.pk}/conditions/")
    page.get_by_role("link", name="Condition 1").first.click()
    page.get_by_label("As it stands").check()
    page.get_by_role("button", name="Save your view").click()
    assert_accessible(page)
    page.get_by_role("button", name="Finish, and send the report to the course").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def the_chair_records_the_decision(page: Page, case: Case) -> None:
    assert case.submission.state == "reported"
    page.goto(f"/decisions/{case.submission.pk}/record/")
    assert_accessible(page)
    page.get_by_label("Accredited with conditions", exact=True).check()
    page.get_by_label("The Committee’s reasons").fill("The statements are met in all but one respect.")
    page.get_by_label("Your full name").fill("Alan McAllister")
    page.get_by_role("button", name="Check before recording").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check before recording")
    page.get_by_role("button", name="Record the decision").click()
    assert case.submission.state == "decided"


def the_letter_appears_without_reload(page: Page, case: Case) -> str:
    letter = Letter.objects.get(kind="decision")
    page.goto(f"/letters/{letter.pk}/")
    link = page.get_by_role("link", name="Download the PDF")
    expect(link).to_be_visible(timeout=60_000)
    assert_accessible(page)
    with page.expect_download() as download:
        link.click()
    done = subprocess.run(
        ["pdftotext", "-layout", str(download.value.path()), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def the_letter_says(text: str) -> None:
    for words in (
        "PgCert Musculoskeletal Ultrasound",
        "University of Wexcombe",
        "Harbour Road",
        "Accredited with conditions",
        CONDITION,
        "PS2.5",
        "The mentors' appraisals are specific and kind.",
        "The statements are met in all but one respect.",
        "Alan McAllister",
        "Chair of the CASE Committee",
        "Partly met",
        "Page 1 of",
        "CASE-L-",
    ):
        assert words in text, f"{words!r} does not stand in the letter:\n{text}"
    assert "Daniel Oyelaran would have called it met" not in text
