"""manage.py verify_audit: was a sealed event altered or removed?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit import trail


class Command(BaseCommand):
    help = "Check every sealed block of audit events against its seal."

    def handle(self, **options: Any) -> None:
        faults = trail.verify()
        for fault in faults:
            self.stderr.write(f"events {fault.first_id}–{fault.last_id}: {fault.reason}")
        if faults:
            raise CommandError(f"{len(faults)} sealed blocks do not match.")
        self.stdout.write("Every sealed block matches its seal.")
