"""The Committee in the demo world: its meetings, and what it and the courses do to reports before it decides."""

from datetime import date, time
from typing import TYPE_CHECKING, Any

from accreditation.committee import members
from accreditation.models import Meeting, PanelReport
from accreditation.report_steps import to_calibrate
from accreditation.services import appeals, asked, calibration, meetings, panel_papers, replies
from portfolios.demo.documents import pdf

if TYPE_CHECKING:
    from portfolios.demo.cases import Case
    from portfolios.demo.world import World

PLACE = "York, Castle House, and online"


def plan(world: "World", on: date) -> None:
    """The office plans a meeting."""
    meetings.plan(by=world.officer, kind="meeting", held_on=on, starts_at=time(10, 30), place=PLACE)


def put_on(case: "Case", on: date) -> None:
    """The office puts a case on the agenda of the meeting of that day."""
    meetings.put_on(by=case.world.officer, meeting_id=_of(on).pk, submission_id=str(case.id))


def announce(world: "World", on: date) -> None:
    """The office sends the agenda to the members."""
    meeting = _of(on)
    meetings.announce(by=world.officer, meeting_id=meeting.pk, version=meeting.version)


def attend(world: "World", on: date) -> None:
    """Every member was there."""
    meeting = _of(on)
    people = list(members().values_list("pk", flat=True))
    meetings.record_present(by=world.officer, meeting_id=meeting.pk, people=people, version=meeting.version)


def calibrate(case: "Case", name: str) -> None:
    """Every condition can stand: the course has the report."""
    by, to = case.world.people[name], str(case.id)
    for item in to_calibrate(PanelReport.objects.get(submission__pk=to)):
        calibration.look_at(by=by, submission_id=to, item_id=item.pk, verdict="agree")
    calibration.finish(by=by, submission_id=to)


def nothing_to_correct(case: "Case") -> None:
    """The course's leader has read the report and finds its facts right."""
    replies.end(by=case.leader, submission_id=str(case.id))


def correct(case: "Case", clause: str, text: str, title: str) -> None:
    """The course's leader corrects a fact, citing a new file."""
    reply = replies.begin(by=case.leader, submission_id=str(case.id), clause=clause)
    to: dict[str, Any] = {"by": case.leader, "submission_id": case.id, "number": reply.number}
    saved = replies.save_answer(text=text, **to)
    upload = pdf(case.plan, "programme_specification", f"{case.leader.full_name}, register")
    file, _ = replies.add_file(upload=upload, title=title, **to)  # type: ignore[arg-type]
    replies.cite(evidence_id=file.pk, pages="1", **to)
    replies.send(version=saved.version, **to)


def appeal(case: "Case", grounds: str) -> None:
    """The course's leader appeals against the decision."""
    appeals.lodge(by=case.leader, submission_id=str(case.id), grounds=grounds)


def appeal_step(case: "Case", on: date, text: str) -> None:
    """The office puts on record what was done about the appeal."""
    appeals.add_step(by=case.world.officer, submission_id=str(case.id), on=on, text=text)


def appeal_dismissed(case: "Case", why: str) -> None:
    """The office records that the decision stands."""
    appeals.end(by=case.world.officer, submission_id=str(case.id), upheld=False, outcome=why)


def paper(case: "Case", name: str, kind: str, text: str) -> None:
    """The lead writes a list of issues or a headline report, and sends it."""
    to: dict[str, Any] = {"by": case.world.people[name], "submission_id": str(case.id), "kind": kind}
    panel_papers.send(version=panel_papers.save(text=text, **to).version, **to)


def question(case: "Case", name: str, clause: str, asked_words: str) -> None:
    """The lead asks the course about a clause."""
    asked.ask(by=case.world.people[name], submission_id=str(case.id), clause=clause, asked=asked_words)


def _of(on: date) -> Meeting:
    return Meeting.objects.get(held_on=on)
