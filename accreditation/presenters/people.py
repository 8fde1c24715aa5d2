"""A course and its people in rows for a page, from the course's own row and from the facts that the rules see."""

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse

from accreditation.enums import CourseKind
from accreditation.models import Course, Module
from accreditation.rules import regions
from accreditation.rules.facts import Facts, Mentor
from accreditation.rules.overview import newest_award, patients, supervised

YES_NO = {True: "Yes", False: "No", None: ""}


def course_rows(course: Course, *, back: str = "") -> list[dict[str, Any]]:
    """The course's details as a summary list; `back` is where its Change links come back to."""
    edit = f"{reverse('course_edit', args=[course.pk])}?back={back}"
    numbers = f"{reverse('course_minimums', args=[course.pk])}?back={back}"
    minimums = [
        f"{label[:1].upper() + label[1:]}: {course.minimum_scans[code]}"
        for code, label in regions.LABELS.items()
        if code in course.minimum_scans
    ]
    return [
        {"key": "Course", "value": course.title, "url": f"{edit}#id_title"},
        {"key": "University", "value": course.institution.name},
        {"key": "Kind of course", "value": CourseKind(course.kind).label},
        {"key": "Award", "value": course.get_award_display(), "url": f"{edit}#div_id_award"},
        {
            "key": "Direct entry without a health profession",
            "value": YES_NO[course.direct_entry],
            "url": f"{edit}#div_id_direct_entry",
        },
        {
            "key": "Applicants need a professional body",
            "value": YES_NO[course.requires_professional_body],
            "url": f"{edit}#div_id_requires_professional_body",
        },
        {
            "key": "How experience is judged",
            "value": course.get_experience_judged_display() if course.experience_judged else "",
            "url": f"{edit}#div_id_experience_judged",
        },
        {
            "key": "Graduates are told to present portfolio and award",
            "value": YES_NO[course.tells_students],
            "url": f"{edit}#div_id_tells_students",
        },
        {
            "key": "Employers are told what to ask for",
            "value": YES_NO[course.tells_employers],
            "url": f"{edit}#div_id_tells_employers",
        },
        {
            "key": "Your own minimum number of scans",
            "lines": minimums,
            "empty": "None set. The statements set no number.",
            "url": numbers,
        },
    ]


def module_rows(course: Course, *, back: str = "") -> list[dict[str, Any]]:
    """The course's modules, each with what position statement 5 asks about it, and where to change it."""
    return [
        {
            "module": module,
            "level": f"{module.framework} {module.level}" if module.framework and module.level else "",
            "topics": module.get_topics_words(),  # type: ignore[attr-defined]
            "assessed": YES_NO[module.formal_assessment],
            "relevant": YES_NO[module.relevant_to_remit],
            "edit_url": f"{reverse('module_edit', args=[course.pk, module.pk])}?back={back}",
            "remove_url": f"{reverse('module_remove', args=[course.pk, module.pk])}?back={back}",
        }
        for module in course.modules.all()
    ]


def mentor_rows(facts: Facts, addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each mentor with remit, newest award and the number of students supervised."""
    students = supervised(facts)
    return [
        {
            "name": mentor.called,
            "number": mentor.id,
            "remit": regions.spoken(mentor.remit) if mentor.remit else "",
            "qualified": _qualified(mentor),
            "students": students[mentor.id],
            "url": addresses.get(f"mentors/{mentor.id}", ""),
        }
        for mentor in facts.mentors
    ]


def _qualified(mentor: Mentor) -> str:
    dated = [
        (one.ratified_on.last, one.ratified_on) for one in mentor.qualifications or () if one.ratified_on
    ]
    if not dated:
        return ""
    first = min(dated, key=lambda pair: pair[0])[1]
    return f"ratified {first.spoken()}"


def student_rows(facts: Facts, addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each student with the day of enrolment, the number of scans of patients, and the newest award."""
    return [
        {
            "code": student.id,
            "enrolled": student.enrolled_on,
            "scans": patients(student),
            "assessments": len(student.assessments or ()),
            "award": newest_award(student) or "not yet",
            "url": addresses.get(f"students/{student.id}", ""),
        }
        for student in facts.students
    ]


def links(course: Course, *, on_team: bool) -> list[tuple[str, str]]:
    """Where mentors and students of the course are kept, for its own team: nobody else may open its students."""
    if not on_team:
        return []
    found = (
        ("The mentor register", _url("mentors")),
        ("The students of this course", _url("course_students", course.pk)),
    )
    return [(label, url) for label, url in found if url]


def _url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def one_module(module: Module) -> list[dict[str, Any]]:
    """A module as a summary list."""
    level = f"{module.framework} {module.level}" if module.framework and module.level else ""
    return [
        {"key": "Code and title", "value": str(module)},
        {"key": "Level", "value": level, "empty": "Not known"},
        {"key": "Topics", "value": module.get_topics_words(), "empty": "None of the four"},  # type: ignore[attr-defined]
        {"key": "Formally assessed", "value": YES_NO[module.formal_assessment]},
        {
            "key": "Relevant to MSK ultrasound",
            "value": YES_NO[module.relevant_to_remit],
            "empty": "Not decided yet",
        },
        {"key": "Judged by", "value": module.relevance_judged_by, "empty": "Nobody"},
    ]


def frozen_rows(facts: Mapping[str, Any], sum_of_facts: str) -> list[dict[str, Any]]:
    """What a frozen version's facts hold, in numbers: the course, its modules, mentors, students and scans."""
    course, students = facts["course"], facts["students"]
    scans = sum(len(student["scans"] or ()) for student in students)
    modules = [f"{module['id']} {module['title'] or ''}".strip() for module in course["modules"] or ()]
    return [
        {"key": "Course", "value": course["title"]},
        {"key": "Kind of course", "value": dict(CourseKind.choices).get(course["kind"], course["kind"])},
        {"key": "Modules", "lines": modules, "empty": "None"},
        {"key": "Mentors", "value": str(len(facts["mentors"]))},
        {"key": "Students and scans", "value": f"{len(students)} students, {scans:,} scans"},
        {"key": "Fingerprint of the facts", "value": sum_of_facts[:10]},
    ]
