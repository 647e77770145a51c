"""Roles as they were shipped learn to be told of late answers; roles that a brand has cut anew stay."""

from django.db import migrations

GIVEN = {"handler": "complaints.handle", "manager": "complaints.see"}
GRANT = "complaints.watch"


def give(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=GIVEN):
        if GIVEN[role.code] in role.grants:
            role.grants = sorted({*role.grants, GRANT})
            role.save(update_fields=["grants"])


def take(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=GIVEN):
        role.grants = [grant for grant in role.grants if grant != GRANT]
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_remedies_and_reviews")]
    operations = [migrations.RunPython(give, take)]
