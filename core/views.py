"""Pages about the account itself."""

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from core import audit
from core.requests import user_of


class SignIn(auth.LoginView):
    template_name = "core/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            user = user_of(self.request)
            audit.record("signed_in", user, by=user)
        return response


class ChangePassword(auth.PasswordChangeView):
    template_name = "core/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record("password_changed", form.user, by=form.user)
        messages.success(self.request, _("Your password was changed."))
        return response
