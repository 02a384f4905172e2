"""What the web server is pointed at."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "devtools.benchmarks.baselines.bare.settings"
application = get_wsgi_application()
