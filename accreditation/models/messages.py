"""What the system told people, or is about to: each message a row that says what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import InformationMail, MessageState
from accreditation.models.base import Record
from accreditation.models.submissions import Submission

WITH_MOMENT = (MessageState.SENT, MessageState.SUMMED)


class Message(Record):
    """One message to one person: a notice in the app and, as its state says, an e-mail. Kinds: `accreditation.mail`.

    `subject`, `text` and `html` are those of the mail as it was sent, with secret links taken out; empty before. `note`
    says why it was not sent. `summary` is the daily summary that it went out in.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=150, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages_to",
    )
    address = models.EmailField(blank=True)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=MessageState, default=MessageState.PROMISED)
    note = models.CharField("why it was not sent", max_length=500, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    summary = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="summed_up"
    )

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("person", "-created_at"), name="message_of_person"),
            models.Index(fields=("person",), condition=Q(read_at__isnull=True), name="message_unread"),
            models.Index(fields=("about_type", "about_id"), name="message_about"),
            models.Index(
                fields=("state",),
                condition=Q(state__in=(MessageState.HELD, MessageState.FAILED)),
                name="message_to_look_at",
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=WITH_MOMENT, sent_at__isnull=False)
                | (~Q(state__in=WITH_MOMENT) & Q(sent_at__isnull=True)),
                name="message_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(address="") | ~Q(state__in=(MessageState.PROMISED, *WITH_MOMENT)),
                name="message_goes_somewhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.person or self.address}"


class MailChoice(models.Model):
    """How a person wants to be informed by e-mail. Who never chose has no row and gets the daily summary."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice"
    )
    information = models.CharField(max_length=10, choices=InformationMail, default=InformationMail.DAILY)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(information__in=InformationMail.values), name="mail_choice_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_information_display()}"
