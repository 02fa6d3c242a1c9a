"""Exits 0 when the web process of this container answers /healthz."""

import http.client
import os
import sys

host = os.environ.get("R57_ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
connection.request("GET", "/healthz", headers={"Host": host})
sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
