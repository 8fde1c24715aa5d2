import gc

from django.apps import AppConfig

NEW_OBJECTS = 50_000
"""So many must have come before Python looks for cycles among them. With its usual 700, a sixth of the time in which a
course is checked goes into walking over the rows of its scan logs, which hold no cycle.
"""


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = "Accreditation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
        from accreditation import checks  # noqa: F401  (registers the system checks)
        from accreditation.signing_in import signals  # noqa: F401  (hears what allauth tells)
