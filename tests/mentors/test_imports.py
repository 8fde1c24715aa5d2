"""Files in and out: the dry run, refusals, all or nothing, repeating, undoing, a person's own words, and formulas."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AuditEvent, User
from accreditation.services.evidence import keep_file
from mentors import registration, sheets
from mentors.models import Employment, Import, Mentor, Qualification, RemitPeriod
from mentors.services import export, imports, periods, qualifications, register
from mentors.services.import_plan import Plan
from tests.people import Clinic, days_ago
from tests.worlds import World

pytestmark = pytest.mark.django_db
HEADS = list(sheets.COLUMNS.values())
TABLES = (Mentor, Qualification, RemitPeriod, Employment)


def line(place: int, **changes: str) -> dict[str, str]:
    """One good line."""
    return {
        "Full name": f"Person{place} Example{place}",
        "Work address": f"person{place}@site.example",
        "Regulator": "HCPC",
        "Registration number": f"PH{place:06}",
        "Employer": "Wexcombe Hospitals NHS Trust",
        "Site": f"Site {place % 7}",
        "Region of the country": ("North West", "Scotland", "Wales")[place % 3],
        "Employed from": "2020-04-01",
        "Remit": "shoulder; knee",
        "Qualification": "pgc",
        "Title": "PgC Musculoskeletal Ultrasound",
        "In MSK ultrasound": "yes",
        "Ratified on": ("2019-07-12", "2021-09", "14 3 2020")[place % 3],
    } | changes


def as_csv(lines: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADS)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def look(by: User, data: bytes, name: str = "mentors.csv") -> tuple[Import, Plan]:
    return imports.look_at(by=by, kept=keep_file(SimpleUploadedFile(name, data), limit=sheets.MOST_BYTES))


def count() -> list[int]:
    return [model._default_manager.count() for model in TABLES]


BAD: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"Full name": ""}, "Full name", "A new person needs a full name"),
    ({"Registration number": "PH1234567"}, "Registration number", "HCPC numbers have another form"),
    ({"Regulator": "GMC", "Registration number": "12345"}, "Registration number", "GMC numbers have another form"),
    ({"Regulator": "NMC", "Registration number": "71A299"}, "Registration number", "NMC numbers have another form"),
    ({"Regulator": "HPCP"}, "Regulator", "Use one of"),
    ({"Work address": "nobody"}, "Work address", "not an e-mail address"),
    ({"Ratified on": "31 2 2020"}, "Ratified on", "This is no date"),
    ({"Ratified on": "2999-01-01"}, "Ratified on", "lies in the future"),
    ({"Remit": "shoulder; elbo"}, "Remit", "elbo: no region"),
    ({"Level": "2"}, "Level", "Only a radiology level"),
    ({"Level": "9"}, "Level", "A level is 1, 2 or 3"),
    ({"Employed from": ""}, "Employed from", "from which day"),
    ({"Employer": ""}, "Employer", "who the employer is"),
    ({"Qualification": ""}, "Qualification", "which qualification"),
    ({"Register number": "M9999"}, "Register number", "No entry has this register number"),
    ({"Regulator": ""}, "Regulator", "whose number"),
    ({"Region of the country": "France"}, "Region of the country", "Use one of"),
    ({"Full name": "x" * 151}, "Full name", "longer than 150"),
    ({"Registration number": "PH000001", "Full name": "Other Somebody"}, "Registration number", "This is the number of"),
)  # fmt: skip


def test_a_file_of_2000_lines_with_37_bad_ones(world: World) -> None:
    """Exactly those 37 are named, with line, column, value and reason; all or nothing stores nothing."""
    lines = [line(place) for place in range(1, 2001)]
    bad: dict[int, tuple[str, str]] = {}
    for place in range(37):
        changes, column, reason = BAD[place % len(BAD)]
        number = 40 + place * 50  # far enough from line 2, whose number one of them takes
        lines[number - 2] |= changes
        bad[number] = (column, reason)
    before = count()
    row, plan = look(world.officer, as_csv(lines))
    assert count() == before
    named = {problem.line: problem for problem in plan.problems}
    assert sorted(named) == sorted(bad)
    for number, (column, reason) in bad.items():
        assert named[number].column == column and reason in named[number].reason, named[number]
        assert named[number].value == lines[number - 2].get(column, "") or column == "Registration number"
    assert row.counts == {"new": 1963, "changed": 0, "unchanged": 0, "kept": 0, "refused": 37}
    with pytest.raises(Invalid, match="37 lines are refused"):
        imports.apply(by=world.officer, import_id=row.pk, good_only=False)
    assert count() == before


def test_good_lines_only_repeated_and_undone_as_a_whole(world: World) -> None:
    lines = [line(place) for place in range(1, 2001)]
    lines[100]["Work address"] = "nobody"
    before = count()
    row, _ = look(world.officer, as_csv(lines))
    imports.apply(by=world.officer, import_id=row.pk, good_only=True)
    assert [now - then for now, then in zip(count(), before, strict=True)] == [1999] * 4
    with pytest.raises(NotNow):
        imports.apply(by=world.officer, import_id=row.pk, good_only=True)
    again, plan = look(world.officer, as_csv(lines))
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 1999, "kept": 0, "refused": 1}
    imports.undo(by=world.officer, import_id=row.pk)
    assert Mentor.objects.filter(taken_back_at__isnull=True).count() == before[0]
    assert not Qualification.objects.filter(imported=row, known_until__isnull=True).exists()
    assert count()[1] == before[1] + 1999, "rows that were known stay known of"
    once_more, _ = look(world.officer, as_csv(lines))
    assert once_more.counts["new"] == 1999
    events = AuditEvent.objects.filter(verb__startswith="mentors.import").values_list("verb", flat=True)
    assert {"mentors.import_looked_at", "mentors.imported", "mentors.import_undone"} == set(events)


def test_a_changed_file_changes_its_own_rows_and_undoing_brings_them_back(world: World) -> None:
    first, _ = look(world.officer, as_csv([line(1)]))
    imports.apply(by=world.officer, import_id=first.pk, good_only=False)
    changed = line(1, Remit="elbow", **{"Ratified on": "2018-05-05", "Full name": "Person1 Newname1"})
    second, plan = look(world.officer, as_csv([changed]))
    assert second.counts["changed"] == 1
    imports.apply(by=world.officer, import_id=second.pk, good_only=False)
    mentor = Mentor.objects.get(registration_number="PH000001")
    assert mentor.full_name == "Person1 Newname1"
    assert {row.ratified for row in qualifications.current(mentor)} == {"2018-05-05"}
    imports.undo(by=world.officer, import_id=second.pk)
    mentor.refresh_from_db()
    assert mentor.full_name == "Person1 Example1"
    assert {row.ratified for row in qualifications.current(mentor)} == {"2021-09"}
    remit = RemitPeriod.objects.get(mentor=mentor, known_until__isnull=True)
    assert set(remit.regions) == {"shoulder", "knee"}
    third, _ = look(world.officer, as_csv([line(1)]))
    assert third.counts["unchanged"] == 1


def test_what_a_person_entered_is_never_overwritten(clinic: Clinic) -> None:
    mentor = clinic.mentor
    data = as_csv(
        [{"Register number": mentor.number, "Full name": "Somebody Else", "Remit": "elbow",
          "Qualification": "pgc", "In MSK ultrasound": "no", "Ratified on": "2001-01-01"}]
    )  # fmt: skip
    row, plan = look(clinic.world.officer, data)
    assert row.counts["kept"] == 1 and len(plan.lines[0].said) == 3
    imports.apply(by=clinic.world.officer, import_id=row.pk, good_only=False)
    mentor.refresh_from_db()
    assert mentor.full_name != "Somebody Else"
    assert [row.msk for row in qualifications.current(mentor)] == ["yes"]
    assert set(RemitPeriod.objects.get(mentor=mentor, known_until__isnull=True).regions) == {
        "shoulder",
        "knee",
    }


def test_a_row_that_a_person_corrected_is_a_persons_from_then_on(world: World) -> None:
    first, _ = look(world.officer, as_csv([line(1)]))
    imports.apply(by=world.officer, import_id=first.pk, good_only=False)
    award = Qualification.objects.get(imported=first)
    qualifications.correct_qualification(
        by=world.officer, qualification_id=award.pk, ratified_on=days_ago(100), source="transcript"
    )
    again, plan = look(world.officer, as_csv([line(1)]))
    assert again.counts["kept"] == 1 and "stays as a person entered it" in plan.lines[0].said[0]
    with pytest.raises(NotNow, match="Person1 Example1"):
        imports.undo(by=world.officer, import_id=first.pk)


@pytest.mark.parametrize("deed", ["placed", "looked up"])
def test_a_file_is_not_taken_back_under_somebodys_work(world: World, deed: str) -> None:
    row, _ = look(world.officer, as_csv([line(1), line(2)]))
    imports.apply(by=world.officer, import_id=row.pk, good_only=False)
    mentor = Mentor.objects.get(registration_number="PH000002")
    if deed == "placed":
        periods.place(by=world.leader, mentor_id=mentor.pk, course=world.course, since=days_ago(1))
    else:
        register.record_check(by=world.officer, mentor_id=mentor.pk, on=days_ago(0), status="active")
    with pytest.raises(NotNow, match="Person2 Example2"):
        imports.undo(by=world.officer, import_id=row.pk)


def test_a_register_that_changed_since_the_dry_run_wants_another_look(world: World) -> None:
    row, _ = look(world.officer, as_csv([line(1)]))
    register.add_mentor(
        by=world.officer, full_name="Person1 Example1", body="HCPC", registration_number="PH1"
    )
    with pytest.raises(NotNow, match="changed since you looked"):
        imports.apply(by=world.officer, import_id=row.pk, good_only=False)


def test_several_qualifications_are_lines_of_one_person(world: World) -> None:
    more = {name: line(1)[name] for name in ("Full name", "Regulator", "Registration number")}
    more |= {
        "Qualification": "radiology_level",
        "Level": "2",
        "In MSK ultrasound": "yes",
        "Ratified on": "2022-01-05",
    }
    row, _ = look(world.officer, as_csv([line(1), more, line(1)]))
    assert (row.counts["new"], row.counts["unchanged"]) == (2, 1)
    imports.apply(by=world.officer, import_id=row.pk, good_only=False)
    assert Mentor.objects.filter(imported=row).count() == 1
    assert Qualification.objects.filter(imported=row).count() == 2


@pytest.mark.parametrize("who", ["leader", "lead", "chair", "committee", "outsider"])
def test_only_officers_bring_files_in(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        look(getattr(world, who), as_csv([line(1)]))


def test_officers_do_not_bring_in_their_own_entry(world: World) -> None:
    own = register.add_mentor(by=world.officer, full_name="Officer Example", user=world.officer)
    data = as_csv([{"Register number": own.number, "Remit": "knee"}])
    _, plan = look(world.officer, data)
    assert "your own entry" in plan.problems[0].reason


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"Name;Surname\na;b\n", "a.csv", "no column of the register"),
        (b"Full name,Full name\na,b\n", "a.csv", "there twice"),
        (b"Remit\nknee\n", "a.csv", "must hold the headings"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", ""),
    ],
)
def test_what_is_no_table_of_mentors_is_refused(world: World, data: bytes, name: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        look(world.officer, data, name)
    assert words in str(refused.value.problems)


def test_what_goes_out_comes_in_unchanged_and_harmless(world: World) -> None:
    """CSV and XLSX both; a name that a spreadsheet would run is text in both."""
    rows = [line(1, **{"Full name": "=HYPERLINK(1) Example1", "Site": "@SUM(A1)"}), line(2)]
    row, _ = look(world.officer, as_csv(rows))
    imports.apply(by=world.officer, import_id=row.pk, good_only=False)
    assert Mentor.objects.filter(full_name="=HYPERLINK(1) Example1").exists()
    today = timezone.localdate()
    out = export.rows(list(Mentor.objects.order_by("number")), on=today, known_on=today)
    text, book = sheets.to_csv(out), sheets.to_xlsx(out)
    cells = [cell for one in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in one]
    assert "'=HYPERLINK(1) Example1" in cells and not [c for c in cells if c.startswith(("=", "@", "+", "-"))]
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet is not None and all(
        cell.data_type in ("s", "n", "inlineStr") for one in sheet.rows for cell in one
    )
    for data, name in ((text, "out.csv"), (book, "out.xlsx")):
        back, plan = look(world.officer, data, name)
        assert back.counts == {"new": 0, "changed": 0, "unchanged": 2, "kept": 0, "refused": 0}, plan.lines


def test_an_export_can_be_read_as_known_then(world: World) -> None:
    row, _ = look(world.officer, as_csv([line(1)]))
    imports.apply(by=world.officer, import_id=row.pk, good_only=False)
    Qualification.objects.update(known_from=timezone.now() - timedelta(days=9))
    RemitPeriod.objects.update(known_from=timezone.now() - timedelta(days=9))
    award = Qualification.objects.get()
    qualifications.correct_qualification(
        by=world.officer, qualification_id=award.pk, ratified_on=days_ago(50), precision="day", source="paper"
    )
    mentors, today = list(Mentor.objects.all()), timezone.localdate()
    then = export.rows(mentors, on=today, known_on=days_ago(2))
    now = export.rows(mentors, on=today, known_on=today)
    assert (then[0][-1], now[0][-1]) == ("2021-09", days_ago(50).isoformat())


def test_numbers_are_the_same_however_they_are_spelt(world: World) -> None:
    assert registration.key("HCPC", "ph 95159") == registration.key("HCPC", "PH095159")
    assert registration.key("GMC", "0613487") != registration.key("HCPC", "0613487")
    register.add_mentor(by=world.officer, full_name="A Person", body="HCPC", registration_number="PH95159")
    with pytest.raises(Invalid, match="M0001"):
        register.add_mentor(
            by=world.officer, full_name="B Person", body="HCPC", registration_number="PH095159"
        )
    with pytest.raises(Invalid, match="7 digits"):
        register.add_mentor(
            by=world.officer, full_name="C Person", body="GMC", registration_number="C1234567"
        )
    assert registration.doubt("GOsC", "AB12") and not registration.doubt("GOsC", "1234/56")


def test_planning_takes_as_many_queries_for_many_lines(world: World, django_assert_num_queries: Any) -> None:
    from mentors.services.import_plan import plan

    for number in (1, 300):
        lines = sheets.read("a.csv", as_csv([line(place) for place in range(1, number + 1)]))
        with django_assert_num_queries(4):
            assert plan(lines, world.officer).counts["new"] == number
