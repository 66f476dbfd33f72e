"""The rules of the house that no other tool keeps: sizes, layers, time, templates, names, and what is never stored."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import allauth
import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from portal.celery import app as celery_app

ROOT = Path(__file__).resolve().parents[1]
APPS = ("portal", "reports", "directives", "outbox", "units")
TEMPLATES = ROOT / "templates"
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 50
FORBIDDEN_NAMES = {"utils", "util", "common", "core", "services", "service", "helpers", "helper", "misc", "lib"}
READS_THE_CLOCK = {"views", "api", "tasks", "commands", "backend", "context", "tour"}
WRITES = {"create", "save", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
NOQA = {
    "portal/bench/search.py": 1,  # made-up text is made by chance
    "portal/processes.py": 1, "reports/pdf.py": 3, "portal/demo/people.py": 1,  # our own commands; the demo's password
    "portal/demo/world.py": 1, "portal/demo/cast.py": 1, "portal/demo/story.py": 1,  # a seeded Random for made-up data
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PRODUCT = [*python(*APPS), ROOT / "manage.py"]
EVERYTHING = [*PRODUCT, *python("tests")]


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def rooms(path: Path) -> set[str]:
    """The names a file goes by: its folders and its own."""
    return {*path.relative_to(ROOT).with_suffix("").parts}


def calls(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called, as far as it is plain names."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            yield each, ast.unparse(each.func)


@cache
def tracked() -> list[Path]:
    """What is, or is about to be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


# ---- sizes and shapes ------------------------------------------------------------------------------------


def test_there_is_something_to_look_at() -> None:
    assert len(PRODUCT) > 80
    assert {path.relative_to(ROOT).parts[0] for path in PRODUCT} == {*APPS, "manage.py"}


def test_no_file_is_too_long() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in EVERYTHING}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{named(path)}: {each.name}": (each.end_lineno or 0) - each.lineno + 1
        for path in EVERYTHING for each in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_nothing_is_imported_inside_a_function_but_weasyprint() -> None:
    found = [
        f"{named(path)}: {ast.unparse(node)}"
        for path in PRODUCT for each in functions(path) for node in ast.walk(each)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [line for line in found if not line.startswith("reports/pdf.py: from weasyprint")] == []
    assert len(found) == 2


def test_no_signals_no_ready_and_no_admin() -> None:
    found = []
    for path in PRODUCT:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                text = ast.unparse(node)
                if re.search(r"signals|django\.dispatch|contrib\.admin|contrib import admin", text):
                    found.append(f"{named(path)}: {text}")
            elif isinstance(node, Function) and node.name == "ready":
                found.append(f"{named(path)}: def ready")
    assert found == []
    assert not apps.is_installed("django.contrib.admin")


def test_no_room_without_a_meaning() -> None:
    assert [named(path) for path in PRODUCT if rooms(path) & FORBIDDEN_NAMES] == []


def test_exceptions_from_the_linter_are_counted() -> None:
    found = Counter({named(path): path.read_text("utf-8").count("# noqa") for path in PRODUCT})
    assert {name: count for name, count in found.items() if count} == NOQA


def test_nothing_that_executes_text_or_leaves_the_orm() -> None:
    """Raw SQL is at home in two files (and the health page's SELECT 1); a text is never code or ready HTML."""
    names = ("eval", "exec", "mark_safe", "RawSQL", "pickle.loads", "yaml.load", "os.system")
    found = [
        f"{named(path)}: {name}" for path in PRODUCT for _, name in calls(tree_of(path))
        if name in names or name.endswith((".raw", ".extra"))
    ]
    assert found == []


# ---- who may see, what time it is, who does it -----------------------------------------------------------


def is_web(path: Path) -> bool:
    return bool(rooms(path) & {"views", "api"})


def test_a_view_never_touches_rows_past_visible_to() -> None:
    found = []
    for path in filter(is_web, PRODUCT):
        tree = tree_of(path)
        followed = {
            id(node.value): node.attr for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
        }
        for node in ast.walk(tree):
            is_manager = isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")
            if is_manager and followed.get(id(node)) not in ("visible_to", "none"):
                found.append(f"{named(path)}:{node.lineno}")  # type: ignore[attr-defined]
    assert found == []


def test_a_view_never_looks_a_model_up_whole() -> None:
    """get_object_or_404(Model, …) is Model.objects in other words; the demo's sign-in has its own list of people."""
    found = {
        f"{named(path)}: {ast.unparse(call.args[0])}" for path in filter(is_web, PRODUCT)
        for call, name in calls(tree_of(path)) if name in ("get_object_or_404", "get_list_or_404")
        if isinstance(call.args[0], ast.Name) and call.args[0].id[0].isupper()
    }
    assert found == {"portal/views.py: User"}


CLOCKS = {"timezone.now", "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time"}


def test_only_the_web_tasks_and_commands_read_the_clock() -> None:
    found = []
    for path in (path for path in PRODUCT if not rooms(path) & READS_THE_CLOCK):
        for call, name in calls(tree_of(path)):
            asks = name in ("timezone.localdate", "timezone.localtime", "localdate", "localtime") and not call.args
            if name in CLOCKS or asks:
                found.append(f"{named(path)}:{call.lineno} {name}")
    assert found == []


def actions() -> list[tuple[Path, Function]]:
    """The public functions of the actions that write."""
    files = [path for path in PRODUCT if "actions" in rooms(path) and path.parts[-2] != "demo"]
    found = []
    for path in files:
        for node in tree_of(path).body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                names = {name.rpartition(".")[2] for _, name in calls(node)} | {name for _, name in calls(node)}
                if names & (WRITES | {"ledger.record"}):
                    found.append((path, node))
    return found


def test_actions_are_keyword_only_and_time_is_an_argument() -> None:
    found = []
    for path, node in actions():
        keywords = [argument.arg for argument in node.args.kwonlyargs]
        if "now" not in keywords:
            found.append(f"{named(path)}: {node.name} has no keyword-only now")
        if "by" in keywords and keywords[keywords.index("by") + 1 :][:1] != ["now"]:
            found.append(f"{named(path)}: {node.name} has something between by and now")
        if node.args.args and path.relative_to(ROOT).parts[0] != "outbox" and node.name != "open_invitation":
            found.append(f"{named(path)}: {node.name} takes something by position")
    assert found == []
    assert len(actions()) > 30


def test_actions_that_tell_the_ledger_say_who_and_are_atomic() -> None:
    found = []
    for path, node in actions():
        if any(name == "ledger.record" for _, name in calls(node)):
            decorators = {ast.unparse(each) for each in node.decorator_list}
            if "by" not in {argument.arg for argument in node.args.kwonlyargs}:
                found.append(f"{named(path)}: {node.name} without by")
            if "transaction.atomic" not in decorators:
                found.append(f"{named(path)}: {node.name} is not atomic")
    assert found == []


# ---- templates -------------------------------------------------------------------------------------------

PAGES = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))
TEXTS = {path: path.read_text("utf-8") for path in PAGES}


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    found = set()
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            found |= url_names(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        elif isinstance(each, URLPattern) and each.name:
            found.add(prefix + each.name)
    return found


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a filter that trusts text", r"\|\s*safe\b"),
        ("an inline style", r"\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an inline script", r"<script(?![^>]*\ssrc=)"),
        ("an address that is code", r"javascript:"),
    ],
)
def test_no_template_has(what: str, pattern: str) -> None:
    assert [named(path) for path, text in TEXTS.items() if re.search(pattern, text, re.IGNORECASE)] == [], what


def test_escaping_is_off_only_in_plain_text() -> None:
    assert {path.suffix for path, text in TEXTS.items() if "autoescape off" in text} == {".txt"}


def test_every_url_in_a_template_resolves() -> None:
    used = {(named(path), name) for path, text in TEXTS.items() for name in re.findall(r"{% url '([^']+)'", text)}
    assert len(used) > 50
    assert {(page, name) for page, name in used if name not in url_names()} == set()
    assert [named(path) for path, text in TEXTS.items() if re.search(r"{% url [^'\"]", text)] == []
    assert [named(path) for path, text in TEXTS.items() if '{% url "' in text] == []


def test_every_template_is_used() -> None:
    """Named by our code or by another template, or standing in for one of Django's or allauth's."""
    sources = "\n".join([*(path.read_text("utf-8") for path in PRODUCT), *TEXTS.values()])
    standing_in = [Path(django.__file__).parent / "forms/templates", Path(allauth.__file__).parent / "templates"]
    # Django's pages for errors, and what allauth names by an f-string.
    by_convention = {"403.html", "404.html", "500.html", "429.html", "account/password_reset_help_text.html"}
    unused = [
        name for name in (path.relative_to(TEMPLATES).as_posix() for path in PAGES)
        if f'"{name}"' not in sources and f"'{name}'" not in sources and name not in by_convention
        and not any((folder / name).exists() for folder in standing_in)
    ]
    assert unused == []


# ---- names that others rely on ---------------------------------------------------------------------------


def test_beats_tasks_exist() -> None:
    celery_app.loader.import_default_modules()
    wanted = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert wanted == {"portal.sweep"}
    assert wanted <= set(celery_app.tasks)


def test_decisions_are_numbered_and_titled() -> None:
    found = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [path.name[:5] for path in found] == [f"{number:04d}-" for number in range(1, len(found) + 1)]
    for path in found:
        lines = path.read_text("utf-8").splitlines()
        assert re.fullmatch(rf"# {path.name[:4]}: \S.*", lines[0]), path.name
        assert lines[2].startswith("**Status** "), path.name


def test_the_readmes_commands_exist() -> None:
    readme, script = (ROOT / "README.md").read_text("utf-8"), (ROOT / "run").read_text("utf-8")
    modes = {mode.strip() for arm in re.findall(r"^([a-z| -]+)\)$", script, re.MULTILINE) for mode in arm.split("|")}
    asked = set(re.findall(r"\./run ([a-z-]+)", readme))
    assert {"test", "check", "manage", "stack"} <= asked
    assert asked - modes - {"help"} == set()
    managed = set(re.findall(r"\./run manage ([a-z_]+)", readme))
    assert managed - set(get_commands()) == set()


def test_no_registry_and_no_path_of_one_machine_in_the_repository() -> None:
    here = re.compile(
        r"https?://[^\s\"')]*(?:pypi|pythonhosted|devpi|artifactory|nexus|npmjs|crates\.io)|--(?:extra-)?index-url"
        r"|(?<![\w.])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/"
    )
    found = []
    for path in (path for path in tracked() if path.suffix not in (".png", ".mo", ".pdf") and path != Path(__file__)):
        found += [f"{named(path)}: {match[0]}" for match in here.finditer(path.read_text("utf-8", "replace"))]
    assert found == []


# ---- what is never stored --------------------------------------------------------------------------------

# Reviewed: documents, organisations, role accounts and counts. A new field is added here by somebody who has asked
# whether it says what a person thinks, reads, posts, owns or did.
FIELDS = {
    "units.ledgerentry": "id at event subject subject_id unit_id by_id by_label data seq previous_hash hash",
    "units.unit": "id kind code name sort_order opened_on closed_on parent path search_text",
    "units.user": "id password last_login username label email is_active created_at",
    "units.office": "id user unit role from_on to_on substitutes confirmed_at",
    "units.invitation": "id user token_sha256 created_at expires_at used_at revoked_at",
    "units.reorganisation": "id number decided_on effective_on title created_at created_by applied_at",
    "units.change": "id reorganisation unit founds ends name kind parent sort_order code",
    "units.proposal": "id unit kind parent cell name asked_at asked_by decision reason decided_at decided_by"
    " reorganisation",
    "units.importdraft": "id kind unit file_name rows notes number decided_on effective_on created_at created_by"
    " confirmed_at",
    "units.succession": "id reorganisation predecessor successor",
    "units.unitstate": "id unit name kind parent sort_order code from_on to_on decision",
    "outbox.mail": "id recipient to subject text html message_id security state created_at not_before attempts"
    " lease_until handed_at resent_in_doubt sent_at error",
    "outbox.heartbeat": "name at",
    "directives.storedfile": "id sha256 size content_type name stored_at",
    "directives.document": "id number num type issuer series place issued_on in_force_on expires_on title addressees"
    " copies authority position state unsure preamble closing text deadlines duties spread_to sha256 file revises"
    " revision search_text created_at version",
    "directives.provision": "id document parent label text order",
    "directives.citation": "id source provision target as_written number type issuer issued_on title relation explicit",
    "directives.rollout": "id document reissues root acknowledge_by disseminate_by audience outside remind_before"
    " remind_after created_at issued_at issued_by expected_count closed_at",
    "directives.assignment": "id rollout unit unit_name unit_kind depth answering_unit role parent_position position"
    " last acknowledge_by disseminate_by extended_to opened_at acknowledged_at acknowledged_on acknowledged_by"
    " acknowledged_sha256 from_outside disseminated_on closed_reason version",
    "directives.calendarday": "id day working note decision",
    "directives.occasion_files": "id occasion storedfile",
    "directives.occasion": "id unit held_on form attended due own_number recorded_at recorded_by files",
    "directives.dissemination": "id occasion assignment entered_for recorded_late judged_on state note replaces",
    "directives.extension": "id assignment asked_to reason asked_at asked_by decision decision_reason decided_at"
    " decided_by",
    "directives.reminder": "id assignment step day recipient state reason mail planned_at asked_by",
    "reports.period": "id kind label start_on end_on cut_off_at submit_by",
    "reports.report": "id period rollout revision state figures figures_sha256 frozen_at narrative signer_deputy"
    " signer_name checked_at checked_by drafted_by number issued_on issued_at issued_by pdf version created_at",
}
CONDUCT = (
    "facebook", "zalo", "tiktok", "youtube", "account_url", "profile", "post", "opinion", "offender", "violat",
    "member", "nickname", "phone", "address_of", "birth", "religio", "like", "share", "comment", "follow", "attitude",
)


def stored() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]


def test_every_stored_field_was_reviewed() -> None:
    found = {}
    for model in stored():
        found[model._meta.label_lower] = " ".join(f.name for f in model._meta.get_fields() if f.concrete)
    assert found == FIELDS


def test_no_stored_field_is_about_a_persons_conduct() -> None:
    names = [f"{model}.{field}" for model, fields in FIELDS.items() for field in fields.split()]
    assert [name for name in names if any(stem in name.partition(".")[2] for stem in CONDUCT)] == []


def test_settings_take_no_app_that_was_not_reviewed() -> None:
    others = {name for name in settings.INSTALLED_APPS if name not in APPS}
    assert others == {
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
        "whitenoise.runserver_nostatic", "django.contrib.staticfiles", "django.forms", "allauth", "allauth.account",
        "csp", "rest_framework", "drf_spectacular", "drf_spectacular_sidecar",
    }
