"""All settings of R57. What differs between machines comes from the environment (.env.example)."""

import os
import secrets
from pathlib import Path

import django_stubs_ext

from r57 import databases, environment, logs

django_stubs_ext.monkeypatch()

# Where we are -------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
R57_MODE = environment.choice("R57_MODE", ("production", "demo", "test"), "production")
R57_VAR_DIR = Path(environment.text("R57_VAR_DIR", str(BASE_DIR / "var")))
R57_VAR_DIR.mkdir(parents=True, exist_ok=True)
os.environ.setdefault("MPLCONFIGDIR", str(R57_VAR_DIR / "drawing"))  # Its list of fonts.
PRODUCTION = R57_MODE == "production"
DEBUG = False


def _secret_key() -> str:
    """Production must be given its key; elsewhere each installation draws its own once."""
    if PRODUCTION:
        return environment.text("R57_SECRET_KEY")
    kept = R57_VAR_DIR / "secret-key"
    try:
        kept.touch(mode=0o600, exist_ok=False)
        kept.write_text(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return environment.text("R57_SECRET_KEY", kept.read_text())


SECRET_KEY = _secret_key()

# Web ----------------------------------------------------------------------------------------

ROOT_URLCONF = "r57.urls"
WSGI_APPLICATION = "r57.wsgi.application"
ALLOWED_HOSTS = environment.words(
    "R57_ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver"
)
CSRF_TRUSTED_ORIGINS = environment.words("R57_CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
SECURE_SSL_REDIRECT = PRODUCTION and not environment.flag("R57_INSECURE_HTTP")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.flag("R57_TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
R57_TRUST_PROXY = environment.flag("R57_TRUST_PROXY")
R57_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

INSTALLED_APPS = [
    "dashboards",
    "reports",
    "tasks",
    "targets",
    "indicators",
    "provinces",
    "core",
    "r57.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # Its widgets' templates, for the renderer of the forms.
    "rest_framework",
    "django_filters",
    "django_htmx",
    "template_partials",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

SILENCED_SYSTEM_CHECKS = ["models.W040"]  # SQLite passes over the further columns of an index.

MIDDLEWARE = [
    "core.site.middleware.RequestContextMiddleware",
    "core.site.middleware.BodySizeMiddleware",
    "core.site.middleware.PackedBodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.site.middleware.PackedAnswerMiddleware",
    "core.site.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.site.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.site.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.site.middleware.ConditionalMiddleware",
    "core.site.middleware.ReplicaMiddleware",  # Last: what is inside may run a second time.
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # Written out, because the app of partials puts its own in place of others.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "core.site.templates.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "r57.context.site",
            ],
        },
    }
]

FORM_RENDERER = "core.web.forms.SiteRenderer"

# Database -----------------------------------------------------------------------------------

DATABASES = databases.configured(R57_VAR_DIR, R57_MODE)
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["core.db.replica.Router"]
# So far behind the replica may be and still be read.
R57_REPLICA_SECONDS = environment.number("R57_REPLICA_SECONDS", 10)
# Who may do what holds from the next request on, so it is never read from a replica.
R57_ALWAYS_FROM_PRIMARY = {
    "sessions.session",
    "core.user",
    "core.apiclient",
    "core.apikey",
    "core.requestcount",
    "provinces.membership",
    "provinces.delegation",
    "indicators.clientscope",
    "provinces.planscope",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Background work ----------------------------------------------------------------------------

R57_REDIS_URL = environment.text("R57_REDIS_URL", "")
# Without a broker a little of the queue is worked off after each commit.
R57_DRAIN_AFTER_COMMIT_SECONDS = 0.0 if R57_REDIS_URL else 0.3
CELERY_BROKER_URL = R57_REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE = {
    # Each entry expires before its next run, so that a late worker finds one, not a heap.
    "drain": {"task": "core.jobs.drain", "schedule": 2.0, "options": {"expires": 2}},
    "seal": {"task": "core.jobs.seal", "schedule": 60.0, "options": {"expires": 60}},
    "forget": {
        "task": "core.jobs.forget_old_answers",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # It rings all day: the run itself knows working days, the hour and who was served already.
    "digest": {
        "task": "tasks.jobs.send_digests",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "periods": {
        "task": "reports.jobs.make_periods",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "closing": {
        "task": "reports.jobs.close_periods",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# The generation in the database is part of every key, so processes need not tell each other.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["provinces.permissions.SignedIn"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
R57_CLEARS = int(environment.choice("R57_CLEARS", ("5", "6"), "6"))
R57_SIGN_IN_TRIES = environment.number("R57_SIGN_IN_TRIES", 5)
R57_SIGN_IN_LOCK_MINUTES = environment.number("R57_SIGN_IN_LOCK_MINUTES", 15)
R57_CODE_HOURS = environment.number("R57_CODE_HOURS", 7 * 24)
if R57_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Aggregates, never names, notes or evidence, for whoever comes, without signing in.
R57_PUBLIC_DASHBOARDS = environment.flag("R57_PUBLIC_DASHBOARDS", default=R57_MODE == "demo")
R57_PUBLIC_REQUESTS_A_MINUTE = environment.number("R57_PUBLIC_REQUESTS_A_MINUTE", 120)

# Reminders ----------------------------------------------------------------------------------

_EMAIL = environment.email("R57_EMAIL_URL")
EMAIL_BACKEND = str(_EMAIL["BACKEND"])
EMAIL_HOST, EMAIL_PORT = _EMAIL.get("HOST", ""), _EMAIL.get("PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _EMAIL.get("USER", ""), _EMAIL.get("PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_EMAIL.get("TLS")), bool(_EMAIL.get("SSL"))
EMAIL_FILE_PATH = _EMAIL.get("FOLDER")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("R57_EMAIL_FROM", "r57@localhost")
R57_SENDS_EMAIL = EMAIL_BACKEND.endswith("smtp.EmailBackend")
# Links in e-mails begin with it.
R57_PUBLIC_URL = environment.text("R57_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
R57_DIGEST_HOUR = environment.hour("R57_DIGEST_HOUR", 7)
R57_DIGESTS_A_RUN = environment.number("R57_DIGESTS_A_RUN", 500)
R57_ESCALATE_AFTER_DAYS = environment.numbers("R57_ESCALATE_AFTER_DAYS", "15")
R57_COMMUNE_YELLOW = environment.number("R57_COMMUNE_YELLOW", 5)
R57_COMMUNE_RED = environment.number("R57_COMMUNE_RED", 15)
# Indicators whose newest readings stand in reports as resources.
R57_BUDGET_INDICATORS = environment.words(
    "R57_BUDGET_INDICATORS", "st_budget_share,rd_gdp,rd_society_share"
)
R57_DAYS_OFF = environment.days("R57_DAYS_OFF")
R57_WORKED_DAYS = environment.days("R57_WORKED_DAYS")

# Words and days -----------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["r57.formats"]
LOCALE_PATHS = [BASE_DIR / "r57" / "locale"]  # What Django's own Vietnamese leaves out.

# Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = R57_VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("vendor/bootstrap-icons", BASE_DIR / "node_modules/bootstrap-icons/font"),
    ("vendor/source-sans-3", BASE_DIR / "node_modules/@fontsource/source-sans-3"),
    ("vendor/htmx", BASE_DIR / "node_modules/htmx.org/dist"),
    ("vendor/plotly", BASE_DIR / "node_modules/plotly.js-basic-dist-min"),
    ("vendor/plotly-locales", BASE_DIR / "node_modules/plotly.js-locales"),
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Outside the web root: evidence is served by permission, never by address.
        "OPTIONS": {"location": str(R57_VAR_DIR / "evidence"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if R57_MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = R57_MODE == "test"

# API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.ApiKeyAuthentication",
        "core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.ClientThrottle"],
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "UPLOADED_FILES_USE_URL": False,
    "URL_FORMAT_OVERRIDE": None,
}
R57_MAX_BODY_BYTES = environment.number("R57_MAX_BODY_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = R57_MAX_BODY_BYTES
# The largest file, of 50 MB, and what a form adds to it.
R57_MAX_UPLOAD_BYTES = 51 * 1024 * 1024
R57_MAX_READINGS = environment.number("R57_MAX_READINGS", 10_000)
R57_REQUESTS_A_MINUTE = environment.number("R57_REQUESTS_A_MINUTE", 600)
# What the schema and the page of the API show beside each operation.
R57_API_EXAMPLES = BASE_DIR / "r57" / "api_examples.json"
SPECTACULAR_SETTINGS = {
    "TITLE": "R57",
    "DESCRIPTION": "Progress of Resolution 57-NQ/TW: readings in, verdicts and completion out.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = logs.LOGGING
