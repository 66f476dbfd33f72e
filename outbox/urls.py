from django.urls import path

from outbox import views

# /thu-di/
urlpatterns = [
    path("", views.mail_list, name="mail-list"),
    path("<int:pk>/", views.mail_detail, name="mail-detail"),
    path("<int:pk>/gui-lai/", views.mail_retry, name="mail-retry"),
]
