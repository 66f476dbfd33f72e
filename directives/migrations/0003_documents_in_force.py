import django.db.models.deletion
from django.db import migrations, models

from directives.fulltext import create_sql, drop_sql, words
from directives.reading.slips import mend


def fill(apps, schema_editor):
    """Search text in its new spelling and over the whole text; what a citation says, where its words still show it."""
    documents, citations = apps.get_model("directives", "Document"), apps.get_model("directives", "Citation")
    for document in documents.objects.order_by("pk").iterator():
        parts = document.provisions.order_by("order").values_list("text", flat=True)
        body = mend(document.text) or " ".join(parts)
        head = f"{document.number} {document.type} {document.title} {document.issuer}"
        documents.objects.filter(pk=document.pk).update(search_text=words(f"{head} {body}"))
    for citation in citations.objects.exclude(target=None).select_related("target").iterator():
        target = citation.target
        if target.number and target.number in citation.as_written:
            citations.objects.filter(pk=citation.pk).update(number=target.number, type=target.type)


def index(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unindex(apps, schema_editor):
    for statement in drop_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0002_rollup_by_answering_unit'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='document_number_once_a_series',
        ),
        migrations.AddField(
            model_name='citation',
            name='issued_on',
            field=models.DateField(blank=True, null=True, verbose_name='Ngày ban hành'),
        ),
        migrations.AddField(
            model_name='citation',
            name='issuer',
            field=models.CharField(blank=True, max_length=160, verbose_name='Cơ quan ban hành'),
        ),
        migrations.AddField(
            model_name='citation',
            name='number',
            field=models.CharField(blank=True, max_length=80, verbose_name='Số, ký hiệu'),
        ),
        migrations.AddField(
            model_name='citation',
            name='title',
            field=models.CharField(blank=True, max_length=500, verbose_name='Trích yếu'),
        ),
        migrations.AddField(
            model_name='citation',
            name='type',
            field=models.CharField(blank=True, max_length=60, verbose_name='Loại văn bản'),
        ),
        migrations.AddField(
            model_name='document',
            name='closing',
            field=models.TextField(blank=True, verbose_name='Phần kết'),
        ),
        migrations.AddField(
            model_name='document',
            name='deadlines',
            field=models.JSONField(default=list, verbose_name='Thời hạn văn bản nêu'),
        ),
        migrations.AddField(
            model_name='document',
            name='duties',
            field=models.JSONField(default=list, verbose_name='Văn bản giao việc'),
        ),
        migrations.AddField(
            model_name='document',
            name='expires_on',
            field=models.DateField(blank=True, null=True, verbose_name='Hết hiệu lực từ'),
        ),
        migrations.AddField(
            model_name='document',
            name='preamble',
            field=models.TextField(blank=True, verbose_name='Phần mở đầu'),
        ),
        migrations.AddField(
            model_name='document',
            name='revision',
            field=models.CharField(blank=True, choices=[('correction', 'Đính chính (báo cho đơn vị, không phải tiếp nhận lại)'), ('supplement', 'Sửa đổi, bổ sung (giao lại, đơn vị tiếp nhận lại)'), ('replacement', 'Thay thế (giao lại, đơn vị tiếp nhận lại)')], max_length=12, verbose_name='Cách sửa'),
        ),
        migrations.AddField(
            model_name='document',
            name='spread_to',
            field=models.CharField(blank=True, max_length=200, verbose_name='Phổ biến đến'),
        ),
        migrations.AddField(
            model_name='document',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='rollout',
            name='reissues',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reissued_as', to='directives.rollout', verbose_name='Giao lại của đợt'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('num__isnull', False), models.Q(('series', ''), _negated=True), models.Q(('state', 'draft'), _negated=True)), fields=('issuer', 'type', 'series', 'num'), name='document_number_once_a_series'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revises__isnull', True), ('revision', '')), models.Q(('revises__isnull', False), models.Q(('revision', ''), _negated=True)), _connector='OR'), name='document_revises_in_one_way'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('revises__isnull', True), models.Q(('revises', models.F('pk')), _negated=True), _connector='OR'), name='document_revises_another'),
        ),
        migrations.AlterField(
            model_name='provision',
            name='label',
            field=models.CharField(max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, unindex),
    ]
