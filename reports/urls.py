from django.urls import path

from reports import views

# /bao-cao/
urlpatterns = [
    path("", views.report_list, name="report-list"),
    path("ky-moi/", views.period_add, name="period-add"),
    path("<int:pk>/", views.report_detail, name="report-detail"),
    path("<int:pk>/chot/", views.report_freeze, name="report-freeze"),
    path("<int:pk>/soat/", views.report_check, name="report-check"),
    path("<int:pk>/mo-lai/", views.report_reopen, name="report-reopen"),
    path("<int:pk>/phat-hanh/", views.report_issue, name="report-issue"),
    path("<int:pk>/dieu-chinh/", views.report_revise, name="report-revise"),
    path("<int:pk>/bao-cao.pdf", views.report_pdf, name="report-pdf"),
]
