from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_pauses_and_authority")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("ended_at__isnull", True), models.Q(("state", "answered"), _negated=True)
                ),
                fields=["answer_due_at", "id"],
                name="case_queue",
            ),
        ),
    ]
