"""The texts of letters: the small language, its faults by place, versions from draft to published, and who may."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.letters import compose, language, published, render, shipped
from accreditation.letters.example import example
from accreditation.letters.shape import LetterContent
from accreditation.models import AuditEvent, Conflict, LetterTemplate, User
from accreditation.presenters import letter_texts as present
from accreditation.services import bound
from accreditation.services import letter_texts as texts
from tests.accreditation.decided import with_letters
from tests.accreditation.letter_samples import sample
from tests.accreditation.test_letters_pdf import words
from tests.worlds import World

pytestmark = pytest.mark.sqlite
SLUG = "decision.accredit"
NAMES = shipped.SUBJECTS[SLUG].names
MARK = "The Committee thanks everybody who showed it the course."


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def changed(text: str = "") -> str:
    return (text or shipped.shipped(SLUG).text).replace("{signature}", f"{MARK}\n\n{{signature}}")


# --- The language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", shipped.SUBJECTS)
def test_every_shipped_text_is_written_in_the_language_and_sets_a_letter(slug: str) -> None:
    assert texts.faults(slug, shipped.shipped(slug).text) == []
    content = example(shipped.shipped(slug), date(2026, 11, 24))
    told = words(render.pdf(content))
    assert "University of Somewhere" in told
    assert "{" not in told and "[when" not in told and "**" not in told
    assert shipped.slug_of(content.kind, content.outcome) == slug


@pytest.mark.parametrize(
    ("text", "line", "sign", "said"),
    [
        ("# A\n\nDear {adressee},", 3, 6, "no placeholder called “adressee”"),
        ("# A\n\n{{ 7|add:7 }}", 3, 1, "“{” stands alone"),
        ("# A\n\n{% debug %}", 3, 1, "no placeholder called “% debug %”"),
        ("# A\n\n{course.pk}", 3, 1, "no placeholder called “course.pk”"),
        ("# A\n\n{settings.SECRET_KEY}", 3, 1, "no placeholder"),
        ("# A\n\nsee {facts} here", 3, 5, "stands alone between two empty lines"),
        ("# A\n\nopen { here", 3, 6, "“{” stands alone"),
        ("# A\n\na **bold beginning", 3, 3, "never end"),
        ("# A\n\n[when rich] words", 3, 1, "no case called “rich”"),
        ("# A\n\n[if new_course] words", 3, 1, "“[” comes “when”"),
        ("# A\n\n# B", 1, 1, "more than one title"),
        ("# A\n\n{facts}\n\n{facts}", 1, 1, "stands in the text twice"),
        ("", 1, 1, "empty"),
    ],
)
def test_what_is_no_part_of_the_language_is_refused_with_its_place(
    text: str, line: int, sign: int, said: str
) -> None:
    with pytest.raises(language.Unwritten) as no:
        language.read(text, NAMES)
    fault = no.value.faults[0]
    assert (fault.line, fault.sign) == (line, sign)
    assert said in fault.sentence


def test_words_of_people_are_never_read_as_a_text() -> None:
    hostile = "{signature} **x** [when refused] {% debug %} {{ 7|add:7 }} <b>&"
    content = replace(sample("accredit"), course=hostile, reasons=hostile)
    html = render.page(content)
    assert "{% debug %} {{ 7|add:7 }} &lt;b&gt;&amp;" in html
    assert html.count('class="signature"') == 1
    assert "14" not in html.partition("<h1>")[2].partition("</h1>")[0]


def test_a_heading_whose_parts_are_empty_is_left_out_and_cases_choose_paragraphs() -> None:
    bare = replace(sample("refuse"), recommendations=(), commendations=())
    heads = ["".join(run.words for run in section.heading) for section in compose.compose(bare).sections]
    assert heads == ["", "The Committee’s reasons", "What happens next"]
    again = replace(bare, submission_kind="Re-accreditation")
    assert "students who join it" in words(render.pdf(bare))
    assert "students who join it" not in words(render.pdf(again))
    assert bare.made is not None
    taken = replace(bare, made=replace(bare.made, withdraws=True))
    assert "decided to withdraw the accreditation of" in words(render.pdf(taken))


def test_a_letter_from_before_there_were_versions_says_what_it_said() -> None:
    new = sample()
    old = replace(new, format=1, made=None)
    assert "made" not in old.plain() and LetterContent.read(old.plain()) == old
    assert words(render.pdf(old)) == words(render.pdf(new))


def test_equal_content_and_version_give_equal_bytes_and_another_version_others() -> None:
    content = sample("accredit")
    assert content.made is not None
    other = replace(content, made=replace(content.made, version=2, wording=changed()))
    sums = [hashlib.sha256(render.pdf(one)).hexdigest() for one in (content, content, other, other)]
    assert sums[0] == sums[1] != sums[2] == sums[3]
    assert MARK in words(render.pdf(other)) and MARK not in words(render.pdf(content))


# --- Versions ------------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_published_once_and_never_changes(world: World, rival: World) -> None:
    for person in (world.leader, world.lead, world.committee, world.chair, world.outsider, rival.leader):
        with pytest.raises(NotAllowed):
            texts.save(by=person, slug=SLUG, text=changed())
    draft = texts.save(by=world.officer, slug=SLUG, text=changed(), note="Thanks.")
    assert (draft.number, draft.version) == (2, 1)
    assert published.published(SLUG).version == 1
    with pytest.raises(Stale):
        texts.save(by=rival.officer, slug=SLUG, text=changed() + "\n\nMore.", version=0)
    for person in (world.leader, world.chair):
        with pytest.raises(NotAllowed):
            texts.publish(by=person, slug=SLUG, version=1)
    with pytest.raises(Stale):
        texts.publish(by=world.officer, slug=SLUG, version=7)
    made = texts.publish(by=rival.officer, slug=SLUG, version=1)
    assert made.published_by == rival.officer and made.published_at is not None
    assert published.published(SLUG) == shipped.Text(SLUG, 2, changed())
    with pytest.raises(NotNow):
        texts.publish(by=world.officer, slug=SLUG, version=1)
    second = texts.save(by=world.officer, slug=SLUG, text=shipped.shipped(SLUG).text)
    assert second.number == 3 and LetterTemplate.objects.get(pk=made.pk).text == changed()
    texts.discard(by=world.officer, slug=SLUG, version=1)
    assert published.published(SLUG).version == 2
    assert list(bound.faults()) == []
    LetterTemplate.objects.filter(pk=made.pk).update(text=changed() + " And more.")
    assert [fault for fault in bound.faults() if "text of letters decision.accredit, version 2" in fault]
    verbs = list(
        AuditEvent.objects.filter(verb__startswith="letter_text.")
        .order_by("seq")
        .values_list("verb", flat=True)
    )
    assert verbs == [f"letter_text.{verb}" for verb in ("saved", "published", "saved", "discarded")]


def test_a_text_without_what_its_letters_need_is_refused(world: World) -> None:
    text = shipped.shipped("decision.accredit_with_conditions").text
    for wrong, said in (
        (text.replace("{conditions}", ""), "“{conditions}” is missing"),
        (text.replace("{conditions}", "[when reasons] {conditions}"), "stands for some cases only"),
        (text.replace("# {course}", "{course}"), "There is no title"),
        (text.replace("{facts}", "{fax}"), "no placeholder called “fax”"),
    ):
        with pytest.raises(Invalid, match=said):
            texts.save(by=world.officer, slug="decision.accredit_with_conditions", text=wrong)
    draft = texts.save(by=world.officer, slug=SLUG, text=shipped.shipped(SLUG).text)
    with pytest.raises(Invalid, match="nothing to publish"):
        texts.publish(by=world.officer, slug=SLUG, version=draft.version)


def test_letters_keep_the_version_they_were_made_from(world: World, rival: World) -> None:
    old = with_letters(world, "accredit")[0]
    texts.save(by=world.officer, slug=SLUG, text=changed())
    texts.publish(by=world.officer, slug=SLUG, version=1)
    new = with_letters(rival, "accredit")[0]
    assert [(one.template, one.template_version) for one in (old, new)] == [(SLUG, 1), (SLUG, 2)]
    assert MARK not in words(render.pdf(LetterContent.read(old.content)))
    assert MARK in words(render.pdf(LetterContent.read(new.content)))
    assert published.letters_made(SLUG) == {1: 1, 2: 1}


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_an_officer_writes_looks_at_compares_and_publishes(world: World) -> None:
    client = as_(world.officer)
    address = reverse("letter_text_edit", args=[SLUG])
    key = "8d7d7f0e-7f4b-4f6a-9a51-0d1f6f1f0a11"
    wrong = client.post(address, {"text": "# A\n\n{nobody}", "version": "0", "form_key": key})
    assert wrong.status_code == 422
    assert "Line 3, sign 1: There is no placeholder called “nobody”" in wrong.content.decode()
    assert "{nobody}" in wrong.content.decode()
    done = client.post(address, {"text": changed(), "version": "0", "form_key": key})
    assert done["Location"] == reverse("letter_text_preview", args=[SLUG])
    assert MARK in client.get(done["Location"]).content.decode()
    compared = client.get(reverse("letter_text_publish", args=[SLUG])).content.decode()
    assert f"<ins>{MARK}</ins>" in compared and "<del>" not in compared
    assert client.post(reverse("letter_text_publish", args=[SLUG]), {"version": "1"}).status_code == 302
    page = client.get(reverse("letter_text", args=[SLUG])).content.decode()
    assert "In use: version 2" in page and world.officer.full_name in page
    assert client.get(reverse("letter_text_version", args=[SLUG, 1])).status_code == 200
    assert client.get(reverse("letter_text_version", args=[SLUG, 9])).status_code == 404
    assert client.get(reverse("letter_text", args=["decision.nothing"])).status_code == 404


def test_a_preview_shows_a_case_the_officer_may_see_and_no_other(world: World, rival: World) -> None:
    mine = with_letters(world)[0].decision
    slug = "decision.accredit_with_conditions"
    client, address = as_(world.officer), reverse("letter_text_preview", args=[slug])
    page = client.get(address, {"case": str(mine.pk)}).content.decode()
    assert "Take volunteers out of the log." in page and mine.submission.reference in page
    answer = client.get(reverse("letter_text_pdf", args=[slug]), {"case": str(mine.pk)})
    told = words(answer.content)
    assert "SAMPLE" in told and "University of Wexcombe" in told
    assert mine.letters.count() == 2  # nothing was made
    refused = reverse("letter_text_preview", args=["decision.refuse"])
    for wrong in (str(mine.pk), "x", "00000000-0000-0000-0000-000000000000"):
        assert client.get(refused, {"case": wrong}).status_code == 404
    Conflict.objects.create(
        user=rival.officer, institution=world.institution, kind="employer", declared_by=rival.officer
    )
    assert as_(rival.officer).get(address, {"case": str(mine.pk)}).status_code == 404


def test_what_changes_is_told_paragraph_by_paragraph() -> None:
    found = present.changes("One\n\nTwo\n\nThree", "One\n\nTwo and a half\n\nThree\n\nFour")
    assert [(one.kind, one.words) for one in found] == [
        ("same", "One"),
        ("gone", "Two"),
        ("new", "Two and a half"),
        ("same", "Three"),
        ("new", "Four"),
    ]
