"""The composition as a Django app of its own: it makes our Celery app the current one in every process."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CompositionConfig(AppConfig):
    name = "accreditation.config"
    label = "composition"

    def ready(self) -> None:
        # Without this a web process would ring the bell of Celery's default app, whose broker does not exist.
        from accreditation.config import celery  # noqa: F401


class CaseAdminConfig(AdminConfig):
    """Django's admin with our site, which has no sign-in of its own."""

    default_site = "accreditation.config.admin.CaseAdminSite"
