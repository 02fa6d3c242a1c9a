"""What every form of the site does."""

from django import forms

from core.web.forms import PlainForm


class _Form(PlainForm):
    line = forms.CharField(max_length=3)
    text = forms.CharField(max_length=3, widget=forms.Textarea)


def test_too_long_a_text_is_told_and_never_cut() -> None:
    """A browser that knows the limit cuts what is pasted without a word."""
    form = _Form({"line": "abcd", "text": "abcd"})
    assert set(form.errors) == {"line", "text"}
    page = form.as_p()
    assert "maxlength" not in page
    assert page.count("abcd") == 2
