from django.apps import AppConfig


class MentorsConfig(AppConfig):
    name = "mentors"
    verbose_name = "Mentor register"
    default_auto_field = "django.db.models.BigAutoField"
