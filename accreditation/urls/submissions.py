"""Courses and submissions, for the course team and for whoever may see them."""

from django.urls import URLPattern, path, register_converter

from accreditation.views import (
    appeals,
    courses,
    evidence,
    mending,
    packs,
    scoping,
    submission_clause,
    submission_rows,
    submissions,
)


class ClauseConverter:
    """A clause's id, such as "PS4.2"."""

    regex = r"PS[0-9]{1,2}\.[0-9]{1,2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class StatementConverter(ClauseConverter):
    """A statement's id, such as "PS4"."""

    regex = r"PS[0-9]{1,2}"


register_converter(ClauseConverter, "clause")
register_converter(StatementConverter, "statement")

urlpatterns: list[URLPattern] = [
    path("", submissions.submission_list, name="submissions"),
    path("courses/<uuid:pk>/", courses.course, name="course"),
    path("courses/<uuid:pk>/start/", courses.submission_open, name="submission_open"),
    path("courses/<uuid:pk>/details/", courses.course_edit, name="course_edit"),
    path("courses/<uuid:pk>/minimum-scans/", courses.course_minimums, name="course_minimums"),
    path("courses/<uuid:pk>/modules/add/", courses.module_add, name="module_add"),
    path("courses/<uuid:pk>/modules/<uuid:module>/", courses.module_edit, name="module_edit"),
    path("courses/<uuid:pk>/modules/<uuid:module>/remove/", courses.module_remove, name="module_remove"),
    path("<uuid:pk>/", submissions.submission, name="submission"),
    path("<uuid:pk>/course/", submissions.submission_course, name="submission_course"),
    path("<uuid:pk>/people/", submissions.submission_people, name="submission_people"),
    path(
        "<uuid:pk>/statements/<statement:statement>/",
        submissions.submission_statement,
        name="submission_statement",
    ),
    path("<uuid:pk>/clauses/<clause:clause>/", submission_clause.submission_clause, name="submission_clause"),
    path("<uuid:pk>/scope/", scoping.submission_scope, name="submission_scope"),
    path(
        "<uuid:pk>/clauses/<clause:clause>/autosave/",
        submission_clause.submission_autosave,
        name="submission_autosave",
    ),
    path("<uuid:pk>/evidence/", evidence.submission_evidence, name="submission_evidence"),
    path("<uuid:pk>/evidence/<int:number>/", evidence.evidence_view, name="evidence_view"),
    path("<uuid:pk>/evidence/<int:number>/file/", evidence.evidence_file, name="evidence_file"),
    path(
        "<uuid:pk>/evidence/<int:number>/pages/<int:page>.png", evidence.evidence_page, name="evidence_page"
    ),
    path("<uuid:pk>/evidence/<int:number>/replace/", evidence.evidence_replace, name="evidence_replace"),
    path("<uuid:pk>/evidence/<int:number>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("<uuid:pk>/evidence/<int:number>/title/", evidence.evidence_title, name="evidence_title"),
    path("<uuid:pk>/check/", submissions.submission_findings, name="submission_findings"),
    path(
        "<uuid:pk>/check/<str:clause>/<slug:key>/",
        submission_rows.submission_finding,
        name="submission_finding",
    ),
    path("<uuid:pk>/mend/", mending.submission_mend, name="submission_mend"),
    path("<uuid:pk>/answers/", submissions.submission_answers, name="submission_answers"),
    path("<uuid:pk>/submit/", submissions.submission_submit, name="submission_submit"),
    path("<uuid:pk>/submitted/", submissions.submission_submitted, name="submission_submitted"),
    path("<uuid:pk>/withdraw/", submissions.submission_withdraw, name="submission_withdraw"),
    path("<uuid:pk>/submit-again/", appeals.submit_again, name="submission_again"),
    path("<uuid:pk>/appeal/", appeals.appeal, name="appeal"),
    path("<uuid:pk>/sheet/", packs.submission_sheet, name="submission_sheet"),
    path("<uuid:pk>/pack/", packs.submission_packs, name="submission_packs"),
    path("<uuid:pk>/pack/<uuid:pack>/", packs.pack, name="pack"),
    path("<uuid:pk>/pack/<uuid:pack>/state/", packs.pack_state, name="pack_state"),
    path("<uuid:pk>/pack/<uuid:pack>/again/", packs.pack_again, name="pack_again"),
    path("<uuid:pk>/pack/<uuid:pack>/file.<str:part>", packs.pack_take, name="pack_take"),
    path("<uuid:pk>/versions/<int:number>/", submissions.submission_version, name="submission_version"),
]
