"""Settings, all from the environment; without any of it, the embedded default that `make run` uses.

A variable that production needs and that is missing stops the start with a hint, never with a guess.
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
import environs
from csp.constants import NONE, SELF

ROOT = Path(__file__).resolve().parents[2]
env = environs.Env(prefix="")

# --- Where we are -------------------------------------------------------------------------------------------
EMBEDDED = (
    env.str("DATABASE_URL", "") == ""
)  # no database named: SQLite and a broker of files, for one machine
DEMO = env.bool("CASE_DEMO", EMBEDDED)  # the demo world and its shared password
DEBUG = env.bool("DJANGO_DEBUG", False)
REQUIRE_TWO_STEP = env.bool(
    "CASE_REQUIRE_TWO_STEP", not DEMO
)  # a second step, and a short memory, for whoever sees other people's work
DATA_DIR = Path(env.str("CASE_DATA_DIR", str(ROOT / "var")))
SITE_ORIGIN = env.str(
    "SITE_ORIGIN", f"http://127.0.0.1:{env.str('PORT', '') or 8000}" if EMBEDDED else ""
)  # the one origin for all links
SECURE_ORIGIN = SITE_ORIGIN.startswith("https://")

REDIS_URL = env.str("REDIS_URL", "")
BROKER_URL = env.str("BROKER_URL", "") or REDIS_URL  # RabbitMQ rings as well; Redis keeps the cache
BROKER_KINDS = ("redis://", "rediss://", "amqp://", "amqps://")
if BROKER_URL and not BROKER_URL.startswith(BROKER_KINDS):
    raise environs.EnvError(f"BROKER_URL must begin with one of {', '.join(BROKER_KINDS)}.")

if not EMBEDDED:
    for _name, _hint in {
        "SITE_ORIGIN": "the address people use, for example https://accreditation.example.org",
        "REDIS_URL": "the broker that web, worker and beat share, for example redis://redis:6379/0",
        "DJANGO_SECRET_KEY": "fifty or more random characters that stay the same, and secret",
    }.items():
        if not env.str(_name, ""):
            raise environs.EnvError(f"DATABASE_URL is set, so {_name} is needed too: {_hint}.")
SECRET_KEY = env.str(
    "DJANGO_SECRET_KEY", "embedded-default-only-for-one-machine-and-the-demo-world-0123456789"
)
SECRET_KEY_FALLBACKS: list[str] = env.list("DJANGO_SECRET_KEY_FALLBACKS", [])

_host = SITE_ORIGIN.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [_host, "localhost", "127.0.0.1"] if EMBEDDED else [_host])
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN] if SECURE_ORIGIN else []

# --- Parts --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portfolios",
    "mentors",
    "accreditation",
    "accreditation.config.apps.CompositionConfig",
    "accreditation.config.apps.CaseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_include_bootstrap",
    "django_htmx",
    "lucide",
    "csp",
]
MIDDLEWARE = [
    "accreditation.views.numbering.NumberMiddleware",
    "accreditation.views.languages.LanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accreditation.signing_in.person.PersonMiddleware",
    "accreditation.uploads_guard.WholeUploadMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accreditation.signing_in.devices.DeviceMiddleware",
    "accreditation.views.refusals.RefusalMiddleware",
    "accreditation.views.guard.AccessMiddleware",
]
ROOT_URLCONF = "accreditation.config.urls"
WSGI_APPLICATION = "accreditation.config.wsgi.application"
# Modules with items_for(user): see accreditation.home.items.
HOME_SOURCES = [
    "accreditation.home.courses",
    "accreditation.home.office",
    "accreditation.home.declarations",
    "accreditation.home.letters",
    "accreditation.home.conditions",
    "accreditation.home.followup",
    "accreditation.home.events",
    "accreditation.home.committee",
    "accreditation.home.report_steps",
    "accreditation.home.monitoring",
    "mentors.home",
    "portfolios.home",
    "portfolios.home_disputes",
]
GRANT_SOURCES = ["accreditation.grants", "portfolios.grants"]  # see accreditation.grants
ACCESS_TABLES = ["accreditation.access_table", "mentors.access_table", "portfolios.access_table"]
# modules with find(user, words, limit): see accreditation.search
SEARCH_SOURCES = ["accreditation.search", "mentors.search", "portfolios.search"]
INVITATION_PLACES = ["accreditation.services.course_places", "portfolios.services.invited"]
FACT_SOURCES = ["accreditation.facts", "mentors.facts", "portfolios.facts"]
MONITORING_SOURCES = ["portfolios.monitoring", "mentors.monitoring"]  # see accreditation.monitoring
HINT_SOURCES = ["accreditation.hints", "mentors.hints", "portfolios.hints"]  # see accreditation.hints
SUPERVISION_SOURCES = ["portfolios.supervision"]  # scans and teams for the register: see mentors.supervision
MAIL_KINDS = [
    "accreditation.mailkinds.cases",
    "accreditation.mailkinds.events",
    "accreditation.mailkinds.conditions",
    "accreditation.mailkinds.running",
    "accreditation.mailkinds.runs",
    "accreditation.mailkinds.monitoring",
    "accreditation.signing_in.account_mails",
    "mentors.mailkinds",
    "portfolios.mailkinds",
    "portfolios.mailkinds_applications",
    "accreditation.mailkinds.appeals",
    "accreditation.mailkinds.asked",
    "accreditation.mailkinds.committee",
    "accreditation.mailkinds.report_steps",
    "portfolios.mailkinds_signing",
]  # modules with KINDS: see accreditation.mail
# Modules that tell what is held about a person: see accreditation.personal. Who refers to others stands first.
PERSONAL_SOURCES = ["portfolios.personal", "mentors.personal", "accreditation.personal"]
ADDRESS_SOURCES = ["mentors.addresses", "portfolios.addresses"]  # see accreditation.addresses
BOUND_SOURCES = [
    "accreditation.services.bound_cases",
    "portfolios.services.bound",
]  # see accreditation.services.bound
RUNNING_SOURCES = [
    "portfolios.running"
]  # lines of the page "Running of the system": see accreditation.running
VERIFY_SOURCES = ["portfolios.verifying"]  # papers besides letters: see accreditation.services.verification

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accreditation.views.navigation.navigation",
            ],
            "builtins": ["accreditation.templatetags.quick_words"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database -----------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]]
if EMBEDDED:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "case.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
else:
    _age = env.int("DATABASE_CONN_MAX_AGE", 60)
    _parsed = dj_database_url.parse(env.str("DATABASE_URL"), conn_max_age=_age, conn_health_checks=True)
    DATABASES = {"default": dict(_parsed)}
    # A pooler that gives each transaction another connection does not know what was prepared on the last: then this is off.
    DATABASE_PREPARED = env.bool("DATABASE_PREPARED", True)
    # A statement, a lock or an idle transaction that hangs is ended, before it holds up everybody else.
    _limits = {
        "statement_timeout": env.int("DATABASE_STATEMENT_SECONDS", 15),
        "lock_timeout": 5,
        "idle_in_transaction_session_timeout": env.int("DATABASE_IDLE_SECONDS", 30),
    }
    # Disks of today find any page as quickly as the next one, and a page's query is done before helpers would have started,
    # or machine code for it been compiled.
    _planner = {"random_page_cost": 1.1, "max_parallel_workers_per_gather": 0, "jit": "off"}
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
        [
            *(f"-c {_name}={_seconds}s" for _name, _seconds in _limits.items()),
            *(f"-c {_name}={_value}" for _name, _value in _planner.items()),
        ]
    )
    # A copy to read the public directory from, and nothing else: accreditation.replica.
    if _replica := env.str("DATABASE_REPLICA_URL", ""):
        DATABASES["replica"] = dict(
            dj_database_url.parse(_replica, conn_max_age=_age, conn_health_checks=True),
            TEST={"MIRROR": "default"},
        )
        DATABASES["replica"].setdefault("OPTIONS", {}).update(
            options=DATABASES["default"]["OPTIONS"]["options"] + " -c default_transaction_read_only=on",
            connect_timeout=2,
        )
        DATABASE_ROUTERS = ["accreditation.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Background work ----------------------------------------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
if (
    REDIS_URL
):  # which codes of a second step were used is shared by all web processes, beside the broker's database
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.str("REDIS_CACHE_URL", REDIS_URL.rpartition("/")[0] + "/1"),
            "KEY_PREFIX": "case",
            "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 2},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
        }
    }

# --- People -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accreditation.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # shared hospital computers: closing the browser signs out
ACCOUNT_FORMS = {
    "login": "accreditation.forms.account.LoginForm",
    "change_password": "accreditation.forms.account.ChangePasswordForm",
    "reset_password": "accreditation.forms.account.ResetPasswordForm",
    "reset_password_from_key": "accreditation.forms.account.ResetPasswordKeyForm",
    "reauthenticate": "accreditation.forms.account.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = (
    False  # ours are counted in the database: accreditation.signing_in.guessing
)
ACCOUNT_REAUTHENTICATION_TIMEOUT = (
    900  # seconds for which a sign-in, or a confirmation, opens what asks for one
)
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody has us write to addresses that have no account
PRIVILEGED_SESSION_SECONDS = 8 * 3600  # after that a person with a role of the body signs in again
USERSESSIONS_ADAPTER = "accreditation.views.adapters.SessionsAdapter"
MFA_ADAPTER = "accreditation.views.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_ORIGIN  # browsers themselves allow it for localhost only
MFA_FORMS = {
    "authenticate": "accreditation.forms.account.CodeForm",
    "reauthenticate": "accreditation.forms.account.CodeAgainForm",
    "activate_totp": "accreditation.forms.account.ActivateAppForm",
    "add_webauthn": "accreditation.forms.account.AddPasskeyForm",
    "edit_webauthn": "accreditation.forms.account.EditPasskeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by officers, with an address they know
MFA_TOTP_ISSUER = "CASE Accreditation"
ACCOUNT_ADAPTER = "accreditation.views.adapters.ClosedAccountAdapter"
ACCOUNT_USER_DISPLAY = "accreditation.models.display_name"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_ORIGIN else "http"
PASSWORD_RESET_TIMEOUT = 3600

# --- Edges --------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_ORIGIN
SESSION_COOKIE_NAME = "__Host-session" if SECURE_ORIGIN else "case_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_ORIGIN else "case_csrf"
DEVICE_COOKIE_NAME = "__Host-device" if SECURE_ORIGIN else "case_device"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_ENGINE = "accreditation.signing_in.sessions"
CSRF_FAILURE_VIEW = "accreditation.views.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_ORIGIN else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_ORIGIN
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", SECURE_ORIGIN)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # guessing is counted per address of the person, not of the proxy
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Files --------------------------------------------------------------------------------------------------
EVIDENCE_DIR = DATA_DIR / "evidence"  # content-addressed, private: no URL leads here
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", 25 * 1024 * 1024)
EVIDENCE_QUOTA_BYTES = env.int(
    "EVIDENCE_QUOTA_BYTES", 500 * 1024 * 1024
)  # a submission's library, old versions too
EVIDENCE_QUOTA_FILES = env.int("EVIDENCE_QUOTA_FILES", 300)
CLAMAV_URL = env.str("CLAMAV_URL", "")  # tcp://clamav:3310; empty: uploads are not scanned for viruses
ANCHOR_MAIL: list[str] = env.list(
    "CASE_ANCHOR_MAIL", []
)  # who is sent the end of the audit trail every night, to keep it
ANCHOR_FILE = env.str("CASE_ANCHOR_FILE", "")  # a file that gets it as a line, best on another machine
BACKUP_DIR = env.str("CASE_BACKUP_DIR", "")  # where `manage.py nightly` makes a backup; empty: it makes none
USE_X_ACCEL = env.bool(
    "USE_X_ACCEL", False
)  # the proxy sends the store's files from the internal /_evidence/
# An S3-compatible store instead of the folder: s3://key:secret@host:port/bucket, with ?region=… and, for tests, &tls=False.
STORE_URL = env.str("CASE_STORE_URL", "")
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
if not env.bool("STATIC_MANIFEST", False):
    STATIC_ROOT.mkdir(
        parents=True, exist_ok=True
    )  # files come from the apps; only the image collects them here
STATICFILES_DIRS = [ROOT / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "accreditation.config.statics.CollectedStatics"
        if env.bool("STATIC_MANIFEST", False)
        else "accreditation.config.statics.PlainStatics"
    },
}
if STORE_URL:
    _store, _asked = urlsplit(STORE_URL), parse_qs(urlsplit(STORE_URL).query)
    if _store.scheme != "s3" or not _store.hostname or not _store.path.strip("/"):
        raise environs.EnvError("CASE_STORE_URL must be s3://key:secret@host/bucket.")
    _tls = _asked.get("tls", ["True"])[0] != "False"
    STORAGES["evidence"] = {
        "BACKEND": "accreditation.stores.bucket.PrivateBucket",
        "OPTIONS": {
            "endpoint_url": f"{'https' if _tls else 'http'}://{_store.hostname}{f':{_store.port}' if _store.port else ''}",
            "bucket_name": _store.path.strip("/"),
            "access_key": unquote(_store.username or ""),
            "secret_key": unquote(_store.password or ""),
            "region_name": _asked.get("region", ["eu-west-2"])[0],
        },
    }
    USE_X_ACCEL = False  # the proxy has no folder to send from
WHITENOISE_USE_FINDERS = not env.bool("STATIC_MANIFEST", False)
WHITENOISE_AUTOREFRESH = DEBUG

# --- Mail ---------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "CASE accreditation <accreditation@case.example>")
EMAIL_CONFIG = env.str("EMAIL_URL", "")
if EMAIL_CONFIG:
    vars().update(env.dj_email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10  # a hung mail server may not hang a worker

# --- Language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
DATE_FORMAT = "j F Y"
LOCALE_PATHS = [ROOT / "accreditation/locale"]
LANGUAGES = [("en-gb", "English")]
if (LOCALE_PATHS[0] / "cy/LC_MESSAGES/django.mo").exists():  # `make messages`: once the translation is whole
    LANGUAGES.append(("cy", "Cymraeg"))

# --- CASE's own settings: what no published document fixes is a setting with a cautious default -------------
STANDARD = "msk-2023"
DRAFT_EDITIONS = env.list(
    "CASE_DRAFT_EDITIONS", ["accreditation.demo_edition.draft"] if DEMO else []
)  # Python names of draft editions whose impact officers can ask for; nothing is ever judged by one
ACCREDITATION_YEARS = env.int(
    "CASE_ACCREDITATION_YEARS", 5
)  # CASE publishes no period; commonly said to be five years
CONDITION_MONTHS = env.int("CASE_CONDITION_MONTHS", 3)  # timeline: "no later than three months"
_timelines: Any = env.json("CASE_TIMELINES", {"minor_change": [1, 4, 6], "other": [2, 8, 12]})
# Weeks after submission: panel appointed, clauses judged, report signed; CASE says only that these kinds are faster.
TIMELINES: dict[str, list[int]] = _timelines
_papers: Any = env.json("CASE_REQUIRED_PAPERS", {})
# {kind of application or "all": [codes of accreditation.enums.Paper]}; CASE publishes no list, so none is required.
REQUIRED_PAPERS: dict[str, list[str]] = _papers
_left_out: Any = env.json(
    "CASE_CLAUSES_LEFT_OUT",
    {
        "focused": ["PS1.4"],
        "module": ["PS1.4"],
        "interim": ["PS1.1", "PS1.2", "PS1.3", "PS1.4", "PS5.1", "PS5.2", "PS5.4"],
    },
)
# {kind of application: [clauses it is not asked about]}; CASE publishes no list. PS1.4 speaks of undergraduate courses, an
# interim review of delivery; a change names its own clauses.
CLAUSES_LEFT_OUT: dict[str, list[str]] = _left_out
PACK_MAX_BYTES = env.int(
    "CASE_PACK_MAX_BYTES", 150 * 1024 * 1024
)  # documents whose pages are bound into a submission's PDF, together; above it they come beside it
APPEAL_DAYS = env.int("CASE_APPEAL_DAYS", 28)  # from the letter's day; no rule published
APPEAL_AGAINST = env.list(
    "CASE_APPEAL_AGAINST", ["refuse", "defer", "accredit_with_conditions"]
)  # outcomes that can be appealed against; no rule published
COMMITTEE_QUORUM = env.int(
    "CASE_COMMITTEE_QUORUM", 3
)  # members who take part in a decision, the chair counted; no rule published: CASE has to confirm it
CALIBRATION_DAYS = env.int(
    "CASE_CALIBRATION_DAYS", 14
)  # for the Committee to look at the conditions of a signed report; no rule published
REPLY_DAYS = env.int(
    "CASE_REPLY_DAYS", 14
)  # for the course to correct facts in the report before the Committee decides; no rule published
CONDITION_CLOSERS = env.list(
    "CASE_CONDITION_CLOSERS", ["chair"]
)  # who closes a condition: chair, officer or both; no rule published
CONDITION_LAPSE_DAYS = env.int(
    "CASE_CONDITION_LAPSE_DAYS", 28
)  # after its day, before a person may call it lapsed; no rule published
CONDITION_REMINDER_DAYS = tuple(
    env.list("CASE_CONDITION_REMINDER_DAYS", [-28, -7, 0, 7, 21], subcast=int)
)  # days from the due day on which the course is reminded
COURSE_DECLARES = env.bool(
    "CASE_COURSE_DECLARES", True
)  # whether a document opens to an assessor only once the course has declared, too; no rule published
MONITORING_DUE_DAYS = env.int(
    "CASE_MONITORING_DUE_DAYS", 153
)  # days after 31 August by which the annual return is wanted: 31 January; no rule published
MONITORING_REMINDER_DAYS = tuple(
    env.list("CASE_MONITORING_REMINDER_DAYS", [-28, -7, 0, 14, 42], subcast=int)
)  # days from that day on which leaders of courses without a return are reminded
PANEL_ANSWER_DAYS = env.int(
    "CASE_PANEL_ANSWER_DAYS", 14
)  # after an invitation: the assessor's answer and the course's declaration; no rule published
PANEL_REMINDER_DAYS = tuple(
    env.list("CASE_PANEL_REMINDER_DAYS", [-7, 0, 7], subcast=int)
)  # days from that day on which both are reminded
_approvals: Any = env.json("CASE_LETTER_APPROVALS", {})
# Whose approval a letter needs before it is sent, in this order: {kind: [lead, officer, chair]}; no rule published. Where it
# is the chair alone, recording the decision (or closing the last condition) is the chair's signature under the letter too.
LETTER_APPROVALS: dict[str, list[str]] = {
    "decision": ["chair"],
    "interim": ["chair"],
    "report": ["chair"],
    "conditions_met": ["chair"],
    "certificate": ["officer", "chair"],
    "conditions_due": ["officer"],
    "reaccreditation_due": ["officer"],
    "withdrawal": ["officer"],
    **_approvals,
}
CERTIFICATES = env.str(
    "CASE_CERTIFICATES", "met"
)  # issued once no condition stands open ("met"), with every accreditation ("decided") or not at all ("never")
REACCREDITATION_MONTHS = env.int(
    "CASE_REACCREDITATION_MONTHS", 12
)  # before the period ends a course should have applied again; CASE's process begins twelve months before
INVITATION_DAYS = env.int("CASE_INVITATION_DAYS", 14)  # how long the link of an invitation works
PASSPORT_DAYS = env.int(
    "CASE_PASSPORT_DAYS", 90
)  # how long a graduate's link opens, unless they choose otherwise
SIGNING_LINK_DAYS = 30  # how long the link of a mentor without an account opens
SIGNING_MINUTES = 30  # how long they may sign after a code
PASSPORT_MAX_DAYS = env.int("CASE_PASSPORT_MAX_DAYS", 365)
LETTER_SEAL_KEY = env.str(
    "CASE_SEAL_KEY", ""
)  # PKCS#12 file of the body's seal; empty: unsealed, and the letter says so
LETTER_SEAL_PASSPHRASE = env.str("CASE_SEAL_PASSPHRASE", "")

LOG_FORMAT = env.str("LOG_FORMAT", "line" if EMBEDDED else "json")  # "json": without personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "accreditation.config.logs.HidingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "accreditation.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
