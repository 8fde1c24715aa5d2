"""The Celery app. Celery is the bell; the outbox row is the record (see accreditation.queue)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accreditation.config.settings")

app = Celery("case")
app.config_from_object("accreditation.config.celery_settings")
app.autodiscover_tasks(["accreditation", "mentors", "portfolios"])
