"""The pages of letters and the public check, through HTTP, in two worlds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accreditation import files
from accreditation.enums import BuildState
from accreditation.models import AuditEvent, Conflict, Job, Letter, Tally, User
from accreditation.services import letters
from tests.accreditation.decided import with_letters
from tests.worlds import World

BYTES = b"%PDF-1.7 a letter as it was issued"
ADDRESSES = ("letter", "letter_state", "letter_download", "letter_rebuild", "letter_supersede")


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[None]:
    with override_settings(EVIDENCE_DIR=tmp_path / "store", DEMO=False):
        yield


def built(world: World) -> Letter:
    letter = with_letters(world)[0]
    letters.build(
        job_id=Job.objects.get(key=letters.key_of(letter)).pk,
        renderer=lambda content: BYTES + content.number.encode(),
    )
    letter.refresh_from_db()
    return letter


def failed(world: World) -> Letter:
    letter = with_letters(world)[0]
    Letter.objects.filter(pk=letter.pk).update(state=BuildState.FAILED, failure="The store is full.")
    Job.objects.filter(key=letters.key_of(letter)).update(state="failed")
    letter.refresh_from_db()
    return letter


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_letter_of_another_university_does_not_exist(world: World, rival: World, address: str) -> None:
    letter = built(world)
    url = reverse(address, args=[letter.pk])
    nowhere = reverse(address, args=["00000000-0000-7000-8000-000000000000"])
    for stranger in (rival.leader, rival.member, rival.lead, rival.co, world.outsider):
        client = as_(stranger)
        ask = client.post if address == "letter_rebuild" else client.get
        here, there = ask(url), ask(nowhere)
        assert here.status_code == there.status_code == 404
        for told in (world.course.title, "CASE-L-", letter.number, letter.decision.get_outcome_display()):
            assert told not in here.content.decode()
    assert world.course.title not in as_(rival.leader).get(reverse("letters")).content.decode()
    assert not AuditEvent.objects.filter(verb="letter.downloaded").exists()


@pytest.mark.parametrize("address", ["letters", *ADDRESSES])
def test_nobody_sees_a_letter_without_signing_in(world: World, address: str) -> None:
    args = [] if address == "letters" else [built(world).pk]
    client = Client()
    ask = client.post if address == "letter_rebuild" else client.get
    answer = ask(reverse(address, args=args))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("who", ["leader", "member", "officer", "committee", "chair"])
def test_those_concerned_read_and_download(world: World, who: str) -> None:
    letter = built(world)
    client = as_(getattr(world, who))
    assert letter.number in client.get(reverse("letters")).content.decode()
    assert letter.sha256 in client.get(reverse("letter", args=[letter.pk])).content.decode()
    answer = client.get(reverse("letter_download", args=[letter.pk]))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert data == BYTES + letter.number.encode()
    assert answer["Content-Disposition"] == f'attachment; filename="{letter.number}.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    event = AuditEvent.objects.get(verb="letter.downloaded")
    assert (event.actor_id, event.object_id) == (getattr(world, who).pk, str(letter.pk))


def test_a_conflict_takes_the_letter_away(world: World) -> None:
    letter = built(world)
    client = as_(world.chair)
    assert client.get(reverse("letter", args=[letter.pk])).status_code == 200
    Conflict.objects.create(
        user=world.chair, institution=world.institution, kind="employer", declared_by=world.chair
    )
    assert client.get(reverse("letter", args=[letter.pk])).status_code == 404


def test_who_left_the_course_sees_its_letters_no_more(world: World) -> None:
    from accreditation import grants

    letter = built(world)
    world.course.team.filter(user=world.leader).update(until="2026-01-01")
    grants.sync_course(world.course)
    assert as_(world.leader).get(reverse("letter_download", args=[letter.pk])).status_code == 404


# --- Progress, failure, building again -----------------------------------------------------------------------------


def test_progress_asks_again_by_itself_until_the_letter_is_there(world: World) -> None:
    letter = with_letters(world)[0]
    client = as_(world.leader)
    page = client.get(reverse("letter", args=[letter.pk])).content.decode()
    state = reverse("letter_state", args=[letter.pk])
    assert f'hx-get="{state}"' in page and "every 2s" in page and "Look again" in page
    assert reverse("letter_download", args=[letter.pk]) not in page
    assert client.get(reverse("letter_download", args=[letter.pk])).status_code == 409
    line = client.get(state, {"line": 1}).content.decode()
    assert f'hx-get="{state}?line=1"' in line and line.lstrip().startswith("<li")
    letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk, renderer=lambda content: BYTES)
    part = client.get(state).content.decode()
    assert "hx-get" not in part and reverse("letter_download", args=[letter.pk]) in part
    assert "hx-get" not in client.get(state, {"line": 1}).content.decode()


def test_the_office_sees_why_and_builds_again_and_the_course_does_not(world: World) -> None:
    letter = failed(world)
    url, again = reverse("letter", args=[letter.pk]), reverse("letter_rebuild", args=[letter.pk])
    course = as_(world.leader).get(url).content.decode()
    assert "could not be built" in course
    assert "The store is full." not in course and "Build again" not in course
    assert as_(world.leader).post(again).status_code == 403
    assert as_(world.committee).post(again).status_code == 403
    office = as_(world.officer).get(url).content.decode()
    assert "The store is full." in office and "Build again" in office
    answer = as_(world.officer).post(again, follow=True)
    assert "is being built again" in answer.content.decode()
    letter.refresh_from_db()
    assert letter.state == BuildState.QUEUED
    second = as_(world.officer).post(again)
    assert second.status_code == 409
    assert "only a failed letter" in second.content.decode()
    assert as_(world.officer).get(again).status_code == 405


def test_a_file_that_is_gone_is_told_and_not_recorded_as_downloaded(world: World) -> None:
    letter = built(world)
    files.path_of(letter.sha256).unlink()
    answer = as_(world.leader).get(reverse("letter_download", args=[letter.pk]))
    assert answer.status_code == 409
    assert "is not in the store" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="letter.downloaded").exists()


def test_replacing_asks_for_a_reason_and_a_second_press_does_nothing_again(world: World) -> None:
    letter = built(world)
    url = reverse("letter_supersede", args=[letter.pk])
    client = as_(world.officer)
    assert as_(world.leader).get(url).status_code == 403
    page = client.get(url)
    key = page.context["form"]["form_key"].value()
    empty = client.post(url, {"form_key": key, "reason": ""})
    assert "Say why the letter is replaced" in empty.content.decode()
    assert not Letter.objects.filter(superseded=True).exists()
    first = client.post(url, {"form_key": key, "reason": "The title was wrong."})
    second = client.post(url, {"form_key": key, "reason": "The title was wrong."})
    assert first["Location"] == second["Location"]
    assert Letter.objects.filter(kind=letter.kind).count() == 2
    old = client.get(reverse("letter", args=[letter.pk])).content.decode()
    assert "no longer holds" in old and "The title was wrong." in old
    assert client.get(url).status_code == 409


def test_words_of_people_are_shown_as_text(world: World) -> None:
    letter = built(world)
    Letter.objects.filter(pk=letter.pk).update(
        superseded=True, supersession_reason="<script>alert(1)</script>{{ 7|add:7 }}"
    )
    page = as_(world.leader).get(reverse("letter", args=[letter.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in page


# --- The public check ----------------------------------------------------------------------------------------------


def check_file(data: bytes) -> str:
    upload = SimpleUploadedFile("letter.pdf", data, content_type="application/pdf")
    return Client().post(reverse("verify"), {"by_file": "1", "letter": upload}).content.decode()


def check_number(number: str, check: str = "") -> str:
    return Client().post(reverse("verify"), {"number": number, "check": check}).content.decode()


def test_the_very_file_is_genuine_and_every_altered_one_is_not(world: World) -> None:
    letter = built(world)
    data = BYTES + letter.number.encode()
    told = check_file(data)
    assert "Genuine and valid" in told
    for shown in ("Accredited with conditions", "PgCert Musculoskeletal Ultrasound Wexcombe", letter.number):
        assert shown in told
    for at in range(len(data)):
        Tally.objects.all().delete()
        altered = bytes([*data[:at], data[at] ^ (1 << at % 8), *data[at + 1 :]])
        page = check_file(altered)
        assert "This is not a file of ours" in page
        assert "Wexcombe" not in page
    for altered in (data + b"\n", data[:-1], b"\x00" + data):
        assert "This is not a file of ours" in check_file(altered)


def test_the_browsers_sum_does_as_well_as_the_file(world: World) -> None:
    letter = built(world)
    ask = lambda value: Client().post(reverse("verify"), {"by_file": "1", "sum": value}).content.decode()  # noqa: E731
    assert "Genuine and valid" in ask(letter.sha256)
    assert "Genuine and valid" in ask(letter.sha256.upper())
    for wrong in ("0" * 64, letter.sha256[:-1], "not a sum", "' OR 1=1 --", "é" * 64):
        assert "This is not a file of ours" in ask(wrong)
    assert "Choose the PDF file of the letter" in ask("")


def test_a_number_alone_tells_that_it_holds_and_not_what_was_decided(world: World) -> None:
    letter = built(world)
    page = check_number(f" {letter.number.lower()} ")
    assert "Genuine and valid" in page and letter.number in page
    assert "Shown with the check code or the file" in page
    for hidden in ("Wexcombe", "conditions"):
        assert hidden not in page
    told = check_number(letter.number, letter.content["check"].lower())
    assert "University of Wexcombe" in told and "Accredited with conditions" in told
    for wrong in ("AAAAAAAAAA", "é", letter.content["check"][:-1]):
        wrongly = check_number(letter.number, wrong)
        assert "No letter was found" in wrongly and "Wexcombe" not in wrongly


def test_the_square_code_leads_to_the_answer(world: World) -> None:
    letter = built(world)
    address = letter.content["verify_url"].removeprefix("http://testserver")
    assert "Genuine and valid" in Client().get(address).content.decode()
    assert (
        "No letter was found"
        in Client().get(reverse("verify_letter", args=[letter.number, "X"])).content.decode()
    )


def test_a_superseded_letter_says_since_when(world: World) -> None:
    letter = built(world)
    letters.supersede(by=world.officer, letter_id=letter.pk, reason="A secret reason.")
    page = check_file(BYTES + letter.number.encode())
    assert "Genuine, but superseded on" in page
    assert "A secret reason." not in page


def test_a_letter_that_is_not_built_yet_is_unknown(world: World) -> None:
    letter = with_letters(world)[0]
    assert "No letter was found" in check_number(letter.number, letter.content["check"])
    assert "No letter was found" in check_number("CASE-L-1999-0001")


def test_every_letter_that_is_found_has_the_same_shape_and_no_answer_has_personal_data(world: World) -> None:
    letter = built(world)
    known = [
        check_file(BYTES + letter.number.encode()),
        check_number(letter.number),
        check_number(letter.number, letter.content["check"]),
    ]
    unknown = [check_file(b"x"), check_number("CASE-L-1999-0001")]
    shapes = {tuple(re.findall(r"<dt>(.*?)</dt>", page)) for page in known}
    assert shapes == {("Letter", "Issued", "Course", "Institution", "Outcome", "Period")}
    assert not any("<dt>" in page for page in unknown), "of what is not there, there are no rows"
    for page in (*known, *unknown):
        for person in (world.leader, world.chair, world.lead):
            assert person.full_name not in page
        assert "Farrell" not in page and "unseen examination" not in page


def test_checks_are_recorded_without_saying_who_asked(world: World) -> None:
    letter = built(world)
    check_file(BYTES + letter.number.encode())
    check_number("CASE-L-1999-0001")
    events = AuditEvent.objects.filter(verb="letter.verified").order_by("seq")
    assert [(e.object_id, e.payload) for e in events] == [
        (str(letter.pk), {"by": "file", "status": "valid"}),
        ("", {"by": "number", "status": "unknown"}),
    ]


def test_more_than_thirty_checks_a_minute_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("accreditation.limits.timezone.now", lambda: now)
    letter = built(world)
    answers = [
        Client().get(reverse("verify_letter", args=[letter.number, "X"]), REMOTE_ADDR="192.0.2.7").status_code
        for _ in range(32)
    ]
    assert answers == [200] * 30 + [429] * 2
    other = Client().get(reverse("verify_letter", args=[letter.number, "X"]), REMOTE_ADDR="192.0.2.8")
    assert other.status_code == 200
    assert Client().get(reverse("verify")).status_code == 200  # the forms themselves stay open


def test_the_check_page_asks_for_what_is_missing(db: None) -> None:
    page = Client().post(reverse("verify"), {"number": ""}).content.decode()
    assert "Enter the number that is printed on the letter" in page
    page = Client().post(reverse("verify"), {"by_file": "1"}).content.decode()
    assert "Choose the PDF file of the letter" in page
    empty = SimpleUploadedFile("letter.pdf", b"")
    page = Client().post(reverse("verify"), {"by_file": "1", "letter": empty}).content.decode()
    assert "This is not a file of ours" in page


def test_a_failed_letter_stands_on_the_offices_home_page_and_on_no_other(world: World) -> None:
    letter = failed(world)
    words = f"Build letter {letter.number} again"
    assert words in as_(world.officer).get(reverse("home")).content.decode()
    for person in (world.leader, world.lead, world.committee, world.outsider):
        assert words not in as_(person).get(reverse("home")).content.decode()
