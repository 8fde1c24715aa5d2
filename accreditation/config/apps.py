"""The composition as a Django app of its own: it makes our Celery app the current one in every process."""

from django.apps import AppConfig


class CompositionConfig(AppConfig):
    name = "accreditation.config"
    label = "composition"

    def ready(self) -> None:
        # Without this a web process would ring the bell of Celery's default app, whose broker does not exist.
        from accreditation.config import celery  # noqa: F401
