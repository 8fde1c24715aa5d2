"""What the stage has besides: the events of two cases, a graduate's passport and files, and a mentor without an account who
signs behind a link, with a session that is over, a dispute of what was signed in it, and a link that still opens.

Built after `tests.access.stage.build` and before the canaries; only the passport, whose sum binds its words, comes after them.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from accreditation.enums import Availability, EventKind
from accreditation.models import CaseEvent
from accreditation.services import events, packs
from mentors.models import Mentor
from mentors.services import addresses, periods, qualifications, register
from portfolios import signing as tokens
from portfolios.enums import AppraisalState, AwardKind, PassportSection
from portfolios.models import TeamMembership
from portfolios.services import appraisals, outcomes, passports, portfolios, scans, signed, signing, whole
from tests.access.stage import Side
from tests.people import REGIONS, days_ago


def build(side: Side) -> None:
    """Adds the events, the graduate and what is signed behind links to a side."""
    _events(side)
    _graduate(side)
    mentor = _remote_mentor(side)
    _signed(side, mentor)
    side.things["whole_file"] = whole.ask_whole(
        by=side.people["student"], portfolio_id=side.things["portfolio"].pk
    )
    side.things["pack"] = packs.ask_pack(
        by=side.world.officer, submission_id=side.cases["submitted"].pk, number=1
    )


def _moments() -> list[datetime]:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return [noon + timedelta(days=day) for day in (30, 37)]


def _events(side: Side) -> None:
    """Days that wait for answers, and for another case a day that is agreed."""
    for thing, state in (("event", "in_assessment"), ("agreed_event", "reported")):
        event = events.propose(
            by=side.world.officer,
            submission_id=side.cases[state].pk,
            kind=EventKind.VISIT,
            minutes=90,
            dates=_moments(),
            place="Scanning room",
            agenda="A tour of the scanning rooms.",
        )
        if thing == "agreed_event":
            event = events.agree(
                by=side.world.officer,
                event_id=event.pk,
                date_id=event.dates.all()[0].pk,
                version=event.version,
            )
        side.things[thing] = CaseEvent.objects.get(pk=event.pk)


def days_of(side: Side) -> dict[str, str]:
    """What the form for answers sends: the person can come on every proposed day."""
    return {f"date_{date.pk}": Availability.YES for date in side.things["event"].dates.all()}


def agreement_of(side: Side) -> dict[str, str]:
    """What the office's button sends that agrees the first proposed day."""
    event = side.things["event"]
    return {"date": str(event.dates.all()[0].pk), "version": str(event.version)}


def _graduate(side: Side) -> None:
    portfolio = side.things["graduate"]
    outcomes.record_award(
        by=side.world.leader,
        student_id=portfolio.pk,
        kind=AwardKind.FINAL,
        ratified_on=days_ago(5),
    )


def make_passport(side: Side) -> None:
    """A passport of the graduate."""
    side.things["passport"] = passports.make_passport(
        by=side.people["other_student"],
        portfolio_id=side.things["graduate"].pk,
        days=60,
        sections=PassportSection.values,
        purpose=f"Trust of {side.name}",
    )


def _remote_mentor(side: Side) -> Mentor:
    """A mentor without an account in the student's team, whose address the course's leader made sure of."""
    world, portfolio = side.world, side.things["portfolio"]
    email = f"remote@{side.name.lower()}.example"
    mentor = register.add_mentor(by=world.officer, full_name=f"Remote Mentor {side.name}", email=email)
    qualifications.add_qualification(
        by=world.officer, mentor_id=mentor.pk, kind="pgc", msk="yes", ratified_on=days_ago(3650)
    )
    periods.set_remit(by=world.officer, mentor_id=mentor.pk, regions=REGIONS, since=None)
    periods.place(by=world.leader, mentor_id=mentor.pk, course=world.course, since=days_ago(300))
    portfolios.join_team(by=world.leader, portfolio_id=portfolio.pk, mentor=mentor, since=days_ago(150))
    addresses.check_address(by=world.leader, mentor_id=mentor.pk, address=email)
    side.things |= {
        "remote": mentor,
        "membership": TeamMembership.objects.get(student=portfolio.pk, mentor=side.things["mentor"]),
    }
    return mentor


def _signed(side: Side, mentor: Mentor) -> None:
    """Two scans for that mentor: one signed in a session and then disputed, one that waits behind an open link."""
    student, portfolio = side.people["student"], side.things["portfolio"]
    clinic = side.things["clinic"]
    for on in (days_ago(9), days_ago(8)):
        scans.log_scan(by=student, portfolio_id=portfolio.pk, entry=clinic.entry(mentor=mentor, on=on))
    link = signing.ask_mentor(by=student, portfolio_id=portfolio.pk, mentor_id=mentor.pk)
    signing.send_code(link_id=link.pk)
    link.refresh_from_db()
    session, _ = signing.enter(link_id=link.pk, code=tokens.code_of(link))
    scan = portfolio.scans.filter(mentor=mentor).order_by("number")[0]
    signed.appraise_by_link(
        session=session,
        scan_id=scan.pk,
        version=scan.version,
        said=appraisals.Appraised(grade="good", comment="Sound in all views."),
        state=AppraisalState.AGREED,
    )
    signing.finish(session=session)
    side.things["session"] = session
    side.things["dispute"] = signed.dispute(session_id=session.pk)
    side.things["signing_link"] = signing.ask_mentor(
        by=student, portfolio_id=portfolio.pk, mentor_id=mentor.pk
    )
