"""Questions about the tables of access, courses, cases, their panels and letters, and their pages."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accreditation import (
    access,
    account_selectors,
    event_selectors,
    permissions,
    policies,
    review_selectors,
    selectors,
)
from accreditation.models import (
    Assignment,
    Submission,
    User,
)
from accreditation.roles import OFFICER
from accreditation.services import (
    events,
    submissions,
    supersession,
)
from accreditation.views import asking, decisions, evidence, submission_parts
from accreditation.views import events as event_views
from portfolios.views import passports as passport_views
from portfolios.views import people as course_views
from tests.access.asking import (
    ANYBODY,
    ASSESSORS,
    Ask,
    Question,
    all_of,
    another_file,
    answers,
    case,
    cited_in_answer,
    conflicted,
    course,
    everybody_inactive,
    fixed,
    found_free,
    gone,
    holds,
    judgement,
    left_team,
    lets,
    letter_of_withdrawal,
    of_person,
    on_team,
    only_conflict,
    opens,
    person,
    pk,
    place_of,
    row,
    says,
    seated,
    sees,
    thing,
    withdrawal_letter,
    without_groups,
    without_groups_of,
)
from tests.access.oracle import (
    CASE,
    COMMITTEE,
    COUNTED,
    EVERYBODY,
    NOBODY,
    OFFICE,
    OFFICERS,
    PANEL,
    TEAM,
    THINGS,
)
from tests.access.stage import STATES, Side


def with_place_at_hand(user: User, submission: Submission, lead: User) -> bool:
    """Whether somebody has a place where the request has the lead's at hand."""
    submission.__dict__["place_of_reader"] = submission.assignments.get(user=lead, state="accepted")
    found = permissions.panel_place(user, submission)
    return found is not None and found.user_id == user.pk


def accepted_beside(user: User, side: Side) -> bool:
    """Whether the person finds their place, and beside it those alone who accepted theirs."""
    found = review_selectors.places(user).filter(submission=side.cases["in_assessment"]).first()
    return found is not None and all(one.state == "accepted" for one in found.submission.accepted)


def of_the_table() -> Iterator[Question]:
    def admits(entry: access.Access) -> Ask:
        return lambda user, side: entry.admits(user)

    for words, entry, who in (
        ("a page for everybody", access.public(), ANYBODY),
        ("a page for whoever is signed in", access.signed_in(), EVERYBODY),
        ("a page for officers", access.Access(roles=frozenset({OFFICER})), OFFICERS),
        ("a page of the fallback administration", access.Access(staff=True), frozenset({"admin"})),
    ):
        yield Question(words, admits(entry), who, body=True, anonymous=True)

    def patched(name: str, **how: Any) -> Callable[[Ask], Ask]:
        def around(ask: Ask) -> Ask:
            def asked_so(user: Any, side: Side) -> bool:
                with patch(f"accreditation.views.guard.{name}", **how):
                    return ask(user, side)

            return asked_so

        return around

    for_officers = access.Access(roles=frozenset({OFFICER}))
    yield Question(
        "a page that the table opens to officers alone opens",
        patched("table", return_value={"privacy": for_officers})(answers(reverse("privacy"), 200)),
        OFFICERS, body=True, anonymous=True,
    )  # fmt: skip
    yield Question(
        "an address with a NUL in it is wrong", answers(reverse("privacy") + "?q=%00", 400), ANYBODY, body=True, anonymous=True
    )  # fmt: skip
    yield Question(
        "whoever asks too often is told so",
        patched("too_many", return_value=HttpResponse(status=429))(answers(reverse("privacy"), 429)),
        ANYBODY, body=True, anonymous=True,
    )  # fmt: skip
    yield Question(
        "an address without an entry in the table is closed",
        patched("table", return_value={})(answers(reverse("privacy"), 403)),
        ANYBODY, body=True, anonymous=True,
    )  # fmt: skip


def of_courses_and_cases() -> Iterator[Question]:
    for state in ("draft", "decided"):
        yield Question(
            f"course ({state})", sees(selectors.visible_courses, course(state)), THINGS[f"course:{state}"]
        )
        yield Question(f"course one works on ({state})", sees(selectors.led_courses, course(state)), TEAM)
    for state in STATES:
        yield Question(f"case ({state})", sees(selectors.visible_submissions, case(state)), CASE[state])
    draft, seen = case("draft"), sees(selectors.visible_submissions, case("draft"))
    of_course = sees(selectors.visible_courses, course("draft"))
    of_led = sees(selectors.led_courses, course("draft"))
    off = left_team("member", "draft")
    yield Question("course, all accounts closed", of_course, NOBODY, everybody_inactive)
    yield Question(
        "course, the member’s last day was yesterday", of_course, THINGS["course:draft"] - {"member"}, off
    )
    yield Question("course one works on, the member’s last day was yesterday", of_led, TEAM - {"member"}, off)
    yield Question(
        "course one works on, the member’s last day is tomorrow",
        of_led,
        TEAM,
        left_team("member", "draft", -1),
    )
    yield Question(
        "course, the leader’s grants are gone", of_course, THINGS["course:draft"] - {"leader"}, without_groups("leader")
    )  # fmt: skip
    yield Question(
        "course, the leader’s grants on it are gone",
        of_course,
        THINGS["course:draft"] - {"leader"},
        without_groups_of("leader", "draft"),
    )
    yield Question("draft, all accounts closed", seen, NOBODY, everybody_inactive)
    yield Question("draft, the member’s last day was yesterday", seen, TEAM - {"member"}, off)
    for part in ("officer", "committee"):
        yield Question(f"draft, the {part} works on the course", seen, TEAM | {part}, on_team(part, "draft"))
    agreeing = sees(selectors.visible_submissions, case("agreeing"))
    who = CASE["agreeing"]
    yield Question(
        "case, the office found the conflict harmless", agreeing, who | {"conflicted_officer"}, found_free("conflicted_officer")
    )  # fmt: skip
    for words, of, more in (
        ("with the institution", "", NOBODY),
        ("with this case", "agreeing", NOBODY),
        ("with another case", "reported", frozenset({"conflicted_officer"})),
    ):
        yield Question(
            f"case, the officer’s only conflict is {words}", agreeing, who | more, only_conflict("conflicted_officer", of)
        )  # fmt: skip
    assessed = case("in_assessment")
    moved = of_person("lead", institution=lambda side: side.world.institution)
    yield Question(
        "case, the lead works there now",
        sees(selectors.visible_submissions, assessed),
        CASE["in_assessment"] - {"lead"},
        moved,
    )

    def on_panel(user: User, side: Side) -> bool:
        return selectors.seen_on_panels(user.pk, []).filter(pk=assessed(side).pk).exists()

    yield Question("case, by one’s panels alone", on_panel, PANEL)
    yield Question("case, by one’s panels alone, in conflict", on_panel, PANEL - {"lead"}, conflicted("lead"))
    alone = says(selectors.sees_by_panels_alone)
    yield Question("whether one sees cases by panels alone", alone, ASSESSORS)
    yield Question(
        "whether one sees cases by panels alone, the lead on a team", alone, ASSESSORS - {"lead"}, on_team("lead", "draft")
    )  # fmt: skip
    pack = thing("pack")
    mine, of_draft = sees(selectors.visible_packs, pack), row(pack, snapshot=None)
    yield Question("pack", mine, OFFICE, body=True)
    yield Question("pack, the officer has a conflict", mine, NOBODY, conflicted("officer"))
    yield Question("pack of a draft", mine, NOBODY, of_draft)
    yield Question(
        "pack of a draft, the officer works on the course", mine, OFFICE, all_of(of_draft, on_team("officer", "submitted"))
    )  # fmt: skip
    yield Question("decision", sees(selectors.visible_decisions, thing("decision")), CASE["decided"])
    yield Question("draft one may edit", lets(permissions.check_edit, draft), TEAM)
    yield Question("submitted case one may edit", lets(permissions.check_edit, case("submitted")), NOBODY)
    yield Question("draft one may submit", lets(permissions.check_submit, draft), frozenset({"leader"}))
    yield Question("submitted case one may submit", lets(permissions.check_submit, case("submitted")), NOBODY)
    yield Question("draft one may withdraw", lets(submissions.check_withdraw, draft), frozenset({"leader"}))
    yield Question("decided case one may withdraw", lets(submissions.check_withdraw, case("decided")), NOBODY)
    on_it = says(permissions.is_on_team, course("draft"))
    yield Question("on the team", on_it, TEAM)
    yield Question(
        "a leader of the team",
        says(permissions.is_on_team, course("draft"), leader=True),
        frozenset({"leader"}),
    )
    yield Question("on the team, all accounts closed", on_it, NOBODY, everybody_inactive)


def of_letters() -> Iterator[Question]:
    letter = sees(selectors.visible_letters, thing("letter"))
    inside = OFFICE | {"chair"} | COUNTED
    not_yet = row(thing("letter"), approved_at=None)
    yield Question("letter", letter, CASE["decided"])
    yield Question("letter that waits for an approval", letter, inside, not_yet)
    yield Question(
        "letter that waits, the officer works on the course", letter, inside - OFFICE, all_of(not_yet, on_team("officer", "decided"))
    )  # fmt: skip
    letter, make = sees(selectors.visible_letters, letter_of_withdrawal), withdrawal_letter("submitted")
    approved = row(letter_of_withdrawal, approved_at=timezone.now())
    yield Question("letter on a withdrawn case", letter, CASE["submitted"], all_of(make, approved))
    yield Question("letter on a withdrawn case, not approved", letter, OFFICE, make)
    yield Question(
        "the same, the officer works on the course", letter, NOBODY, all_of(make, on_team("officer", "submitted"))
    )  # fmt: skip

    def can_be_built(user: User, side: Side) -> bool:
        return policies.rebuild_refusal(thing("letter")(side)) is None

    unbuilt = {"state": "failed", "sha256": "", "size": None, "built_at": None}
    failed = row(thing("letter"), **unbuilt)
    yield Question("built letter that can be built again", can_be_built, NOBODY)
    yield Question("failed letter that can be built again", can_be_built, ANYBODY, failed)
    old = row(thing("letter"), **unbuilt, superseded=True, supersession_reason="Corrected.")
    yield Question("failed letter that holds no more", can_be_built, NOBODY, old)


def of_panels() -> Iterator[Question]:
    lead, shadow = frozenset({"lead"}), frozenset({"shadow"})

    def judged(part: str, state: str, within: str = "") -> Ask:
        return sees(review_selectors.visible_judgements, judgement(part, state), case(within or state))

    for part in ("lead", "co", "shadow"):
        yield Question(f"judgement of the {part}", judged(part, "in_assessment"), frozenset({part}))
    after = COUNTED | OFFICE
    for state, who in (("agreeing", after), ("reported", after | COMMITTEE)):
        yield Question(f"the lead’s judgement ({state})", judged("lead", state), who)
    yield Question("judgement of another case", judged("lead", "agreeing", "in_assessment"), NOBODY)
    yield Question(
        "judgement, all accounts closed", judged("lead", "in_assessment"), NOBODY, everybody_inactive
    )
    removed = row(place_of("lead", "in_assessment"), state="removed")
    yield Question("judgement of the lead, who was removed", judged("lead", "in_assessment"), NOBODY, removed)
    removed = row(place_of("lead", "agreeing"), state="removed")
    yield Question("the same, while they agree", judged("lead", "agreeing"), NOBODY, removed)
    yield Question(
        "judgement of the lead, who has a conflict", judged("lead", "in_assessment"), NOBODY, conflicted("lead")
    )  # fmt: skip
    taken = all_of(
        gone(lambda side: Assignment.objects.filter(submission=side.cases["reported"], user=side.people["co"], state="accepted")),
        row(place_of("lead", "reported"), user=person("shadow"), role="shadow"),
    )  # fmt: skip
    yield Question("a shadow’s judgement (reported)", judged("shadow", "reported"), shadow, taken)
    yield Question("places on panels", sees(review_selectors.places, place_of("lead", "in_assessment")), lead)
    yield Question("one’s place, beside it who accepted", accepted_beside, PANEL)
    invitation = sees(review_selectors.invitations, thing("invitation"))
    yield Question("invitation", invitation, frozenset({"invited"}))
    yield Question("invitation, all accounts closed", invitation, NOBODY, everybody_inactive)
    yield Question(
        "invitation, the person is no assessor any more", invitation, NOBODY, without_groups("invited")
    )
    yield Question(
        "invitation to a case that was withdrawn", invitation, NOBODY, row(case("submitted"), state="withdrawn")
    )  # fmt: skip
    blocking = holds(review_selectors.blocking_conflicts, thing("conflict"))
    yield Question("conflict that keeps away", blocking, ANYBODY)
    yield Question("conflict that was found harmless", blocking, NOBODY, found_free("conflicted"))
    there = frozenset({"leader", "member", "former_leader"})
    yield Question("works at the institution", says(permissions.works_there, case("draft")), there)
    place = says(permissions.panel_place, assessed := case("in_assessment"))
    yield Question("place on the panel", place, PANEL)
    yield Question("place on the panel (agreeing)", says(permissions.panel_place, case("agreeing")), COUNTED)
    yield Question(
        "place, the lead is no assessor any more", place, PANEL - lead, without_groups("lead", "assessor")
    )
    yield Question(
        "place, the lead works there now", place, PANEL - lead, of_person("lead", institution=lambda side: side.world.institution)
    )  # fmt: skip
    yield Question("place, the lead has a conflict", place, PANEL - lead, conflicted("lead"))
    yield Question(
        "place, another’s is at hand",
        lambda user, side: with_place_at_hand(user, assessed(side), side.people["lead"]),
        PANEL,
    )
    yield Question("case one may judge", lets(permissions.check_judge, assessed), PANEL)
    yield Question("case one may judge (agreeing)", lets(permissions.check_judge, case("agreeing")), NOBODY)
    yield Question(
        "case one may judge, too late",
        lets(permissions.check_judge, assessed),
        NOBODY,
        row(case("in_assessment"), state="agreeing"),
    )
    done = row(place_of("lead", "in_assessment"), done_at=timezone.now())
    yield Question(
        "case one may judge, the lead is done", lets(permissions.check_judge, assessed), PANEL - lead, done
    )
    agree, agreeing = permissions.check_agree, case("agreeing")
    sits = seated("shadow", "agreeing", "shadow")
    yield Question("judgements one may agree", lets(agree, agreeing), COUNTED)
    yield Question("judgements one may agree, with a shadow", lets(agree, agreeing), COUNTED, sits)
    yield Question("report one may write", lets(agree, agreeing, lead=True), lead)
    yield Question("judgements one may agree (in assessment)", lets(agree, assessed), NOBODY)
    yield Question("panel one may choose", lets(permissions.check_assign, case("submitted")), OFFICERS)
    chair, reported = frozenset({"chair"}), case("reported")
    decide = lets(permissions.check_decide, reported)
    yield Question("case one may decide", decide, chair)
    yield Question("case one may decide again", lets(permissions.check_decide, case("decided")), NOBODY)
    yield Question(
        "case one may decide, the chair sat on its panel",
        decide,
        NOBODY,
        seated("chair", "reported", "shadow"),
    )
    yield Question(
        "case one may decide, the chair was taken off its panel", decide, chair, seated("chair", "reported", "shadow", "removed")
    )  # fmt: skip
    yield Question(
        "case one may decide, the chair works on the course", decide, NOBODY, on_team("chair", "reported")
    )
    yield Question("decision one may correct", lets(supersession.check_correct, case("decided")), chair)
    yield Question(
        "case before its decision one may correct", lets(supersession.check_correct, reported), NOBODY
    )


def of_accounts_and_events() -> Iterator[Question]:
    yield Question("account", sees(account_selectors.visible_people, thing("account")), OFFICERS)
    invitation = sees(account_selectors.visible_invitations, thing("account_invitation"))
    leader = frozenset({"leader"})
    yield Question("invitation to the team", invitation, leader | OFFICERS)
    yield Question("invitation to the team, all accounts closed", invitation, NOBODY, everybody_inactive)
    for about, who in (("", OFFICERS), ("portfolios.student", NOBODY)):
        yield Question(
            f"invitation about {about or 'nothing'}", invitation, who, row(thing("account_invitation"), about_type=about)
        )  # fmt: skip
    change = says(account_selectors.may_change_team, course("draft"))
    yield Question("team one may change", change, leader | OFFICERS)

    gone_here = without_groups_of("leader", "draft")
    yield Question("team one may change, the leader’s grants on it are gone", change, OFFICERS, gone_here)
    for name, state in (("event", "in_assessment"), ("agreed_event", "reported")):
        yield Question(f"{name}", sees(event_selectors.visible_events, thing(name)), CASE[state])
        yield Question(f"page of the {name}", lets(event_views._event, pk(thing(name))), THINGS[name])
    yield Question("event one is asked about", says(event_selectors.is_asked, thing("event")), PANEL | leader)
    of_case = says(event_selectors.event_of, case("reported"))
    close = TEAM | OFFICERS | COUNTED
    yield Question("event of the case", of_case, close)
    yield Question(
        "event that was called off", of_case, NOBODY, row(thing("agreed_event"), state="cancelled")
    )
    yield Question(
        "case whose event one may plan", lets(events._case, pk(case("reported"))), OFFICE
    )  # fmt: skip


def of_pages() -> Iterator[Question]:
    for state in ("draft", "in_assessment", "decided"):
        yield Question(
            f"page of the case ({state})",
            opens(submission_parts.seen_submission, pk(case(state))),
            CASE[state],
        )
    opened = row(case("in_assessment"), state="draft")
    page, reading = submission_parts.seen_submission, {"working": False}
    yield Question(
        "page of a case sent back to a draft", opens(page, pk(case("in_assessment"))), TEAM, opened
    )
    yield Question(
        "frozen page of a case sent back to a draft", opens(page, pk(case("in_assessment")), **reading), TEAM | PANEL, opened
    )  # fmt: skip
    yield Question(
        "page of the course", opens(submission_parts.seen_course, pk(course("draft"))), THINGS["course:draft"]
    )
    yield Question(
        "page of the course’s students", opens(course_views.own_course, pk(course("in_assessment"))), TEAM
    )
    yield Question("office’s page of the case", lets(asking.case_for, pk(case("agreeing"))), CASE["agreeing"])
    review = lets(asking.place_for, pk(case("in_assessment")))
    yield Question("page of the review", review, PANEL)
    yield Question(
        "page of the review, no version is frozen", review, NOBODY, gone(lambda side: side.cases["in_assessment"].snapshots.all())
    )  # fmt: skip
    before = decisions._before_committee
    yield Question("case before the Committee", lets(before, pk(case("reported"))), OFFICE | COMMITTEE)
    yield Question("case not before the Committee", lets(before, pk(case("agreeing"))), NOBODY)
    library = evidence._seen_evidence
    yield Question("file", opens(library, pk(case("decided")), fixed(1)), CASE["decided"])
    later, add = opens(library, pk(case("decided")), fixed(2)), another_file("decided")
    yield Question("file that was not handed in", later, TEAM, add)
    yield Question("file that was sent later", later, CASE["decided"], all_of(add, cited_in_answer))
    yield Question(
        "page of one’s passports", opens(passport_views.own_portfolio, pk(thing("graduate"))), frozenset({"other_student"})
    )  # fmt: skip
    yield Question(
        "page of one’s passport",
        opens(passport_views._own_passport, pk(thing("graduate")), pk(thing("passport"))),
        frozenset({"other_student"}),
    )
