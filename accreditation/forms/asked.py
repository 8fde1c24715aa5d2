"""The form with which the lead assessor asks the course."""

from accreditation.forms.reviews import Crisp, words


class AskForm(Crisp):
    """One question about one clause."""

    asked = words(
        "What do you want to know?",
        rows=5,
        limit=5000,
        needed="Write what you want to know",
        help_text="The course team, the other assessor and CASE read it. Ask for what is missing; do not judge yet.",
    )
