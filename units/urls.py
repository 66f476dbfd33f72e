from django.urls import path

from units.views import offices, units

# /to-chuc/
urlpatterns = [
    path("", units.unit_list, name="unit-list"),
    path("<int:pk>/", units.unit_detail, name="unit-detail"),
    path("<int:pk>/them/", units.unit_add, name="unit-add"),
    path("<int:pk>/moi/", offices.invitation_add, name="invitation-add"),
    path("chuc-vu/<int:pk>/ket-thuc/", offices.office_end, name="office-end"),
    path("chuc-vu/<int:pk>/moi-lai/", offices.invitation_renew, name="invitation-renew"),
    path("loi-moi/<str:token>/", offices.invitation_accept, name="invitation-accept"),
]
