"""Pages on which readings come in."""

from django.urls import path

from indicators.views import entry

urlpatterns = [
    path("indicators/<slug:code>/new/", entry.new_reading, name="new_reading"),
]
