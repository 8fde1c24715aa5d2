"""The library of evidence: adding, citing by page, replacing, removing; quotas; and the fault that leaves nothing behind."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accreditation import files, page_references
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AuditEvent, Citation, Evidence, Submission
from accreditation.services import evidence as library
from accreditation.services import submissions
from tests.accreditation import filemaker
from tests.accreditation.filemaker import upload
from tests.worlds import World


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def draft(world: World) -> Submission:
    return submissions.open_submission(by=world.leader, course=world.course, kind="new")


@pytest.fixture
def handbook(world: World, draft: Submission) -> Evidence:
    return library.add_evidence(
        by=world.leader,
        submission_id=draft.pk,
        upload=upload(data=filemaker.pdf(12)),
        title="Course handbook",
    )


def add(world: World, draft: Submission, words: str = "Another", **changes: Any) -> Evidence:
    data = filemaker.pdf(2, words)
    return library.add_evidence(
        **{"by": world.leader, "submission_id": draft.pk, "upload": upload(f"{words}.pdf", data), **changes}
    )


def cite(world: World, draft: Submission, file: Evidence, pages: str = "", clause: str = "PS1.1") -> Citation:
    return library.cite(
        by=world.leader, submission_id=draft.pk, clause=clause, evidence_id=file.pk, pages=pages
    )


def test_a_file_gets_the_next_number_and_its_bytes_are_kept(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    second = add(world, draft)
    assert [(file.number, file.title, file.pages) for file in (handbook, second)] == [
        (1, "Course handbook", 12),
        (2, "Another", 2),
    ]
    assert files.path_of(second.sha256).stat().st_size == second.size
    assert not list(files.verify())
    event = AuditEvent.objects.filter(verb="evidence.added").last()
    assert event is not None and event.payload["sha256"] == second.sha256


def test_the_same_file_twice_is_noticed(world: World, draft: Submission, handbook: Evidence) -> None:
    with pytest.raises(Invalid, match="in the library already: E1 “Course handbook”"):
        library.add_evidence(
            by=world.member, submission_id=draft.pk, upload=upload("b.pdf", filemaker.pdf(12))
        )
    found, is_new = library.add_or_find(
        by=world.member, submission_id=draft.pk, upload=upload("b.pdf", filemaker.pdf(12))
    )
    assert (found, is_new, Evidence.objects.count()) == (handbook, False, 1)


def test_two_universities_never_learn_of_each_other(
    world: World, rival: World, draft: Submission, handbook: Evidence
) -> None:
    theirs = submissions.open_submission(by=rival.leader, course=rival.course, kind="new")
    copy = library.add_evidence(
        by=rival.leader, submission_id=theirs.pk, upload=upload("c.pdf", filemaker.pdf(12)), title="Ours"
    )
    assert copy.sha256 == handbook.sha256 and copy.number == 1
    with pytest.raises(Invalid, match="this submission’s library"):
        library.cite(by=world.leader, submission_id=draft.pk, clause="PS1.1", evidence_id=copy.pk)
    for attempt in (
        lambda: library.replace_evidence(
            by=world.leader, submission_id=draft.pk, evidence_id=copy.pk, upload=upload("d.pdf")
        ),
        lambda: library.remove_evidence(by=world.leader, submission_id=draft.pk, evidence_id=copy.pk),
        lambda: library.rename_evidence(
            by=world.leader, submission_id=draft.pk, evidence_id=copy.pk, title="x"
        ),
    ):
        with pytest.raises(Evidence.DoesNotExist):
            attempt()
    with pytest.raises(NotAllowed):
        library.remove_evidence(by=world.leader, submission_id=theirs.pk, evidence_id=copy.pk)
    with pytest.raises(NotAllowed):
        add(world, theirs)


def test_one_file_serves_many_clauses(world: World, draft: Submission, handbook: Evidence) -> None:
    cite(world, draft, handbook, "3, 7-9", "PS1.1")
    cite(world, draft, handbook, "p. 3, 7 to 9", "PS1.1")  # the same in other words
    cite(world, draft, handbook, "", "PS4.2")
    assert sorted(Citation.objects.values_list("answer__clause", "pages")) == [
        ("PS1.1", "3, 7-9"),
        ("PS4.2", ""),
    ]
    assert AuditEvent.objects.filter(verb="evidence.cited").count() == 2


def test_a_citation_does_not_disturb_the_answer_that_is_being_written(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    cite(world, draft, handbook)
    saved = submissions.save_answer(
        by=world.leader, submission_id=draft.pk, clause="PS1.1", text="Written meanwhile.", version=0
    )
    assert saved.text == "Written meanwhile."


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ("13", "has 12 pages, so there is no page 13"),
        ("3, 11-14", "no page 14"),
        ("0", "counted from 1"),
        ("9-7", "Did you mean 7-9"),
        ("twelve", "for example 12"),
        ("1,,2", "for example 12"),
        ("1-2-3", "for example 12"),
        ("-3", "for example 12"),
        ("1; DROP TABLE", "for example 12"),
        ("99999", "no page 99999"),
        ("1,3,5,7,9,11," * 9 + "12", ""),
    ],
)
def test_pages_are_held_against_the_file(
    world: World, draft: Submission, handbook: Evidence, pages: str, words: str
) -> None:
    if not words:
        assert cite(world, draft, handbook, pages).pages == "1, 3, 5, 7, 9, 11-12"
        return
    with pytest.raises(Invalid) as refused:
        cite(world, draft, handbook, pages)
    assert list(refused.value.problems) == ["pages"] and words in str(refused.value)
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        (" 12 ", "12"),
        ("12-14", "12-14"),
        ("12 – 14", "12-14"),
        ("3, 7-9", "3, 7-9"),
        ("7-9;3", "3, 7-9"),
        ("pp. 3 and 4", "3-4"),
        ("Page 5", "5"),
        ("5-5", "5"),
        ("1-3, 2-8, 9", "1-9"),
    ],
)
def test_pages_are_read_as_people_write_them(typed: str, stored: str) -> None:
    assert page_references.checked(typed, 20) == stored
    assert page_references.checked(stored, 20) == stored


def test_a_file_without_pages_is_cited_as_a_whole(world: World, draft: Submission) -> None:
    table = library.add_evidence(
        by=world.leader, submission_id=draft.pk, upload=upload("log.csv", b"day,region\n1,knee\n")
    )
    assert cite(world, draft, table).pages == ""
    with pytest.raises(Invalid, match="no fixed pages"):
        cite(world, draft, table, "2")


def test_a_newer_version_keeps_the_older_and_takes_its_citations(
    world: World, draft: Submission, handbook: Evidence
) -> None:
    cite(world, draft, handbook, "3", "PS1.1")
    cite(world, draft, handbook, "11-12", "PS2.6")
    new = library.replace_evidence(
        by=world.member,
        submission_id=draft.pk,
        evidence_id=handbook.pk,
        upload=upload("v2.pdf", filemaker.pdf(10, "v2")),
    )
    assert (new.number, new.title, new.replaces, new.pages) == (2, "Course handbook", handbook, 10)
    assert dict(Citation.objects.values_list("answer__clause", "evidence__number")) == {
        "PS1.1": 2,
        "PS2.6": 1,
    }
    assert list(library.current(draft)) == [new]
    with files.open_blob(handbook.sha256) as old:
        assert old.read() == filemaker.pdf(12)
    with pytest.raises(NotNow, match="replaced or removed meanwhile"):
        library.replace_evidence(
            by=world.leader, submission_id=draft.pk, evidence_id=handbook.pk, upload=upload("v3.pdf")
        )


def test_the_same_bytes_are_no_newer_version(world: World, draft: Submission, handbook: Evidence) -> None:
    with pytest.raises(Invalid, match="byte for byte"):
        library.replace_evidence(
            by=world.leader,
            submission_id=draft.pk,
            evidence_id=handbook.pk,
            upload=upload("again.pdf", filemaker.pdf(12)),
        )


def test_a_file_in_use_cannot_be_removed(world: World, draft: Submission, handbook: Evidence) -> None:
    citation = cite(world, draft, handbook, clause="PS2.6")
    with pytest.raises(NotNow, match="is cited by PS2.6. Take it out there first"):
        library.remove_evidence(by=world.leader, submission_id=draft.pk, evidence_id=handbook.pk)
    library.uncite(by=world.leader, submission_id=draft.pk, citation_id=citation.pk)
    library.uncite(by=world.leader, submission_id=draft.pk, citation_id=citation.pk)  # a second press
    for _ in range(2):
        library.remove_evidence(by=world.leader, submission_id=draft.pk, evidence_id=handbook.pk)
    assert list(library.current(draft)) == []
    assert files.path_of(handbook.sha256).is_file()  # an earlier frozen version may name it
    assert AuditEvent.objects.filter(verb="evidence.removed").count() == 1
    assert add(world, draft).number == 2  # numbers are never given twice


def test_titles(world: World, draft: Submission, handbook: Evidence) -> None:
    renamed = library.rename_evidence(
        by=world.leader, submission_id=draft.pk, evidence_id=handbook.pk, title="  Handbook   2026 "
    )
    assert renamed.title == "Handbook 2026"
    for bad in (" ", "x" * 201):
        with pytest.raises(Invalid):
            library.rename_evidence(
                by=world.leader, submission_id=draft.pk, evidence_id=handbook.pk, title=bad
            )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Course_handbook 2026.pdf", "Course_handbook 2026.pdf"),
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\My file.PDF", "My file.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("CON.pdf", "file CON.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x;y='\"<script>.pdf", "x;y=' script.pdf"),
        (".pdf", "file.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf"),
        ("Prüfungsordnung – Ärzte.pdf", "Prüfungsordnung – Ärzte.pdf"),
    ],
)
def test_names_are_cleaned(world: World, draft: Submission, given: str, shown: str) -> None:
    sent = upload("a.pdf", filemaker.pdf(1))
    sent._name = given  # what a hostile client sends; Django would clean some of it
    assert library.keep_file(sent).name == shown


def test_the_library_has_an_end(world: World, draft: Submission, handbook: Evidence, settings: Any) -> None:
    settings.EVIDENCE_QUOTA_FILES = 1
    with pytest.raises(Invalid, match="The library is full"):
        add(world, draft)
    settings.EVIDENCE_QUOTA_FILES, settings.EVIDENCE_QUOTA_BYTES = 9, handbook.size + 10
    with pytest.raises(Invalid, match="The library is full"):
        add(world, draft)
    assert Evidence.objects.count() == 1


def test_where_the_store_refuses_there_is_no_row(
    world: World, draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", broken)
    with pytest.raises((files.StoreUnavailable, OSError)):
        add(world, draft)
    assert not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_uploads_at_once_get_ten_numbers_and_the_same_file_one(world: World, draft: Submission) -> None:
    start, outcomes = threading.Barrier(12), []

    def press(words: str) -> None:
        start.wait()
        try:
            outcomes.append(add(world, draft, words).number)
        except Invalid as no:
            outcomes.append(str(no))
        finally:
            connection.close()

    names = [f"File {number}" for number in range(9)] + ["Same"] * 3
    threads = [threading.Thread(target=press, args=(words,)) for words in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one for one in outcomes if isinstance(one, int)) == list(range(1, 11))
    assert sum("in the library already" in str(one) for one in outcomes) == 2
