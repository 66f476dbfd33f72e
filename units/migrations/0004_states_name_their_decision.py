import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0003_changes_of_the_past")]
    operations = [
        migrations.AlterField(
            model_name="unitstate",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.reorganisation"
            ),
        ),
        migrations.RemoveField(model_name="unitstate", name="decision_text"),
    ]
