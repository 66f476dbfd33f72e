from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from directives.actions.calendar import set_calendar_day
from directives.data.calendar import calendar, own_days
from directives.deadlines import is_working, name_of_holiday
from directives.forms import CalendarDayForm
from units import access
from units.access import Verb
from units.vietnamese import weekday


def calendar_page(request: HttpRequest) -> HttpResponse:
    """The office's own days, and the public holidays of the next twelve months as the library knows them."""
    rights = access.rights(request.user, timezone.localdate())
    units = rights.units(Verb.ADMINISTER)
    if not units:
        raise access.Forbidden("Chỉ quản trị cổng xem và sửa lịch làm việc.")
    form = CalendarDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_calendar_day(**form.cleaned_data, root=units[0], by=rights.actor, now=timezone.now())
        messages.success(request, "Đã lưu ngày vào lịch. Các hạn đã giao không thay đổi.")
        return redirect("calendar")
    own, today = calendar(), rights.today
    days = [today + timedelta(days=n) for n in range(366)]
    holidays = [day for day in days if name_of_holiday(day) and not is_working(day, own)]
    off = [(day, weekday(day), name_of_holiday(day)) for day in holidays]
    context = {"form": form, "days": own_days(), "off": off}
    return render(request, "directives/calendar.html", context, status=422 if form.errors else 200)
