"""The kernel: what the apps stand on, and what binds them."""

from revops.celery import app as celery_app

__all__ = ["celery_app"]
