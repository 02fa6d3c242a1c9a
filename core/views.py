"""Pages about the account itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import audit
from core.accounts import use_code
from core.errors import Refused
from core.forms import CodeForm, SignInForm
from core.requests import user_of


class SignIn(auth.LoginView):
    template_name = "core/login.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            user = user_of(self.request)
            audit.record("signed_in", user, by=user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, SignInForm) and form.locked:
            response.status_code = form.locked.status
            response["Retry-After"] = form.locked.headers["Retry-After"]
        return response


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """A person chooses a password with the code of a slip, then signs in with it."""
    form = CodeForm(request.POST or None)
    headers: dict[str, str] = {}
    if form.is_valid():
        given = form.cleaned_data
        try:
            use_code(
                username=given["username"], code=given["code"], password=given["new_password1"]
            )
        except Refused as refused:
            form.add_faults(refused)
            headers = dict(refused.headers)
        else:
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect("login")
    status = form.status if form.errors else None
    response = render(request, "core/code.html", {"form": form}, status=status)
    for name, value in headers.items():
        response[name] = value
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
