"""Django's settings, all of them made from the table in ``config``."""

from pathlib import Path
from typing import Any

import dj_database_url

from sanbao.base.config import read
from sanbao.base.keys import secret_key

ENV = read()
HOME: Path = Path(ENV["SANBAO_HOME"]).resolve()
SECRET_KEY = secret_key(HOME, ENV["SANBAO_SECRET_KEY"])
DEBUG: bool = ENV["SANBAO_DEBUG"]
ALLOWED_HOSTS: list[str] = ENV["SANBAO_ALLOWED_HOSTS"]
ORIGIN: str = ENV["SANBAO_ORIGIN"].rstrip("/")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []

ROOMS = [
    "ledger",
    "vault",
    "registry",
    "outlets",
    "parts",
    "repairs",
    "conversations",
    "complaints",
    "feedback",
]
DOORS = ["ui", "portal", "workbench", "api"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    *(f"sanbao.rooms.{room}" for room in ROOMS),
    *(f"sanbao.doors.{door}" for door in DOORS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sanbao.site.headers.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sanbao.doors.api.edge.ApiEdge",
    "sanbao.doors.actors.ActorMiddleware",
    "sanbao.doors.ui.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "sanbao.site.urls"
WSGI_APPLICATION = "sanbao.site.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "sanbao.doors.ui.jinja.environment",
            "context_processors": ["sanbao.doors.ui.context.ui"],
        },
    },
    # ninja's page of the API documentation is a Django template
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]


def _database(url: str) -> dict[str, Any]:
    if url:
        parsed: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)}
        # the plan of a statement that comes a third time is kept
        parsed["OPTIONS"] = {"connect_timeout": 5, "prepare_threshold": 3, **parsed.get("OPTIONS", {})}
        return parsed
    return {
        "ENGINE": "sanbao.base.sqlite",
        "NAME": HOME / "sanbao.sqlite3",
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # a write transaction is alone from its first statement, so no upgrade can fail half way
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        },
    }


DATABASES = {"default": _database(ENV["SANBAO_DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_ROOT = HOME / "files"

AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sanbao.doors.ui.views.csrf_refused"
SECURE = ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
TRUST_PROXY: bool = ENV["SANBAO_TRUST_PROXY"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE: str = ENV["SANBAO_TIME_ZONE"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES_ROOT)},
    },
    "staticfiles": {"BACKEND": "sanbao.site.static_files.Files"},
}
WHITENOISE_MAX_AGE = 31_536_000
# a photo of 20 MB and an import of 200 MB go through files on disk, not through memory
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SANBAO = {
    "brand": ENV["SANBAO_BRAND"],
    "brand_color": ENV["SANBAO_BRAND_COLOR"],
    "demo": ENV["SANBAO_DEMO"],
    "jurisdiction": ENV["SANBAO_JURISDICTION"],
    "mail_url": ENV["SANBAO_MAIL_URL"],
    "sms_url": ENV["SANBAO_SMS_URL"],
    "survey_link": f"{ORIGIN}/s/%s" if ORIGIN else "",
    "worker_silent": "sanbao.doors.actors.worker_silent",
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENV["SANBAO_LOG_LEVEL"]},
    # a request line can hold what somebody typed; failures are logged by number and place only
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
