"""A submission as one file: who may have it, what stands in it, what never does, and what a poisoned document comes to."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation import files
from accreditation.enums import BuildState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import (
    Answer,
    AuditEvent,
    Evidence,
    Job,
    Judgement,
    Pack,
    PackFile,
    Snapshot,
    Submission,
    User,
)  # fmt: skip
from accreditation.services import conflicts, evidence, freezing, pack_pages, packs, submissions
from tests.accreditation import filemaker, panels
from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)  # no transaction lies idle while pages are set


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.DATA_DIR = tmp_path
    return tmp_path / "evidence"


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make(row: Pack) -> Pack:
    packs.build(job_id=Job.objects.get(key=f"pack:{row.pk}").pk)
    return Pack.objects.get(pk=row.pk)


def read(row: Pack, part: str = "pdf") -> bytes:
    file = row.files.get(part=part)
    with files.open_blob(file.sha256, size=file.size) as stream:
        return stream.read()


def words(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def titles(data: bytes) -> list[str]:
    found: list[str] = []

    def walk(items: list[Any]) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                found.append(item.title)

    walk(pypdf.PdfReader(io.BytesIO(data)).outline)
    return found


def add(world: World, draft: Submission, name: str, data: bytes, title: str) -> Evidence:
    return evidence.add_evidence(
        by=world.leader, submission_id=draft.pk, upload=filemaker.upload(name, data), title=title
    )


@pytest.fixture
def draft(world: World) -> Submission:
    """A draft with an answer, three documents that can be opened and one that cannot be read any more."""
    found = submissions.open_submission(by=world.leader, course=world.course, kind="new")
    book = add(world, found, "handbook.pdf", filemaker.pdf(12, "Handbook words"), "Course handbook")
    add(world, found, "room.png", filemaker.picture(), "Scanning room")
    add(world, found, "table.xlsx", filemaker.workbook(), "Table of modules")
    submissions.save_answer(
        by=world.leader, submission_id=found.pk, clause="PS1.1", text="What the course claims.", version=0
    )
    evidence.cite(by=world.leader, submission_id=found.pk, clause="PS1.1", evidence_id=book.pk, pages="7")
    return found


def poison(number: int, title: str, data: bytes) -> dict[str, Any]:
    """A file of a frozen version whose bytes no check of ours would have taken."""
    stored = files.store_bytes(data)
    return {"number": number, "title": title, "name": f"{title}.pdf", "sha256": stored.sha256,
            "size": stored.size, "media_type": "application/pdf", "pages": 1}  # fmt: skip


def test_a_draft_holds_everything_and_says_so_on_each_page(world: World, draft: Submission) -> None:
    row = make(packs.ask_pack(by=world.leader, submission_id=draft.pk, number=None))
    assert (row.state, row.failure) == (BuildState.BUILT, "")
    data = read(row)
    pages = words(data)
    whole = " ".join(pages)
    for said in (
        draft.reference, world.course.title, world.institution.name, world.leader.full_name, "What the course claims.",
        "Physics and technology of ultrasound", "PS1.1", "page 7", "Table of modules", "PS5.4",
    ):  # fmt: skip
        assert said in whole, said
    assert all("DRAFT" in page or "Draft" in page for page in pages)
    outline = titles(data)
    assert {"E1 Course handbook", "E2 Scanning room", "E3 Table of modules", "People"} <= set(outline)
    assert [title.split()[0] for title in outline if title.startswith("PS1.")] == ["PS1.1", "PS1.2", "PS1.3", "PS1.4"]  # fmt: skip
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
        links = [
            (str(link.Contents), numbers[link.Dest[0].objgen]) for page in pdf.pages for link in page.get("/Annots", ())
        ]  # fmt: skip
        assert not [one for page in pdf.pages for one in page.get("/Annots", ()) if "/A" in one]
        with pdf.open_metadata() as said_of_itself:
            assert "pdfaid:part" not in said_of_itself
    at = dict(links)["E1, page 7"]
    assert "E1, page 7 of 12" in pages[at] and "Handbook words" in pages[at]
    with zipfile.ZipFile(io.BytesIO(read(row, "zip"))) as held:
        assert sorted(held.namelist()) == [f"{draft.reference}.pdf", "documents/E3 table.xlsx"]
        assert held.read(f"{draft.reference}.pdf") == data
    assert [one[0] for one in row.notes] == ["E3"]


def test_what_was_submitted_is_bound_and_never_the_draft_behind_it(world: World, draft: Submission) -> None:
    snapshot = freezing.freeze(draft, by=world.leader, declared_name="Ada Declarer", declared_role="Head")
    Answer.objects.filter(submission=draft).update(text="Written afterwards.")
    add(world, draft, "late.pdf", filemaker.pdf(1, "Late words"), "Added later")
    whole = " ".join(words(read(make(packs.ask_pack(by=world.leader, submission_id=draft.pk, number=1)))))
    assert "What the course claims." in whole and "Ada Declarer" in whole and snapshot.sha256[:32] in whole
    assert f"{draft.reference}, version 1, submitted on" in whole
    for never in ("Written afterwards", "Added later", "Late words", "DRAFT"):
        assert never not in whole


def test_a_draft_that_was_submitted_is_no_draft_any_more(world: World) -> None:
    submitted = panels.submitted(world)
    with pytest.raises(NotNow, match="version that was submitted"):
        packs.ask_pack(by=world.leader, submission_id=submitted.pk, number=None)


def test_documents_that_harm_are_named_and_stop_nothing(world: World) -> None:
    case = panels.submitted(world)
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(filemaker.pdf(2, "Locked words"))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    acting = io.BytesIO()
    with pikepdf.open(io.BytesIO(filemaker.pdf(1, "Acting words"))) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pdf.Root.OpenAction)
        pdf.save(acting)
    rows = [
        poison(1, "Locked", locked.getvalue()),
        poison(2, "Broken", b"%PDF-1.7\nnothing of a PDF\n%%EOF"),
        poison(3, "Acting", acting.getvalue()),
        {**poison(4, "Gone", b"%PDF-1.7 gone"), "sha256": "f" * 64},
    ]
    Snapshot.objects.filter(submission=case).update(files=rows)
    row = make(packs.ask_pack(by=world.officer, submission_id=case.pk, number=1))
    assert row.state == BuildState.BUILT
    data = read(row)
    whole = " ".join(words(data))
    assert (
        "it asks for a password" in whole and "the file is damaged" in whole and "not in the store" in whole
    )
    assert "Acting words" in whole and b"JavaScript" not in data and b"app.alert" not in data
    assert {key: why for key, _, why in row.notes}.keys() == {"E1", "E2", "E4"}
    with zipfile.ZipFile(io.BytesIO(read(row, "zip"))) as held:
        assert held.read("documents/E1 Locked.pdf") == locked.getvalue()
        assert "documents/E4 missing.txt" in held.namelist()


def test_above_the_limit_the_documents_come_beside_it(world: World, draft: Submission, settings: Any) -> None:
    settings.PACK_MAX_BYTES = 1000
    row = make(packs.ask_pack(by=world.leader, submission_id=draft.pk, number=None))
    assert row.too_large and "Handbook words" not in " ".join(words(read(row)))
    with zipfile.ZipFile(io.BytesIO(read(row, "zip"))) as held:
        assert {"documents/E1 handbook.pdf", "documents/E2 room.png"} <= set(held.namelist())
    page = sign_in(world.leader).get(reverse("pack", args=[draft.pk, row.pk])).content.decode()
    assert "too large for one PDF" in page


def test_nothing_of_the_panel_is_in_it(world: World) -> None:
    case = panels.in_assessment(world)
    panels.judge_all(case, world.lead)
    Judgement.objects.update(
        comment="Canary comment", private_comment="Canary private", reason="Canary reason"
    )
    for by in (world.lead, world.leader, world.officer):
        data = read(make(packs.ask_pack(by=by, submission_id=case.pk, number=1)))
        whole = " ".join(words(data))
        assert "Canary" not in whole and world.co.full_name not in whole
        assert "What the rules saw about PS2.4." in whole and "The course’s answer to PS1.1." in whole


def test_findings_are_said_once_with_whom_they_are_about_and_what_would_settle_them() -> None:
    def one(outcome: str, subject: str, settle: str = "") -> dict[str, Any]:
        kind = "student" if subject.startswith("S") else "course"
        return {
            "outcome": outcome,
            "reason": "So it is.",
            "settle": settle,
            "subject": {"kind": kind, "id": subject},
        }

    many = [one("missing", f"S{number:02}", "Send the contract.") for number in range(14)]
    told = pack_pages.findings_in_words([one("met", "C1"), *many, one("not_met", "C1")])
    assert [row["outcome"] for row in told["shown"]] == ["not met", "evidence missing"]
    assert told["shown"][1]["settle"] == "Send the contract." and told["shown"][1]["about"].endswith(
        "S11 and 2 more"
    )
    assert (told["quiet"], told["more"]) == ("Met: So it is.", 0)
    several = [{**one("judge", "C1"), "reason": f"Reason {number}."} for number in range(15)]
    assert pack_pages.findings_in_words(several)["more"] == 3


def test_two_worlds_and_everybody(world: World, rival: World) -> None:
    """Whoever may open the evidence of a case may have it; nobody has another's file, nor a draft that is not theirs."""
    case = panels.in_assessment(world, shadow=True)
    panels.in_assessment(rival)
    may = {"leader", "member", "officer", "lead", "co", "shadow"}
    address = reverse("submission_packs", args=[case.pk])
    for name, user in panels.everyone(world):
        answer = sign_in(user).post(address, {"version": "1"})
        assert answer.status_code == (302 if name in may else 404), name
        assert sign_in(user).get(address).status_code == (200 if name in may else 404), name
        assert sign_in(user).post(address, {"version": "draft"}).status_code == 404
    assert Pack.objects.count() == len(may)
    for name, user in panels.everyone(rival):
        assert sign_in(user).get(address).status_code == (200 if name == "officer" else 404), name
    mine = Pack.objects.get(asked_by=world.lead)
    for _, user in (*panels.everyone(world), *panels.everyone(rival)):
        if user == world.lead:
            continue
        for name, more in (("pack", ()), ("pack_state", ()), ("pack_take", ("pdf",))):
            assert sign_in(user).get(reverse(name, args=[case.pk, mine.pk, *more])).status_code == 404
        with pytest.raises(NotAllowed):
            packs.note_taken(by=user, pack=mine, part="pdf")


def test_a_conflict_takes_away_what_was_made_before(world: World) -> None:
    case = panels.in_assessment(world)
    row = make(packs.ask_pack(by=world.lead, submission_id=case.pk, number=1))
    client, take = sign_in(world.lead), reverse("pack_take", args=[case.pk, row.pk, "pdf"])
    taken = client.get(take)
    assert taken.status_code == 200 and "no-store" in taken["Cache-Control"]
    taken.close()
    assert AuditEvent.objects.filter(verb="pack.taken", actor_id=world.lead.pk).count() == 1
    conflicts.declare_conflict(by=world.lead, submission_id=case.pk, kind="employer", description="")
    for address in (
        take,
        reverse("pack", args=[case.pk, row.pk]),
        reverse("submission_packs", args=[case.pk]),
    ):
        assert client.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        packs.note_taken(by=world.lead, pack=row, part="pdf")
    assert AuditEvent.objects.filter(verb="pack.taken").count() == 1


def test_a_draft_made_by_somebody_who_left_the_team_is_shut(world: World, draft: Submission) -> None:
    row = make(packs.ask_pack(by=world.member, submission_id=draft.pk, number=None))
    address = reverse("pack", args=[draft.pk, row.pk])
    assert sign_in(world.member).get(address).status_code == 200
    world.course.team.filter(user=world.member).update(until=timezone.localdate() - timedelta(days=1))
    assert sign_in(world.member).get(address).status_code == 404
    with pytest.raises(NotAllowed):
        packs.ask_pack(by=world.officer, submission_id=draft.pk, number=None)


def test_pressed_twice_it_is_made_once_and_the_page_works_tomorrow(world: World, draft: Submission) -> None:
    client, address = sign_in(world.leader), reverse("submission_packs", args=[draft.pk])
    page = client.post(address, {"version": "draft"})["Location"]
    assert client.post(address, {"version": "draft"})["Location"] == page
    row = Pack.objects.get()
    assert AuditEvent.objects.filter(verb="pack.asked").count() == 1
    assert "You can leave this page" in client.get(page).content.decode()
    assert client.get(reverse("pack_take", args=[draft.pk, row.pk, "pdf"])).status_code == 409
    make(row)
    said = client.get(page).content.decode()
    assert (
        "Download the PDF" in said
        and "E3 Table of modules: it has no pages of its own (Excel workbook)" in said
    )


def test_what_failed_says_why_and_is_made_again(
    world: World, draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = packs.ask_pack(by=world.leader, submission_id=draft.pk, number=None)

    def full(path: Path) -> Any:
        raise files.StoreUnavailable("The store is full.")

    with monkeypatch.context() as broken:
        broken.setattr(packs, "_store", full)
        for _ in range(3):
            Job.objects.filter(key=f"pack:{row.pk}").update(not_before="2020-01-01T00:00Z")
            row = make(row)
    client = sign_in(world.leader)
    assert "The store is full." in client.get(reverse("pack", args=[draft.pk, row.pk])).content.decode()
    client.post(reverse("pack_again", args=[draft.pk, row.pk]))
    assert make(row).state == BuildState.BUILT
    assert client.post(reverse("pack_again", args=[draft.pk, row.pk])).status_code == 409


def test_old_ones_and_more_than_three_go_with_their_bytes(world: World, draft: Submission) -> None:
    made = [make(packs.ask_pack(by=world.leader, submission_id=draft.pk, number=None)) for _ in range(2)]
    for _ in range(2):
        row = packs.ask_pack(by=world.leader, submission_id=draft.pk, number=None)
        Pack.objects.filter(pk=row.pk).update(state=BuildState.FAILED, failure="Not tried here.")
    sums = {file.sha256 for file in PackFile.objects.all()}
    assert Pack.objects.count() == packs.KEPT and not Pack.objects.filter(pk=made[0].pk).exists()
    assert len(sums) == 2 and all(files.path_of(one).exists() for one in sums)
    Pack.objects.filter(pk=made[1].pk).update(created_at=timezone.now() - timedelta(days=31))
    assert packs.forget_old() == 1 and packs.forget_old() == 0
    assert not PackFile.objects.exists() and not any(files.path_of(one).exists() for one in sums)
    assert AuditEvent.objects.filter(verb="packs.cleared").count() == 1
    assert not [fault for fault in files.verify() if fault.kind != "orphaned"]


def test_the_page_asks_as_often_whether_one_or_three_were_made(
    world: World, draft: Submission, django_assert_num_queries: Any
) -> None:
    client, address = sign_in(world.leader), reverse("submission_packs", args=[draft.pk])
    rows = [
        Pack(submission=draft, asked_by=world.leader, state=BuildState.FAILED, failure="x") for _ in range(3)
    ]
    rows[0].save()
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for row in rows[1:]:
        row.save()
    with django_assert_num_queries(len(one)):
        assert client.get(address).content.decode().count("row-link") == 3


def test_the_sheet_asks_what_the_submission_is_asked_and_word_opens_it(
    world: World, rival: World, draft: Submission
) -> None:
    address = reverse("submission_sheet", args=[draft.pk])
    Submission.objects.filter(pk=draft.pk).update(clauses=["PS1.1", "PS2.4"])
    page = sign_in(world.member).get(address).content.decode()
    assert 'id="PS2.4"' in page and 'id="PS2.5"' not in page and "What good evidence looks like" in page
    assert "What the course claims." not in page
    word = sign_in(world.member).get(address, {"for": "word"})
    assert (
        word["Content-Type"].startswith("application/msword")
        and f"{draft.reference}-questions.doc" in word["Content-Disposition"]
    )
    assert b"Our answer" in word.content
    for user in (world.officer, rival.leader, world.lead, world.outsider):
        assert sign_in(user).get(address).status_code == 404
