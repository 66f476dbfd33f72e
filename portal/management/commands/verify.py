from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.verify import CHECKS, MOST_SHOWN, verify


class Command(BaseCommand):
    help = "Check every invariant of the data; exit 0 when all hold, 1 when one does not."

    def handle(self, *args: object, **options: object) -> None:
        found = verify(timezone.now())
        counts = Counter(finding.check for finding in found)
        for name in CHECKS:
            self.stdout.write(f"{'SAI' if counts[name] else 'đúng':<5} {name}")
            for finding in [one for one in found if one.check == name][:MOST_SHOWN]:
                self.stdout.write(f"      {finding.text}")
            if counts[name] > MOST_SHOWN:
                self.stdout.write(f"      … và {counts[name] - MOST_SHOWN} trường hợp nữa")
        if found:
            raise CommandError(f"{len(found)} điều không đúng trong {len(counts)} phép kiểm tra.")
