"""`manage.py erase EMAIL`: what is held about a person, how long each part is kept and why. --apply erases what is due.

Instead of a person: --case REFERENCE or --course REFERENCE, as a whole, and --due, all that is due beside people.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accreditation import personal
from accreditation.exceptions import NotNow
from accreditation.models import Course, Submission, User
from accreditation.retention import AS_OF, CONFIRMED
from accreditation.rules.dates import spoken
from accreditation.services import retention
from accreditation.services.case_retention import (
    due_cases,
    due_courses,
    erase_case,
    erase_course,
    kept_until,
    rows_of,
)


class Command(BaseCommand):
    help = "Lists what is held about a person and what of it is due; erases only with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("email", metavar="EMAIL", nargs="?")
        what.add_argument("--case", metavar="REFERENCE", help="one case, once its period has ended")
        what.add_argument("--course", metavar="REFERENCE", help="one course with its cases, once all are due")
        what.add_argument(
            "--due",
            action="store_true",
            help="every case, course, message, invitation and session that is due",
        )
        parser.add_argument("--apply", action="store_true", help="erase it")
        parser.add_argument(
            "--on-request", action="store_true", help="before its time, because the person may ask for it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not CONFIRMED:
            self.stdout.write(f"The periods are proposals of {spoken(AS_OF)}, to be confirmed by CASE.")
        if not options["email"]:
            self._whole(options)
            return
        email: str = options["email"]
        user = User.objects.filter(email__iexact=email).first()
        parts = personal.everything(user, email)
        if not parts:
            raise CommandError("Nothing is held under this address.")
        today = timezone.localdate()
        for part in parts:
            kept = retention.verdict(part, today, on_request=options["on_request"])
            self.stdout.write(f"{part.title} ({part.count} rows): {kept or 'to be erased'}")
        names = personal.all_names(user, email)
        for mention in retention.mentions(names):
            bound = ", bound by a sum: it stays as long as its case" if mention.bound else ""
            self.stdout.write(f"Named in {mention.model}.{mention.column}: {mention.count} rows{bound}")
        if not options["apply"]:
            self.stdout.write("Nothing was changed. With --apply, what is to be erased is erased.")
            return
        try:
            gone = retention.erase(user=user, email=email, on_request=options["on_request"])
        except NotNow as no:
            raise CommandError(str(no)) from no
        self.stdout.write(f"Erased: {'; '.join(gone)}.")
        left = retention.mentions(names)
        self.stdout.write(
            "No text in the database names the person."
            if not left
            else f"{sum(mention.count for mention in left)} rows still name the person: run this again to see which."
        )

    def _whole(self, options: dict[str, Any]) -> None:
        """Cases, courses and what goes by its age."""
        today = timezone.localdate()
        cases = list(due_cases(today)) if options["due"] else self._named(Submission, options["case"])
        courses = list(due_courses(today)) if options["due"] else self._named(Course, options["course"])
        inside = {course.pk for course in courses}
        for course in courses:
            self.stdout.write(f"Course {course.reference}, with {course.submissions.count()} cases")
        for case in cases:
            until = kept_until(case)
            rows = sum(one.count() for one in rows_of(case))
            kept = f"kept until {spoken(until)}" if until else "still open"
            self.stdout.write(f"Case {case.reference} ({rows} rows): {kept}")
        dated = list(personal.dated_rows(today)) if options["due"] else []
        for one in dated:
            self.stdout.write(f"{one.rows.count()} {one.what}")
        if not options["apply"]:
            self.stdout.write("Nothing was changed. With --apply, what is to be erased is erased.")
            return
        try:
            with transaction.atomic():
                gone = sum(erase_course(course=course) for course in courses)
                gone += sum(erase_case(submission=case) for case in cases if case.course_id not in inside)
                gone += sum(retention.erase_dated().values()) if dated else 0
        except NotNow as no:
            raise CommandError(str(no)) from no
        self.stdout.write(
            f"Erased: {gone} rows. Files that no row names any more go with verify_store --prune."
        )

    def _named(self, model: Any, reference: str | None) -> list[Any]:
        if not reference:
            return []
        found = model.objects.filter(reference=reference).first()
        if found is None:
            raise CommandError(f"There is no {model._meta.verbose_name} {reference}.")
        return [found]
