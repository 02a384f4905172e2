"""Every switch of the product, read from the environment; a missing secret stops the start."""

import zoneinfo
from pathlib import Path

import environ

from core import logs
from revops import assets

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former ones, which still open what they locked
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
SITE_URL = env("SITE_URL", default="http://localhost:8000")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "revops",
    "core",
    "core.people",
    "core.history",
    "core.notices",
    "blueprint",
    "core.operating",
    "lifecycle",
    "imports",
    "handoffs",
    "scorecard",
    "governance",
    "integrations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_cotton",  # brings its loader and its tags
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.http.middleware.FrameMiddleware",
    "core.http.compression.PageCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.http.content_policy.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.middleware.WorkspaceMiddleware",
]

ROOT_URLCONF = "revops.urls"
WSGI_APPLICATION = "revops.wsgi.application"
LOCALE_PATHS = [BASE_DIR / "revops" / "locale"]  # what libraries say, in our words

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.http.web.shell",
            ],
            "builtins": ["core.templatetags.revops"],
        },
    }
]
COTTON_DIR, FORM_RENDERER = "components", "core.http.widgets.ChoicesInOneGo"

# --- Database: three roles, one database (docs/decisions/0001) ---
DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        "ENGINE": "core.postgres",  # Django's own, and no wait on a stopped server is endless
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "keepalives": 1,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 5000,
        },
    }
}
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
DATABASE_SCANNER_URL = env("DATABASE_SCANNER_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis carries work and rate limits, never truth ---
REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "core.cache.quiet.QuietRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},  # waited once: see core.cache.quiet
    },
    # attempts to sign in are counted where they outlive Redis (docs/decisions/0052)
    "limits": {
        "BACKEND": "core.cache.strict.StrictDatabaseCache",
        "LOCATION": "workspaces_limit",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
CELERY_BROKER_URL = REDIS_URL

# --- People ---
SESSION_ENGINE = "core.http.sessions"
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "core.people.forms.SignUpName"
ACCOUNT_FORMS = {"signup": "core.people.sign_in.SignUp", "reset_password": "core.people.sign_in.ResetPassword"}
# An address is proved before the account can do anything (docs/decisions/0051): by a code, and in the browser that
# signed up, so that nobody proves a stranger's account by following a link.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True  # one address; another takes its place once it is proved
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/5m/key",  # from one address; to one account, so that nobody is locked out for long
    "signup": "20/m/ip,100/d/ip",
    "reset_password": "20/m/ip,3/10m/key",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "phone_number_2"
ACCOUNT_ADAPTER = "core.people.sign_in.AccountAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)  # how many proxies of ours stand before us
USERSESSIONS_ADAPTER = "core.people.sign_in.SessionsAdapter"
MFA_ADAPTER = "core.people.factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")  # browsers themselves allow only localhost
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

# Every way into a workspace, in order: a function of (request, slug) that finds a member or None.
WORKSPACE_ENTRANCES = ["integrations.authentication.by_key", "core.people.authenticate.by_session"]
# What stands around every view of a workspace, inside its scope and transaction: functions of (request, answer).
WORKSPACE_WRAPPERS = ["integrations.idempotency.once", "core.people.limits.within_rate"]
PEOPLE_PER_MINUTE = env.int("PEOPLE_PER_MINUTE", default=6_000)  # pages and calls of one signed-in person

# --- API ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.http.api.AlreadyEntered"],
    "DEFAULT_PERMISSION_CLASSES": ["core.http.api.MayDoThis"],
    "DEFAULT_THROTTLE_CLASSES": ["core.http.api.KeyRate"],
    "DEFAULT_PARSER_CLASSES": ["core.http.api.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.http.api.answer_refusal",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RevOps API",
    "DESCRIPTION": "The same actions as the pages: records, handoffs, scorecard, change requests.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["integrations.openapi.add_refusals"],  # choices stay where they are used
}

# --- Language and time: UTC inside, the workspace's zone on the page ---
zoneinfo.reset_tzpath()  # PYTHONTZPATH names the table of our own PostgreSQL, and may have come after the first import
TIME_ZONE = "UTC"

# --- Static files ---
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / ".state" / "static"))
STATICFILES_DIRS = assets.folders(BASE_DIR / "frontend")
# `make run` and the image serve what `make assets` collected, whatever else serves files serves the sources.
IS_COLLECTED = env.bool("STATIC_COLLECTED", default=False) and not DEBUG
STORAGES = assets.storages(is_collected=IS_COLLECTED)
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = not IS_COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG

# --- Figures ---
# Entries and offers on the days that are counted while somebody waits: a page of a dozen metrics takes about a second.
SCORECARD_MOST_LIVE = 50_000

# --- Safety ---
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE_URL.startswith("https://") else None
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
# Both speak of the names below this site's own. Say HSTS_SUBDOMAINS=false where one of them has no https.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")  # a proxy that ends TLS says so by X-Forwarded-Proto
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^health/$", r"^metrics$"]  # asked from within, without TLS
OURS = dict.fromkeys(
    ("default-src", "script-src", "style-src", "font-src", "connect-src", "form-action", "base-uri"), ["'self'"]
)
NOBODYS = dict.fromkeys(("frame-ancestors", "object-src"), ["'none'"])
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**OURS, "img-src": ["'self'", "data:"], **NOBODYS}}
PERMISSIONS_POLICY: dict[str, list[str]] = dict.fromkeys(("camera", "geolocation", "microphone", "payment", "usb"), [])
DATA_UPLOAD_MAX_MEMORY_SIZE, FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024, 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Mail ---
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="RevOps <revops@localhost>")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds; a mail server that sleeps must not hold a page

# --- Logs: one JSON object a line for machines, or one line for people ---
LOGGING = logs.settings(env("LOG_FORMAT", default="line"), env("LOG_LEVEL", default="INFO"))

# --- Metrics: whoever has the token; without one, only this very machine ---
METRICS_TOKEN = env("METRICS_TOKEN", default="")
