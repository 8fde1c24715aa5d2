from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = "Accreditation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accreditation import checks  # noqa: F401  (registers the system checks)
        from accreditation.signing_in import signals  # noqa: F401  (hears what allauth tells)
