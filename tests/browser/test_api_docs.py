"""The page to try the API works under the site's content policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_page_shows_every_operation_without_any_violation(page: Page) -> None:
    page.goto("/api/v1/docs/")
    post = page.locator("#operations-readings-readings_create")
    expect(post).to_be_visible()
    post.get_by_role("button").first.click()
    expect(post.get_by_text("Idempotency-Key").first).to_be_visible()
