# One image for web, worker, beat, nightly and migrate. Built in two steps, so that pip and its cache stay behind.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/case
COPY requirements/base.txt requirements/s3.txt requirements/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes --no-deps -r requirements/base.txt \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes --no-deps -r requirements/s3.txt
COPY . .
# Names with a sum of their content, compressed once: the browser may keep them for ever.
RUN STATIC_MANIFEST=true STATIC_ROOT=/srv/case/collected CASE_DATA_DIR=/tmp/data \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf tests requirements .ci/deploy

FROM python:3.11-slim-bookworm
WORKDIR /srv/case
COPY .ci/system-packages .ci/system-packages
RUN .ci/system-packages run backup \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home case \
    && install --directory --owner case --mode 0700 /backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/case /srv/case
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=accreditation.config.settings \
    STATIC_MANIFEST=true \
    STATIC_ROOT=/srv/case/collected \
    CASE_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "python:accreditation.config.server", "--bind", "0.0.0.0:8000"]
