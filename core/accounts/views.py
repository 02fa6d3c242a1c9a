"""Pages about the account itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.i18n import set_language

from core.accounts.forms import CodeForm, PreferencesForm, SignInForm
from core.accounts.preferences import read_unsubscribe_token, remember_language, set_preferences
from core.accounts.sign_in import use_code
from core.audit import trail
from core.models import User
from core.web.forms import PlainForm
from core.web.requests import user_of
from core.web.typed import remember_writer, sent_before


class SignIn(auth.LoginView):
    template_name = "core/accounts/login.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            user = user_of(self.request)
            trail.record("signed_in", user, by=user)
        if user.language and settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            remember_language(response, user.language)
        remember_writer(response, user)
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

    def save() -> None:
        given = form.cleaned_data
        use_code(username=given["username"], code=given["code"], password=given["new_password1"])

    if form.saved(save):
        messages.success(request, _("Your password is set. Sign in with it now."))
        return redirect("login")
    response = render(request, "core/accounts/code.html", {"form": form}, status=form.status)
    headers = form.refused.headers if form.refused else {}
    for name, value in headers.items():
        response[name] = value
    return response


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """A form that was sent after the session had ended, to be sent again."""
    found = sent_before(request, user_of(request))
    if not found:
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"sent": found, "away": resolve_url(settings.LOGIN_REDIRECT_URL)}
    return render(request, "core/accounts/sent.html", context)


class PasswordForm(PlainForm, PasswordChangeForm):
    """Django's, looking like every other form here."""


class ChangePassword(auth.PasswordChangeView):
    form_class = PasswordForm
    template_name = "core/accounts/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            trail.record("password_changed", form.user, by=form.user)
        messages.success(self.request, _("Your password was changed."))
        return response


@login_not_required
@csrf_exempt  # Of the signed-out only a cookie changes; so public pages need no token of their own.
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Django's switch; whoever is signed in gets their e-mails in that language too."""
    return choose_for_good(request) if isinstance(request.user, User) else set_language(request)


@csrf_protect
def choose_for_good(request: HttpRequest) -> HttpResponseBase:
    user, language = user_of(request), request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        set_preferences(user, by=user, language=language)
    return set_language(request)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    initial = {
        "language": user.language or settings.LANGUAGE_CODE,
        "email": user.email,
        "wants_digest": user.wants_digest,
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if form.is_valid():
        set_preferences(user, by=user, **form.cleaned_data)
        language = form.cleaned_data["language"]
        with translation.override(language):
            messages.success(request, _("Your choice is kept."))
        response = redirect("account")
        remember_language(response, language)
        return response
    return render(request, "core/accounts/preferences.html", {"form": form}, status=form.status)


@login_not_required
@csrf_exempt  # The link of an e-mail is the proof: mail programs post it alone (RFC 8058).
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends the reminders of whoever was sent the link; opening it alone changes nothing."""
    found = read_unsubscribe_token(token)
    if found is None:
        raise Http404
    user = get_object_or_404(User, pk=found)
    if request.method == "POST":
        set_preferences(user, by=user, wants_digest=False)
    is_done = request.method == "POST" or not user.wants_digest
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return render(request, "core/accounts/unsubscribe.html", {"is_done": is_done})
