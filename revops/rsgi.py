"""What the web server is pointed at."""

from core.http.front import Front
from revops.wsgi import application as wsgi

application = Front(wsgi)
