"""Celery's settings, each with the reason that was measured for it (late acks alone lose work when a child dies;
late acks with reject make a poison job loop: attempts are therefore counted in the database, accreditation.queue).
"""

from typing import Any

from django.conf import settings

broker_transport_options: dict[str, Any]
if settings.BROKER_URL.startswith("amqp"):
    broker_url = settings.BROKER_URL
    broker_connection_timeout = 2  # a hung broker may not hang a request
    broker_transport_options = {
        "read_timeout": 5,
        "write_timeout": 5,
        "max_retries": 0,  # as below
        "confirm_publish": True,  # else a bell that RabbitMQ never took counts as rung
    }
elif settings.BROKER_URL:
    broker_url = settings.BROKER_URL
    broker_transport_options = {
        "visibility_timeout": 120,  # more than twice the hard limit, else a running job is delivered again
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,  # a hung broker may not hang a request
        "socket_connect_timeout": 2,
        "max_retries": 0,  # a bell that fails is rung by the relay: kombu would try for six seconds, in the request
        "global_keyprefix": "case:",
    }
else:
    for folder in ("queue", "control"):
        (settings.BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    broker_url = "filesystem://localhost//"
    broker_transport_options = {
        "data_folder_in": str(settings.BROKER_DIR / "queue"),
        "data_folder_out": str(settings.BROKER_DIR / "queue"),
        "control_folder": str(settings.BROKER_DIR / "control"),
        "polling_interval": 0.2,  # seconds between two looks into the folder
    }

broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # a worker outlives any outage of the broker
worker_cancel_long_running_tasks_on_connection_loss = (
    True  # else a late ack that got lost runs the job twice at a time
)
worker_proc_alive_timeout = 30  # a small machine needs longer than the usual four seconds to fork
task_acks_late = True
task_reject_on_worker_lost = True
task_soft_time_limit = 30
task_time_limit = 45
task_publish_retry = False
task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 200
worker_max_memory_per_child = 400_000
enable_utc = True
timezone = (
    "UTC"  # beat shifts or stops at a change of the clocks; a task decides for itself what is due in London
)
beat_schedule_filename = str(settings.DATA_DIR / "celery-beat")
beat_schedule = {
    "relay": {"task": "accreditation.tasks.relay", "schedule": 10.0},
    "signing-sessions": {"task": "portfolios.tasks.end_sessions", "schedule": 60.0},
    # What is owed is worked out from dates: an hour or a night that is missed is made up for by the next look.
    "mail-round": {"task": "accreditation.tasks.mail_round", "schedule": 3600.0},
    "condition-round": {"task": "accreditation.tasks.condition_round", "schedule": 3600.0},
    "reply-round": {"task": "accreditation.tasks.reply_round", "schedule": 3600.0},
    "monitoring-round": {"task": "accreditation.tasks.monitoring_round", "schedule": 3600.0},
    "scan-files": {"task": "portfolios.tasks.forget_scan_files", "schedule": 3600.0},
    "weekly-mail": {"task": "portfolios.tasks.weekly_mail", "schedule": 3600.0},
    "pack-round": {"task": "accreditation.tasks.pack_round", "schedule": 3600.0},
    "grant-round": {"task": "accreditation.tasks.grant_round", "schedule": 3600.0},
    "recheck-round": {"task": "accreditation.tasks.recheck_round", "schedule": 3600.0},
    "mentor-reminders": {"task": "mentors.tasks.remind", "schedule": 3600.0},
}
