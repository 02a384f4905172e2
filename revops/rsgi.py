"""What the web server is pointed at."""

import gc

from core.http.front import Front
from revops.wsgi import application as wsgi

application = Front(wsgi)
# A scorecard makes a hundred thousand objects and hardly a circle: looking for circles after each 700 took 8.6 of its
# 74 ms, now 2.5. What was read at the start is not looked at again.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
