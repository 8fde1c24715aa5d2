"""What the stage has of the steps around a report: the panel's papers, a correction that was answered, an annual return.

Rows written directly: how they come about is the business of tests/accreditation/test_report_steps.py and test_monitoring.py.
"""

from django.utils import timezone

from accreditation import files
from accreditation.models import AnnualReturn, FactReply, PanelPaper, PanelReport, ReturnFile
from tests.access.stage import Side
from tests.accreditation import filemaker

YEAR = 2025
"""The academic year of the return that was sent."""


def build(side: Side) -> None:
    """Adds them to a side: a draft of the lead's, a paper and a correction that were sent, a return with a document."""
    world, now = side.world, timezone.now()
    for state, kind, sent in (("in_assessment", "issues", False), ("agreeing", "headline", True)):
        case = side.cases[state]
        PanelPaper.objects.create(
            submission=case,
            snapshot=case.snapshots.get(),
            kind=kind,
            text="What the visit should look at.",
            updated_by=world.lead,
            sent_at=now if sent else None,
            sent_by=world.lead if sent else None,
        )
    case = side.cases["reported"]
    FactReply.objects.create(
        submission=case,
        report=PanelReport.objects.get(submission=case),
        number=1,
        clause="PS1.1",
        text="There are two probes, not one.",
        updated_by=world.member,
        sent_at=now,
        sent_by=world.leader,
        sha256="0" * 64,
        changed=False,
        answer="The page that is cited says one.",
        answered_at=now,
        answered_by=world.lead,
    )
    sent = AnnualReturn.objects.create(
        course=side.courses["decided"],
        year=YEAR,
        entered={},
        updated_by=world.member,
        sent_at=now,
        sent_by=world.leader,
    )
    kept = files.store_bytes(filemaker.pdf(1, f"Minutes of {side.name}"))
    side.things |= {
        "return": sent,
        "return_file": ReturnFile.objects.create(
            annual_return=sent,
            name=f"minutes-{side.name}.pdf",
            sha256=kept.sha256,
            size=kept.size,
            media_type="application/pdf",
            uploaded_by=world.leader,
        ),
    }
