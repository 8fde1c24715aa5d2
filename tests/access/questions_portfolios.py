"""Questions about the register of mentors, portfolios, and what is signed in them."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accreditation.models import (
    User,
)
from mentors import permissions as register
from mentors import selectors as mentors
from mentors.models import AddressCheck, Placement
from mentors.services import addresses
from portfolios import permissions as portfolio
from portfolios import selectors as portfolios
from portfolios.enums import StudentState
from portfolios.services import contracts, invited, passports, scan_files, signing
from tests.access.asking import (
    ANYBODY,
    Change,
    Get,
    Question,
    all_of,
    course,
    everybody_inactive,
    fixed,
    holds,
    left_students_team,
    lets,
    membership,
    not_forbidden,
    of_person,
    on_team,
    person,
    remote_left,
    row,
    says,
    sees,
    student_is_mentor,
    thing,
    without_groups,
)
from tests.access.oracle import (
    NAMED,
    NOBODY,
    OFFICE,
    OFFICERS,
    PANEL,
    TEAM,
    THINGS,
)
from tests.access.stage import Side
from tests.people import days_ago


def of_the_register() -> Iterator[Question]:
    mentor, one = thing("mentor"), frozenset({"mentor"})
    entry = sees(mentors.visible_mentors, mentor)
    here = course("in_assessment")
    yield Question("entry of the register", entry, THINGS["mentor"])
    yield Question("entry, all accounts closed", entry, NOBODY, everybody_inactive)
    yield Question(
        "entry that somebody proposed", entry, THINGS["mentor"] | {"outsider"}, row(mentor, proposed_by=person("outsider"))
    )  # fmt: skip
    never_placed: Change = lambda side: Placement.objects.filter(mentor=side.things["mentor"]).update(  # noqa: E731
        known_until=timezone.now()
    )
    yield Question(
        "entry that was never placed", entry, OFFICERS | one, all_of(row(mentor, proposed_by=None), never_placed)
    )  # fmt: skip
    shortage = sees(mentors.visible_shortages, thing("shortage"))
    yield Question("shortage", shortage, THINGS["shortage"])
    yield Question("shortage, all accounts closed", shortage, NOBODY, everybody_inactive)
    supervision = sees(mentors.readable_courses, here)
    yield Question("course of whose supervision one reads", supervision, TEAM | PANEL)
    yield Question("the same, all accounts closed", supervision, NOBODY, everybody_inactive)
    yield Question("register one may edit", lets(register.check_edit_register), OFFICERS)
    edit, itself = lets(register.check_edit_register, mentor), row(mentor, user=person("officer"))
    yield Question("entry one may edit", edit, OFFICERS)
    yield Question("entry one may edit, the officer’s own", edit, OFFICERS - OFFICE, itself)
    proposers = OFFICERS | TEAM
    yield Question("course one may propose mentors for", lets(register.check_propose, here), proposers)
    place = lets(register.check_place, here, mentor)
    yield Question("mentor one may place", place, proposers)
    yield Question(
        "mentor one may place, the member", place, proposers - {"member"}, row(mentor, user=person("member"))
    )
    yield Question("shortage one may claim", lets(register.check_claim_shortage, here), frozenset({"leader"}))
    decide = lets(register.check_decide_shortage, here)
    yield Question("shortage one may decide", decide, OFFICERS)
    yield Question(
        "shortage one may decide, the officer works on the course", decide, OFFICERS - OFFICE, on_team("officer", "in_assessment")
    )  # fmt: skip
    confirm = lets(register.check_confirm, mentor)
    yield Question("entry one may confirm", confirm, one)
    yield Question("entry one may confirm, all accounts closed", confirm, NOBODY, everybody_inactive)
    yield Question("one’s own entry", says(register.is_self, mentor), one)

    def nobody_is(user: User, side: Side) -> bool:
        return bool(register.is_self(AnonymousUser(), thing("remote")(side)))  # type: ignore[arg-type]

    yield Question("an entry without an account is whose", nobody_is, NOBODY)
    remote = thing("remote")
    vouch = lets(addresses.check_may, remote)
    yield Question("address one may make sure of", vouch, proposers)
    yield Question("address one may make sure of, all accounts closed", vouch, NOBODY, everybody_inactive)
    yield Question(
        "address one may make sure of, the officer’s own", vouch, proposers - OFFICE, row(remote, user=person("officer"))
    )  # fmt: skip
    placed_no_more: Change = lambda side: Placement.objects.filter(  # noqa: E731
        mentor=side.things["remote"]
    ).update(until=days_ago(1))
    yield Question("address one may make sure of, placed no more", vouch, OFFICERS, placed_no_more)


def of_portfolios() -> Iterator[Question]:
    log, student, mentor = thing("portfolio"), thing("person"), frozenset({"mentor"})
    own = frozenset({"student"})
    named, seen = sees(portfolios.named_portfolios, log), sees(portfolios.visible_portfolios, log)
    yield Question("portfolio with its name", named, NAMED)
    yield Question("portfolio", seen, NAMED | PANEL)
    yield Question(
        "portfolio of the graduate",
        sees(portfolios.visible_portfolios, thing("graduate")),
        THINGS["graduate"],
    )
    yield Question("portfolio with its name, all accounts closed", named, NOBODY, everybody_inactive)
    yield Question("portfolio, all accounts closed", seen, NOBODY, everybody_inactive)
    yield Question("portfolio, the mentor left the team", named, NAMED - mentor, left_students_team)
    yield Question("portfolio, the mentor’s grants are gone", named, NAMED - mentor, without_groups("mentor"))
    people = sees(portfolios.visible_students, student)
    yield Question("student", people, NAMED)
    yield Question("student, all accounts closed", people, NOBODY, everybody_inactive)
    application = sees(portfolios.visible_applications, student)
    yield Question("application", application, TEAM | own)
    yield Question("application, all accounts closed", application, NOBODY, everybody_inactive)
    contract: Get = lambda side: side.things["clinic"].contract  # noqa: E731
    yield Question("contract", sees(portfolios.visible_contracts, contract), NAMED)
    yield Question("course’s own team", lets(portfolio.check_course_team, course("in_assessment")), TEAM)
    on_own_team = on_team("student", "in_assessment")
    for_student = lets(portfolio.check_for_student, student)
    yield Question("student one may act for", for_student, TEAM)
    yield Question("student one may act for, who is on the team", for_student, TEAM, on_own_team)
    apply, applicant = lets(portfolio.check_application, student), row(student, state=StudentState.APPLICANT)
    yield Question("application one may edit, decided", apply, TEAM)
    yield Question("application one may edit", apply, TEAM | own, applicant)
    yield Question(
        "application one may edit, all accounts closed", apply, NOBODY, all_of(applicant, everybody_inactive)
    )  # fmt: skip
    assess = lets(portfolio.check_assess, log, thing("mentor"))
    yield Question("assessment one may enter", assess, TEAM | mentor)
    yield Question("assessment one may enter, the mentor left", assess, TEAM, left_students_team)
    yield Question("assessment of nobody one may enter", lets(portfolio.check_assess, log, fixed(None)), TEAM)
    yield Question("assessments one may enter at all", says(portfolio.may_assess, log), TEAM | mentor)
    yield Question("in the student’s team", says(portfolio.in_team, log), mentor)
    mine = lets(portfolio.check_own, log)
    yield Question("one’s own portfolio", mine, own)
    yield Question("one’s own portfolio, all accounts closed", mine, NOBODY, everybody_inactive)
    mentors_of = lets(portfolio.check_mentor, log)
    yield Question("student one mentors", mentors_of, mentor)
    yield Question("student one mentors, all accounts closed", mentors_of, NOBODY, everybody_inactive)
    yield Question("student one mentors, oneself", mentors_of, NOBODY, student_is_mentor)
    draft = lets(contracts.check_draft, log)
    yield Question("contract one may propose", draft, NAMED)
    yield Question("contract one may propose, all accounts closed", draft, NOBODY, everybody_inactive)
    for party, who in (("student", own), ("mentor", mentor), ("institution", TEAM), ("patient", NOBODY)):
        yield Question(
            f"contract one may sign as {party}", lets(contracts._check_sign, log, fixed(party)), who
        )
    yield Question(
        "contract one may sign as institution, the student on the team",
        lets(contracts._check_sign, log, fixed("institution")), TEAM, on_own_team,
    )  # fmt: skip
    invite, address = lets(invited.check_student, student, fixed("x@people.example")), row(student, user=None)
    yield Question("student one may invite, who has an account", invite, NOBODY)
    yield Question("student one may invite", invite, TEAM, address)
    remote, email = thing("remote"), lambda side: side.things["remote"].email
    yield Question("mentor one may invite", lets(invited.check_mentor, remote, email), OFFICERS | TEAM)
    yield Question(
        "mentor one may invite at another address", lets(invited.check_mentor, remote, fixed("x@people.example")), OFFICERS
    )  # fmt: skip
    yield Question(
        "mentor one may invite, who has an account",
        lets(invited.check_mentor, thing("mentor"), lambda side: side.things["mentor"].email), NOBODY,
    )  # fmt: skip
    yield Question(
        "mentor one may invite, the officer",
        not_forbidden(invited.check_mentor, remote, email), OFFICERS - OFFICE | TEAM, row(remote, user=person("officer")),
    )  # fmt: skip
    award = lets(passports.check_make, thing("graduate"))
    yield Question("passport one may make", award, frozenset({"other_student"}))
    yield Question("passport one may make, without an award", lets(passports.check_make, log), NOBODY)


def of_logs() -> Iterator[Question]:
    log, own, mentor = thing("portfolio"), frozenset({"student"}), frozenset({"mentor"})
    yield Question("scan", sees(portfolios.visible_scans, thing("waiting")), NAMED | PANEL)
    for words, selector, of in (
        ("log one may fill", portfolios.logs_to_fill, log),
        ("file of scans", portfolios.visible_scan_files, thing("scan_file")),
    ):
        yield Question(words, sees(selector, of), TEAM | own)
        yield Question(f"{words}, all accounts closed", sees(selector, of), NOBODY, everybody_inactive)
    waits = sees(portfolios.scans_to_appraise, thing("waiting"))
    yield Question("scan that waits", waits, mentor)
    yield Question("scan that waits, all accounts closed", waits, NOBODY, everybody_inactive)
    yield Question("scan that waits, the mentor left the team", waits, NOBODY, left_students_team)
    yield Question("scan that waits, the student’s own", waits, NOBODY, student_is_mentor)
    yield Question("scan that was appraised", sees(portfolios.scans_to_appraise, thing("appraised")), NOBODY)
    here = holds(portfolios.current_team, lambda side: side.things["membership"])
    yield Question("place in the student’s team", here, ANYBODY)
    yield Question("place that ended", holds(portfolios.current_team, membership("former_mentor")), NOBODY)
    yield Question(
        "place that never was", here, NOBODY, row(membership("mentor"), known_until=timezone.now())
    )
    link = holds(portfolios.open_links, thing("signing_link"))
    yield Question("link that opens", link, ANYBODY)
    yield Question("link of a mentor who left the team", link, NOBODY, remote_left)
    yield Question(
        "link that is closed",
        link,
        NOBODY,
        row(thing("signing_link"), ended_at=timezone.now(), ended_why="revoked"),
    )
    interrupted = row(thing("person"), state=StudentState.INTERRUPTED)
    yield Question("log one may write in", lets(portfolio.check_log, log), own)
    yield Question("log one may write in, interrupted", lets(portfolio.check_log, log), NOBODY, interrupted)
    bring = lets(scan_files.check_bring, course("in_assessment"), log)
    yield Question("log one may bring a file for", bring, TEAM | own)
    yield Question("log one may bring a file for, interrupted", bring, NOBODY, interrupted)
    yield Question("log one may bring a file for, all accounts closed", bring, NOBODY, everybody_inactive)
    yield Question(
        "logs one may bring a file for", lets(scan_files.check_bring, course("in_assessment"), fixed(None)), TEAM
    )  # fmt: skip
    remote = thing("remote")
    ask = lets(signing.check_ask, log, remote)
    yield Question("mentor one may ask to sign", ask, own)

    def checks(**values: Any) -> Change:
        def change(side: Side) -> None:
            found = AddressCheck.objects.filter(mentor=side.things["remote"])
            if not values:
                found._raw_delete(found.db)
            else:
                found.update(**{name: value(side) for name, value in values.items()})

        return change

    for words, twist in (
        ("who left the team", remote_left),
        ("who has an account", row(remote, user=person("outsider"))),
        ("of whose address nobody made sure", checks()),
        ("of whose address one made sure oneself", checks(by=person("student"))),
        ("at one’s own address", of_person("student", email=lambda side: side.things["remote"].email)),
    ):
        yield Question(f"mentor one may ask to sign, {words}", ask, NOBODY, twist)
