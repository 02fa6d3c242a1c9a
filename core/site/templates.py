"""Templates without the white space that is for authors alone; less goes over slow lines."""

import re

from django.conf import settings
from django.template import Origin
from django.template.loaders import filesystem

_INDENT = re.compile(r"\n[ \t]+")
_SILENT = "if|elif|else|endif|for|empty|endfor|with|endwith|load"
_SILENT_LINES = re.compile(rf"(?<=\n)((?:{{% (?:{_SILENT})\b(?:(?!%}}).)*%}})+)\n")
"""Of lines with nothing but tags that print nothing. What stands before them ends with a line end
of its own, so no two words come together."""


class Loader(filesystem.Loader):
    """Drops the indentation of HTML files, and lines that would be empty. Where errors are shown in
    the browser such lines stay, so that they name the true line."""

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        if not origin.name.endswith(".html"):
            return contents
        contents = _INDENT.sub("\n", contents)
        return contents if settings.DEBUG else _SILENT_LINES.sub(r"\1", contents)
