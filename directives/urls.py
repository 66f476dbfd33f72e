from django.urls import include, path, re_path

from directives.views import (
    assignments,
    calendar,
    documents,
    drafts,
    handover,
    imports,
    reorganisations,
    rollouts,
    sheets,
    units,
)

# /van-ban/
document_urls = [
    path("", documents.document_list, name="document-list"),
    path("them/", documents.document_add, name="document-add"),
    path("<int:pk>/", documents.document_detail, name="document-detail"),
    path("<int:pk>/doi-chieu/", drafts.document_correct, name="document-correct"),
    path("<int:pk>/bo/", drafts.document_discard, name="document-discard"),
    path("<int:pk>/hieu-luc/", documents.document_force, name="document-force"),
    path("<int:pk>/vao-so/", documents.document_register, name="document-register"),
    path("<int:pk>/tep/", documents.document_file, name="document-file"),
    path("<int:pk>/giao/", rollouts.rollout_compose, name="rollout-compose"),
]

# /trien-khai/
rollout_urls = [
    path("", rollouts.rollout_list, name="rollout-list"),
    path("<int:pk>/", rollouts.rollout_detail, name="rollout-detail"),
    path("<int:pk>/muc/<int:position>/", rollouts.rollout_level, name="rollout-level"),
    path("<int:pk>/don-vi/<int:unit_pk>/", rollouts.rollout_unit, name="rollout-unit"),
    path("<int:pk>/qua-han/", rollouts.rollout_late, name="rollout-late"),
    path("<int:pk>/xuat.csv", rollouts.rollout_export, name="rollout-export"),
    path("<int:pk>/giao/", rollouts.rollout_issue, name="rollout-issue"),
    path("<int:pk>/nhac/", rollouts.rollout_urge, name="rollout-urge"),
    path("<int:pk>/ket-thuc/", rollouts.rollout_close, name="rollout-close"),
]

# /nhiem-vu/
assignment_urls = [
    path("<int:pk>/", assignments.assignment_detail, name="assignment-detail"),
    path("<int:pk>/tiep-nhan/", assignments.assignment_acknowledge, name="assignment-acknowledge"),
    path("<int:pk>/ngoai-cong/", assignments.assignment_outside, name="assignment-outside"),
    path("<int:pk>/pho-bien/", assignments.assignment_disseminate, name="assignment-disseminate"),
    path("<int:pk>/tra-lai/", assignments.assignment_send_back, name="assignment-send-back"),
    path("<int:pk>/gia-han/", assignments.extension_ask, name="extension-ask"),
]

# /sap-xep/
reorganisation_urls = [
    path("", reorganisations.reorganisation_list, name="reorganisation-list"),
    path("<int:pk>/", reorganisations.reorganisation_detail, name="reorganisation-detail"),
    path("<int:pk>/huy/", reorganisations.reorganisation_withdraw, name="reorganisation-withdraw"),
    path("viec/<slug:act>/", reorganisations.reorganisation_add, name="reorganisation-add"),
]

# /nhap/
import_urls = [
    re_path(r"^(?P<sort>to-chuc|sap-xep)/$", imports.import_add, name="import-add"),
    re_path(r"^(?P<sort>to-chuc|sap-xep)/mau\.xlsx$", imports.import_template, name="import-template"),
    path("tep/<int:pk>/", imports.import_detail, name="import-detail"),
    path("tep/<int:pk>/xac-nhan/", imports.import_confirm, name="import-confirm"),
    path("tep/<int:pk>/bo/", imports.import_discard, name="import-discard"),
]

urlpatterns = [
    path("van-ban/", include(document_urls)),
    path("trien-khai/", include(rollout_urls)),
    path("nhiem-vu/", include(assignment_urls)),
    path("sap-xep/", include(reorganisation_urls)),
    path("nhap/", include(import_urls)),
    re_path(r"^to-chuc/xuat\.(?P<ending>xlsx|csv)$", imports.unit_export, name="unit-export"),
    # /ban-giao/
    path("ban-giao/", handover.handover_list, name="handover-list"),
    path("ban-giao/quyet-dinh/", handover.handover_settle, name="handover-settle"),
    # /gia-han/
    path("gia-han/", assignments.extension_list, name="extension-list"),
    path("gia-han/<int:pk>/", assignments.extension_decide, name="extension-decide"),
    # /bang-chi-bo/
    path("bang-chi-bo/", sheets.sheet_list, name="sheet-list"),
    path("bang-chi-bo/<int:pk>/<int:unit_pk>/", sheets.sheet, name="sheet"),
    # /buoi/
    path("buoi/<int:pk>/", sheets.occasion_detail, name="occasion-detail"),
    path("buoi/<int:pk>/tep/<int:file_pk>/", sheets.occasion_file, name="occasion-file"),
    # /to-chuc/, beside those of the units
    path("to-chuc/<int:pk>/", units.unit_detail, name="unit-detail"),
    # /lich-lam-viec/
    path("lich-lam-viec/", calendar.calendar_page, name="calendar"),
]
