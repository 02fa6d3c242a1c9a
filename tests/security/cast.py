"""Who knocks: every role in its own, the parent's, a child's and a sister's place, and the others.

What they knock at lies in province 40 and belongs to its department ``dept``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client

from core.accounts.preferences import unsubscribe_token
from core.accounts.sign_in import give_codes
from core.calendar import clock
from core.models import ApiClient, ApiKey, User
from core.queue import recalculation
from core.web import editing
from indicators.files.shape import NEEDED, Shape
from indicators.models import ClientScope, ImportJob
from provinces.agencies.services import CHANGED_FIELDS
from provinces.models import (
    AccountList,
    Agency,
    Area,
    Delegation,
    Membership,
    Phase,
    Plan,
    PlanGroup,
    PlanScope,
)
from provinces.models.names import NAME_FIELDS
from provinces.plans import services
from provinces.roles import AGENCY_ROLES, Role
from reports.frozen.services import freeze
from reports.models import ReportDraft, ReportingPeriod, ReportingSchedule, SignedCopy
from tasks.models import (
    Assignment,
    Evidence,
    HandOver,
    PlanAct,
    Proposal,
    SheetImport,
    Task,
    TaskListImport,
)
from tasks.planning.assigning import ASSIGNMENT_FIELDS
from tasks.planning.fan_out import weigh_fan_out
from tasks.planning.table.on_assignments import DueAct
from tasks.planning.table.rows import GIVEN, read_table_query, select
from tasks.proposals.services import PROPOSAL_FIELDS
from tasks.status.history import refresh
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    ApiClientFactory,
    AssignmentFactory,
    CancelRequestFactory,
    CommuneFactory,
    DisplayKeyFactory,
    ExtensionFactory,
    GroupFactory,
    IndicatorFactory,
    NationFactory,
    ObstacleFactory,
    PhaseFactory,
    PlanFactory,
    ProvinceFactory,
    ReviewFactory,
    StatusReportFactory,
    TargetFactory,
    TaskFactory,
    UserFactory,
    api_key,
    bearer,
    member,
)

PLACES = ("own", "parent", "child", "sister")
PEOPLE = tuple(f"{role}@{place}" for role in Role for place in PLACES)
SIGNED_OUT = ("signed_out", "nobody", "disabled", "expired_session")
KEYS = ("key", "key_elsewhere", "key_without_scope", "key_tasks", "key_tasks_reads")
NO_KEYS = ("revoked_key",)
SIGNED_IN = (*PEOPLE, "superuser", "roleless")
CALLERS = (*SIGNED_IN, *SIGNED_OUT, *KEYS, *NO_KEYS)


# What some addresses must be asked with.
QUERIES = {"chart": "?plan=305-KH/TU", "chart,csv": "?plan=305-KH/TU", "counts": "?plan=305-KH/TU"}


@dataclass(frozen=True)
class World:
    """``subjects`` has what stands for a placeholder in an address, by the table's word for it."""

    subjects: dict[str, str]
    callers: dict[str, Client]
    users: dict[str, User]
    scoped: ApiClient
    code: str
    """The one-time code of viewer@own."""

    def path(self, address: str, subject: str) -> str:
        return path_of(address, subject, self.subjects)

    @cached_property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """As ``bodies`` gives them while nothing has been written yet; to be copied before use."""
        return bodies(self)


def path_of(address: str, subject: str, subjects: Mapping[str, str]) -> str:
    """Raises KeyError for a subject that ``build`` does not know."""
    values = iter(subject.split(","))
    path = re.sub(r"<\w+>", lambda _: subjects[next(values)], address.lstrip("/"))
    return f"/{path}{QUERIES.get(subject, '')}"


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """What is sent with a POST, by the table's word for it: each is taken from whoever may."""
    today = clock.today().isoformat()
    status = {"state": "in_progress", "percent": "40", "effective_on": today}
    reading = {"area": "40", "period": "2025", "value": "14", "published_on": today}
    province = str(Area.objects.get(code="40").pk)
    proposal = {"text_vi": "Ban hành hướng dẫn", "addressee_text": "Bộ Nội vụ"}
    later = {"new_due_on": "2100-12-31", "reason": "Chờ hướng dẫn"}
    words = {"old_password": PASSWORD, "new_password1": "quang-tri-44-kh-57"}
    return {
        "-": {},
        "status": status,
        "line": status,
        "many": {"chosen": f"{world.subjects['assignment']}:1", "save": "1", **status},
        "json_status": {**status, "percent": 40},
        "json_freeze": {"area": "40", "reason": "Bổ sung"},
        "version": {"reason": "Bổ sung"},
        "signed": {"number": "12-BC/VPTU", "signed_on": "15/11/2025"},
        "schedule": {
            "kind": "month",
            "closing_day": "14",
            "closing_time": "16:00",
            "months_early": "0",
            "moves": "before",
        },
        "report_text": {
            "before": "Đã xong {hoan_thanh} việc",
            "seen": editing.stamp(ReportDraft(), ReportDraft.CHOSEN),
        },
        "json_reading": {**reading, "indicator": "grdp"},
        "many_readings": {"readings": [{**reading, "indicator": "grdp"}]},
        "reading": {**reading, "obs_status": "A"},
        "grid": {
            "40|2025|0.0": "14",
            "published_on": today,
            "obs_status": "A",
            "notation": "comma",
        },
        "obstacle": {"category": "people", "text": "Thiếu cán bộ"},
        "later": later,
        "resolution": {"resolution": "Đã bổ sung"},
        "undo_many": {"chosen": world.subjects["decision"]},
        "decide_many": {"chosen": world.subjects["report"], "decision": "accepted"},
        "decision": {"decision": "granted"},
        "ending": {"reason": "Đã có nhiệm vụ khác thay thế"},
        "ended": {"decision": "granted", "evidence_number": "9/QĐ-UBND"},
        "new_key": {"expires_on": "2099-12-31"},
        "scope": {"about": "figures", "areas": "40"},
        "new_display": {
            "name": "Phòng họp",
            "area": "40",
            "seconds": "20",
            "language": "vi",
            "pages": ["sentence", "late"],
        },
        "new_client": {
            "name": "IOC Nghệ An",
            "owner": world.users["viewer@own"].username,
            "about": "tasks",
            "areas": "40",
            "expires_on": "2099-12-31",
        },
        "person": {"full_name": "Nguyễn Thị Bình", "office": "Phó Giám đốc"},
        "role": {"role": "agency_head", "place": "dept"},
        "new_account": {"full_name": "Lê Văn Dũng", "role": "officer", "place": "dept"},
        "fan_out": _fan_out(world, province),
        "table_act": _table_act(world),
        "new_proposal": {**proposal, "area": "40", "chosen": world.subjects["obstacle"]},
        "proposal": {**proposal, "seen": world.subjects["proposal_seen"]},
        "free_obstacle": {"chosen": world.subjects["obstacle"]},
        "gathered": {"chosen": world.subjects["gathered"]},
        "task_list": {"file": SimpleUploadedFile("a.csv", "STT,Nhóm,Nhiệm vụ\n9,1,X".encode())},
        "list_columns": {"number": "0", "group": "1", "title": "2"},
        "list_choices": {"assigned_on": "2025-07-01"},
        "list_names": {"keep": "on"},
        "layout": {f"column-{key}": str(at) for at, key in enumerate((*NEEDED, "value"))},
        **_planned(world, province),
        "no_words": {},
        "new_agency": {
            "name_vi": "Sở Dân tộc và Tôn giáo",
            "code": "so-dttg",
            "area": "40",
            "protocol_order": "9",
        },
        "agency": {
            "head_name": "Trần Văn B",
            "protocol_order": "9",
            "seen": editing.stamp(
                Agency.objects.get(code=world.subjects["agency"]), CHANGED_FIELDS
            ),
        },
        "new_name": {
            "name_vi": "Sở Số",
            "from_day": today,
            "seen": editing.stamp(Agency.objects.get(code=world.subjects["agency"]), NAME_FIELDS),
        },
        "commune_merger": {
            "communes": world.subjects["old_commune"],
            "into": world.subjects["new_commune"],
            "merged_on": today,
            "save": "1",
        },
        "merger": {
            "successor": Agency.objects.get(pk=world.subjects["free_agency"]).code,
            "merged_on": today,
            "save": "1",
        },
        "successor": {"successor": world.users["viewer@own"].username, "confirmed": "on"},
        "lend": {
            "what": f"{Agency.objects.get(code='dept').pk}:officer",
            "delegate": world.users["viewer@own"].username,
            "from_day": today,
            "to_day": today,
        },
        "export": {"format": "csv"},
        "part": {"text": "Đã thẩm định"},
        "accept": {"decision": "accepted"},
        "approve": {"decision": "approved"},
        "preferences": {"language": "en", "email": "a@nghean.example"},
        "password": {**words, "new_password2": words["new_password1"]},
        "use_code": {
            "username": world.users["viewer@own"].username,
            "code": world.code,
            "new_password1": words["new_password1"],
            "new_password2": words["new_password1"],
        },
        "sign_in": {"username": world.users["viewer@own"].username, "password": PASSWORD},
    }


def _fan_out(world: World, province: str) -> dict[str, Any]:
    """As its page told it."""
    task = Task.objects.select_related("plan__area").get(pk=world.subjects["task"])
    told = weigh_fan_out(task, level="commune", within=Area.objects.get(pk=province))
    given = {"level": "commune", "within": province, "assigned_on": "2025-07-01"}
    return {**given, "save": "1", "seen": told.stamp}


def _table_act(world: World) -> dict[str, Any]:
    """The deadline of an assignment that nobody reported on, as the table told it."""
    plan, ticked = Plan.objects.get(pk=world.subjects["plan"]), int(world.subjects["unreported"])
    rows = select(plan, read_table_query({"status": GIVEN}, plan), [ticked])
    told = DueAct(date(2099, 6, 30)).weigh(rows)
    given = {"act": "due", "due_on": "2099-06-30", "back": f"status={GIVEN}"}
    return {**given, "chosen": ticked, "save": "1", "seen": told.stamp}


def _act(plan: Plan) -> int:
    """An assignment given just now, so that it may be taken back."""
    given = AssignmentFactory.create(task__plan=plan)
    return PlanAct.objects.create(
        plan=plan,
        kind=PlanAct.Kind.ASSIGN,
        count=1,
        moved={"given": [given.pk]},
        by=UserFactory.create(),
        at=clock.now(),
    ).pk


def _planned(world: World, province: str) -> dict[str, dict[str, Any]]:
    """What coordinators plan; a change carries the stamp of the row it was made from."""
    plan = {
        "number": "999-KH/TU",
        "kind": "plan",
        "issued_on": "2025-02-01",
        "name_vi": "Kế hoạch",
        "issuer_vi": "Tỉnh ủy Nghệ An",
        "area": province,
    }
    part = {"number": "77", "name_vi": "Nhóm 77"}
    group = PlanGroup.objects.filter(tasks=int(world.subjects["task"])).values_list("pk", flat=True)
    task = {"number": "99", "title_vi": "Việc", "due_text": "6/2025", "group": str(group[0])}
    chosen = {"agency": world.subjects["free_agency"], "save": "1"}

    def seen(model: type[Model], subject: str, fields: Iterable[str]) -> dict[str, str]:
        row = model._default_manager.filter(pk=world.subjects[subject]).first()
        return {"seen": editing.stamp(row, fields) if row else ""}

    return {
        "new_plan": plan,
        "plan": {**plan, **seen(Plan, "plan", services.PLAN_FIELDS)},
        "plan_part": part,
        "phase": {**part, **seen(Phase, "phase", services.PHASE_FIELDS)},
        "group": {**part, **seen(PlanGroup, "group", services.GROUP_FIELDS)},
        "delete": {"delete": "1"},
        "new_task": task,
        "task": {**task, **seen(Task, "task", Task.WRITTEN)},
        "assign": {**chosen, "assigned_on": "2025-07-01"},
        "coordinating": {**chosen, "seen": ""},
        "cancel": {
            "chosen": f"{world.subjects['assignment']}:1",
            "save": "1",
            "reason": "Thôi",
            "evidence_number": "1-QĐ/TU",
            "effective_on": clock.today().isoformat(),
        },
        "assignment": {
            "responsible_text": "Bà Hai",
            **seen(Assignment, "assignment", ASSIGNMENT_FIELDS),
        },
        "move": {**chosen, **seen(Assignment, "unreported", ASSIGNMENT_FIELDS)},
    }


def build(recompute: Callable[[], object] = recalculation.recalculate_all) -> World:
    """``recompute`` brings the figures of what was made into step."""
    nation, province = NationFactory.create(), ProvinceFactory.create()
    above = AgencyFactory.create(code="above", area=province)
    dept = AgencyFactory.create(code="dept", area=province, parent=above)
    commune = CommuneFactory.create(code="16654")
    AgencyFactory.create(area=commune)
    areas = {
        "own": province,
        "parent": nation,
        "child": commune,
        "sister": ProvinceFactory.create(code="01"),
    }
    agencies = {
        "own": dept,
        "parent": above,
        "child": AgencyFactory.create(area=province, parent=dept),
        "sister": AgencyFactory.create(area=province),
    }
    indicator = IndicatorFactory.create(code="grdp", owner=dept)
    users = dict(_people(areas, agencies))
    subjects = _subjects(province, dept, recompute)
    clients = {name: _signed_in(user) for name, user in users.items()}
    scoped = ApiClientFactory.create()
    ClientScope.objects.create(client=scoped, indicator=indicator, area=province, can_write=True)
    reports, reads = ApiClientFactory.create(), ApiClientFactory.create()
    plan = Plan.objects.get(pk=subjects["plan"])
    PlanScope.objects.create(client=reports, plan=plan, area=province, can_write=True)
    PlanScope.objects.create(client=reads, plan=plan, area=province)
    other = PlanFactory.create(number="309-KH/TU", area=province)
    task_scope = PlanScope.objects.create(client=scoped, plan=other, area=province, can_write=True)
    headers = {
        "key": api_key(scoped),
        "key_tasks": api_key(reports),
        "key_tasks_reads": api_key(reads),
        "key_elsewhere": api_key(indicator=IndicatorFactory.create(), area=areas["sister"]),
        "key_without_scope": api_key(ApiClientFactory.create()),
        "revoked_key": api_key(),
    }
    ApiKey.objects.filter(public_id=headers["revoked_key"].split("_")[1]).update(
        revoked_at=clock.now()
    )
    clients |= {name: Client(headers=bearer(text)) for name, text in headers.items()}
    subjects |= _members(dept, users["coordinator@own"])
    subjects |= {
        "import": str(_import(users["officer@own"], "waiting", dry_run=True)),
        "preview": str(_import(users["officer@own"], "done", dry_run=True)),
        "delegation": str(_delegation(users["officer@own"], users["roleless"], dept)),
        "sheet": str(_sheet(users["officer@own"])),
        "task_list": str(_task_list(users["coordinator@own"], int(subjects["plan"]))),
        "client": str(scoped.pk),
        **_reports(plan, province, users["coordinator@own"]),
        "token": unsubscribe_token(users["roleless"].pk),
        "display": str(DisplayKeyFactory.create(area=province).pk),
        "api_key": headers["key"].split("_")[1],
        "scope": str(scoped.scopes.get().pk),
        "task_scope": str(task_scope.pk),
    }
    [given] = give_codes([users["viewer@own"]])
    return World(subjects, clients | _outside(users["officer@own"]), users, scoped, given.text)


def _reports(plan: Plan, area: Area, by: User) -> dict[str, str]:
    """A period that has closed, and its report, frozen once."""
    period = ReportingPeriod.objects.create(
        plan=plan,
        first_day=date(2025, 11, 8),
        last_day=date(2025, 11, 14),
        closes_at=datetime(2025, 11, 14, 9, tzinfo=UTC),
    )
    frozen = freeze(period, area, by=by, closes=False)
    ReportingSchedule.objects.create(plan=plan, kind="week", closing_day=5, since=date(2100, 1, 1))
    SignedCopy.objects.create(
        report=frozen,
        number="1-BC/VPTU",
        signed_on=date(2025, 11, 15),
        scan=ContentFile(b"%PDF-1.7", "a.pdf"),
        by=by,
        at=clock.now(),
    )
    words = {"docx": "report.docx", "week": "week", "pdf": "pdf"}
    return {"period": str(period.pk), "frozen": str(frozen.pk), **words}


def _members(dept: Agency, coordinator: User) -> dict[str, str]:
    """An officer with their role, one whose account is closed, and two lists of accounts."""
    person, newcomer = UserFactory.create(), member(UserFactory.create(), Role.OFFICER, dept)
    disabled = member(UserFactory.create(is_active=False), Role.OFFICER, dept)
    member(person, Role.OFFICER, dept)
    newcomer.set_unusable_password()
    newcomer.save()
    cells = {"full_name": "Lê An", "unit": "dept", "role": "officer"}
    line = {"number": 2, "cells": cells, "has_formula": False}
    sent: dict[str, Any] = {"user": coordinator, "made_at": clock.now(), "file_name": "a.xlsx"}
    taken = AccountList.objects.create(
        **sent, applied_at=clock.now(), people=[newcomer.pk], refused=[{**line, "reason": "?"}]
    )
    return {
        "person": str(person.pk),
        "role": str(person.memberships.get().pk),
        "disabled": str(disabled.pk),
        "accounts": str(AccountList.objects.create(**sent, lines=[line]).pk),
        "taken": str(taken.pk),
    }


def _import(user: User, state: str, *, dry_run: bool) -> int:
    shape = Shape([*NEEDED, "value"], 0, {key: at for at, key in enumerate((*NEEDED, "value"))})
    found = {"shape": asdict(shape), "names": [], "sheets": [], "questions": [], "sample": []}
    job = ImportJob.objects.create(
        user=user,
        state=state,
        dry_run=dry_run,
        file="imports/a.csv",
        file_name="a.csv",
        asks=dry_run,
        found={**found, "example": "", "short": {}, "shares": []} if dry_run else {},
    )
    return job.pk


def _delegation(giver: User, holder: User, agency: Agency) -> int:
    """One that is to come, so that it opens nothing."""
    return Delegation.objects.create(
        delegator=giver,
        delegate=holder,
        agency=agency,
        from_day=date(2099, 1, 1),
        to_day=date(2099, 12, 31),
    ).pk


def _sheet(user: User) -> int:
    refused = [{"number": 7, "cells": {}, "reason": "Thiếu kết quả"}]
    return SheetImport.objects.create(
        user=user, made_at=clock.now(), file_name="a.xlsx", refused=refused
    ).pk


def _handed_over(dept: Agency) -> HandOver:
    """Of an officer's role, just now, so that it may be taken back."""
    role = {"role": Role.OFFICER, "area": None, "agency": dept.pk, "given": None}
    nothing: dict[str, Any] = {"assignments": [], "drafts": [], "systems": [], "delegations": []}
    return HandOver.objects.create(
        person=UserFactory.create(),
        successor=UserFactory.create(),
        by=UserFactory.create(),
        at=clock.now(),
        moved={**nothing, "roles": [role], "disabled": False},
    )


def _proposal(assignment: Assignment) -> dict[str, str]:
    """An answered one, with an open obstacle of the department."""
    proposal = Proposal.objects.create(
        area=assignment.area,
        text_vi="Bổ sung biên chế",
        addressee_text="Bộ Nội vụ",
        answer="Đồng ý",
        answered_on=date(2025, 8, 1),
    )
    gathered = ObstacleFactory.create(assignment=assignment, proposal=proposal)
    return {
        "proposal": str(proposal.pk),
        "proposal_seen": editing.stamp(proposal, PROPOSAL_FIELDS),
        "gathered": str(gathered.pk),
    }


def _task_list(user: User, plan: int) -> int:
    row = {"number": 2, "cells": ["9", "1", "Xây dựng nền tảng"]}
    return TaskListImport.objects.create(
        plan_id=plan,
        user=user,
        made_at=clock.now(),
        file_name="a.csv",
        header=["STT", "Nhóm", "Nhiệm vụ"],
        rows=[row],
        assigned_on=date(2025, 1, 1),
        columns={"number": 0, "group": 1, "title": 2},
        refused=[{**row, "reason": "Thiếu nhóm"}],
    ).pk


def _people(areas: dict[str, Area], agencies: dict[str, Agency]) -> Iterator[tuple[str, User]]:
    for role in Role:
        for place in PLACES:
            where = agencies[place] if role in AGENCY_ROLES else areas[place]
            yield f"{role}@{place}", member(UserFactory.create(), role, where)
    yield "superuser", UserFactory.create(is_superuser=True, is_staff=True)
    yield "roleless", UserFactory.create()


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _outside(like: User) -> dict[str, Client]:
    """Somebody signed out, the same in public mode, somebody whose account was closed, and somebody
    whose session is over."""
    disabled = UserFactory.create()
    for held in like.memberships.all():
        Membership.objects.create(user=disabled, role=held.role, agency=held.agency)
    closed, over = _signed_in(disabled), _signed_in(like)
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    over.session.flush()
    return {"signed_out": Client(), "nobody": Client(), "disabled": closed, "expired_session": over}


def _subjects(province: Area, dept: Agency, recompute: Callable[[], object]) -> dict[str, str]:
    plan = PlanFactory.create(area=province, requires_review=True)
    assignment = AssignmentFactory.create(
        task__plan=plan, task__due_on=date(2099, 12, 31), agency=dept
    )
    report = StatusReportFactory.create(assignment=assignment)
    strict = PlanFactory.create(number="307-KH/TU", area=province, requires_agency_approval=True)
    unapproved = StatusReportFactory.create(assignment__task__plan=strict, assignment__agency=dept)
    helped = AssignmentFactory.create(task__plan=plan, agency=AgencyFactory.create(area=province))
    helped.coordinating.add(dept)
    returned = ReviewFactory.create(
        report__assignment__task__plan=plan, report__assignment__agency=dept, decision="returned"
    )
    refresh([assignment.pk, unapproved.assignment_id, returned.report.assignment_id])
    evidence = Evidence.objects.create(
        file=ContentFile(b"%PDF-1.4", name="a.pdf"),
        file_name="a.pdf",
        added_at=clock.now(),
        added_by=report.reported_by_user,
    )
    evidence.assignments.add(assignment)
    TargetFactory.create(code="t1", plan=plan, indicator__code="grdp")
    recompute()
    return {
        "-": "",
        "area": province.code,
        "agency": dept.code,
        "plan": str(plan.pk),
        "indicator": "grdp",
        "target": "t1",
        "chart": "completion-by-group",
        "table": "targets",
        "csv": "csv",
        "task": str(assignment.task_id),
        "assignment": str(assignment.pk),
        "report": str(report.pk),
        "unapproved": str(unapproved.pk),
        "decision": str(returned.pk),
        "helped": str(helped.pk),
        "obstacle": str(ObstacleFactory.create(assignment=assignment).pk),
        "extension": str(
            ExtensionFactory.create(
                assignment=AssignmentFactory.create(task__plan=plan, agency=dept),
                new_due_on=date(2099, 12, 31),
            ).pk
        ),
        "handover": str(_handed_over(dept).pk),
        "act": str(_act(plan)),
        "ending": str(
            CancelRequestFactory.create(
                assignment=AssignmentFactory.create(task__plan=plan, agency=dept)
            ).pk
        ),
        "evidence": str(evidence.pk),
        "empty_plan": str(PlanFactory.create(number="1-KH/TU", area=province).pk),
        "empty_task": str(TaskFactory.create(plan=plan).pk),
        "unreported": str(AssignmentFactory.create(task__plan=plan, agency=dept).pk),
        "old_commune": CommuneFactory.create(parent=province).code,
        "new_commune": CommuneFactory.create(parent=province).code,
        "free_agency": str(AgencyFactory.create(area=province).pk),
        "phase": str(PhaseFactory.create(plan=plan, number=1).pk),
        "group": str(GroupFactory.create(plan=plan, number=66).pk),
        **_proposal(assignment),
        "missing": "987654321",
    }
