"""Forms of assessors: answering an invitation, judging a clause, agreeing one, and writing the report."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from accreditation.enums import ConflictKind, JudgementOutcome, ReportItemKind
from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import AgreedDraft, AgreedJudgement, Judgement, PanelReport, ReportItem
from accreditation.rules.clauses import Clause
from accreditation.services.conflicts import Declared
from accreditation.services.reports import text_sum


def bare_helper() -> FormHelper:
    """Crispy layout without its own form tag and token: the page writes both."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


def words(label: str, *, rows: int, limit: int, needed: str = "", help_text: str = "") -> forms.CharField:
    """A box for several lines of text; optional unless `needed` gives the sentence for an empty one."""
    return forms.CharField(
        label=label,
        max_length=limit,
        required=bool(needed),
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={
            "required": needed,
            "max_length": "This is %(show_value)s characters long; %(limit_value)s can be kept.",
        },
    )


class OpenChoice(forms.ChoiceField):
    """A choice that belongs to the matter, and can yet be left open: a draft holds whatever is there."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class Crisp(forms.Form):
    """A form drawn by crispy inside the page's own form tag."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def blame(self, problems: dict[str, list[str]]) -> None:
        """Puts a service's problems beside their fields."""
        for field, sentences in problems.items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


class ConflictForm(Crisp):
    """The declaration of interests: none, or which."""

    conflicts = forms.MultipleChoiceField(
        label="Which of these concern you and this institution or course?",
        choices=ConflictKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what concerns you"},
    )
    description = words(
        "Say more about it",
        rows=3,
        limit=2000,
        help_text="For the office, which decides whether it keeps you from this case.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kinds = cleaned.get("conflicts") or ()
        if ConflictKind.OTHER in kinds and not str(cleaned.get("description", "")).strip():
            self.add_error("description", "Say what it is, in a few words")
        return cleaned

    def declared(self) -> list[Declared]:
        """What was declared, for the services."""
        text = self.cleaned_data.get("description", "")
        return [Declared(kind, text) for kind in self.cleaned_data.get("conflicts") or ()]


class InvitationForm(ConflictForm):
    """Accepting asks for the declaration first; declining for a reason."""

    interest = forms.ChoiceField(
        label="Your declaration of interests",
        choices=(
            ("none", "I have no conflict of interest with this institution or course"),
            ("some", "I have something to declare"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Declare your interests: none, or something"},
    )

    field_order: tuple[str, ...] = ("interest", "conflicts", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conflicts"].required = False
        self.fields["conflicts"].label = "If you have something to declare: what is it?"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kinds = cleaned.get("conflicts") or ()
        if cleaned.get("interest") == "some" and not kinds:
            self.add_error("conflicts", "Choose what you have to declare")
        if cleaned.get("interest") == "none" and kinds:
            self.add_error(
                "interest", "You chose “no conflict” and marked one below: take away one of the two"
            )
        return cleaned


class DeclineForm(Crisp):
    """Why an invitation is declined."""

    reason = words(
        "Why can you not take this on?",
        rows=3,
        limit=2000,
        needed="Give a reason, so that the office can ask somebody else",
        help_text="Only the office reads it.",
    )


class JudgementForm(Crisp):
    """An assessor's own judgement of one clause."""

    outcome = OpenChoice(
        label="How do you judge this clause?", choices=JudgementOutcome.choices, widget=forms.RadioSelect
    )
    reason = words("Why you differ from the finding of the rules", rows=3, limit=5000)
    comment = words(
        "Comment for the course",
        rows=4,
        limit=10_000,
        help_text="The course team can read this after the decision, if it goes into the agreed judgement.",
    )
    private_comment = words(
        "Comment for CASE only",
        rows=3,
        limit=10_000,
        help_text="The other assessor, the office and the Committee can read this once both have finished. "
        "The course never does.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, row: Judgement | None = None, finding: str = "", **kwargs: Any) -> None:
        if row is not None:
            names = ("outcome", "reason", "comment", "private_comment", "version")
            kwargs.setdefault("initial", {name: getattr(row, name) for name in names})
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.help_text = f"Needed only where your judgement differs from the rules’ finding, “{finding}”."


class AgreedForm(Crisp):
    """What lead and co-assessor agree about one clause."""

    outcome = forms.ChoiceField(
        label="Agreed judgement",
        choices=JudgementOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the judgement that you agreed"},
    )
    reason = words("Why the panel differs from the finding of the rules", rows=3, limit=5000)
    comment = words(
        "Comment for the course",
        rows=4,
        limit=10_000,
        help_text="The course team reads this in the accreditation report.",
    )
    dissent = words(
        "Dissent on record",
        rows=3,
        limit=5000,
        help_text="If one of you does not share the agreed judgement: who, and why. The Committee reads it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    draft_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(
        self,
        *args: Any,
        row: AgreedJudgement | None = None,
        draft: AgreedDraft | None = None,
        prefill: dict[str, Any],
        **kwargs: Any,
    ) -> None:
        names = ("outcome", "reason", "comment", "dissent")
        if shown := draft or row:
            prefill = {name: getattr(shown, name) for name in names}
        prefill = {
            **prefill,
            "version": row.version if row else 0,
            "draft_version": draft.version if draft else 0,
        }
        kwargs.setdefault("initial", prefill)
        super().__init__(*args, **kwargs)

    def clean_draft_version(self) -> int:
        """A page without the field has seen no draft."""
        return int(self.cleaned_data.get("draft_version") or 0)


class AgreedDraftForm(AgreedForm):
    """The same boxes while they are being filled: a draft holds whatever is there."""

    outcome = OpenChoice(choices=JudgementOutcome.choices, required=False)


class SummaryForm(Crisp):
    """The summary of the panel's report."""

    summary = words(
        "Summary for the Committee and the course",
        rows=8,
        limit=20_000,
        needed="Write the summary",
        help_text="What the panel saw, what it found, and what it advises, in a few paragraphs.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen_sum = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, report: PanelReport, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {"summary": report.summary, "version": report.version, "seen_sum": text_sum(report.summary)},
        )
        super().__init__(*args, **kwargs)


class ItemForm(Crisp, KeyedForm):
    """A condition, recommendation or commendation; a second press of the same form adds nothing."""

    clause = forms.ChoiceField(label="Clause", required=False)
    text = words("The condition", rows=4, limit=5000, needed="Write it in a sentence or two")
    satisfied_when = words(
        "What would satisfy it",
        rows=3,
        limit=2000,
        help_text="What the course can send to show that the condition is met.",
    )
    due_on = DayMonthYearField(label="Must be met by", required=False, help_text="For example, 28 2 2027.")
    rules_decide = forms.BooleanField(
        label="The rules can see when this is met",
        required=False,
        help_text="When the course’s own data meet the clause, the condition is shown as ready to close. A person still "
        "closes it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    field_order = ("clause", "text", "satisfied_when", "due_on", "rules_decide")

    def __init__(
        self,
        *args: Any,
        kind: str,
        clauses: tuple[Clause, ...],
        row: ReportItem | None = None,
        **kwargs: Any,
    ) -> None:
        if row is not None:
            names = ("clause", "text", "satisfied_when", "due_on", "rules_decide", "version")
            kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)
        choices = [(clause.id, f"{clause.id} {clause.label}") for clause in clauses]
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        if kind == ReportItemKind.CONDITION:
            field.choices = [("", "Choose a clause"), *choices]
            field.required = True
            field.error_messages["required"] = "Choose the clause that the condition belongs to"
            self.fields["due_on"].required = True
            self.fields["due_on"].error_messages["required"] = (
                "Enter the day by which the condition must be met, for example 28 2 2027"
            )
        else:
            field.choices = [("", "No clause in particular"), *choices]
            for name in ("due_on", "satisfied_when", "rules_decide"):
                del self.fields[name]
            self.fields["text"].label = f"The {ReportItemKind(kind).label.lower()}"


class ReasonForm(Crisp):
    """One reason, for a step that needs one."""

    reason = words("Reason", rows=4, limit=5000, needed="Give a reason")
    seen_state = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args: Any, label: str = "Reason", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
