"""What happens to the Scottish cohort after its examinations: shortage, awards, employers, and scans of their own."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from mentors.enums import Area
from mentors.models import Shortage
from mentors.services import shortages
from portfolios.demo.clock import Diary
from portfolios.demo.cohort import Cohort, Life
from portfolios.enums import AwardKind, PassportSection, PresentedTo, Subject, Supervision
from portfolios.models import Passport
from portfolios.services import outcomes, passports, portfolios, scans
from portfolios.services.scans import ScanEntry

RATIFIED = date(2026, 7, 9)
EMPLOYERS = (
    "NHS Glenmhor",
    "Strathcorran Health Centre",
    "Lochside Sports Medicine",
    "NHS Borders and Isles",
)


@dataclass
class Graduates:
    """The rest of the year of a cohort whose awards have been ratified."""

    cohort: Cohort
    shortage: Shortage | None = None
    passport: Passport | None = None

    def fill(self, diary: Diary) -> None:
        diary.on(date(2025, 9, 8), self._claim)
        diary.on(date(2025, 9, 22), self._accept)
        for place, life in enumerate(self.cohort.lives):
            if "ratification_day" in life.plan.quirks:
                diary.on(RATIFIED, self._alone, life, RATIFIED, hour=16)
            diary.on(date(2026, 7, 14), self._award, life)
            if "not_presented" not in life.plan.quirks:
                diary.on(date(2026, 9, 1 + place), self._present, life, EMPLOYERS[place % len(EMPLOYERS)])
            if place % 4 == 0:
                diary.on(date(2026, 9, 15 + place), self._alone, life, date(2026, 9, 15 + place), hour=17)

        graduate = self.cohort.lives[0]
        diary.on(date(2026, 8, 28), self._make_passport, graduate, hour=19)
        for day, hour in ((date(2026, 8, 31), 9), (date(2026, 9, 1), 11), (date(2026, 10, 5), 14)):
            diary.on(day, self._look_at_passport, hour=hour)

    def _claim(self) -> None:
        self.shortage = shortages.claim_shortage(
            by=self.cohort.leader, course=self.cohort.course, since=date(2025, 9, 1), until=date(2026, 8, 31),
            reason="Two of three mentors at Strathcorran have left; the nearest other site is 90 miles away.",
            search_made="Asked all sites of NHS Glenmhor and three independent clinics; advertised the role twice.",
            relies_on=[self.cohort.mentors["drummond"]], area=Area.SCOTLAND,
        )  # fmt: skip

    def _accept(self) -> None:
        assert self.shortage is not None  # noqa: S101 - claimed two weeks before
        shortages.decide_shortage(
            by=self.cohort.officer, shortage_id=self.shortage.pk, accept=True,
            reason="The search is documented; Fiona Drummond is in every team and has far more than two years.",
        )  # fmt: skip

    def _award(self, life: Life) -> None:
        outcomes.record_award(
            by=self.cohort.tutor, student_id=life.place.student_id, kind=AwardKind.FINAL, ratified_on=RATIFIED,
            published_on=date(2026, 7, 13), conferred_on=date(2026, 11, 12),
        )  # fmt: skip

    def _present(self, life: Life, employer: str) -> None:
        portfolios.record_presentation(
            by=life.user, portfolio_id=life.place.pk, to=PresentedTo.EMPLOYER, on=date(2026, 9, 1), award=True,
            portfolio_shown="award_only" not in life.plan.quirks, recipient=employer,
        )  # fmt: skip

    def _make_passport(self, life: Life) -> None:
        self.passport = passports.make_passport(
            by=life.user,
            portfolio_id=life.place.pk,
            days=365,
            sections=PassportSection.values,
            purpose=EMPLOYERS[0],
        )

    def _look_at_passport(self) -> None:
        assert self.passport is not None  # noqa: S101 - made in August
        passports.note_view(passport=self.passport, opening=uuid4())

    def _alone(self, life: Life, day: date) -> None:
        """A scan on one's own: free from the day after ratification, and for a human to judge on the day itself."""
        scans.log_scan(
            by=life.user,
            portfolio_id=life.place.pk,
            entry=ScanEntry(
                on=day, regions=frozenset({life.plan.parts[0]}), subject=Subject.PATIENT, supervision=Supervision.NONE,
                minutes=25, pathologies=frozenset({"effusion"}), age=57, indication="Own list at the new post",
                mentor=self.cohort.mentors["drummond"],
            ),
        )  # fmt: skip
