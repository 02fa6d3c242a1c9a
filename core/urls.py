"""Signing in and out, language, account, health."""

from django.contrib.auth import views as auth
from django.urls import path

from core.accounts import views
from core.site import health
from core.web.public import robots

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/code/", views.sign_in_with_code, name="sign_in_with_code"),
    path("login/sent/", views.sent, name="sent"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("language/", views.choose_language, name="set_language"),
    path("account/password/", views.ChangePassword.as_view(), name="password_change"),
    path("account/notices/", views.preferences, name="preferences"),
    path("notices/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("robots.txt", robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
