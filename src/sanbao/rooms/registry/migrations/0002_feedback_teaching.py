"""Roles as they were shipped learn to teach the reader; roles that a brand has cut anew stay as they are."""

from django.db import migrations

GIVEN = {
    "handler": ("feedback.teach",),
    "manager": ("feedback.teach",),
    "admin": ("feedback.teach", "feedback.judge"),
}


def give(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=GIVEN):
        if "feedback.see" in role.grants:
            role.grants = sorted({*role.grants, *GIVEN[role.code]})
            role.save(update_fields=["grants"])


def take(apps, schema_editor):
    given = {grant for grants in GIVEN.values() for grant in grants}
    for role in apps.get_model("registry", "Role").objects.filter(code__in=GIVEN):
        role.grants = [grant for grant in role.grants if grant not in given]
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(give, take)]
