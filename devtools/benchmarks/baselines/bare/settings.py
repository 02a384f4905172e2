"""A Django project with nothing but REST framework: no sign-in, no sessions, no tenants, no middleware; and one
page of a plain template."""

import environ

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "devtools.benchmarks.baselines.bare.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "rest_framework", "devtools.benchmarks.baselines.bare"]
DATABASES = {"default": {**environ.Env().db("DATABASE_OWNER_URL"), "CONN_MAX_AGE": None}}  # whom no wall costs anything
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
