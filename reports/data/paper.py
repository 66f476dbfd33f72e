"""A report as its paper needs it: frozen figures turned into counted sentences, beside what people wrote.

Every sentence with a number in it is made here from the frozen figures; assessments come only from the narrative.
"""

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from reports import pdf
from reports.models import Report
from units.vietnamese import counted, day_figures, grouped, share

Json = dict[str, Any]


def drawn(report: Report, *, number: int | None, issued_on: date | None, demo: bool) -> bytes:
    """The PDF of a frozen report; without number and date it is marked as a draft."""
    html = render_to_string("reports/pdf/report.html", context(report, number=number, issued_on=issued_on, demo=demo))
    return pdf.render(html, stylesheets=[pdf.STYLESHEET], title=f"Báo cáo {report.period.label}: {report.rollout}")


def context(report: Report, *, number: int | None, issued_on: date | None, demo: bool) -> Json:
    """Everything `templates/reports/pdf/report.html` shows; the draft has neither number nor date."""
    figures = json.loads(report.figures)
    document = figures["document"]
    named = f"{document['type']} số {document['number']}"
    return {
        "header": settings.BOARD | {"issuer_name": "Ban Tuyên giáo Tỉnh ủy"}, "charts": True,
        "number": number, "issued_on": issued_on, "draft": number is None, "demo": demo,
        "rules": settings.DOCUMENT_RULES, "type_name": "BÁO CÁO",
        "title_lines": [
            f"kết quả triển khai, thực hiện {named} của {document['issuer']}",
            f"về {document['title'][:1].lower()}{document['title'][1:]}",
        ],
        "period_line": f"(Kỳ báo cáo: {figures['period']['label']}; số liệu tính đến {_moment(figures['as_of'])})",
        "opening": f"Thực hiện {named} của {document['issuer']}, Ban Tuyên giáo Tỉnh ủy báo cáo Ban Thường vụ"
        " Tỉnh ủy kết quả như sau:",
        "salutation": [], "sections": _sections(figures, report.narrative),
        "signatory": {
            "authority": "K/T TRƯỞNG BAN" if report.signer_deputy else "",
            "position": "PHÓ TRƯỞNG BAN" if report.signer_deputy else "TRƯỞNG BAN", "name": report.signer_name,
        },
        "recipients": [
            "Ban Thường vụ Tỉnh ủy (báo cáo)", "Văn phòng Tỉnh ủy", "Lãnh đạo Ban", "Lưu Ban Tuyên giáo Tỉnh ủy",
        ],
        "figures": figures, "code": report.figures_sha256[:12], "figures_sha256": report.figures_sha256,
    }


def _sections(figures: Json, narrative: dict[str, str]) -> list[Json]:
    def written(key: str) -> list[str]:
        lines = [line.strip() for line in narrative.get(key, "").splitlines()]
        return [line for line in lines if line]

    def part(label: str, title: str, paragraphs: list[str]) -> Json:
        return {"label": label, "title": title, "paragraphs": paragraphs}

    return [
        _section("I", "Công tác lãnh đạo, chỉ đạo, quán triệt", [
            part("1", "Công tác tham mưu, ban hành văn bản", [*_issued(figures), *written("advice")]),
            part("2", "Công tác đôn đốc, theo dõi", [*_urged(figures), *written("urging")]),
        ]),
        _section("II", "Kết quả thực hiện", [
            part("1", "Tiếp nhận", _acknowledged(figures)),
            part("2", "Quán triệt, phổ biến đến chi bộ", _disseminated(figures)),
            part("3", "Kết quả theo các nhiệm vụ tại văn bản", written("tasks_done")),
        ]),
        _section("III", "Đánh giá chung", [
            part("1", "Ưu điểm", written("strengths")), part("2", "Hạn chế", written("weaknesses")),
            part("3", "Nguyên nhân", written("causes")),
        ]),
        _section("IV", "Nhiệm vụ trọng tâm thời gian tới", [], written("next_tasks")),
        _section("V", "Đề xuất, kiến nghị", [], written("proposals")),
    ]


def _section(label: str, title: str, subsections: list[Json], paragraphs: list[str] | None = None) -> Json:
    return {"label": label, "title": title.upper(), "paragraphs": paragraphs or [], "subsections": subsections}


def _issued(figures: Json) -> list[str]:
    rollout, total = figures["rollout"], figures["total"]
    sentences = [
        f"Ngày {_day(rollout['issued_on'])}, Ban Tuyên giáo Tỉnh ủy giao triển khai văn bản đến"
        f" {grouped(total['disseminate']['total'])} tổ chức đảng, trong đó có {grouped(total['cells'])} chi bộ; hạn"
        f" tiếp nhận do Ban đặt là ngày {_day(rollout['acknowledge_by'])}, hạn phổ biến đến chi bộ là ngày"
        f" {_day(rollout['disseminate_by'])}."
    ]
    sentences += [
        f"Văn bản được viện dẫn đã có thay đổi: {row['cited']} {_ended(row)}." for row in figures["replaced"]
    ]
    return sentences


def _ended(row: Json) -> str:
    since = f" từ ngày {_day(row['in_force_on'])}" if row["in_force_on"] else ""
    if not row["replaced_by"]:
        return f"hết hiệu lực{since}"
    return f"được thay thế bởi {row['replaced_by']}" + (f", có hiệu lực{since}" if since else "")


def _urged(figures: Json) -> list[str]:
    sent = figures["reminders"]
    if not sent["sent"]:
        return ["Trong kỳ chưa có lượt nhắc việc nào được gửi qua cổng."]
    failed = f"; {grouped(sent['failed'])} lượt không gửi được" if sent["failed"] else ""
    return [
        f"Trong kỳ đã gửi {grouped(sent['sent'])} lượt nhắc việc, đôn đốc đến {grouped(sent['units'])} đơn vị{failed}."
    ]


def _acknowledged(figures: Json) -> list[str]:
    total = figures["total"]
    buckets = total["acknowledge"]
    done = buckets["done_in_time"] + buckets["done_late"]
    sentences = [
        f"Có {counted(done, buckets['total'], 'đơn vị đã tiếp nhận')}; trong đó đúng hạn"
        f" {grouped(buckets['done_in_time'])}, quá hạn {grouped(buckets['done_late'])}."
    ]
    if total["from_outside"]:
        sentences.append(f"Trong số đã tiếp nhận có {grouped(total['from_outside'])} đơn vị được ghi nhận ngoài cổng.")
    sentences.append(
        f"Chưa tiếp nhận: {grouped(buckets['open_late'])} đơn vị quá hạn, {grouped(buckets['open_in_time'])} đơn vị"
        " chưa đến hạn (Phụ lục 2)."
    )
    sentences += _awaiting(buckets)
    return sentences + _compared(figures, "acknowledge", done, buckets["total"])


def _disseminated(figures: Json) -> list[str]:
    total = figures["total"]
    buckets = total["disseminate"]
    done = buckets["done_in_time"] + buckets["done_late"]
    due = buckets["total"] - buckets["open_in_time"] - buckets.get("awaiting", 0)
    sentences = [
        f"Đã phổ biến đến {counted(total['cells_disseminated'], total['cells'], 'chi bộ')}.",
        f"Tính chung các cấp, {counted(done, buckets['total'], 'tổ chức đảng đã quán triệt, phổ biến')}; so với số đã"
        f" đến hạn là {grouped(done)}/{grouped(due)}, đạt {share(done, due)}. Trong đó đúng hạn"
        f" {grouped(buckets['done_in_time'])} (nhờ gia hạn {grouped(buckets['after_extension'])}), quá hạn"
        f" {grouped(buckets['done_late'])}.",
    ]
    sentences += _awaiting(buckets)
    marks = []
    if total["entered_for"]:
        marks.append(f"{grouped(total['entered_for'])} trường hợp nhập thay")
    if total["recorded_late"]:
        marks.append(f"{grouped(total['recorded_late'])} trường hợp ghi nhận chậm")
    if marks:
        sentences.append(f"Trong số đã ghi nhận có {' và '.join(marks)}.")
    return sentences + _compared(figures, "disseminate", done, buckets["total"])


def _awaiting(buckets: Json) -> list[str]:
    """What waits because its unit has ended; reports frozen before this was counted have no such figure."""
    count = buckets.get("awaiting", 0)
    if not count:
        return []
    return [
        f"{grouped(count)} trường hợp của đơn vị đã kết thúc hoạt động đang chờ quyết định đơn vị thực hiện tiếp,"
        " không tính là quá hạn."
    ]


def _compared(figures: Json, fact: str, done: int, total: int) -> list[str]:
    before = figures["previous"]
    if before is None:
        return []
    was = before[fact]
    return [
        f"Kỳ trước ({before['label']}): {counted(was['done'], was['total'])}; kỳ này: {counted(done, total)}."
    ]


def _day(text: str) -> str:
    return day_figures(date.fromisoformat(text))


def _moment(text: str) -> str:
    moment = timezone.localtime(datetime.fromisoformat(text))
    return f"{moment:%H} giờ {moment:%M} ngày {day_figures(moment.date())}"
