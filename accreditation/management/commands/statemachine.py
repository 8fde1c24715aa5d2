"""`manage.py statemachine`: the states of a submission and the moves between them, as a Mermaid diagram."""

from typing import Any

from django.core.management.base import BaseCommand

from accreditation.presenters.diagram import mermaid


class Command(BaseCommand):
    help = "Prints the states of a submission, the moves between them and who may make them, as a Mermaid diagram."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(mermaid())
