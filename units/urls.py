from django.urls import path

from units import views

# /to-chuc/
urlpatterns = [
    path("", views.unit_list, name="unit-list"),
    path("<int:pk>/", views.unit_detail, name="unit-detail"),
    path("<int:pk>/them/", views.unit_add, name="unit-add"),
    path("<int:pk>/moi/", views.invitation_add, name="invitation-add"),
    path("chuc-vu/<int:pk>/ket-thuc/", views.office_end, name="office-end"),
    path("chuc-vu/<int:pk>/moi-lai/", views.invitation_renew, name="invitation-renew"),
    path("loi-moi/<str:token>/", views.invitation_accept, name="invitation-accept"),
]
