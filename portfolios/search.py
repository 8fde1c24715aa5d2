"""Students in the one search box, for those who may know who they are: see `accreditation.search`."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef

from accreditation.models import User
from accreditation.roles import ASSESSOR
from accreditation.search import Hit, address, every_word
from portfolios.enums import StudentState
from portfolios.models import Portfolio
from portfolios.selectors import named_portfolios, visible_portfolios, visible_students


def find(user: User, words: Sequence[str], limit: int) -> Iterable[Hit]:
    """Students by name, code or cohort for themselves, their mentors and their course's team; for assessors, by code.

    An assessor's search never looks at a name: that it finds nothing must not tell whose code it is.
    """
    students = visible_students(user).filter(
        every_word(words, "full_name", "code", "cohort", "course__title")
    )
    opened = Portfolio.objects.filter(pk=OuterRef("pk"))
    for one in students.annotate(opened=Exists(opened)).order_by("full_name", "code")[:limit]:
        applicant = one.state in (StudentState.APPLICANT, StudentState.REFUSED)
        detail = f"{one.code}, {one.course.title}: {one.get_state_display()}"
        where = address("portfolio" if one.opened else "applicant", one.pk)
        yield Hit("Applicant" if applicant else "Student", one.full_name, detail, where)
    if not user.has_role(ASSESSOR):
        return
    coded = visible_portfolios(user).filter(every_word(words, "student__code", "student__course__title"))
    for portfolio in coded.exclude(pk__in=named_portfolios(user).values("pk")).order_by("student__code")[
        :limit
    ]:
        student = portfolio.student
        detail = f"{student.course.title}: {student.get_state_display()}"
        yield Hit("Student", f"Student {student.code}", detail, address("portfolio", portfolio.pk))
