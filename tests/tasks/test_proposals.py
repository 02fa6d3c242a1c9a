"""Like obstacles of many units become one proposal, and its answer resolves them."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent
from provinces.roles import Role
from tasks.models import Obstacle, Proposal
from tasks.proposals import services
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    NationFactory,
    ObstacleFactory,
    ProvinceFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import codes

ASKED = {"text_vi": "Cho hợp đồng chuyên môn CNTT", "addressee_text": "Bộ Nội vụ"}
ANSWER = {"answer": "Đồng ý chủ trương", "answered_on": "2025-08-01"}


@pytest.fixture
def standing(cast: Cast, client: Client) -> Client:
    client.force_login(cast.reviewer)
    return client


def in_communes(count: int, **given: object) -> list[Obstacle]:
    return [
        ObstacleFactory.create(area=CommuneFactory.create(), assignment=None, **given)
        for _ in range(count)
    ]


def gathered(cast: Cast, *obstacles: Obstacle, **given: object) -> Proposal:
    chosen = [one.pk for one in obstacles]
    return services.make_proposal(cast.area, chosen, given={**ASKED, **given}, by=cast.reviewer)


def test_obstacles_of_many_communes_become_one_proposal(cast: Cast, standing: Client) -> None:
    alike, other = in_communes(3, category="people"), in_communes(1, category="law")
    page = standing.get("/proposals/new/?area=40&category=people&all=1")
    assert [one.pk for one in page.context["obstacles"]] == [one.pk for one in alike]
    assert len(re.findall(r"\schecked\b", page.content.decode())) == 3
    chosen = [one.pk for one in alike]
    answer = standing.post("/proposals/new/", {"area": "40", "chosen": chosen, **ASKED})
    proposal = Proposal.objects.get()
    assert (answer.headers["Location"], proposal.area) == (f"/proposals/{proposal.pk}/", cast.area)
    assert set(proposal.obstacles.all()) == set(alike)
    assert Obstacle.objects.get(pk=other[0].pk).proposal is None
    event = AuditEvent.objects.get(action="proposal.create")
    assert (event.after or {})["obstacles"] == sorted(chosen)


BAD: list[tuple[dict[str, object], str]] = [
    ({"text_vi": ""}, "text_vi"),
    ({"addressee_text": ""}, "addressee_text"),
    ({"sent_on": "2100-01-01"}, "sent_on"),
    ({"answered_on": "2025-08-01"}, "answer"),
    ({"answer": "Đồng ý"}, "answered_on"),
    ({"sent_on": "31/2/2025"}, "sent_on"),
    ({**ANSWER, "sent_on": "2025-08-02"}, "answered_on"),
    ({"chosen": []}, "__all__"),
    ({"letter_number": "9" * 81}, "letter_number"),
    ({"addressee": "999999"}, "addressee"),
]


@pytest.mark.parametrize(("given", "field"), BAD)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    cast: Cast, standing: Client, given: dict[str, object], field: str
) -> None:
    [obstacle] = in_communes(1)
    body = {"area": "40", "chosen": [obstacle.pk], **ASKED, **given}
    answer = standing.post("/proposals/new/", body)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Proposal.objects.count(), Obstacle.objects.get().proposal) == (0, None)


def test_what_was_ticked_and_typed_is_kept_when_something_is_wrong(
    cast: Cast, standing: Client
) -> None:
    one, _other = in_communes(2)
    body = {"area": "40", "chosen": [one.pk], "text_vi": "Bổ sung biên chế"}
    page = standing.post("/proposals/new/", body).content.decode()
    assert re.search(rf'value="{one.pk}"\s+checked', page)
    assert len(re.findall(r"\schecked\b", page)) == 1
    assert "Bổ sung biên chế" in page


def test_an_obstacle_is_in_one_proposal_and_lies_in_its_area(cast: Cast) -> None:
    [obstacle] = in_communes(1)
    foreign = ObstacleFactory.create(area=ProvinceFactory.create(code="01"), assignment=None)
    gathered(cast, obstacle)
    for wrong in (obstacle, foreign):
        with pytest.raises(Refused) as caught:
            gathered(cast, wrong)
        assert codes(caught) == ["not_free"]
    assert Proposal.objects.count() == 1


def test_obstacles_are_added_and_taken_out(cast: Cast, standing: Client) -> None:
    first, second = in_communes(2)
    proposal = gathered(cast, first)
    standing.post(f"/proposals/{proposal.pk}/add/", {"chosen": [second.pk]})
    assert proposal.obstacles.count() == 2
    standing.post(f"/proposals/{proposal.pk}/remove/", {"chosen": [first.pk]})
    assert proposal.obstacles.get() == second
    for late in ("add", "remove"):
        answer = standing.post(f"/proposals/{proposal.pk}/{late}/", {}, follow=True)
        assert "ít nhất một vướng mắc" in answer.content.decode()
    again = standing.post(f"/proposals/{proposal.pk}/remove/", {"chosen": [first.pk]}, follow=True)
    assert "hãy chọn lại" in again.content.decode()


def test_the_answer_resolves_the_open_obstacles_in_one_step(cast: Cast, standing: Client) -> None:
    obstacles = in_communes(3)
    proposal = gathered(cast, *obstacles)
    page = standing.get(proposal.get_absolute_url())
    body = {**ASKED, **ANSWER, "seen": page.context["form"].seen}
    assert standing.post(proposal.get_absolute_url(), body).status_code == 302
    seen = standing.get(proposal.get_absolute_url()).context["form"].seen
    standing.post(f"/proposals/{proposal.pk}/resolve/", {"seen": seen})
    resolved = set(Obstacle.objects.values_list("resolved_on", "resolution"))
    assert resolved == {(clock.today(), "Đồng ý chủ trương")}
    event = AuditEvent.objects.get(action="proposal.resolve")
    assert (event.after or {})["obstacles"] == sorted(one.pk for one in obstacles)
    again = standing.post(f"/proposals/{proposal.pk}/resolve/", {"seen": seen}, follow=True)
    assert "đã được giải quyết" in again.content.decode()


def test_nothing_is_resolved_without_an_answer(cast: Cast, standing: Client) -> None:
    [obstacle] = in_communes(1)
    proposal = gathered(cast, obstacle)
    seen = standing.get(proposal.get_absolute_url()).context["form"].seen
    standing.post(f"/proposals/{proposal.pk}/resolve/", {"seen": seen})
    assert Obstacle.objects.get().resolved_on is None


def test_a_stale_edit_is_told_and_loses_no_typing(cast: Cast, standing: Client) -> None:
    [obstacle] = in_communes(1)
    proposal = gathered(cast, obstacle)
    seen = standing.get(proposal.get_absolute_url()).context["form"].seen
    first = {**ASKED, "letter_number": "12/UBND", "seen": seen}
    assert standing.post(proposal.get_absolute_url(), first).status_code == 302
    late = {**ASKED, "letter_number": "34/UBND", "seen": seen}
    answer = standing.post(proposal.get_absolute_url(), late)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert all(word in page for word in ("12/UBND", "34/UBND", cast.reviewer.full_name))
    assert Proposal.objects.get().letter_number == "12/UBND"
    standing.post(f"/proposals/{proposal.pk}/resolve/", {"seen": seen})
    assert Obstacle.objects.get().resolved_on is None


def test_who_is_concerned_reads_it_and_others_do_not_know_of_it(cast: Cast, client: Client) -> None:
    ministry = AgencyFactory.create(area=NationFactory.create())
    to_act = member(UserFactory.create(), Role.OFFICER, ministry)
    own = ObstacleFactory.create(assignment=cast.assignment, text_vi="Thiếu cán bộ")
    proposal = gathered(cast, own, *in_communes(2), addressee=ministry)
    for who, shown in ((cast.viewer, 3), (cast.coordinator, 3), (cast.officer, 1), (to_act, 0)):
        client.force_login(who)
        page = client.get(proposal.get_absolute_url())
        assert (page.status_code, len(page.context["obstacles"])) == (200, shown)
        assert page.context["others"] == 3 - shown
        assert client.post(proposal.get_absolute_url(), ASKED).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert list(client.get("/proposals/").context["page"]) == []


def test_others_make_no_proposal(cast: Cast) -> None:
    [obstacle] = in_communes(1)
    for who in (cast.officer, cast.coordinator, cast.viewer):
        with pytest.raises(PermissionDenied):
            services.make_proposal(cast.area, [obstacle.pk], given=ASKED, by=who)


def test_the_list_tells_the_answered_from_those_that_wait(cast: Cast, standing: Client) -> None:
    first, second = in_communes(2)
    waiting = gathered(cast, first)
    done = gathered(cast, second, answer="Đồng ý", answered_on=date(2025, 8, 1))
    for state, wanted in (("", {waiting, done}), ("waiting", {waiting}), ("answered", {done})):
        assert set(standing.get(f"/proposals/?state={state}").context["page"]) == wanted


def test_the_pages_ask_no_more_for_many_rows(
    cast: Cast, standing: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    proposal = gathered(cast, *in_communes(2))
    for count in (1, 25):
        for _ in range(count):
            gathered(cast, *in_communes(1))
        services.add_obstacles(proposal, [one.pk for one in in_communes(count)], by=cast.reviewer)
        in_communes(count)
        for address in ("/proposals/", "/proposals/new/", proposal.get_absolute_url()):
            with django_assert_max_num_queries(16):
                assert standing.get(address).status_code == 200
