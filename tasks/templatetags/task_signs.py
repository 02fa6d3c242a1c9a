"""Signs of assignments in templates: colour, icon and word together."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.models import User
from core.web.typed import mark_of
from tasks.labels import DUE_SOON, SIGNS

register = template.Library()


@register.simple_tag
def task_sign(kind: str, value: str) -> SafeString:
    """``{% task_sign "status" row.status %}``; nothing for what has no sign."""
    sign = DUE_SOON if kind == "due_soon" else SIGNS[kind].get(value)
    if sign is None:
        return SafeString("")
    return format_html(
        '<span class="status chip tone-{}"><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="#i-{}"/></svg><span>{}</span></span>',
        sign.tone,
        sign.icon,
        sign.label,
    )


@register.simple_tag(takes_context=True)
def owner_mark(context: Context) -> str:
    """Whose form the page holds."""
    user = context["request"].user
    return mark_of(user) if isinstance(user, User) else ""
