from django.db import migrations, models

from sanbao.rooms.feedback.adapters import cube


def fill(apps, schema_editor):
    """Count the texts that are there; an empty house has nothing to count."""
    if apps.get_model("feedback", "Voice").objects.exclude(reader="").exists():
        cube.rebuild()


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0004_survey_link'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=14, unique=True)),
                ('outlet', models.CharField(blank=True, max_length=12)),
                ('tally', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=8)),
                ('week', models.DateField()),
                ('before_count', models.IntegerField()),
                ('before_n', models.IntegerField()),
                ('count', models.IntegerField()),
                ('n', models.IntegerField()),
                ('q', models.FloatField()),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('turn', 'week'))), name='voice_alert_kind_known'), models.UniqueConstraint(fields=('outlet', 'tally', 'kind', 'week'), name='voice_alert_once')],
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.CharField(max_length=12)),
                ('product', models.CharField(max_length=40)),
                ('day', models.IntegerField()),
                ('origin', models.CharField(max_length=10)),
                ('read', models.IntegerField(default=0)),
                ('copies', models.IntegerField(default=0)),
                ('left_out', models.IntegerField(default=0)),
                ('praise', models.IntegerField(default=0)),
                ('blame', models.IntegerField(default=0)),
                ('service_p', models.IntegerField(default=0)),
                ('service_m', models.IntegerField(default=0)),
                ('time_p', models.IntegerField(default=0)),
                ('time_m', models.IntegerField(default=0)),
                ('manner_p', models.IntegerField(default=0)),
                ('manner_m', models.IntegerField(default=0)),
                ('complaint_p', models.IntegerField(default=0)),
                ('complaint_m', models.IntegerField(default=0)),
                ('context_p', models.IntegerField(default=0)),
                ('context_m', models.IntegerField(default=0)),
                ('overall_p', models.IntegerField(default=0)),
                ('overall_m', models.IntegerField(default=0)),
                ('tt_p', models.IntegerField(default=0)),
                ('tt_m', models.IntegerField(default=0)),
                ('qu_p', models.IntegerField(default=0)),
                ('qu_m', models.IntegerField(default=0)),
                ('pa_p', models.IntegerField(default=0)),
                ('pa_m', models.IntegerField(default=0)),
                ('cv_p', models.IntegerField(default=0)),
                ('cv_m', models.IntegerField(default=0)),
                ('rq_p', models.IntegerField(default=0)),
                ('rq_m', models.IntegerField(default=0)),
                ('at_p', models.IntegerField(default=0)),
                ('at_m', models.IntegerField(default=0)),
                ('ex_p', models.IntegerField(default=0)),
                ('ex_m', models.IntegerField(default=0)),
                ('sh_p', models.IntegerField(default=0)),
                ('sh_m', models.IntegerField(default=0)),
                ('co_p', models.IntegerField(default=0)),
                ('co_m', models.IntegerField(default=0)),
                ('cc_p', models.IntegerField(default=0)),
                ('cc_m', models.IntegerField(default=0)),
                ('ch_p', models.IntegerField(default=0)),
                ('ch_m', models.IntegerField(default=0)),
                ('pr_p', models.IntegerField(default=0)),
                ('pr_m', models.IntegerField(default=0)),
                ('po_p', models.IntegerField(default=0)),
                ('po_m', models.IntegerField(default=0)),
                ('pq_p', models.IntegerField(default=0)),
                ('pq_m', models.IntegerField(default=0)),
                ('fu_p', models.IntegerField(default=0)),
                ('fu_m', models.IntegerField(default=0)),
                ('ov_p', models.IntegerField(default=0)),
                ('ov_m', models.IntegerField(default=0)),
                ('demand_refund', models.IntegerField(default=0)),
                ('demand_exchange', models.IntegerField(default=0)),
                ('demand_repair', models.IntegerField(default=0)),
                ('demand_compensation', models.IntegerField(default=0)),
                ('demand_apology', models.IntegerField(default=0)),
                ('demand_other', models.IntegerField(default=0)),
                ('flag_safety', models.IntegerField(default=0)),
                ('flag_privacy', models.IntegerField(default=0)),
                ('flag_legal', models.IntegerField(default=0)),
                ('flag_churn', models.IntegerField(default=0)),
                ('flag_sarcasm', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('outlet', 'product', 'day', 'origin'), name='cell_once')],
            },
        ),
        migrations.CreateModel(
            name='Mix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.CharField(max_length=12)),
                ('product', models.CharField(max_length=40)),
                ('origin', models.CharField(max_length=10)),
                ('month', models.IntegerField()),
                ('read', models.IntegerField(default=0)),
                ('service_p', models.IntegerField(default=0)),
                ('service_m', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('outlet', 'product', 'origin', 'month'), name='mix_once')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=40)),
                ('outlet', models.CharField(blank=True, max_length=12)),
                ('tally', models.CharField(max_length=20)),
                ('until', models.DateField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'outlet', 'tally'), name='voice_mute_once')],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=14, unique=True)),
                ('owner', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=60)),
                ('facets', models.JSONField(default=dict)),
                ('shared', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['shared', 'title'], name='voice_view_shared')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'title'), name='voice_view_title_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
