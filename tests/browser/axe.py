"""axe-core, run inside a page: what it finds that shuts people out."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from faults.product import ROOT

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()


def serious_findings(page: Page) -> list[str]:
    """Serious and critical violations of WCAG 2.1 A and AA: rule, and the first places."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [
        f"{violation['id']} at {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
