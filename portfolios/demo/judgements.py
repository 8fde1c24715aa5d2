"""What the assessors of the demo world say: judgements, reports, conditions. Data, but for the choice by finding."""

from dataclasses import dataclass
from datetime import date

from accreditation import judging
from accreditation.enums import JudgementOutcome, PanelRole, ReportItemKind
from accreditation.models import Snapshot
from accreditation.rules.findings import Outcome

MET, PARTLY, NOT, NA = (
    JudgementOutcome.MET,
    JudgementOutcome.PARTLY_MET,
    JudgementOutcome.NOT_MET,
    JudgementOutcome.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A judgement on a clause."""

    outcome: str
    comment: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a report."""

    kind: str
    text: str
    clause: str = ""
    due_on: date | None = None
    satisfied_when: str = ""
    rules_decide: bool = False


BY_FINDING: dict[str, str] = {
    Outcome.MET: MET,
    Outcome.NOTE: PARTLY,
    Outcome.JUDGE: MET,
    Outcome.MISSING: NOT,
    Outcome.NOT_MET: NOT,
    Outcome.NOT_APPLICABLE: NA,
}
COMMENTS: dict[str, str] = {
    "PS2.1": "Contracts are signed by all three parties before the first scan. Clear and complete.",
    "PS2.3": "The mentors' comments are specific and help. We read forty of them.",
    "PS2.6": "Every region is examined on an unseen patient; the second attempts are kept. Good practice.",
    "PS4.1": "The rule on ratification is exact, and the office writes to the sites on the next day.",
    "PS4.4": "Range is good in all regions that we looked at.",
}
OWN: dict[tuple[str, str], Said] = {
    ("focused", "PS1.3"): Said(
        PARTLY,
        "The rules ask for a professional body, but judge experience by twelve months and not by its quality.",
    ),
    ("focused", "PS2.2"): Said(
        PARTLY,
        "One contract says “upper limb”, and nobody confirmed which regions that stands for.",
    ),
    ("focused", "PS3.1"): Said(
        PARTLY, "The handbook should ask graduates to present both award and portfolio."
    ),
    ("scottish", "PS4.1"): Said(
        MET,
        "One scan on the day of ratification itself: the board met at nine, the scan was at four. Accepted.",
    ),
    ("scottish", "PS4.2"): Said(
        MET,
        "Maternity leave of nine months within two years of the award; five years of practice since. Accepted.",
    ),
    ("scottish", "PS3.2"): Said(PARTLY, "Ten of twelve graduates have presented both award and portfolio."),
    ("scottish", "PS5.3"): Said(
        MET, "Prior learning was recognised for the professional issues module of another accredited course."
    ),
    ("undergraduate", "PS1.1"): Said(NOT, "Student membership is not an alignment with a professional body."),
    ("undergraduate", "PS1.2"): Said(
        NOT, "No experience before the course: placements within it cannot stand for it."
    ),
    ("undergraduate", "PS1.4"): Said(
        NOT, "MSK ultrasound is not an option for direct entry at undergraduate level."
    ),
    ("undergraduate", "PS5.2"): Said(
        PARTLY, "Level 6 throughout; the question of the level depends on that of entry."
    ),
}
CO_DIFFERS: dict[tuple[str, str], Said] = {
    ("focused", "PS3.1"): Said(NOT, "Nothing in the handbook speaks of presenting the portfolio."),
    ("scottish", "PS3.2"): Said(MET, "Two who have not yet presented are looking for a post."),
    ("undergraduate", "PS5.2"): Said(MET, "Level 6 is what a bachelor's degree has."),
}


def judgement(course: str, clause: str, snapshot: Snapshot, role: str) -> Said:
    """What an assessor of a demo case says about a clause; without words of its own, what the finding suggests."""
    if role == PanelRole.CO and (course, clause) in CO_DIFFERS:
        return CO_DIFFERS[course, clause]
    finding = judging.findings(snapshot).get(clause, "")
    said = OWN.get((course, clause)) or Said(BY_FINDING.get(finding, MET), COMMENTS.get(clause, ""))
    if judging.differs(said.outcome, finding) and not said.reason:
        return Said(said.outcome, said.comment, "The documents show more than the rows do; see the comment.")
    return said


SUMMARIES = {
    "focused": "A well-run focused course with a clear scope and strong mentors at three sites. Clinical examinations are "
    "held on unseen patients in both regions, and appraisals are of a high standard. Admission rests on a number of months, "
    "which the position statement does not accept as the sole measure; the handbook is silent on what graduates should "
    "show to their employers.",
    "scottish": "The course serves a region with long distances and few mentors, and does so with care: the one exception "
    "for a shortage was claimed with a documented search and has ended. Contracts, logs and examinations are complete. We "
    "found few matters for judgement, and none that stands in the way.",
    "undergraduate": "A new pathway with committed mentors and good rooms. It came to us before its first examinations, and "
    "with an entry from school that we could not bring into line with the first position statement. We advise the Committee "
    "to wait until the examinations have been held and the course has said how its students are aligned with a body.",
}
ITEMS: dict[str, tuple[Item, ...]] = {
    "focused": (
        Item(
            ReportItemKind.CONDITION,
            "Revise the admissions rules so that experience is judged by its quality, with a recorded reason, and not by a "
            "number of months alone.",
            "PS1.3",
            date(2027, 1, 29),
            "The published rules and a completed selection form, without the applicant's name.",
        ),
        Item(
            ReportItemKind.CONDITION,
            "Confirm in every learning contract which regions a group term such as “upper limb” stands for.",
            "PS2.2",
            date(2026, 12, 11),
            "The revised template and one signed contract.",
            rules_decide=True,
        ),
        Item(
            ReportItemKind.RECOMMENDATION,
            "Tell graduates in the handbook to present both award and portfolio to their employer.",
            "PS3.1",
        ),
        Item(ReportItemKind.COMMENDATION, "The mentors' appraisals are specific, timely and kind.", "PS2.3"),
    ),
    "scottish": (
        Item(
            ReportItemKind.RECOMMENDATION,
            "Follow up the two graduates who have not presented their portfolio.",
            "PS3.2",
        ),
        Item(
            ReportItemKind.COMMENDATION,
            "The record of the search for mentors is a model for other courses.",
            "PS4.2",
        ),
        Item(
            ReportItemKind.COMMENDATION,
            "Examinations on unseen patients in every region of every remit.",
            "PS2.6",
        ),
    ),
    "undergraduate": (
        Item(
            ReportItemKind.RECOMMENDATION,
            "Say in the published entry requirements how students are aligned with a professional body.",
            "PS1.1",
        ),
        Item(
            ReportItemKind.COMMENDATION, "Mentors give their students time, and say so in writing.", "PS2.3"
        ),
    ),
}
ISSUES = (
    "1. How does the course know, week by week, how each student in the islands is getting on?\n"
    "2. The shortage of mentors: what was tried, and what is done so that it does not come back?\n"
    "3. What becomes of graduates who do not present their portfolio to an employer?"
)
HEADLINE = (
    "We found no issue that would keep the course from accreditation. Two matters will be in our report: graduates who had "
    "not presented their portfolio when we came, and the record of the search for mentors, which others could learn from."
)
QUESTION = (
    "PS1.2",
    "Which experience do applicants bring from before the course? Placements within it are described; we look for what came "
    "before.",
)
APPEAL = (
    "Condition 2 asks us to confirm the regions in every learning contract. One contract of thirty-one used a group term; "
    "we ask that the condition names that contract alone."
)
APPEAL_STEP = "Two members of the Committee who had not taken part in the decision read the contracts and the condition."
APPEAL_END = (
    "The two members: the template itself allows the group term, so the condition rightly asks for every contract. "
    "The decision stands."
)
CORRECTION = (
    "PS3.2",
    "The report says that two graduates have not presented their portfolio. Since 13 November all twelve have: the register "
    "of the faculty office shows the two missing ones, with the dates.",
    "Register of portfolios presented",
)
REASONS = (
    "The Committee accepts the report of the panel. The course meets the position statements but for two matters "
    "that can be put right within the year: the conditions, to be met by the dates given. A third is a recommendation."
)
DEFERRED = (
    "The Committee defers its decision. Before it can decide it needs the results of the first examinations on unseen "
    "patients, and the course’s own words on how students who join from school are aligned with a professional body."
)
ANSWER = (
    "The admissions rules now ask for a recorded judgement of the applicant's experience: what it consisted of, what the "
    "applicant can do, and why two selectors find it enough. The number of months is no longer a threshold. The rules were "
    "approved by the faculty board on 4 November 2026 and hold for the intake of January 2027."
)
VIEW = "The new rules say what the statement asks for; the selection form leaves room for the reason."
