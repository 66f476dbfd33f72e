"""What every address gives to every persona. A new address needs a row here; the test prints a draft of it.

Columns: own, sibling's, ancestor's, descendant's, another branch's, missing – as A1's secretary sees them. Signs:
. 200   > redirect   x 403   - 404   m 405   r 422   c 409   b 400   L to the sign-in page.
"""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.scene import KEYS, Scene
from tests.access.walk import Json, Row, everyone, table
from units.actions import intake

# Lines, occasions, sheets, figures: by the tree.
SEEN = table("""
    board head registry  .....-
    secretary            .--.--
    parent               ....--
    sibling              -.----
    branch               ----.-
    cell                 ---.--
    *                    ------
""")


def turned(rows: dict[str, str], into: str, **others: str) -> dict[str, str]:
    """The same rows with another sign for what is allowed."""
    return {persona: signs.replace(".", into) for persona, signs in rows.items()} | others


def but(rows: dict[str, str], personas: str, signs: str) -> dict[str, str]:
    return rows | dict.fromkeys(personas.split(), signs)


BOARD = "board head registry"
REFUSED = turned(SEEN, "x")
# What secretaries do in their subtrees, and nobody of the province.
RECORDED = but(turned(SEEN, ">"), BOARD, "xxxxx-")
# What only a unit's own people do.
OWN_ACT = REFUSED | table("""
    secretary  >--x--
    parent     xx>x--
    sibling    ->----
    branch     ---->-
    cell       --->--
""")
# What the board, and each unit for those strictly below it, do.
FROM_ABOVE = REFUSED | table("""
    board head  >>>>>-
    secretary   x-->--
    parent      >>x>--
""")
DECIDED = REFUSED | table("board head >>>>>-")
DOCUMENTS = SEEN | table("""
    committee  .....-
""")
EVERYBODY = everyone(".")
NO_GET = everyone("mmmmmm")
NOT_READ = everyone("m")


def today(scene: Scene, column: str) -> Json:
    return {"held_on": scene.today.isoformat(), "form": "conference"}


def sheet(scene: Scene, column: str) -> Json:
    lines = scene.everywhere.assignments.values_list("pk", flat=True)
    return {"held_on": scene.today.isoformat(), "co": list(lines)}


def letter(scene: Scene, column: str) -> Json:
    text = "TỈNH ỦY X\nSố 12-CV/TU\nKính gửi: Các huyện ủy\n1. Tổ chức quán triệt.\nT/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ"
    return {"text": text, "open_document": "on"}


def corrected(scene: Scene, column: str) -> Json:
    lists = {f"{name}-{count}_FORMS": "0" for name in ("vien-dan", "thoi-han", "giao-viec")
             for count in ("TOTAL", "INITIAL")}
    return lists | {"title": "Trích yếu mới", "seen": str(scene.draft.version)}


def period(scene: Scene, column: str) -> Json:
    day = scene.today.isoformat()
    return {"rollout": scene.everywhere.pk, "kind": "month", "label": "tháng mới", "start_on": day, "end_on": day,
            "cut_off_on": day, "submit_by": day}


def composed(scene: Scene, column: str) -> Json:
    day = scene.today.isoformat()
    return {"act": ["committee"], "acknowledge_by": day, "disseminate_by": day}


def lasting(scene: Scene) -> Json:
    """An account that holds an office elsewhere, from today to next week."""
    return {"account": "registry", "from_on": scene.today.isoformat(),
            "last_on": (scene.today + timedelta(days=6)).isoformat()}


def account_list(scene: Scene, column: str) -> Json:
    text = f"Mã trên cổng,Chức danh\n{scene.units['A12'].pk},Bí thư chi bộ\n"
    return {"file": SimpleUploadedFile("tai-khoan.csv", text.encode("utf-8-sig"))}


UNITS = but(SEEN, "administrator", ".....-")
# Who answers for the unit itself; whoever sees it besides is told that it is not theirs to say.
CONFIRMED_POST = but(OWN_ACT, "administrator", "xxxxx-")
CONFIRMED = {persona: signs.replace(">", ".") for persona, signs in CONFIRMED_POST.items()}
ADMINISTERED = everyone("xxxxxx", administrator=".....-")
NO_OFFICE = everyone("xxxxxx", administrator=">>>>>-")
READ_MAIL = table("""
    board head administrator  .....-
    secretary                 .-----
    parent                    --.---
    sibling                   -.----
    branch                    ----.-
    cell                      ---.--
    *                         ------
""")
REPORTS = table("""
    board head registry  ....-
    committee            ---.-
    *                    -----
""")

MATRIX: dict[str, Row] = {
    # the front door
    "home": Row(EVERYBODY),
    "health": Row(everyone(".", anonymous=".")),
    "demo-people": Row(everyone(".", anonymous=".")),
    "demo-sign-in": Row(everyone("m", anonymous="m"), everyone(">", anonymous=">"), arguments=("can-bo",)),
    # signing in: a visitor sees the page, a signed-in person has nothing to do there
    **{f"/^tai-khoan/{page}/": Row(everyone("-", anonymous="-"))
       for page in ("signup", "email", "confirm-email", "password/set", "login/code")},
    **{page: Row(everyone("-", anonymous="-")) for page in (
        "account_signup", "account_email", "account_set_password", "account_email_verification_sent",
        "account_confirm_login_code")},
    "account_confirm_email": Row(everyone("-", anonymous="-"), arguments=("khoa",)),
    "account_login": Row(everyone(">", anonymous=".")),
    "account_logout": Row(everyone(".", anonymous=">"), everyone(">", anonymous=">")),
    "account_inactive": Row(everyone(".", anonymous="."), everyone("m", anonymous="m")),
    "account_reauthenticate": Row(EVERYBODY),
    "account_change_password": Row(EVERYBODY),
    "account_reset_password": Row(everyone(".", anonymous=".")),
    "account_reset_password_done": Row(everyone(".", anonymous="."), everyone("m", anonymous="m")),
    "account_reset_password_from_key": Row(everyone(".", anonymous="."), arguments=("abc", "khong-co")),
    "account_reset_password_from_key_done": Row(everyone(".", anonymous="."), everyone("m", anonymous="m")),
    # organisations
    "unit-list": Row(EVERYBODY),
    "unit-detail": Row(UNITS, of="unit"),
    "unit-add": Row(
        ADMINISTERED, everyone("xxxxxx", administrator=">>>>>-"), of="unit",
        body=lambda scene, column: {"name": "Chi bộ mới", "kind": "cell", "opened_on": scene.today.isoformat()},
    ),
    "invitation-add": Row(
        ADMINISTERED, ADMINISTERED, of="unit",
        body=lambda scene, column: {"username": "nguoi-moi", "label": "Người mới", "role": "secretary"},
    ),
    "appointment-add": Row(ADMINISTERED, NO_OFFICE, of="unit", body=lambda scene, column: lasting(scene) | {
        "role": "secretary"}),
    "substitute-add": Row(ADMINISTERED, NO_OFFICE, of="office", body=lambda scene, column: lasting(scene)),
    "office-end": Row(ADMINISTERED, NO_OFFICE, of="office",
                      body=lambda scene, column: {"on": scene.today.isoformat()}),
    "account-hand-over": Row(ADMINISTERED, ADMINISTERED, of="office",
                             body=lambda scene, column: {"label": "Văn thư mới", "email": ""}),
    "invitation-renew": Row(NO_GET, NO_OFFICE, of="office"),
    "invitation-revoke": Row(NO_GET, NO_OFFICE, of="office"),
    "activate": Row(everyone(".", anonymous="."), everyone("r", anonymous="r"),
                    body=lambda scene, column: {"code": "2345-6789-BCDF-GHJK"}),
    "readiness": Row(everyone("x", board=".", head=".", administrator=".")),
    "readiness-export": Row(everyone("x", board=".", head=".", administrator="."), arguments=("csv",)),
    "readiness-invite": Row(NOT_READ, everyone("x", administrator=">"), body=lambda scene, column: {
        "viec": "thu", "tai-khoan": [scene.owned["own"].office.pk]}),
    "account-list-add": Row(everyone("x", administrator="."), everyone("x", administrator=">"), body=account_list),
    "account-list-template": Row(everyone("x", administrator=".")),
    "account-list-detail": Row(everyone("x", administrator="."), everyone("x", administrator=">"), of="account_list",
                               body=lambda scene, column: {"viec": "xac-nhan"}),
    "unit-confirm": Row(CONFIRMED, CONFIRMED_POST, of="unit",
                        body=lambda scene, column: {"label": "Văn thư", "email": "", "added": ""}),
    "unit-confirm-later": Row(NOT_READ, everyone(">")),
    "proposal-list": Row(everyone("x", administrator=".")),
    "proposal-decide": Row(NOT_READ, everyone("x", administrator=">"), body=lambda scene, column: {
        "quyet-dinh": "dong-y", "chon": [scene.proposal.pk], "effective_on": scene.today.isoformat()}),
    "unit-export": Row(EVERYBODY, arguments=("csv",)),
    # reorganisations
    "reorganisation-list": Row(everyone(".", committee="x", nobody="x")),
    "reorganisation-detail": Row(UNITS, of="decision"),
    "reorganisation-withdraw": Row(
        NO_GET, everyone("xxxxxx", administrator=">>>>>-"), of="decision",
        body=lambda scene, column: {"ly-do": "Ghi nhầm"},
    ),
    "reorganisation-add": Row(everyone("x", administrator="-"), arguments=("doi-ten",)),
    "import-add": Row(everyone("x", administrator="."), everyone("x", administrator="r"), arguments=("to-chuc",)),
    "import-template": Row(everyone("x", administrator="."), arguments=("sap-xep",)),
    "import-detail": Row(everyone("x", administrator="."), of="unit_list"),
    "import-confirm": Row(NOT_READ, everyone("x", administrator=">"), of="unit_list", body=lambda scene, column: {
        "ban-xem": intake.preview(scene.unit_list, scene.today).digest}),
    "import-discard": Row(NOT_READ, everyone("x", administrator=">"), of="unit_list"),
    "handover-list": Row(everyone("x", board=".", head=".")),
    "handover-settle": Row(NOT_READ, everyone("x", board="r", head="r")),
    "invitation-accept": Row(everyone("-", anonymous="-"), arguments=("khong-co",)),
    # mail
    "mail-list": Row(EVERYBODY),
    "mail-detail": Row(READ_MAIL, of="mail"),
    "mail-retry": Row(NO_GET, turned(READ_MAIL, "x") | table("board head administrator >>>>>-"), of="mail"),
    # documents
    "document-list": Row(EVERYBODY),
    "document-add": Row(everyone("x", board=".", head=".", registry="."),
                        everyone("x", board=">", head=">", registry=">"), body=letter),
    "document-detail": Row(DOCUMENTS, of="document"),
    "document-correct": Row(
        everyone("x", board=".", head=".", registry="."), everyone("x", board=">", head=">", registry=">"),
        of="draft", body=corrected,
    ),
    "document-discard": Row(NOT_READ, everyone("x", board=">", head=">", registry=">"), of="draft"),
    "document-force": Row(
        NO_GET, everyone("xxxxxx", board=">>>>>-", head=">>>>>-", registry=">>>>>-"), of="document",
        body=lambda scene, column: {"in_force_on": scene.today.isoformat(), "expires_on": ""},
    ),
    "document-register": Row(NOT_READ, everyone("x", board=">", head=">", registry=">"), of="draft",
                             body=lambda scene, column: {"muc-dich": "to_know"}),
    "document-file": Row(DOCUMENTS, of="document"),
    "rollout-compose": Row(everyone("xxxxxx", board=".....-", head=".....-"),
                           everyone("xxxxxx", board=">>>>>-", head=">>>>>-"), of="document", body=composed),
    # rollouts
    "rollout-list": Row(EVERYBODY),
    "rollout-detail": Row(SEEN, of="rollout"),
    # The frozen audience is read from its root: A1's rollout starts at A, A11's at A1.
    "rollout-level": Row(SEEN | table("secretary >--.--\nparent ..>.--\nsibling ->----\nbranch ---->-\ncell --->--"),
                         of="level"),
    "rollout-unit": Row(SEEN, of="reached"),
    "rollout-late": Row(SEEN, of="rollout"),
    "rollout-export": Row(SEEN, of="rollout"),
    "rollout-issue": Row(NOT_READ, everyone("-", board=">", head=">"), of="unissued"),
    "rollout-urge": Row(NO_GET, DECIDED, of="rollout",
                        body=lambda scene, column: {"don-vi": [scene.owned[column].line.pk] if column in KEYS else []}),
    "rollout-close": Row(NO_GET, DECIDED, of="rollout"),
    # assignments
    "assignment-detail": Row(SEEN, of="line"),
    "assignment-acknowledge": Row(NO_GET, OWN_ACT, of="line"),
    "assignment-outside": Row(NO_GET, FROM_ABOVE, of="line",
                              body=lambda scene, column: {"on": scene.today.isoformat(), "channel": "phone"}),
    "assignment-disseminate": Row(NO_GET, RECORDED, of="line", body=today),
    "assignment-send-back": Row(NO_GET, DECIDED, of="done", body=lambda scene, column: {"note": "Bổ sung số người dự"}),
    "extension-ask": Row(
        NO_GET, RECORDED, of="line",
        body=lambda scene, column: {"to": (scene.today + timedelta(days=3)).isoformat(), "reason": "Đang sắp xếp"},
    ),
    "extension-list": Row(everyone("x", board=".", head=".")),
    "extension-decide": Row(NO_GET, DECIDED, of="extension", body=lambda scene, column: {"quyet-dinh": "dong-y"}),
    "sheet-list": Row(EVERYBODY),
    "sheet": Row(but(SEEN, BOARD, "xxxxx-"), but(turned(SEEN, ">"), BOARD, "xxxxx-"), of="reached", body=sheet),
    "occasion-detail": Row(SEEN, of="occasion"),
    "occasion-file": Row(SEEN, of="evidence"),
    "calendar": Row(everyone("x", administrator="."), everyone("x", administrator=">"),
                    body=lambda scene, column: {"day": scene.today.isoformat(), "working": "0", "note": "Nghỉ bù"}),
    # reports
    "report-list": Row(EVERYBODY),
    "period-add": Row(everyone("x", board=".", head="."), everyone("x", board=">", head=">"), body=period),
    "report-detail": Row(
        REPORTS, but(turned(REPORTS, "x"), "board head", ">>rr-"), of="report",
        body=lambda scene, column: {"version": scene.reports[column].version if column in scene.reports else 0},
    ),
    "report-freeze": Row(everyone("mmmmm"), but(turned(REPORTS, "x"), "board head", ">>>>-"), of="report"),
    "report-check": Row(everyone("mmmmm"), but(turned(REPORTS, "x"), "head", ">>>>-"), of="report"),
    "report-reopen": Row(everyone("mmmmm"), but(turned(REPORTS, "x"), "head", ">>>>-"), of="report"),
    "report-issue": Row(
        everyone("mmmmm"), but(turned(REPORTS, "x"), "registry", ">>>>-"), of="report",
        body=lambda scene, column: {"number": 12, "issued_on": scene.today.isoformat()},
    ),
    "report-revise": Row(everyone("mmmmm"), but(turned(REPORTS, "x"), "board head", ">>>>-"), of="report"),
    "report-pdf": Row(turned(REPORTS, ".", board=">...-", head=">...-", registry=">...-"), of="report"),
    # the API
    "api-root": Row(EVERYBODY, everyone("m"), json=True),
    "api-schema": Row(EVERYBODY, everyone("m"), json=True),
    "api-docs": Row(EVERYBODY, everyone("m"), json=True),
    "api-unit-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-unit-detail": Row(UNITS, NO_GET, of="unit", json=True),
    "api-decision-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-decision-detail": Row(UNITS, NO_GET, of="decision", json=True),
    "api-document-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-document-detail": Row(DOCUMENTS, NO_GET, of="document", json=True),
    "api-rollout-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-rollout-detail": Row(SEEN, NO_GET, of="rollout", json=True),
    "api-rollout-figures": Row(SEEN, NO_GET, of="rollout", json=True),
    "api-assignment-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-assignment-detail": Row(SEEN, NO_GET, of="line", json=True),
    "api-assignment-acknowledge": Row(
        NO_GET, {persona: signs.replace(">", ".") for persona, signs in OWN_ACT.items()}, of="line", json=True
    ),
    "api-assignment-disseminate": Row(NO_GET, but(SEEN, BOARD, "xxxxx-"), of="line", body=today, json=True),
    "api-report-list": Row(EVERYBODY, everyone("m"), json=True),
    "api-report-detail": Row(REPORTS, everyone("mmmmm"), of="report", json=True),
}
