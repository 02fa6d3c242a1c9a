"""The page of components: only where nobody works with real data."""

from django.test import Client, override_settings

from tests.dashboards.conftest import Place


def test_it_shows_every_component_and_is_not_there_in_production(
    client: Client, place: Place
) -> None:
    client.force_login(place.viewer)
    html = client.get("/style/").content.decode()
    for part in ("btn-main", "status tone-bad", "split-bar", "field-error", "tile"):
        assert part in html, part
    with override_settings(PRODUCTION=True):
        assert client.get("/style/").status_code == 404
