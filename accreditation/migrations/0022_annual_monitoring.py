"""Annual monitoring: returns, their documents, and flags for the next review."""

import accreditation.models.base
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0021_clauses_by_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnualReturn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accreditation.models.base.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(2000)]
                    ),
                ),
                ("entered", models.JSONField(blank=True, default=dict)),
                ("unchanged", models.JSONField(blank=True, default=list)),
                ("counted", models.JSONField(blank=True, default=dict)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="accreditation.course",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("course", "-year"),
            },
        ),
        migrations.CreateModel(
            name="MonitoringFlag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accreditation.models.base.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("clause", models.CharField(max_length=10)),
                ("words", models.TextField(max_length=2000, verbose_name="what to look at")),
                (
                    "annual_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flags",
                        to="accreditation.annualreturn",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("clause", "created_at"),
            },
        ),
        migrations.CreateModel(
            name="ReturnFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accreditation.models.base.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "size",
                    models.PositiveBigIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="size in bytes"
                    ),
                ),
                ("media_type", models.CharField(max_length=100)),
                (
                    "annual_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="accreditation.annualreturn",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("created_at",),
            },
        ),
        migrations.AddConstraint(
            model_name="annualreturn",
            constraint=models.UniqueConstraint(fields=("course", "year"), name="annual_return_once_a_year"),
        ),
        migrations.AddConstraint(
            model_name="annualreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("sent_by__isnull", True)),
                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                    _connector="OR",
                ),
                name="annual_return_sent_by_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True), models.Q(("clause", ""), _negated=True)
                ),
                name="flag_says_what_and_where",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnfile",
            constraint=models.UniqueConstraint(
                fields=("annual_return", "sha256"), name="return_file_once_per_return"
            ),
        ),
    ]
