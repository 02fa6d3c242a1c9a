from datetime import date

import django.db.models.deletion
from django.db import migrations, models

from core.db import bulk

# By the rules of 28 November 2026: the last report that counts, the last extension granted.
# Each day on which one begins to hold; of these the ones that differ from the day before.
FILL = """
INSERT INTO tasks_assignmentspan (
    assignment_id, day, until, state, percent, due_on, reported_at)
WITH days AS (
    SELECT id AS assignment_id, assigned_on AS day FROM tasks_assignment
    UNION
    SELECT r.assignment_id, r.effective_on FROM tasks_statusreport r
    JOIN tasks_assignment a ON a.id = r.assignment_id AND r.effective_on > a.assigned_on
    UNION
    SELECT e.assignment_id, e.decided_on FROM tasks_extensionrequest e
    JOIN tasks_assignment a ON a.id = e.assignment_id AND e.decided_on > a.assigned_on
    WHERE e.decision = 'granted'
), held AS (
    SELECT d.assignment_id, d.day, (
        SELECT r.id FROM tasks_statusreport r
        WHERE r.assignment_id = d.assignment_id AND r.effective_on <= d.day AND (
            EXISTS (
                SELECT 1 FROM tasks_review w WHERE w.report_id = r.id AND (
                    w.decision = 'accepted'
                    OR (w.decision = 'approved' AND NOT p.requires_review)
                ) AND NOT EXISTS (SELECT 1 FROM tasks_review u WHERE u.undoes_id = w.id)
            )
            OR NOT (p.requires_review OR p.requires_agency_approval)
        )
        ORDER BY r.effective_on DESC, r.recorded_at DESC, r.id DESC LIMIT 1
    ) AS report_id, COALESCE((
        SELECT e.new_due_on FROM tasks_extensionrequest e
        WHERE e.assignment_id = d.assignment_id AND e.decision = 'granted'
            AND e.decided_on <= d.day
        ORDER BY e.decided_on DESC, e.decided_at DESC, e.id DESC LIMIT 1
    ), a.original_due_on) AS due_on, (
        SELECT max(r.recorded_at) FROM tasks_statusreport r
        WHERE r.assignment_id = d.assignment_id AND r.effective_on <= d.day
    ) AS reported_at
    FROM days d JOIN tasks_assignment a ON a.id = d.assignment_id
    JOIN tasks_task t ON t.id = a.task_id JOIN provinces_plan p ON p.id = t.plan_id
), told AS (
    SELECT h.assignment_id, h.day, COALESCE(s.state, 'not_started') AS state,
        COALESCE(s.percent, 0) AS percent, h.due_on, h.reported_at,
        COALESCE(s.state, 'not_started') || COALESCE(s.percent, 0)
            || COALESCE(CAST(h.due_on AS text), '-')
            || COALESCE(CAST(h.reported_at AS text), '-') AS all_of_it
    FROM held h LEFT JOIN tasks_statusreport s ON s.id = h.report_id
), compared AS (
    SELECT told.*, lag(all_of_it) OVER days AS before FROM told
    WINDOW days AS (PARTITION BY assignment_id ORDER BY day)
)
SELECT assignment_id, day, lead(day, 1, '9999-12-31') OVER days, state, percent, due_on, reported_at
FROM compared WHERE before IS NULL OR before <> all_of_it
WINDOW days AS (PARTITION BY assignment_id ORDER BY day)
"""


def fill(_apps, schema_editor):
    bulk.take_time()
    schema_editor.connection.cursor().execute(FILL)


class Migration(migrations.Migration):
    dependencies = [
        ("provinces", "0011_display_keys"),
        ("tasks", "0019_cost_of_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssignmentSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("until", models.DateField(default=date(9999, 12, 31), verbose_name="until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("in_progress", "In progress"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField(verbose_name="percent done")),
                (
                    "due_on",
                    models.DateField(blank=True, null=True, verbose_name="deadline in force"),
                ),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last report at"),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="tasks.assignment",
                        verbose_name="assignment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("completed", "cancelled")), _negated=True
                        ),
                        fields=["due_on"],
                        include=("assignment", "day", "until"),
                        name="span_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "day"), name="span_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("day"))),
                        name="span_holds_a_while",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
