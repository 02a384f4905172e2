"""The web server's door. It refuses to serve as a database role that could step around row security."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
application = get_wsgi_application()

from revops.database import refuse_bypassing_role  # noqa: E402 - needs the settings

refuse_bypassing_role()
