"""What a letter says, frozen: built once from the decision's own rows and kept in the letter's row. A change to a course, a
person or a comment afterwards changes no letter.

Comments for CASE only stand on the assessors' own judgements, which nothing here reads.
"""

import secrets
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accreditation import audit, scopes
from accreditation.enums import (
    REMINDERS,
    ConditionState,
    CourseTeamRole,
    DecisionOutcome,
    JudgementOutcome,
    LetterKind,
    ReportItemKind,
)
from accreditation.letters.report import report_part
from accreditation.letters.shape import (
    FORMAT,
    Addressee,
    Basis,
    ClauseLine,
    ConditionLine,
    Item,
    LetterContent,
    Made,
    Signature,
)
from accreditation.letters.shipped import Text
from accreditation.letters.text import clean
from accreditation.models import (
    AgreedJudgement,
    Course,
    CourseTeamMember,
    Decision,
    ReportItem,
    Snapshot,
    Submission,
    User,
)
from accreditation.periods import months_after
from accreditation.roles import CHAIR
from accreditation.rules import regions
from accreditation.rules.findings import PLAIN, Outcome
from accreditation.rules.standards import EDITIONS

CHECK_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no signs that are mistaken for others in print
CHECK_LENGTH = 10
DECIDABLE = frozenset({Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE})
SIGNS_AS = "Chair of the CASE Committee"
WITHDRAWN, WITHDRAWN_WORDS = "withdrawn", gettext_noop("Withdrawn before a decision")
OFFICE = ("The CASE office", "Consortium for the Accreditation of Sonographic Education")


def freeze(
    decision: Decision,
    kind: str,
    *,
    number: str,
    on: date,
    text: Text,
    by: User | None = None,
    check: str = "",
    replaces: str = "",
    replaces_reason: str = "",
) -> LetterContent:
    """The content of a letter about a decision, as everything stands now.

    `on` is the letter's date, `text` what it is written with, `by` who asked for it (and signs a reminder), `check` the
    code that is printed on it already, if any. Raises `KeyError` for an edition that is not known. Call inside the
    transaction that stores it.
    """
    submission, snapshot = decision.submission, decision.snapshot
    course, items = submission.course, list(_items(snapshot))
    agreed = {row.clause: row for row in snapshot.agreed_judgements.all()}
    check = check or "".join(secrets.choice(CHECK_ALPHABET) for _ in range(CHECK_LENGTH))
    return LetterContent(
        format=FORMAT,
        demo=settings.DEMO,
        kind=str(kind),
        number=number,
        on=on,
        check=check,
        verify_url=settings.SITE_ORIGIN + reverse("verify_letter", args=[number, check]),
        replaces=replaces,
        replaces_reason=clean(replaces_reason, 2000),
        addressee=addressee(course, decision.decided_on),
        institution=clean(course.institution.name),
        course=clean(course.title),
        course_reference=clean(course.reference),
        award=course.get_award_display(),
        submission=submission.reference,
        submission_kind=submission.get_kind_display(),
        outcome=str(decision.outcome),
        outcome_words=_outcome_words(decision, kind),
        reasons=clean(decision.reasons),
        decided_on=decision.decided_on,
        period_from=decision.period_from,
        period_to=decision.period_to,
        conditions=_conditions(decision, kind),
        recommendations=_chosen(items, ReportItemKind.RECOMMENDATION),
        commendations=_chosen(items, ReportItemKind.COMMENDATION),
        clauses=clause_table(snapshot, agreed),
        signature=_signature(decision, kind, by, on),
        basis=_basis(snapshot),
        report=report_part(decision, agreed) if kind == LetterKind.REPORT else None,
        made=_made(decision, kind, text),
    )


def freeze_withdrawal(
    submission: Submission,
    *,
    number: str,
    on: date,
    text: Text,
    check: str = "",
    replaces: str = "",
    replaces_reason: str = "",
) -> LetterContent:
    """The content of the letter on an application that the course withdrew before a decision: it tells no finding and no
    judgement. The signature's day is that of the withdrawal. Raises `Snapshot.DoesNotExist` where nothing was submitted.
    """
    course, snapshot = submission.course, submission.snapshots.latest("number")
    withdrawn_on = timezone.localdate(submission.state_since) if submission.state == WITHDRAWN else on
    check = check or "".join(secrets.choice(CHECK_ALPHABET) for _ in range(CHECK_LENGTH))
    return LetterContent(
        format=FORMAT,
        demo=settings.DEMO,
        kind=str(LetterKind.WITHDRAWAL),
        number=number,
        on=on,
        check=check,
        verify_url=settings.SITE_ORIGIN + reverse("verify_letter", args=[number, check]),
        replaces=replaces,
        replaces_reason=clean(replaces_reason, 2000),
        addressee=addressee(course, withdrawn_on),
        institution=clean(course.institution.name),
        course=clean(course.title),
        course_reference=clean(course.reference),
        award=course.get_award_display(),
        submission=submission.reference,
        submission_kind=submission.get_kind_display(),
        outcome=WITHDRAWN,
        outcome_words=WITHDRAWN_WORDS,
        reasons="",
        decided_on=None,
        period_from=None,
        period_to=None,
        conditions=(),
        recommendations=(),
        commendations=(),
        clauses=(),
        signature=Signature(*OFFICE, withdrawn_on),
        basis=_basis(snapshot),
        report=None,
        made=Made(text.slug, text.version, text.text, (), (), withdraws=False, apply_by=None),
    )


def _made(decision: Decision, kind: str, text: Text) -> Made:
    covered = decision.submission.course.minimum_scans
    before = decision.supersedes
    apply_by = None
    if kind == LetterKind.REACCREDITATION_DUE and decision.period_to:
        apply_by = months_after(decision.period_to, -settings.REACCREDITATION_MONTHS)
    return Made(
        template=text.slug,
        version=text.version,
        wording=text.text,
        remit=tuple(regions.LABELS[part] for part in regions.PARTS if part in covered),
        not_remit=tuple(regions.LABELS[part] for part in regions.REGIONS if part not in covered),
        withdraws=bool(before and before.period_to and not decision.period_to),
        apply_by=apply_by,
    )


def _outcome_words(decision: Decision, kind: str) -> str:
    if kind == LetterKind.CONDITIONS_MET:
        return "Accredited, all conditions met"
    return DecisionOutcome(decision.outcome).label


def _signature(decision: Decision, kind: str, by: User | None, on: date) -> Signature:
    """The chair who recorded the decision; under a letter on conditions whoever closed the last of them; under a reminder
    whoever asked for it.
    """
    last = None
    if kind in REMINDERS and by is not None:
        return Signature(clean(by.full_name), SIGNS_AS if by.has_role(CHAIR) else "For the CASE office", on)
    if kind == LetterKind.CONDITIONS_MET:
        closed = decision.conditions.filter(closed_on__isnull=False).select_related("closed_by")
        last = closed.order_by("closed_on", "updated_at").last()
    if last is None or last.closed_by is None or last.closed_on is None:
        return Signature(clean(decision.signed_name), SIGNS_AS, decision.decided_on)
    role = SIGNS_AS if last.closed_by.has_role(CHAIR) else "For the CASE Committee"
    return Signature(clean(last.closed_by.full_name), role, last.closed_on)


def addressee(course: Course, on: date) -> Addressee:
    """The course's leader on the day of the decision (of several: the first), and the postal address."""
    leader = (
        CourseTeamMember.objects.filter(course=course, role=CourseTeamRole.LEADER, since__lte=on)
        .exclude(until__lt=on)
        .select_related("user")
        .order_by("since", "created_at")
        .first()
    )
    name = clean(course.institution.name)
    lines = [clean(line, 80) for line in course.institution.address.splitlines() if clean(line)]
    if name not in lines:
        lines.insert(0, name)
    return Addressee(
        name=clean(leader.user.full_name) if leader else "",
        role="Course leader" if leader else "The course team",
        lines=tuple(lines[:7]),
    )


def clause_table(snapshot: Snapshot, agreed: dict[str, AgreedJudgement]) -> tuple[ClauseLine, ...]:
    """Every clause that the snapshot was asked about, in order, with the agreed judgement and the rules' outcome."""
    edition = EDITIONS[snapshot.edition]
    labels = {statement.id: statement.label for statement in edition.statements}
    found = {row["clause"]: row["outcome"] for row in snapshot.report.get("clauses", ())}
    lines = []
    for clause in scopes.clauses(snapshot):
        row = agreed.get(clause.id)
        finding = str(row.finding) if row and row.finding else str(found.get(clause.id, ""))
        judgement = str(row.outcome) if row else ""
        lines.append(
            ClauseLine(
                clause=clause.id,
                statement=clause.statement,
                statement_label=labels[clause.statement],
                label=clause.label,
                judgement=judgement,
                judgement_words=JudgementOutcome(judgement).label if judgement else "Not judged",
                finding=finding,
                finding_words=PLAIN[Outcome(finding)].capitalize() if finding else "No finding",
                differs=bool(judgement and finding in DECIDABLE and finding != judgement),
                reason=clean(row.reason, 1500) if row else "",
            )
        )
    return tuple(lines)


def _conditions(decision: Decision, kind: str) -> tuple[ConditionLine, ...]:
    """All conditions of the decision; in a reminder those that are not met."""
    labels = {clause.id: clause.label for clause in EDITIONS[decision.snapshot.edition].clauses}
    rows = decision.conditions.order_by("number")
    if kind == LetterKind.CONDITIONS_DUE:
        rows = rows.exclude(state=ConditionState.CLOSED)
    return tuple(
        ConditionLine(
            number=row.number,
            clause=row.clause,
            label=labels.get(row.clause, ""),
            text=clean(row.text),
            due_on=row.due_on,
            satisfied_when=clean(row.satisfied_when),
        )
        for row in rows
    )


def _items(snapshot: Snapshot) -> Iterable[ReportItem]:
    return ReportItem.objects.filter(report__snapshot=snapshot).order_by("kind", "number")


def _chosen(items: list[ReportItem], kind: str) -> tuple[Item, ...]:
    chosen = (row for row in items if row.kind == kind)
    return tuple(Item(place, row.clause, clean(row.text)) for place, row in enumerate(chosen, 1))


def _basis(snapshot: Snapshot) -> Basis:
    edition = EDITIONS[snapshot.edition]
    return Basis(
        version=snapshot.number,
        as_of=snapshot.as_of,
        sha256=snapshot.sha256,
        facts_sha256=snapshot.facts_sha256,
        rules_version=snapshot.rules_version,
        edition=edition.name,
        edition_title=edition.title,
        edition_published=edition.published,
        anchor=str(audit.head()),
    )
