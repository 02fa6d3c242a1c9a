"""Where a person lands, and what the house knows of him."""

from django.urls import path

from provinces import views

urlpatterns = [
    path("home/", views.landing, name="landing"),
    path("account/", views.account, name="account"),
]
