import json
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.bench import reading, rollup, search, units

BENCHES = {"reading": reading.rows, "rollup": rollup.rows, "search": search.rows, "units": units.rows}


class Command(BaseCommand):
    help = "Measure one thing against its floor on this database; prints a table and writes $VAR_DIR/bench/NAME.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))

    def handle(self, *args: object, **options: str) -> None:
        call_command("migrate", verbosity=0)
        rows = BENCHES[options["name"]](timezone.localdate())
        for row in rows:
            self.stdout.write(
                f"{row['what']:<40} floor {row['floor']:>9} {row['unit']}  ours {row['ours']:>9} {row['unit']}"
                f"  ratio {row['ratio']:>6}  n {row['n']}"
            )
        folder = settings.VAR_DIR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{options['name']}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1))
