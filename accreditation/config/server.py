"""gunicorn's settings, for `make run` and the image alike: gunicorn -c python:accreditation.config.server ..."""

import os

wsgi_app = "accreditation.config.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"  # a slow upload holds a thread, not a process
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (a heartbeat file, not data)
control_socket_disable = True
logger_class = "accreditation.config.server_log.HidingLogger"  # no secret part of a link in any line
reload = os.environ.get("DJANGO_DEBUG", "").lower() in {"1", "true", "yes", "on"}
