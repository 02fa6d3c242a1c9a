"""The main job on PostgreSQL and Redis, with a real server, worker and beat."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.calendar import clock
from faults.product import Product, wait_until

pytestmark = pytest.mark.services

ASSESSMENT = "/api/v1/targets/57-10/assessment/"
COMPLETION = "/api/v1/completion/?plan=305-KH/TU&area=40"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(
        tmp_path_factory.mktemp("product"),
        database_url=os.environ["R57_DATABASE_URL"],
        redis_url=os.environ["R57_REDIS_URL"],
    )
    product.set_up()
    product.start()
    yield product
    product.stop()


def test_a_reading_waits_for_the_worker_and_then_turns_the_target(product: Product) -> None:
    product.start_celery("beat")
    reading = {"indicator": "digital_economy_gdp", "area": "VN", "period": "2026", "value": "30.5"}
    assert product.post("/api/v1/readings/", reading)["result"] == "created"
    assert product.get(ASSESSMENT)["verdict"] == "off_track"
    assert product.get(COMPLETION)["pending"] is True

    product.start_celery("worker")
    wait_until(lambda: product.get(ASSESSMENT)["verdict"] == "achieved", seconds=60)
    wait_until(lambda: product.get(COMPLETION)["pending"] is False)

    yesterday = clock.today() - timedelta(days=1)
    before = product.get(f"{ASSESSMENT}?as_of={yesterday}")
    assert before["verdict"] == "off_track"


def test_the_published_figures_stand_on_postgresql_too(product: Product) -> None:
    answer = product.get(f"{COMPLETION}&as_of=2025-11-15")
    assert (answer["total"], answer["completed"], answer["rate"]) == (100, 51, "51.0")
