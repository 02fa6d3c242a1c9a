"""Exits 0 when the web process of this container answers /healthz."""

import os
import sys
import urllib.request

host = os.environ.get("R57_ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
with urllib.request.urlopen(request, timeout=4) as answer:
    sys.exit(answer.status != 200)
