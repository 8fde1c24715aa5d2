"""The people of the demo world, for the line that `make run` prints and for the sign-in page of the demo: data only.

None of them exists, and no address leads anywhere (`.example` is reserved for that). The accounts are made by
`manage.py seed_demo`, which refuses to run outside the demo setting.
"""

PASSWORD = "scan-and-report-2026"

PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("Course leader", "Dr Amara Whitfield", "amara.whitfield@wexcombe.example"),
    ("Student", "Grace Adebayo", "grace.adebayo@wexcombe.example"),
    ("Graduate", "Isla Robertson", "isla.robertson@kinlochard.example"),
    ("Mentor", "Helen Ashworth", "helen.ashworth@wexcombe-nhs.example"),
    ("CASE officer", "Martin Keane", "martin.keane@case.example"),
    ("Lead assessor", "Professor Ruth Lindqvist", "ruth.lindqvist@assessors.example"),
    ("Co-assessor", "Daniel Oyelaran", "daniel.oyelaran@assessors.example"),
    ("Committee member", "Siân Prosser", "sian.prosser@committee.example"),
    ("Chair of the Committee", "Dr Alan McAllister", "alan.mcallister@committee.example"),
    ("Rival course leader", "Dr Morag Sinclair", "morag.sinclair@kinlochard.example"),
)
"""(role, name, e-mail address)."""

MAY: dict[str, str] = {
    "Course leader": "Has a draft to finish for the PgCert at Wexcombe, and a decided case with its letter.",
    "Student": "Keeps her own portfolio: logs scans, sees what is still missing and for whom she waits.",
    "Graduate": "Has her award and a new post: shows her passport to the employer, and sees when it was opened.",
    "Mentor": "Appraises the scans of her own students, and signs their learning contracts.",
    "CASE officer": "Keeps the mentor register, assigns assessors, moves cases on.",
    "Lead assessor": "Is half-way through a case, and leads others.",
    "Co-assessor": "Has finished his own judgement of the same case, and cannot see hers yet.",
    "Committee member": "Reads the case that is before the Committee.",
    "Chair of the Committee": "Records the Committee's decision, which queues the letter.",
    "Rival course leader": "Leads a course at another university, and sees nothing of Wexcombe's.",
}
"""What each of them can do, by role."""
