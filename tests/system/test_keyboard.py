"""The main paths without a mouse: only Tab, Space, Enter, arrows and letters are pressed, and focus can be seen throughout."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accreditation.enums import PanelRole
from accreditation.models import Decision
from accreditation.services import reviews, submissions
from portfolios.models import Appraisal, Scan
from tests.accreditation import panels
from tests.people import Clinic
from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = """(wanted) => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const labels = one.labels ? Array.from(one.labels).map((label) => label.textContent).join(" ") : "";
  const words = `${one.getAttribute("aria-label") || ""} ${labels} ${one.textContent || ""} ${one.value || ""}`;
  const style = getComputedStyle(one);
  const seen = one.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none");
  return JSON.stringify({ words: words.replace(/\\s+/g, " ").trim(), kind: one.tagName.toLowerCase(), seen });
}"""


def tab_to(page: Page, words: str, kind: str = "", most: int = 90) -> None:
    """Presses Tab until something with these words has the focus. Raises AssertionError where that never comes."""
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED, words)
        if not found:
            continue
        passed.append(found)
        if words.lower() in found.lower() and (not kind or f'"kind":"{kind}"' in found):
            assert '"seen":true' in found, f"focus cannot be seen on {found}"
            return
    raise AssertionError(f"“{words}” was not reached by Tab. Passed: {passed[:40]}")


IN_GROUP = """([words, legend]) => {
  const one = document.activeElement;
  if (!one || one.type !== "radio") return false;
  const question = one.closest("fieldset")?.querySelector("legend")?.textContent || "";
  if (!question.includes(legend)) return false;
  const all = Array.from(document.getElementsByName(one.name));
  return all.some((radio) => Array.from(radio.labels).some((label) => label.textContent.includes(words)));
}"""
IS_ONE = """(words) => Array.from(document.activeElement.labels || []).some((label) => label.textContent.includes(words))"""


def pick(page: Page, words: str, legend: str = "", most: int = 90) -> None:
    """Tab into the radio group (under this legend) that offers these words, then arrows to them, then Space."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(IN_GROUP, [words, legend]):
            break
    else:
        raise AssertionError(f"No group {legend} offers “{words}”.")
    for _ in range(12):
        if page.evaluate(IS_ONE, words):
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"Arrows do not lead to “{words}”.")


def test_a_student_logs_a_scan_and_a_mentor_appraises_it(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], clinic: Clinic
) -> None:
    student = new_page()
    sign_in(student, clinic.student_user)
    student.goto(reverse("portfolio", args=[clinic.portfolio.pk]))
    tab_to(student, "Skip to main", "a")
    student.keyboard.press("Enter")
    tab_to(student, "Log a scan", "a")
    student.keyboard.press("Enter")
    student.wait_for_url("**/scans/add/")
    tab_to(student, "Knee", "input")
    student.keyboard.press("Space")
    pick(student, "Mentor in the room")
    tab_to(student, "Minutes", "input")
    student.keyboard.type("25")
    tab_to(student, "Save", "button")
    student.keyboard.press("Enter")
    expect(student.get_by_text("is in your portfolio")).to_be_visible()
    assert Scan.objects.get().supervision == "observed"
    Scan.objects.update(mentor=clinic.mentor)

    mentor = new_page()
    sign_in(mentor, clinic.mentor_user)
    mentor.goto("/")
    tab_to(mentor, "Appraise 1 scan", "a")
    mentor.keyboard.press("Enter")
    mentor.wait_for_url("**/to-sign/")
    tab_to(mentor, "knee", "a")
    mentor.keyboard.press("Enter")
    mentor.wait_for_url("**/appraise/")
    pick(mentor, "Good", "Overall grade")
    tab_to(mentor, "Sign this appraisal", "button")
    mentor.keyboard.press("Enter")
    mentor.wait_for_url("**/to-sign/")
    assert Appraisal.objects.get().state == "agreed"


def test_search_a_table_and_a_kept_view(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World
) -> None:
    panels.submitted(world)
    page = new_page()
    sign_in(page, world.officer)
    page.goto(reverse("standard"))
    page.keyboard.press("Control+k")
    page.keyboard.type(world.institution.short_name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Submission")).to_be_visible()
    page.goto(reverse("cases"))
    tab_to(page, "Days in state", "a")
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Days in state")
    tab_to(page, "Keep this view", "summary")
    page.keyboard.press("Enter")
    tab_to(page, "for you alone", "input")
    page.keyboard.type("By age")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="By age")).to_be_visible()
    tab_to(page, "Tick PgCert", "input")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 ticked.")).to_be_visible()
    tab_to(page, world.course.title, "a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")


def test_a_course_leader_writes_an_answer(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World
) -> None:
    draft = submissions.open_submission(by=world.leader, course=world.course, kind="new")
    leader = new_page()
    sign_in(leader, world.leader)
    leader.goto(reverse("submission", args=[draft.pk]))
    tab_to(leader, "Answer position statement 1", "a")
    leader.keyboard.press("Enter")
    leader.wait_for_url("**/PS1/")
    tab_to(leader, "PS1.1", "a")
    leader.keyboard.press("Enter")
    leader.wait_for_url("**/PS1.1/")
    tab_to(leader, "answer", "textarea")
    leader.keyboard.type("The register is looked up before each offer.")
    tab_to(leader, "Save", "button")
    leader.keyboard.press("Enter")
    expect(leader.get_by_text("Saved").first).to_be_visible()
    assert draft.answers.get(clause="PS1.1").text.startswith("The register")


def test_an_assessor_accepts_and_judges_a_clause(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World
) -> None:
    submission = panels.submitted(world)
    panels.seat(submission, world.officer, world.co, PanelRole.CO)
    panels.seat(submission, world.officer, world.lead, PanelRole.LEAD)
    reviews.start_assessment(by=world.officer, submission_id=submission.pk)
    invited = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.shadow.pk, role=PanelRole.SHADOW
    )

    shadow = new_page()
    sign_in(shadow, world.shadow)
    shadow.goto(reverse("review_invitation", args=[invited.pk]))
    pick(shadow, "no conflict", "declaration of interests")
    tab_to(shadow, "Declare and accept", "button")
    shadow.keyboard.press("Enter")
    shadow.wait_for_url("**/reviews/")
    invited.refresh_from_db()
    assert invited.state == "waiting", "the course declares, too, before anything opens"

    lead = new_page()
    sign_in(lead, world.lead)
    lead.goto(reverse("review_brief", args=[submission.pk]))
    tab_to(lead, "Start judging", "a")
    lead.keyboard.press("Enter")
    lead.wait_for_url("**/clauses/*/")
    clause = lead.url.rstrip("/").rpartition("/")[2]
    pick(lead, "Partly met", "How do you judge")
    tab_to(lead, "Why you differ", "textarea")
    lead.keyboard.type("Seen on paper.")
    tab_to(lead, "Comment for the course", "textarea")
    lead.keyboard.type("Two handbooks say different things.")
    tab_to(lead, "go to", "button")
    lead.keyboard.press("Enter")
    lead.wait_for_url(lambda url: not url.rstrip("/").endswith(clause))
    judged = submission.assignments.get(user=world.lead).judgements.get(clause=clause)
    assert (judged.outcome, judged.comment) == ("partly_met", "Two handbooks say different things.")


def test_the_chair_records_the_decision(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World
) -> None:
    submission = panels.reported(world)
    chair = new_page()
    sign_in(chair, world.chair)
    chair.goto(reverse("decision", args=[submission.pk]))
    tab_to(chair, "Record the", "a")
    chair.keyboard.press("Enter")
    chair.wait_for_url("**/record/")
    pick(chair, "Accredited with conditions", "What the Committee decided")
    tab_to(chair, "reasons", "textarea")
    chair.keyboard.type("The Committee agrees with the panel.")
    tab_to(chair, "Your full name", "input")
    chair.keyboard.type(world.chair.full_name)
    tab_to(chair, "Check before recording", "button")
    chair.keyboard.press("Enter")
    expect(chair.get_by_role("heading", name="Check before recording")).to_be_visible()
    assert not Decision.objects.exists()
    tab_to(chair, "Record the decision", "button")
    chair.keyboard.press("Enter")
    chair.wait_for_url("**/decisions/*/")
    assert Decision.objects.get().outcome == "accredit_with_conditions"


def test_anybody_checks_a_number(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/")
    tab_to(page, "Check a letter", "a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify/")
    tab_to(page, "Letter number", "input")
    page.keyboard.type("CASE-L-2020-9999")
    tab_to(page, "Check the number", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No letter was found")).to_be_visible()
