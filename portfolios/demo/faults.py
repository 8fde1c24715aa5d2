"""What is planted in the demo world and found by the rules: data only. A test holds that it is exactly this.

Each line names the course, the clause, the subject (a student's code, or "course"), how the clause comes out, and what
was done to the demo world for it (`quirk`, read by `cohorts` and `courses`).
"""

from dataclasses import dataclass

NOT_MET, MISSING, JUDGE, NOTE = "not_met", "missing", "judge", "note"


@dataclass(frozen=True, slots=True)
class Planted:
    course: str
    clause: str
    subject: str
    outcome: str
    why: str
    quirk: str = ""


P = Planted
PLANTED: tuple[Planted, ...] = (
    # PgCert at Wexcombe, still a draft
    P(
        "main",
        "PS4.2",
        "S004",
        NOT_MET,
        "Michael Okafor supervised on the day before his two years were reached",
        "one_day_short",
    ),
    P("main", "PS4.2", "S011", NOT_MET, "the same mentor on the same day", "one_day_short"),
    P("main", "PS2.4", "S007", NOT_MET, "the elbow was scanned on volunteers only", "volunteers_only:elbow"),
    P(
        "main",
        "PS2.6",
        "S012",
        NOT_MET,
        "the hip was examined on a model, never on an unseen patient",
        "no_exam:hip_groin",
    ),
    P("main", "PS5.2", "course", NOT_MET, "the science module is at level 5", "level_5"),
    P("main", "PS2.2", "S015", NOT_MET, "the remit is free text", "remit_text"),
    P(
        "main",
        "PS4.1",
        "S018",
        NOT_MET,
        "one scan without any supervision, before ratification",
        "unsupervised",
    ),
    P("main", "PS2.3", "S021", NOT_MET, "the student graded a scan in the paper log", "self_appraised"),
    P(
        "main",
        "PS4.3",
        "S020",
        NOT_MET,
        "Tomasz Zieliński supervised hips, outside his own remit",
        "beyond_mentor",
    ),
    P("main", "PS4.1", "S009", JUDGE, "two scans were reviewed from elsewhere", "remote"),
    P("main", "PS4.2", "S023", JUDGE, "Dr Ingrid Solberg's award is from overseas", "overseas"),
    P("main", "PS4.2", "S024", JUDGE, "the same mentor", "overseas"),
    P(
        "main",
        "PS1.1",
        "S026",
        JUDGE,
        "registered with a body that is not on the recognised list",
        "off_list",
    ),
    P("main", "PS1.2", "S029", JUDGE, "nobody has judged the experience yet", "unjudged"),
    P("main", "PS5.3", "S025", JUDGE, "the physics result was compensated", "compensated"),
    P("main", "PS2.3", "S001", JUDGE, "the scans of the last week wait for Helen Ashworth", "waiting"),
    P("main", "PS2.3", "S003", JUDGE, "the scans of the last week wait for Helen Ashworth", "waiting"),
    P("main", "PS2.3", "S013", JUDGE, "the scans of the last week wait for Helen Ashworth", "waiting"),
    # Focused course at Wexcombe, decided with conditions
    P(
        "focused",
        "PS1.3",
        "course",
        JUDGE,
        "the admissions rules judge experience by a number of months only",
    ),
    P(
        "focused",
        "PS3.1",
        "course",
        NOTE,
        "the handbook does not tell graduates to present award and portfolio",
    ),
    P(
        "focused",
        "PS2.2",
        "S006",
        JUDGE,
        "the remit says “upper limb” and nobody confirmed which regions",
        "unconfirmed",
    ),
    # PgCert at Kinlochard, with the Committee
    P("scottish", "PS4.2", "S003", JUDGE, "Eilidh Fraser had a break within two years of her award", "break"),
    P("scottish", "PS4.2", "S008", JUDGE, "the same mentor", "break"),
    P(
        "scottish",
        "PS4.1",
        "S005",
        JUDGE,
        "a scan without supervision on the very day of ratification",
        "ratification_day",
    ),
    P(
        "scottish",
        "PS5.3",
        "S010",
        JUDGE,
        "prior learning was recognised for the professional issues module",
        "rpl",
    ),
    P(
        "scottish",
        "PS3.2",
        "S006",
        NOTE,
        "not presented to an employer, regulator or insurer",
        "not_presented",
    ),
    P("scottish", "PS3.2", "S011", NOTE, "only the award was presented, not the portfolio", "award_only"),
    # BSc at Wexcombe that tries direct entry, in assessment
    P("undergraduate", "PS1.4", "course", NOT_MET, "school leavers can join without a health profession"),
    P("undergraduate", "PS5.2", "course", JUDGE, "the standard gives no level for an undergraduate course"),
    *(
        P(
            "undergraduate",
            "PS1.1",
            f"S{n:03}",
            NOT_MET,
            "a school leaver has no professional body",
            "no_body",
        )
        for n in range(1, 7)
    ),
    *(
        P(
            "undergraduate",
            "PS1.2",
            f"S{n:03}",
            MISSING,
            "a school leaver brings no experience",
            "no_experience",
        )
        for n in range(1, 7)
    ),
)


def quirks(course: str, code: str) -> frozenset[str]:
    """What was done for a student, by course and code."""
    return frozenset(
        one.quirk for one in PLANTED if one.course == course and one.subject == code and one.quirk
    )


def argument(held: frozenset[str], name: str) -> str:
    """What stands after the colon of a quirk ("volunteers_only:elbow" → "elbow"); empty where it is not held."""
    return next((quirk.partition(":")[2] for quirk in held if quirk.startswith(f"{name}:")), "")
