"""People and roles on their pages: a coordinator's, in their own places."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.models import AuditEvent, OneTimeCode, User
from provinces.models import Agency, Area, Delegation, Membership
from provinces.roles import Role
from tests.factories import PASSWORD, AgencyFactory, CommuneFactory, UserFactory, member
from tests.provinces.conftest import Cast, signed_in


def text_of(response: Any) -> str:
    return str(response.content.decode())


def listed(client: Client, query: str = "") -> set[int]:
    page = text_of(client.get(f"/members/?{query}"))
    return {int(pk) for pk in re.findall(r'href="/members/(\d+)/"', page)}


def give(client: Client, person: User, role: str, place: str) -> Any:
    return client.post(f"/members/{person.pk}/roles/", {"role": role, "place": place})


def take(client: Client, person: User, role: Membership | None = None) -> Any:
    role = role or person.memberships.get()
    return client.post(f"/members/{person.pk}/roles/{role.pk}/remove/")


def roles() -> set[tuple[int, str, int | None, int | None]]:
    return set(Membership.objects.values_list("user", "role", "area", "agency"))


# Who is found -------------------------------------------------------------------------------------


def test_the_list_holds_who_has_a_role_in_the_area_and_below(cast: Cast) -> None:
    below = member(UserFactory.create(), Role.OFFICER, cast.ubnd)
    member(UserFactory.create(), Role.VIEWER, cast.nation)
    UserFactory.create()
    assert listed(cast.client) == {cast.coordinator.pk, cast.officer.pk, below.pk}


def test_who_would_leave_the_list_with_their_last_role_is_said_before(cast: Cast) -> None:
    address = f"/members/{cast.officer.pk}/"
    warning = "Đây là vai trò cuối cùng trong địa bàn của bạn."
    assert warning in text_of(cast.client.get(address))
    member(cast.officer, Role.AGENCY_HEAD, cast.dept)
    assert warning not in text_of(cast.client.get(address))
    cast.officer.memberships.filter(role=Role.AGENCY_HEAD).delete()
    chief = member(UserFactory.create(), Role.COORDINATOR, cast.nation)
    assert warning not in text_of(signed_in(chief).get(address))


def test_superusers_are_seen_by_superusers_only(cast: Cast) -> None:
    boss = member(UserFactory.create(is_superuser=True), Role.ADMINISTRATOR, cast.area)
    assert boss.pk not in listed(cast.client)
    assert boss.pk in listed(signed_in(boss))


def test_the_coordinator_of_the_nation_finds_those_without_any_role(cast: Cast) -> None:
    nobody = UserFactory.create()
    chief = member(UserFactory.create(), Role.COORDINATOR, cast.nation)
    assert nobody.pk in listed(signed_in(chief))


@pytest.mark.parametrize(
    "query",
    [
        "q=nguyen duc dat",
        "q=Đạt",
        "q=DAT",
        "q=officer",
        "role=officer",
        "unit=so khcn",
        "unit=Khoa học và Công nghệ",
        "state=active&q=dat",
    ],
)
def test_a_person_is_found_without_accents_and_by_filters(cast: Cast, query: str) -> None:
    assert listed(cast.client, query) == {cast.officer.pk}


@pytest.mark.parametrize(
    "query", ["q=nobody", "role=viewer", "unit=quynh luu", "state=disabled", "state=waiting"]
)
def test_filters_leave_out_whoever_does_not_fit(cast: Cast, query: str) -> None:
    assert listed(cast.client, query) == set()
    assert "Không có ai phù hợp" in text_of(cast.client.get(f"/members/?{query}"))


def test_what_is_no_filter_counts_as_none(cast: Cast) -> None:
    assert len(listed(cast.client, "role=king&state=asleep&page=x")) == 2


def test_people_stand_in_the_order_of_their_given_names(cast: Cast) -> None:
    for name in ("Trần Thị Đào", "Lê Văn Dũng", "Phạm Ánh", "Bùi Văn An"):
        member(UserFactory.create(full_name=name), Role.OFFICER, cast.ubnd)
    page = text_of(cast.client.get("/members/?unit=quynh luu"))
    shown = re.findall(r">(Trần Thị Đào|Lê Văn Dũng|Phạm Ánh|Bùi Văn An)<", page)
    assert shown == ["Bùi Văn An", "Phạm Ánh", "Lê Văn Dũng", "Trần Thị Đào"]


def test_the_list_asks_as_much_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(40):
        member(UserFactory.create(), Role.OFFICER, AgencyFactory.create(area=cast.commune))
    with django_assert_max_num_queries(9):
        assert len(listed(cast.client)) == 42


def test_only_coordinators_come_in(cast: Cast) -> None:
    officer = signed_in(cast.officer)
    for path in ("", "new/", "import/", "import/form.xlsx", f"{cast.officer.pk}/"):
        assert officer.get(f"/members/{path}").status_code == 403
    for path in ("roles/", "disable/", "enable/", "code/"):
        assert officer.post(f"/members/{cast.officer.pk}/{path}").status_code == 403
    assert 'href="/members/"' not in text_of(officer.get("/account/"))
    assert 'href="/members/"' in text_of(cast.client.get("/account/"))


# Roles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.AGENCY_HEAD, "Sở KH&CN"),
        (Role.OFFICER, "UBND xã Quỳnh Lưu"),
        (Role.OFFICER, "xã quỳnh lưu"),
        (Role.REVIEWER, "40"),
        (Role.VIEWER, "17110"),
        (Role.COORDINATOR, "Nghệ An"),
    ],
)
def test_a_role_is_given_by_what_offices_call_the_place(cast: Cast, role: str, place: str) -> None:
    assert give(cast.client, cast.officer, role, place).status_code == 302
    assert cast.officer.memberships.filter(role=role).count() == (2 if role == Role.OFFICER else 1)
    [event] = AuditEvent.objects.filter(action="membership.give")
    assert event.after is not None
    assert (event.after["role"], event.subject_key) == (role, str(cast.officer.pk))


@pytest.mark.parametrize(
    ("role", "place", "words"),
    [
        (Role.OFFICER, "Sở Y tế", "Không có cơ quan, địa phương nào"),
        (Role.OFFICER, "38-sxd", "không thuộc địa bàn"),
        (Role.COORDINATOR, "38", "không thuộc địa bàn"),
        (Role.COORDINATOR, "VN", "không thuộc địa bàn"),
        (Role.COORDINATOR, "Sở KH&CN", "là cơ quan"),
        (Role.OFFICER, "Nghệ An", "là địa phương"),
        (Role.OFFICER, "Sở KH&CN", "đã có vai trò đó"),
        (Role.OFFICER, "", "Không được để trống"),
        (Role.ADMINISTRATOR, "40", "hợp lệ"),
        ("king", "40", "hợp lệ"),
    ],
)
def test_a_role_that_is_not_theirs_to_give_is_refused_with_the_reason(
    cast: Cast, role: str, place: str, words: str
) -> None:
    before = roles()
    response = give(cast.client, cast.officer, role, place)
    assert response.status_code in {409, 422}
    assert words in text_of(response)
    assert (roles(), AuditEvent.objects.count()) == (before, 0)


def test_two_agencies_of_one_name_are_told_apart_by_their_codes(cast: Cast) -> None:
    other = CommuneFactory.create(code="17200")
    AgencyFactory.create(code="ubnd-17200", area=other, name_vi=cast.ubnd.name_vi)
    page = text_of(give(cast.client, cast.officer, Role.OFFICER, "UBND xã Quỳnh Lưu"))
    assert "ubnd-17110, ubnd-17200" in page


def test_a_neighbour_of_the_same_name_is_no_riddle(cast: Cast) -> None:
    AgencyFactory.create(area=cast.elsewhere, name_vi=cast.dept.name_vi, short_name_vi="Sở KH&CN")
    assert give(cast.client, cast.officer, Role.AGENCY_HEAD, "Sở KH&CN").status_code == 302


def test_a_merged_agency_gets_nobody_any_more(cast: Cast) -> None:
    Agency.objects.filter(pk=cast.dept.pk).update(successor=cast.ubnd, merged_on=clock.today())
    assert give(cast.client, cast.officer, Role.AGENCY_HEAD, "Sở KH&CN").status_code == 422


def test_administrators_make_administrators_within_their_own_area(cast: Cast) -> None:
    boss = signed_in(member(UserFactory.create(), Role.ADMINISTRATOR, cast.area))
    assert give(boss, cast.officer, Role.ADMINISTRATOR, "VN").status_code == 422
    assert give(boss, cast.officer, Role.ADMINISTRATOR, "17110").status_code == 302


def test_a_coordinator_takes_no_administrators_role(cast: Cast) -> None:
    boss = member(UserFactory.create(), Role.ADMINISTRATOR, cast.area)
    assert take(cast.client, boss).status_code == 403
    assert "Bỏ" not in re.findall(
        r"<button[^>]*>([^<]*)</button>", text_of(cast.client.get(f"/members/{boss.pk}/"))
    )
    assert boss.memberships.exists()


def test_a_role_taken_away_opens_nothing_with_the_next_request(cast: Cast) -> None:
    rival = member(UserFactory.create(), Role.COORDINATOR, cast.area)
    browser = signed_in(rival)
    assert browser.get("/members/").status_code == 200
    assert take(cast.client, rival)["Location"] == "/members/"
    assert browser.get("/members/").status_code == 403
    [event] = AuditEvent.objects.all()
    assert (event.action, event.subject_key) == ("membership.take", str(rival.pk))
    assert event.before == {"role": "coordinator", "area": "40"}


def test_nobody_takes_their_own_last_role_as_a_coordinator(cast: Cast) -> None:
    response = cast.client.post(
        f"/members/{cast.coordinator.pk}/roles/{cast.coordinator.memberships.get().pk}/remove/",
        follow=True,
    )
    assert "vai trò điều phối cuối cùng" in text_of(response)
    assert cast.coordinator.memberships.count() == 1


def test_of_somebody_from_elsewhere_only_the_roles_inside_are_theirs(cast: Cast) -> None:
    guest = member(
        member(UserFactory.create(), Role.VIEWER, cast.elsewhere), Role.VIEWER, cast.area
    )
    outside = guest.memberships.get(area=cast.elsewhere)
    page = text_of(cast.client.get(f"/members/{guest.pk}/"))
    assert "Còn 1 vai trò ngoài địa bàn" in page
    assert cast.elsewhere.name_vi not in page
    assert take(cast.client, guest, outside).status_code == 404
    assert take(cast.client, guest, guest.memberships.get(area=cast.area)).status_code == 302
    assert cast.client.get(f"/members/{guest.pk}/").status_code == 404


def test_a_role_of_somebody_else_is_not_taken_through_a_third(cast: Cast) -> None:
    other = member(UserFactory.create(), Role.VIEWER, cast.area)
    assert take(cast.client, cast.officer, other.memberships.get()).status_code == 404
    assert other.memberships.exists()


# Escalation ---------------------------------------------------------------------------------------


def above(cast: Cast) -> list[User]:
    """People whose account opens more than the coordinator's own, though each has a role inside."""
    chief = member(UserFactory.create(), Role.COORDINATOR, cast.nation)
    admin = UserFactory.create()
    guest = UserFactory.create()
    deputy = UserFactory.create()
    for person in (chief, guest, deputy):
        member(person, Role.VIEWER, cast.area)
    member(admin, Role.ADMINISTRATOR, cast.area)
    member(guest, Role.OFFICER, cast.abroad)
    Delegation.objects.create(
        agency=cast.abroad,
        delegator=cast.stranger,
        delegate=deputy,
        from_day=clock.today(),
        to_day=clock.today() + timedelta(days=9),
    )
    return [chief, admin, guest, deputy]


def test_an_account_that_opens_more_is_neither_changed_nor_shut_nor_reset(cast: Cast) -> None:
    people = above(cast)
    before = list(User.objects.order_by("pk").values())
    for person in people:
        page = f"/members/{person.pk}/"
        assert "còn quyền ngoài địa bàn" in text_of(cast.client.get(page))
        sent = {"full_name": "X", "email": "x@example.vn", "office": "", "phone": ""}
        for path in ("", "disable/", "enable/", "code/"):
            assert cast.client.post(page + path, sent).status_code == 403
    kept = ("last_login",)
    after = list(User.objects.order_by("pk").values())
    assert [{k: v for k, v in row.items() if k not in kept} for row in after] == [
        {k: v for k, v in row.items() if k not in kept} for row in before
    ]
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize("flag", ["is_superuser", "is_staff"])
def test_who_runs_the_site_is_nobody_elses_to_touch(cast: Cast, flag: str) -> None:
    boss = member(UserFactory.create(**{flag: True}), Role.VIEWER, cast.area)
    page = f"/members/{boss.pk}/"
    role = boss.memberships.get()
    answers = {cast.client.get(page).status_code, take(cast.client, boss, role).status_code}
    for path in ("", "roles/", "disable/", "enable/", "code/"):
        answers.add(cast.client.post(page + path, {"role": "viewer", "place": "40"}).status_code)
    assert answers == {404}


def test_no_field_of_the_forms_reaches_another_column(cast: Cast) -> None:
    names = {f.name for f in User._meta.concrete_fields} | {"role", "user", "user_id", "is_staff"}
    sent = dict.fromkeys(names, "1") | {"full_name": "Lê An", "email": "", "place": "Sở KH&CN"}
    watched = User.objects.filter(pk=cast.officer.pk).values(
        "username", "password", "is_staff", "is_superuser", "is_active", "last_login", "first_name"
    )
    before = watched.get()
    assert cast.client.post(f"/members/{cast.officer.pk}/", sent).status_code == 302
    give(cast.client, cast.officer, "agency_head", "Sở KH&CN")
    assert watched.get() == before


# Accounts -----------------------------------------------------------------------------------------


def test_name_office_and_contact_are_changed_with_one_event(cast: Cast) -> None:
    sent = {
        "full_name": "  Nguyễn  Thị Bình ",
        "office": "Phó Giám đốc",
        "phone": "0238 3844",
        "email": "binh@nghean.gov.vn",
    }
    assert cast.client.post(f"/members/{cast.officer.pk}/", sent).status_code == 302
    cast.officer.refresh_from_db()
    assert (cast.officer.full_name, cast.officer.office) == ("Nguyễn Thị Bình", "Phó Giám đốc")
    assert listed(cast.client, "q=binh") == {cast.officer.pk}
    [event] = AuditEvent.objects.all()
    assert event.before is not None
    assert (event.action, event.before["full_name"]) == ("user_changed", "Nguyễn Đức Đạt")


def test_wrong_details_are_told_beside_the_field(cast: Cast) -> None:
    sent = {"full_name": "", "email": "nobody", "office": "", "phone": "9" * 41}
    response = cast.client.post(f"/members/{cast.officer.pk}/", sent)
    assert response.status_code == 422
    assert text_of(response).count('class="field-error"') == 3


def test_a_disabled_account_is_out_at_once_and_its_old_sessions_stay_out(cast: Cast) -> None:
    browser = signed_in(cast.officer)
    cast.client.post(f"/members/{cast.officer.pk}/code/")
    cast.client.post(f"/members/{cast.officer.pk}/disable/")
    assert browser.get("/account/").status_code == 302
    assert not OneTimeCode.objects.exists()
    assert cast.client.get("/members/").status_code == 200
    cast.client.post(f"/members/{cast.officer.pk}/enable/")
    assert browser.get("/account/").status_code == 302
    assert Client().login(username="officer", password=PASSWORD)
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == [
        "one_time_code.make",
        "user_disabled",
        "user_enabled",
    ]


def test_disabling_twice_is_one_event(cast: Cast) -> None:
    for _ in range(2):
        cast.client.post(f"/members/{cast.officer.pk}/disable/")
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("path", ["disable/", "code/"])
def test_ones_own_account_is_somebody_elses_to_shut_or_reset(cast: Cast, path: str) -> None:
    cast.client.post(f"/members/{cast.coordinator.pk}/{path}")
    assert User.objects.get(pk=cast.coordinator.pk).is_active
    assert not OneTimeCode.objects.exists()


def code_on(response: Any) -> str:
    found = re.search(r"[A-Z2-9]{5}(-[A-Z2-9]{5}){2}", text_of(response))
    return found[0] if found else ""


def test_a_code_is_shown_once_and_opens_the_door(cast: Cast) -> None:
    response = cast.client.post(f"/members/{cast.officer.pk}/code/")
    code = code_on(response)
    assert "http://testserver/login/code/" in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert code_on(cast.client.get(f"/members/{cast.officer.pk}/")) == ""
    assert code not in str(list(AuditEvent.objects.values()))
    sent = {
        "username": "officer",
        "code": code,
        "new_password1": "lua-moi-quynh-luu-9",
        "new_password2": "lua-moi-quynh-luu-9",
    }
    assert Client().post("/login/code/", sent).status_code == 302
    assert Client().login(username="officer", password="lua-moi-quynh-luu-9")


def test_a_disabled_account_gets_no_code(cast: Cast) -> None:
    User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert code_on(cast.client.post(f"/members/{cast.officer.pk}/code/")) == ""


def test_the_pages_speak_english_when_asked(cast: Cast) -> None:
    cast.client.cookies["django_language"] = "en"
    assert "Members and roles" in text_of(cast.client.get("/members/"))
    assert "Give a role" in text_of(cast.client.get(f"/members/{cast.officer.pk}/"))


def test_an_area_that_is_merged_away_takes_no_roles(cast: Cast) -> None:
    Area.objects.filter(pk=cast.commune.pk).update(is_active=False, successor=cast.area)
    assert give(cast.client, cast.officer, Role.VIEWER, "17110").status_code == 422
