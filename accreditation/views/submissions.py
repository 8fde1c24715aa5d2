"""Pages of a submission for its course team: list, task list, sections, checking, submitting, versions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import asked, changes, papers, questions, report_steps, scopes, sections
from accreditation.addresses import addresses_for
from accreditation.enums import NoteKind, SubmissionState
from accreditation.event_selectors import event_of
from accreditation.exceptions import Invalid
from accreditation.facts import gather
from accreditation.forms.layout import show_problems
from accreditation.forms.submissions import DeclarationForm, SectionForm, SeenForm
from accreditation.models import Appeal, CaseNote, Submission
from accreditation.permissions import is_on_team, refusal
from accreditation.presenters import events, findings, people
from accreditation.presenters import library as evidence_views
from accreditation.presenters import submissions as present
from accreditation.rules.evaluate import evaluate
from accreditation.rules.findings import Outcome
from accreditation.rules.standards import EDITIONS
from accreditation.selectors import led_courses, visible_letters, visible_submissions
from accreditation.services import appeals as appeal_services
from accreditation.services import submissions as services
from accreditation.services.resubmission import check_resubmit
from accreditation.views.submission_parts import base_context, person, seen_submission, statement_of

PER_PAGE = 25


@login_required
@require_safe
def submission_list(request: HttpRequest) -> HttpResponse:
    """The person's own courses with their submissions; below, or instead, what else they may see."""
    user = person(request)
    own = list(led_courses(user).distinct().prefetch_related("submissions"))
    others = visible_submissions(user).exclude(course__in=[course.pk for course in own])
    page = Paginator(others.order_by("-state_since"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "submissions/list.html", {"courses": own, "page": page, "others": page.object_list}
    )


@login_required
@require_safe
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The task list of a draft; what happens next, and what was handed in, afterwards."""
    user, found = person(request), seen_submission(request, pk, working=False)
    decision = found.decisions.filter(superseded=False).first()
    context = base_context(request, found, among_us=True)
    context |= {
        "strip": present.strip(found),
        "event_line": events.line(event_of(user, found)),
        "next": present.next_line(found),
        "versions": list(found.snapshots.order_by("-number").defer("facts", "report", "answers", "files")),
        "decision": decision,
        "letters": visible_letters(user).filter(Q(decision=decision) if decision else Q(submission=found)),
        "may_appeal": refusal(appeal_services.check_lodge, user, found) is None,
        "appeal": Appeal.objects.filter(decision__submission=found).order_by("-created_at").first(),
        "may_submit_again": refusal(check_resubmit, user, found) is None,
        "changed": changes.changed(found),
        "questions": asked.shown_to(user, found),
        "scope": [clause.id for clause in scopes.clauses(found)] if found.clauses else [],
        "names_scope": found.kind in scopes.NAMES_ITS_OWN,
        "returned": CaseNote.objects.filter(submission=found, kind=NoteKind.RETURNED).first()
        if found.state == SubmissionState.DRAFT
        else None,
    }
    shared = report_steps.released_to(user, found)
    if found.state not in (SubmissionState.DRAFT, SubmissionState.WITHDRAWN):
        context |= {"shared": shared, "papers": report_steps.sent_papers(found)}
        context["reply_runs"] = (
            found.state == SubmissionState.REPORTED and shared is not None and report_steps.reply_runs(shared)
        )
    if context["on_team"] and found.state == SubmissionState.DRAFT:
        known, side = present.progress(found), present.team_side(user, found)
        context["tasks"] = present.tasks(found, known, side)
        own = [clause for clause in scopes.clauses(found) if side.carers.get(clause.id) == user]
        context |= {"own": len(own), "only_mine": request.GET.get("show") == "mine"}
        if context["only_mine"]:
            context["mine"] = present.clause_tasks(found, known, own, side)
    return render(request, "submissions/submission.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_statement(request: HttpRequest, pk: UUID, statement: str) -> HttpResponse:
    """A statement with its clauses; on leaving, whether the section is complete."""
    found = seen_submission(request, pk)
    words = statement_of(found, statement)
    form, done = _section_form(request, found, statement)
    if done:
        return done
    known = present.progress(found)
    info = sections.BY_CODE[statement]
    codes = [one.code for one in sections.statements_of(found)]
    at = codes.index(statement)
    lines = present.clause_tasks(
        found, known, sections.clauses_of(found, statement), present.team_side(person(request), found)
    )
    context = base_context(request, found, (info.name, ""), among_us=True) | {
        "statement": words,
        "info": info,
        "form": form,
        "tasks": lines,
        "previous": codes[at - 1] if at else "",
        "following": codes[at + 1] if at + 1 < len(codes) else "",
    }
    return render(request, "submissions/statement.html", context, status=422 if form.errors else 200)


def _section_form(
    request: HttpRequest, found: Submission, code: str
) -> tuple[SectionForm, HttpResponse | None]:
    """The question on leaving a section, and where to go once it is answered."""
    if request.method != "POST":
        complete = found.sections.filter(code=code, complete=True).exists()
        begun = found.sections.filter(code=code).exists()
        return SectionForm(initial={"complete": "yes" if complete else "no"} if begun else {}), None
    form = SectionForm(request.POST)
    if form.is_valid():
        complete = form.cleaned_data["complete"]
        try:
            services.set_section(by=person(request), submission_id=found.pk, code=code, complete=complete)
        except Invalid as refusal:
            show_problems(form, refusal)
            return form, None
        name = sections.BY_CODE[code].name
        messages.success(request, f"{name}: {'completed' if complete else 'saved, to be completed later'}.")
        return form, redirect("submission", pk=found.pk)
    return form, None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The section “course details”: what the course's own rules say, with ways to change it."""
    found = seen_submission(request, pk)
    form, done = _section_form(request, found, sections.COURSE)
    if done:
        return done
    context = base_context(request, found, ("Course details", "")) | {
        "form": form,
        "course": found.course,
        "details": people.course_rows(found.course, back=request.path),
        "modules": people.module_rows(found.course, back=request.path),
        "gaps": sections.missing(found, sections.COURSE),
        "back": request.path,
    }
    return render(request, "submissions/course_section.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The section “people”: mentors and students as the register and the portfolios hold them today."""
    found = seen_submission(request, pk)
    form, done = _section_form(request, found, sections.PEOPLE)
    if done:
        return done
    facts = gather(found.course, timezone.localdate(), standard=found.edition)
    where = addresses_for(person(request), found.course)
    context = base_context(request, found, ("People", "")) | {
        "form": form,
        "mentors": people.mentor_rows(facts, where),
        "students": people.student_rows(facts, where),
        "links": people.links(found.course, on_team=is_on_team(person(request), found.course)),
    }
    return render(request, "submissions/people.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def submission_findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """“Check against the statements”: the rules over the draft and the course's people as they are today. Keeps nothing."""
    found = seen_submission(request, pk)
    if found.state != SubmissionState.DRAFT:
        last = found.snapshots.order_by("-number").first()
        if last is None:
            raise Http404
        return redirect("submission_version", pk=pk, number=last.number)
    facts = gather(found.course, timezone.localdate(), standard=found.edition)
    only = request.GET.get("outcome", "")
    report = findings.view_of(
        evaluate(facts),
        facts,
        found.course,
        asked={clause.id for clause in scopes.clauses(found)},
        only=only if only in {one.value for one in Outcome} else "",
        addresses=addresses_for(person(request), found.course),
    )
    context = base_context(request, found, ("Check against the statements", "")) | {
        "report": report,
        "only": only,
        "has_students": bool(facts.students),
    }
    return render(request, "submissions/findings.html", context)


@login_required
@require_safe
def submission_answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """“Check your answers”: everything on one page, with ways to change it that come back here, and what is missing."""
    found = seen_submission(request, pk)
    context = base_context(request, found, ("Check your answers", "")) | _answers(request, found)
    return render(request, "submissions/answers.html", context)


def _answers(request: HttpRequest, found: Submission) -> dict[str, Any]:
    back = f"?back={reverse('submission_answers', args=[found.pk])}"
    answers = {
        answer.clause: answer
        for answer in found.answers.select_related("updated_by").prefetch_related("citations__evidence")
    }
    statements = []
    for statement in EDITIONS[found.edition].statements:
        rows = []
        for clause in sections.clauses_of(found, statement.id):
            answer = answers.get(clause.id)
            rows.append(
                {
                    "id": clause.id,
                    "label": clause.label,
                    "asked": questions.QUESTIONS[clause.id].asked,
                    "text": answer.text if answer else "",
                    "citations": evidence_views.cited_words(answer.citations.all()) if answer else [],
                    "url": reverse("submission_clause", args=[found.pk, clause.id]) + back,
                }
            )
        if rows:
            statements.append({"statement": statement, "rows": rows})
    known = present.progress(found)
    problems = []
    for code in sections.codes_of(found):
        lacking = present.gaps(found, known, code)
        for gap in lacking:
            url = (
                reverse("submission_clause", args=[found.pk, gap.clause])
                if gap.clause
                else present.section_url(found, code)
            )
            problems.append({"href": url + back, "text": gap.words})
        if not lacking and code not in known.complete:
            words = f"{sections.BY_CODE[code].name}: say that the section is complete"
            problems.append({"href": present.section_url(found, code), "text": words})
    problems += [
        {"href": reverse("submission_evidence", args=[found.pk]), "text": words}
        for words in papers.missing(found)
    ]
    bare = [clause for clause in sorted(known.answered) if clause not in known.cited]
    return {
        "statements": statements,
        "course_details": people.course_rows(
            found.course, back=reverse("submission_answers", args=[found.pk])
        ),
        "module_details": people.module_rows(
            found.course, back=reverse("submission_answers", args=[found.pk])
        ),
        "problems": problems,
        "bare": bare,
        "files": evidence_views.library(found),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The declaration; POST submits."""
    found = seen_submission(request, pk)
    context = base_context(request, found, ("Declare and submit", ""))
    status = 200
    if request.method == "POST":
        form = DeclarationForm(request.POST)
        if form.is_valid():
            try:
                services.submit(by=person(request), submission_id=pk, **_declared(form))
                return redirect("submission_submitted", pk=pk)
            except Invalid as refusal:
                show_problems(form, refusal)
        status = 422
    else:
        form = DeclarationForm(initial={"seen_state": found.state, "seen_version": found.version})
    form.fields["declared_name"].help_text += f" Your account says {person(request).full_name}."
    context |= {
        "form": form,
        "problems": _answers(request, found)["problems"] if found.state == "draft" else [],
    }
    if found.state == SubmissionState.DRAFT and not context["problems"]:
        context |= _found_today(found)
    return render(request, "submissions/submit.html", context, status=status)


def _found_today(found: Submission) -> dict[str, int]:
    """How many clauses that are asked about would come out as not met, or lack evidence, if it were submitted today."""
    asked_about = {clause.id for clause in scopes.clauses(found)}
    report = evaluate(gather(found.course, timezone.localdate(), standard=found.edition))
    outcomes = [entry.outcome for entry in report.clauses if entry.clause in asked_about]
    return {"not_met": outcomes.count(Outcome.NOT_MET), "missing": outcomes.count(Outcome.MISSING)}


def _declared(form: DeclarationForm) -> dict[str, Any]:
    names = ("declared_name", "declared_role", "seen_state", "seen_version")
    return {name: form.cleaned_data[name] for name in names}


@login_required
@require_safe
def submission_submitted(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The confirmation: reference, what happens next, dates, how to withdraw."""
    found = seen_submission(request, pk, working=False)
    last = found.snapshots.order_by("-number").defer("facts", "report", "answers", "files").first()
    if last is None:
        raise Http404
    context = base_context(request, found, ("Submitted", "")) | {
        "snapshot": last,
        "next": present.next_line(found),
        "strip": present.strip(found),
        "issues_on": found.event_on - timedelta(days=30) if found.event_on else None,
    }
    return render(request, "submissions/submitted.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks first; POST withdraws."""
    found = seen_submission(request, pk)
    form = SeenForm(request.POST or None, initial={"seen_state": found.state})
    if request.method == "POST" and form.is_valid():
        services.withdraw(by=person(request), submission_id=pk, seen_state=form.cleaned_data["seen_state"])
        messages.success(request, f"{found.reference} was withdrawn.")
        return redirect("submission", pk=pk)
    context = base_context(request, found, ("Withdraw", "")) | {
        "form": form,
        "cannot_withdraw": refusal(services.check_withdraw, person(request), found),
    }
    return render(request, "submissions/withdraw.html", context)


@login_required
@require_safe
def submission_version(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """A frozen version, as it was handed in."""
    found = seen_submission(request, pk, working=False)
    snapshot = get_object_or_404(found.snapshots.select_related("declared_by"), number=number)
    files = {file["number"]: file for file in snapshot.files}
    outcomes = {entry["clause"]: entry["outcome"] for entry in snapshot.report.get("clauses", ())}
    statements = []
    for statement in EDITIONS[snapshot.edition].statements:
        rows = [
            {
                **answer,
                "outcome": outcomes.get(answer["clause"], ""),
                "files": [
                    {"file": files[cited["evidence"]], **evidence_views.frozen_link(pk, cited)}
                    for cited in answer["citations"]
                    if cited["evidence"] in files
                ],
            }
            for answer in snapshot.answers
            if answer["clause"].startswith(f"{statement.id}.")
        ]
        if rows:
            statements.append({"statement": statement, "rows": rows})
    context = base_context(request, found, (f"Version {number}", "")) | {
        "snapshot": snapshot,
        "statements": statements,
        "fact_rows": people.frozen_rows(snapshot.facts, snapshot.facts_sha256),
        "file_rows": [
            {
                **file,
                "kind": evidence_views.words_of(file["media_type"]),
                "url": evidence_views.frozen_url(pk, file["number"]),
            }
            for file in snapshot.files
        ],
    }
    return render(request, "submissions/version.html", context)
