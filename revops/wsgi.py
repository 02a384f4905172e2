"""The web server's door. It refuses to serve as a database role that could step around row security."""

import os

from django.core.wsgi import get_wsgi_application

from core.shared_counts import share_counts
from devtools.stack.token import VARIABLE, answering

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
share_counts()  # before the application imports what counts
application = answering(os.environ.get(VARIABLE, ""), get_wsgi_application())

from core.database import refuse_bypassing_role_from_now_on  # noqa: E402 - needs the settings
from core.postgres import guard  # noqa: E402

guard.watch_requests()
refuse_bypassing_role_from_now_on()
