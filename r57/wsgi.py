"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from core.site.server import read_whole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "r57.settings")

application = read_whole(get_wsgi_application())
