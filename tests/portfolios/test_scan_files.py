"""Files of scans: dry run, refusals, all or nothing, repeating, undoing, and everything that is sent in by mistake."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accreditation import files, running
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.home.items import home_for
from accreditation.models import AuditEvent, Job, User
from accreditation.stores.folder import Folder
from portfolios.imports import columns
from portfolios.imports.columns import is_identifier
from portfolios.models import Scan, ScanFile, ScanFileLine
from portfolios.services import appraisals, scan_file_work, scan_files
from portfolios.services.export import as_csv as exported
from portfolios.services.export import everything
from portfolios.services.scan_file_undo import undo
from tests.people import Clinic, make_student
from tests.portfolios.scanlines import as_csv, line, upload, with_bad

pytestmark = pytest.mark.django_db


def bring(clinic: Clinic, data: bytes, name: str = "scans.csv", *, course: bool = False) -> ScanFile:
    """A file for the student's own log, or by the course's leader for all of its logs, looked at."""
    by = clinic.world.leader if course else clinic.student_user
    row = scan_files.bring(
        by=by,
        course=clinic.world.course,
        portfolio=None if course else clinic.portfolio,
        upload=upload(data, name),
    )
    if Job.objects.filter(task=scan_files.LOOK_TASK, subject_id=str(row.pk)).exists():
        scan_files.look(row)
    row.refresh_from_db()
    return row


def take_over(clinic: Clinic, row: ScanFile, *, good_only: bool = False) -> ScanFile:
    scan_files.take_over(by=row.by, file_id=row.pk, good_only=good_only)
    if Job.objects.filter(task=scan_files.STORE_TASK, subject_id=str(row.pk)).exists():
        scan_files.store(by=None, file_id=row.pk)
    row.refresh_from_db()
    return row


def kept(row: ScanFile) -> bool:
    return bool(row.sha256) and files.path_of(row.sha256).exists()


def test_10000_lines_with_37_bad_ones(clinic: Clinic) -> None:
    """Exactly those 37 are named, with line, column, value and reason; all or nothing stores nothing; the good lines come
    in once, however often the file is brought; taking back takes all of it back.
    """
    lines, expected = with_bad(10_000, 37, clinic)
    row = bring(clinic, as_csv(lines))
    named = {one.line: one for one in row.lines.filter(refused=True)}
    assert sorted(named) == sorted(expected)
    for number, (column, reason) in expected.items():
        assert named[number].column == column and reason in named[number].reason, (number, named[number])
        assert named[number].value == lines[number - 2][column].strip()[:120]
    counts = row.counts
    assert counts == {
        "lines": 10_000,
        "good": 9963,
        "refused": 37,
        "twice": 0,
        "there": 0,
        "apart": counts["apart"],
        "empty": 0,
    }
    with pytest.raises(Invalid, match="37 lines are refused"):
        take_over(clinic, row)
    assert not Scan.objects.exists()
    take_over(clinic, row, good_only=True)
    assert Scan.objects.count() == 9963
    assert Scan.objects.filter(logged=False).count() == counts["apart"] > 100
    again = bring(clinic, as_csv(lines))
    assert again.counts["there"] == 9963 and again.counts["good"] == 0 and again.counts["refused"] == 37
    with pytest.raises(NotNow, match="would add a scan"):
        take_over(clinic, again, good_only=True)
    undo(by=clinic.student_user, file_id=row.pk)
    assert not Scan.objects.exists()
    verbs = list(AuditEvent.objects.filter(object_id=str(row.pk)).values_list("verb", flat=True))
    assert sorted(verbs) == ["scan_file.brought", "scan_file.taken_back", "scan_file.taken_over"]


@pytest.mark.sqlite
def test_a_line_becomes_the_scan_it_says(clinic: Clinic) -> None:
    day = timezone.localdate() - timedelta(days=4)
    given = line(0, clinic, **{
        "Date": f"{day:%-d/%-m/%Y} 14:05", "Regions": "wrist and hand; nerve", "Side": "both", "Findings": "Effusion; other",
        "Other finding": "a\ttab, a \\ and\na second line", "Who was scanned": "", "Reflection": "=1+1",
    })  # fmt: skip
    row = take_over(clinic, bring(clinic, as_csv([given])))
    scan = Scan.objects.get()
    assert (scan.number, scan.on, scan.side, scan.subject, scan.logged) == (1, day, "both", None, True)
    assert scan.regions == {"wrist_hand", "nerve"} and scan.pathologies == {"effusion", "other"}
    assert (scan.mentor, scan.age, scan.minutes, scan.case) == (clinic.mentor, 18, 15, "C0")
    assert scan.other_finding == "a\ttab, a \\ and\na second line" and scan.reflection == "=1+1"
    assert (scan.supervision, scan.role, scan.version) == ("observed", "performed_reported", 1)
    assert abs(scan.created_at - timezone.now()) < timedelta(minutes=2) and scan.client_key is not None
    assert list(row.ranges.values_list("first", "last")) == [(1, 1)]


@pytest.mark.sqlite
def test_an_exported_log_comes_in_again_unchanged(clinic: Clinic) -> None:
    """The same scans in an empty log; nothing twice in its own."""
    take_over(clinic, bring(clinic, as_csv([line(place, clinic) for place in range(60)])))
    Scan.objects.filter(number=3).update(
        indication="'=odd", reflection="-5 to +5", case="K3", identifier_reason="A place, not a name"
    )
    data = exported(everything(clinic.portfolio)["scans"]).encode()
    assert bring(clinic, data).counts | {"apart": 0} == {
        "lines": 60,
        "good": 0,
        "refused": 0,
        "twice": 0,
        "there": 60,
        "apart": 0,
        "empty": 0,
    }
    user, other = make_student(clinic.world, "Second Student", clinic.mentor)
    row = scan_files.bring(by=user, course=clinic.world.course, portfolio=other, upload=upload(data))
    take_over(clinic, ScanFile.objects.get(pk=row.pk))
    left_away = ("id", "portfolio_id", "client_key", "created_at", "updated_at")
    logs = [
        [{name: value for name, value in scan.__dict__.items() if name not in left_away and name[0] != "_"}
         for scan in log.scans.order_by("number")]
        for log in (clinic.portfolio, other)
    ]  # fmt: skip
    assert logs[0] == logs[1] and len(logs[0]) == 60


def test_several_logs_of_a_course_at_once(clinic: Clinic) -> None:
    _, other = make_student(clinic.world, "Second Student", clinic.mentor)
    codes = [clinic.portfolio.student.code, other.student.code.lower()]
    lines = [{"Student": codes[place % 2]} | line(place, clinic) for place in range(40)]
    lines += [{"Student": ""} | line(50, clinic), {"Student": "S999"} | line(51, clinic)]
    row = bring(clinic, as_csv(lines), course=True)
    assert {(one.line, one.column) for one in row.lines.all()} == {(42, "Student"), (43, "Student")}
    take_over(clinic, row, good_only=True)
    assert [log.scans.count() for log in (clinic.portfolio, other)] == [20, 20]
    assert sorted(row.ranges.values_list("first", "last")) == [(1, 20), (1, 20)]
    event = AuditEvent.objects.get(verb="scan_file.taken_over")
    assert event.payload["scans"] == {str(log.pk): [1, 20] for log in (clinic.portfolio, other)}


def test_a_log_that_comes_late_in_a_long_file(clinic: Clinic) -> None:
    """What it holds is known before the first rows are copied in: during that the database answers no question."""
    _, other = make_student(clinic.world, "Second Student", clinic.mentor)
    lines = [{"Student": clinic.portfolio.student.code} | line(place, clinic) for place in range(2500)]
    lines += [{"Student": other.student.code} | line(place, clinic) for place in range(500)]
    take_over(clinic, bring(clinic, as_csv(lines), course=True))
    assert [log.scans.count() for log in (clinic.portfolio, other)] == [2500, 500]


def test_scans_twice_in_a_file_and_scans_of_the_log(clinic: Clinic) -> None:
    """The case number tells two scans of a day apart; without one, all that the lines say."""
    first = line(1, clinic)
    other_case = first | {"Own case number": "C2"}
    no_case = {name: cell for name, cell in first.items() if name != "Own case number"}
    row = bring(clinic, as_csv([first, other_case, first | {"Minutes": "99"}]))
    assert (row.counts["good"], row.counts["twice"]) == (2, 1)
    assert "same scan as line 2" in row.lines.get(line=4).reason
    take_over(clinic, row)
    assert bring(clinic, as_csv([no_case, no_case | {"Minutes": "98"}])).counts["there"] == 1
    scan = Scan.objects.get(number=1)
    Scan.objects.filter(pk=scan.pk).update(minutes=77, case="mended", side="both")  # corrected since
    again = bring(clinic, as_csv([first]))
    assert again.counts["there"] == 1 and "as scan 1" in again.lines.get().reason


def test_the_log_may_not_change_between_looking_and_taking_over(clinic: Clinic) -> None:
    lines = [line(place, clinic) for place in range(3)]
    one, two = bring(clinic, as_csv(lines)), bring(clinic, as_csv(lines[:2]))
    take_over(clinic, two)
    with pytest.raises(NotNow, match="has changed since you looked"):
        take_over(clinic, one)
    assert Scan.objects.count() == 2
    scan_files.look_if_short(scan_files.look_again(by=clinic.student_user, file_id=one.pk))
    take_over(clinic, one)
    assert Scan.objects.count() == 3


def test_an_appraised_scan_hinders_taking_back(clinic: Clinic) -> None:
    row = take_over(clinic, bring(clinic, as_csv([line(place, clinic) for place in range(5)])))
    scan = Scan.objects.filter(logged=True, mentor=clinic.mentor).earliest("number")
    said = appraisals.Appraised(grade="good", comment="Well seen")
    appraisals.appraise(by=clinic.mentor_user, scan_id=scan.pk, version=scan.version, said=said)
    with pytest.raises(NotNow, match=f"scan {scan.number}"):
        undo(by=clinic.student_user, file_id=row.pk)
    assert Scan.objects.count() == 5


def test_the_file_is_kept_no_longer_than_needed(
    clinic: Clinic, django_capture_on_commit_callbacks: Any
) -> None:
    """Gone when taken over, when left, and after a day; and with it the lines that were refused."""
    rows = []
    for place in range(3):
        bad = line(place, clinic, **{"Regions": "nothing"})
        rows.append(bring(clinic, as_csv([line(place, clinic), bad])))
    paths = [files.path_of(row.sha256) for row in rows]
    assert all(path.exists() for path in paths) and ScanFileLine.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        take_over(clinic, rows[0], good_only=True)
        scan_files.leave(by=clinic.student_user, file_id=rows[1].pk)
        ScanFile.objects.filter(pk=rows[2].pk).update(updated_at=timezone.now() - timedelta(hours=25))
        assert scan_file_work.forget_old() == 1
    assert not any(path.exists() for path in paths) and not ScanFileLine.objects.exists()
    assert sorted(ScanFile.objects.values_list("state", flat=True)) == ["applied", "left", "left"]


IDENTIFYING = (
    "Name", "Patient Name", "PATIENT_NAME", "Surname", "Forename(s)", "First name", "NHS Number", "NHS No.", "nhs", "DOB",
    "D.O.B.", "Date of Birth", "Birth date", "Accession", "Accession No", "Hospital Number", "MRN", "CRN", "Patient ID",
    "PAS number", "Post code", "CHI number", "H&C / HCN", "Patient telephone", "Address",
)  # fmt: skip
HARMLESS = (
    "Date",
    "Exam",
    "Student",
    "Mentor name",
    "Age",
    "Case number",
    "Patient age",
    "Examination name",
    "Number",
)


def test_columns_that_name_patients_are_told_from_others() -> None:
    assert [heading for heading in IDENTIFYING if not is_identifier(heading)] == []
    assert [heading for heading in HARMLESS if is_identifier(heading)] == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([{"Date": "1/9/2026", "Regions": "knee", "Patient Name": "X"}], "in “Patient Name”. It was not kept"),
        ([{"Date": "1/9/2026", "Regions": "knee", "Ref": number} for number in ("943 476 5919", "4010232137", "401 023 2137")],
         "The column “Ref” holds what looks like an NHS number"),
        ([{"Date": "1/9/2026", "Regions": "knee", "Who": name} for name in ("Mrs Alice Example", "Mr Bob Example", "Ms C Example")],
         "The column “Who” holds what looks like a name"),
    ],
)  # fmt: skip
def test_who_the_patients_are_is_refused_before_anything_is_kept(
    clinic: Clinic, lines: list[dict[str, str]], said: str
) -> None:
    before = set(Folder(files.root()).files())
    with pytest.raises(Invalid, match=said):
        bring(clinic, as_csv(lines))
    assert set(Folder(files.root()).files()) == before and not ScanFile.objects.exists()


def test_the_registers_numbers_are_no_hospital_numbers_in_their_own_column() -> None:
    rows = [[f"M{number}"] for number in (1_000_001, 1_000_002, 1_000_003)]
    columns.refuse_telling_cells(["Mentor"], rows)
    with pytest.raises(Invalid, match="The column “Ref”"):
        columns.refuse_telling_cells(["Ref"], rows)


def test_an_identifier_in_a_cell_is_named_and_not_repeated(clinic: Clinic) -> None:
    bad = line(1, clinic, Reflection="Saw Mrs Alice Example, NHS 943 476 5919")
    row = bring(clinic, as_csv([line(0, clinic), bad]))
    told = " ".join(f"{one.value} {one.reason}" for one in row.lines.all())
    assert "look like a name" in told and "an NHS number" in told and "(not shown)" in told
    assert "Alice" not in told and "943" not in told


def test_a_department_s_list_is_named_once_and_remembered(clinic: Clinic) -> None:
    day = timezone.localdate() - timedelta(days=2)
    exams = ("US Shoulder Lt", "US Knee Rt", "US Wrist and hand both", "US Abdomen")
    data = as_csv(
        [{"Done": f"{day:%d.%m.%y}", "Exam": exam, "Room": "3"} for exam in exams],
        separator=";",
        encoding="cp1252",
    )
    row = bring(clinic, data)
    assert row.state == "naming" and "semicolons" in row.about
    with pytest.raises(Invalid, match="Say which column holds “Regions”"):
        scan_files.name_columns(
            by=clinic.student_user, file_id=row.pk, version=row.version, chosen=["on", "", ""], fixed={}
        )
    fixed = {
        "mentor": clinic.mentor.number,
        "supervision": "observed",
        "subject": "patient",
        "role": "performed",
    }
    row = scan_files.name_columns(
        by=clinic.student_user, file_id=row.pk, version=row.version, chosen=["on", "regions", ""], fixed=fixed
    )
    scan_files.look_if_short(row)
    row.refresh_from_db()
    assert row.counts["good"] == 3 and row.lines.get().value == "US Abdomen"
    assert row.readings["US Knee Rt"] == "knee, right"
    take_over(clinic, row, good_only=True)
    assert sorted(Scan.objects.values_list("side", "supervision")) == [
        ("both", "observed"),
        ("left", "observed"),
        ("right", "observed"),
    ]
    again = bring(clinic, data)
    assert again.state == "checked" and again.counts["there"] == 3


def test_a_file_that_was_given_up_is_seen_by_its_owner_and_by_the_office(
    clinic: Clinic, rivals: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails in the background is told where people look; what only its owner can mend is not the office's business."""

    def titles(user: User) -> list[str]:
        return [item.title for item in home_for(user).todo if "scans.csv" in item.title]

    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scan_files, "AT_ONCE", 3)
    row = scan_files.bring(
        by=clinic.student_user, course=clinic.world.course, portfolio=clinic.portfolio,
        upload=upload(as_csv([line(place, clinic) for place in range(10)])),
    )  # fmt: skip
    job = Job.objects.get(subject_id=str(row.pk))
    with monkeypatch.context() as patched:
        patched.setattr(scan_file_work, "look", broken)
        for _ in range(4):
            scan_file_work.keep_promise(job.pk, storing=False)
            Job.objects.update(not_before=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", scan_file_work.GIVEN_UP) and not kept(row)
    assert titles(clinic.student_user) == ["Bring in “scans.csv” again: it failed"]
    for person in (clinic.world.leader, clinic.mentor_user, rivals.student_user, rivals.world.leader):
        assert titles(person) == []
    assert [
        one for one in running.wrong() if "Files of scans" in one.title and one.words.startswith("1 in the")
    ]
    ScanFile.objects.filter(pk=row.pk).update(failure="Its lines have no dates.")
    assert not [one for one in running.wrong() if "Files of scans" in one.title]
    assert titles(clinic.student_user), "its owner can mend it"
    bring(clinic, as_csv([line(0, clinic)]))
    assert titles(clinic.student_user) == [], "a newer file came in"


def test_who_may_bring_files(clinic: Clinic, rivals: Clinic) -> None:
    """The student and the course's team; nobody else, and neither a student of another's log."""
    data = as_csv([line(0, clinic)])
    row = bring(clinic, data)
    world, rival = clinic.world, rivals.world
    others = (
        clinic.mentor_user, world.officer, world.lead, world.chair, world.outsider, rivals.student_user, rival.leader,
        rivals.mentor_user,
    )  # fmt: skip
    for person in others:
        for portfolio in (clinic.portfolio, None):
            with pytest.raises(NotAllowed):
                scan_files.bring(by=person, course=world.course, portfolio=portfolio, upload=upload(data))
        with pytest.raises(NotAllowed):
            scan_files.take_over(by=person, file_id=row.pk, good_only=False)
        with pytest.raises(NotAllowed):
            scan_files.leave(by=person, file_id=row.pk)
    with pytest.raises(NotAllowed):
        scan_files.bring(by=clinic.student_user, course=world.course, portfolio=None, upload=upload(data))
    scan_files.take_over(by=world.member, file_id=row.pk, good_only=False)
    with pytest.raises(NotAllowed):
        undo(by=rival.leader, file_id=row.pk)
