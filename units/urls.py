from django.urls import path

from units.views import account_lists, invitations, offices, proposals, readiness, units

# /to-chuc/; a unit's own page shows its record over all directives and is among these
urlpatterns = [
    path("", units.unit_list, name="unit-list"),
    path("<int:pk>/them/", units.unit_add, name="unit-add"),
    path("<int:pk>/moi/", offices.invitation_add, name="invitation-add"),
    path("<int:pk>/giao/", offices.appointment_add, name="appointment-add"),
    path("chuc-vu/<int:pk>/lam-thay/", offices.substitute_add, name="substitute-add"),
    path("chuc-vu/<int:pk>/ket-thuc/", offices.office_end, name="office-end"),
    path("chuc-vu/<int:pk>/ban-giao/", offices.account_hand_over, name="account-hand-over"),
    path("chuc-vu/<int:pk>/moi-lai/", offices.invitation_renew, name="invitation-renew"),
    path("chuc-vu/<int:pk>/thu-hoi/", offices.invitation_revoke, name="invitation-revoke"),
    path("<int:pk>/thong-tin/", proposals.unit_confirm, name="unit-confirm"),
    path("de-sau/", proposals.unit_confirm_later, name="unit-confirm-later"),
    path("de-nghi/", proposals.proposal_list, name="proposal-list"),
    path("de-nghi/tra-loi/", proposals.proposal_decide, name="proposal-decide"),
    path("kich-hoat/", invitations.activate, name="activate"),
    path("loi-moi/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path("san-sang/", readiness.readiness, name="readiness"),
    path("san-sang/danh-sach.<str:ending>", readiness.readiness_export, name="readiness-export"),
    path("san-sang/moi/", readiness.readiness_invite, name="readiness-invite"),
    path("tai-khoan/nhap/", account_lists.account_list_add, name="account-list-add"),
    path("tai-khoan/mau.xlsx", account_lists.account_list_template, name="account-list-template"),
    path("tai-khoan/nhap/<int:pk>/", account_lists.account_list_detail, name="account-list-detail"),
]
