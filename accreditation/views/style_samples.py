"""What the style page shows: invented content for each component. Nothing here is used by any other page."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from accreditation.enums import JudgementOutcome
from accreditation.forms.widgets import DayMonthYearField
from accreditation.rules import regions
from accreditation.templatetags.status_words import STATUS_WORDS


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label="Course title", help_text="As it stands on the award certificate.", max_length=200
    )
    nation = forms.ChoiceField(
        label="Nation", choices=[("", "Choose one"), ("england", "England"), ("scotland", "Scotland")]
    )
    seen = DayMonthYearField(label="Date of the scan", help_text="For example, 14 3 2025.")
    outcome = forms.ChoiceField(
        label="Your judgement",
        choices=JudgementOutcome.choices,
        widget=forms.RadioSelect(attrs={"data-look": "cards"}),
    )
    regions = forms.MultipleChoiceField(
        label="Regions scanned",
        choices=[(code, label[:1].upper() + label[1:]) for code, label in regions.LABELS.items()],
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "columns"}),
        required=False,
    )
    answer = forms.CharField(
        label="How does the course show this?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Two or three sentences.",
    )
    file = forms.FileField(
        label="Evidence", help_text="PDF, Word, Excel or an image; up to 25 MB.", required=False
    )
    declared = forms.BooleanField(label="I confirm that this is complete and true")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


TASKS = [
    {"title": "Give the course details", "url": "#tasks", "status": "completed"},
    {
        "title": "Answer position statement 1: entry to the course",
        "url": "#tasks",
        "status": "in_progress",
        "hint": "3 of 5 clauses answered",
    },
    {
        "title": "Answer position statement 2: mentors",
        "url": "#tasks",
        "status": "problem",
        "reason": "Two mentors have no remit that covers the wrist and hand.",
    },
    {"title": "Answer position statement 3: the portfolio", "url": "#tasks", "status": "not_started"},
    {
        "title": "Check your answers and submit",
        "status": "cannot_start",
        "reason": "Finish the three position statements first.",
    },
]
SUMMARY = [
    {"key": "Course", "value": "PgCert Musculoskeletal Ultrasound", "url": "#summary"},
    {
        "key": "Awards",
        "lines": ["Postgraduate certificate (PgC)", "Postgraduate diploma (PgD)"],
        "url": "#summary",
    },
    {"key": "Event date", "value": "", "empty": "Not agreed yet", "url": "#summary"},
    {"key": "Reference", "value": "CASE-2026-0142"},
]
FINDINGS: list[dict[str, Any]] = [
    {
        "outcome": "not_met",
        "clause": "PS2.3",
        "clause_title": "mentor qualified for at least two years",
        "subject": "Dr Asha Verma, mentor",
        "reason": "Dr Verma qualified on 12 March 2024; she signed on 11 March 2026, one day short of two years.",
        "settle": "A signature by a mentor qualified for two years on that day.",
        "rows": [
            {
                "label": "Qualification: PgCert Medical Ultrasound",
                "detail": "12 March 2024",
                "url": "#findings",
            },
            {"label": "Learning contract of R. Okafor", "detail": "signed 11 March 2026", "url": "#findings"},
        ],
    },
    {
        "outcome": "missing",
        "clause": "PS4.2",
        "clause_title": "unseen patient examination",
        "reason": "No unseen patient examination of the ankle and foot is recorded for two students.",
        "settle": "The signed record of that examination.",
        "rows": [{"label": "J. Whitfield", "url": "#findings"}],
        "rows_word": "student",
    },
    {
        "outcome": "judge",
        "clause": "PS1.2",
        "clause_title": "experience of an appropriate amount and type",
        "reason": "The applicant has worked for 14 months in a rheumatology clinic.",
        "settle": "The judgement of an assessor.",
    },
    {
        "outcome": "met",
        "clause": "PS3.4",
        "clause_title": "every region of the remit is covered",
        "reason": "All six regions are covered by scans of patients.",
        "override": "Machine’s finding: evidence missing. Changed by Prof. Helen Marsh on 3 November 2026: seen on paper.",
    },
]
EVIDENCE: list[dict[str, Any]] = [
    {
        "name": "Course handbook 2026.pdf",
        "kind": "PDF",
        "size": 2_430_112,
        "pages": "12–14 and 31",
        "on": dt.date(2026, 10, 3),
        "digest": "9f2c11ab04e7d7c0",
        "open_url": "#evidence",
        "remove_url": "#evidence",
    },
    {
        "name": "Mentors and remits.xlsx",
        "kind": "Excel workbook",
        "size": 48_200,
        "on": dt.date(2026, 9, 21),
        "digest": "07be5521c9aa",
        "open_url": "#evidence",
        "problem": "The file was cut off while it was sent. Choose it again.",
    },
]
STEPS = [
    {"name": "Draft", "state": "done", "who": "Dr Ruth Adeyemi", "when": "2 September 2026"},
    {"name": "Submitted", "state": "done", "who": "Dr Ruth Adeyemi", "when": "1 October 2026"},
    {
        "name": "In assessment",
        "state": "now",
        "who": "Prof. Helen Marsh and Tom Birch",
        "when": "by 4 December 2026",
    },
    {"name": "Report", "state": "todo", "who": "Prof. Helen Marsh", "when": "by 4 January 2027"},
    {"name": "Decision", "state": "todo", "who": "CASE Committee", "when": "12 February 2027"},
]
FACTS: list[dict[str, Any]] = [
    {
        "label": "Do next",
        "words": "Judge PgCert MSK Ultrasound, Northmoor",
        "url": "#facts",
        "due": "by 4 December 2026",
        "now": True,
    },
    {
        "label": "Scans waiting for you",
        "value": 6,
        "url": "#facts",
        "due": "oldest waits for 9 days",
        "late": True,
    },
    {"label": "Conditions open", "value": 3, "note": "on two courses"},
]
PEOPLE = [
    {
        "name": "Prof. Helen Marsh",
        "role": "Lead assessor",
        "body": "Society of Radiographers",
        "email": "h.marsh@example.org",
    },
    {"name": "Tom Birch", "role": "Co-assessor", "body": "HCPC RA41207"},
]
COLUMNS: list[dict[str, Any]] = [
    {"label": "Course", "sort_url": "#tabs"},
    {"label": "University", "sort_url": "#tabs"},
    {"label": "State"},
    {"label": "Days", "number": True, "sort_url": "#tabs", "sorted": "down"},
]
ROWS: list[list[dict[str, Any]]] = [
    [
        {"text": "MSc Medical Ultrasound", "url": "#tabs"},
        {"text": "Northmoor University"},
        {"status": "decided"},
        {"text": 122},
    ],
    [
        {"text": "PgCert MSK Ultrasound", "url": "#tabs"},
        {"text": "Northmoor University"},
        {"status": "in_assessment"},
        {"text": 41},
    ],
    [
        {"text": "Focused course: shoulder", "url": "#tabs"},
        {"text": "Strathgarry University"},
        {"status": "draft"},
        {"text": 7},
    ],
]
BARS = [
    ("Shoulder", 212),
    ("Elbow", 96),
    ("Wrist and hand", 143),
    ("Hip and groin", 58),
    ("Knee", 187),
    ("Ankle and foot", 31),
]


def samples() -> dict[str, Any]:
    """All sample values by the name that the template uses."""
    groups: dict[str, list[str]] = {}
    for code, word in STATUS_WORDS.items():
        groups.setdefault(word.tone, []).append(code)
    return {
        "status_groups": list(groups.items()),
        "tasks": TASKS,
        "summary": SUMMARY,
        "findings": FINDINGS,
        "evidence": EVIDENCE,
        "steps": STEPS,
        "facts": FACTS,
        "people": PEOPLE,
        "columns": COLUMNS,
        "table_rows": [{"cells": row} for row in ROWS],
        "page": Paginator(range(200), 10).page(6),
        "bars": [
            {
                "label": label,
                "count": count,
                "y": 28 * row,
                "text_y": 28 * row + 16,
                "width": round(count * 2),
                "end": round(count * 2) + 158,
            }
            for row, (label, count) in enumerate(BARS)
        ],
        "some_regions": {"shoulder", "knee", "ankle_foot"},
        "now": timezone.now(),
        "sample_errors": [
            {"href": "#id_bad-title", "text": "Enter the course title"},
            {"href": "", "text": "The page was open in another window"},
        ],
        "tabs": [
            {"label": "To do", "url": "#tabs", "count": 4, "current": True},
            {"label": "Waiting for others", "url": "#tabs", "count": 2},
            {"label": "Done", "url": "#tabs"},
        ],
        "crumbs": [
            {"label": "Submissions", "url": "#header"},
            {"label": "Northmoor University", "url": "#header"},
            {"label": "Findings"},
        ],
        "clause_words": "The mentor must have been qualified in MSK ultrasound for at least two years.",
    }
