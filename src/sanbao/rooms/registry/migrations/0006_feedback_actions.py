"""Roles as they were shipped learn to undertake something; roles that a brand has cut anew stay as they are."""

from django.db import migrations

CODES = ("manager", "admin")
GRANT = "feedback.act"


def give(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=CODES):
        if "feedback.see" in role.grants:
            role.grants = sorted({*role.grants, GRANT})
            role.save(update_fields=["grants"])


def take(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=CODES):
        role.grants = [grant for grant in role.grants if grant != GRANT]
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_complaint_watch")]
    operations = [migrations.RunPython(give, take)]
