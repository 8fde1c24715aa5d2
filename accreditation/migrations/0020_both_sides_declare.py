"""Both sides declare before a document opens; what assessors say about themselves."""

import accreditation.models.base
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


MEMBERS = (
    ("British Medical Ultrasound Society", "BMUS"),
    ("British Society of Echocardiography", "BSE"),
    ("Chartered Society of Physiotherapy", "CSP"),
    ("Institute of Physics and Engineering in Medicine", "IPEM"),
    ("Royal College of Podiatry", "RCPod"),
    ("Society and College of Radiographers", "SCoR"),
    ("Society for Vascular Technology of Great Britain and Ireland", "SVT"),
)
"""CASE's member organisations as bmus.org lists them; since when each belongs is not published."""


def members(apps, schema_editor):
    rows = apps.get_model("accreditation", "MemberBody").objects
    for name, short_name in MEMBERS:
        rows.get_or_create(name=name, defaults={"short_name": short_name})


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0019_kept_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
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
                ("since", models.DateField()),
                ("until", models.DateField()),
            ],
            options={
                "ordering": ("since",),
            },
        ),
        migrations.CreateModel(
            name="AssessorProfile",
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
                ("expertise", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Interest",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employer", "Employed by the institution"),
                            ("external_examiner", "External examiner there in the last five years"),
                            ("alumnus", "Alumna or alumnus of the course"),
                            ("co_author", "Co-author of the course or its papers"),
                            ("mentor", "Mentor on the course"),
                            ("personal", "Personal relationship"),
                            ("commercial", "Commercial interest"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="in a few words")),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("institution__name", "created_at"),
            },
        ),
        migrations.CreateModel(
            name="MemberBody",
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
                ("name", models.CharField(max_length=200, unique=True)),
                ("short_name", models.CharField(max_length=40)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_one_lead_one_co",
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_person_once_per_panel",
        ),
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_state_known",
        ),
        migrations.AddField(
            model_name="assignment",
            name="asks_course",
            field=models.BooleanField(default=False, verbose_name="the course declares its interests, too"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="course_declared_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="course_declared_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                choices=[
                    ("invited", "Invited"),
                    ("waiting", "Accepted; the course has yet to declare"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("removed", "Removed"),
                ],
                default="invited",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("role__in", ("lead", "co")), ("state__in", ("invited", "waiting", "accepted"))
                ),
                fields=("submission", "role"),
                name="assignment_one_lead_one_co",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("invited", "waiting", "accepted"))),
                fields=("submission", "user"),
                name="assignment_person_once_per_panel",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["invited", "waiting", "accepted", "declined", "removed"])),
                name="assignment_state_known",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="absences",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessorprofile",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assessor_profile",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interests",
                to="accreditation.institution",
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="interests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessorprofile",
            name="member_body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accreditation.memberbody",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="absence_until_after_since"
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "employer",
                            "external_examiner",
                            "alumnus",
                            "co_author",
                            "mentor",
                            "personal",
                            "commercial",
                            "other",
                        ],
                    )
                ),
                name="interest_kind_known",
            ),
        ),
        migrations.RunPython(members, migrations.RunPython.noop),
    ]
