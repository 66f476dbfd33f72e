from django.db import models


class CalendarDay(models.Model):
    """A day on which work differs from the kept library of public holidays, with the decision that says so."""

    day = models.DateField("Ngày", unique=True)
    working = models.BooleanField("Là ngày làm việc")
    note = models.CharField("Ghi chú", max_length=200)
    decision = models.CharField("Văn bản quyết định", max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.day}: {self.note}"
