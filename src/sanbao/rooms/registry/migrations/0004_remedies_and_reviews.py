"""Roles as they were shipped answer raised rights and review decisions; roles cut anew stay as they are."""

from django.db import migrations

GIVEN = ("repairs.remedy", "repairs.review")
ROLES = ("handler", "manager")


def give(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=ROLES):
        if "repairs.see" in role.grants:
            role.grants = sorted({*role.grants, *GIVEN})
            role.save(update_fields=["grants"])


def take(apps, schema_editor):
    for role in apps.get_model("registry", "Role").objects.filter(code__in=ROLES):
        role.grants = [grant for grant in role.grants if grant not in GIVEN]
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_rule_packs_and_plan_prices")]
    operations = [migrations.RunPython(give, take)]
