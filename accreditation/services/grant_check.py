"""Are guardian's grants what the domain's rows ask for? Compared every night, and by `manage.py check_grants`.

A grant can part from its reason without any press: a day passes (somebody's last on a course's team), a row is changed by
hand, a backup of one table is put back. The selectors look at days themselves, so nobody sees more meanwhile; the grants
are set right here, and the trail says what was wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from accreditation import audit, grants
from accreditation.models import User


@dataclass(frozen=True, slots=True)
class Found:
    """One object (None: a group that belongs to nothing any more) and the sentences about what is wrong with it."""

    obj: models.Model | None
    sentences: tuple[str, ...]


def check() -> Iterator[Found]:
    """Compares all grants, changing nothing."""
    known: set[str] = set()
    for obj, wanted in grants.wanted():
        known.update(wanted)
        if sentences := tuple(grants.difference(obj, wanted)):
            yield Found(obj, sentences)
    for group in grants.left_over(known):
        yield Found(None, (f"{group.name} belongs to nothing that there is.",))
    yield from _for_everything()


def mend(*, by: User | None = None) -> list[str]:
    """Sets right what `check` finds and returns its sentences. Each object in a transaction of its own, with its event."""
    told: list[str] = []
    for found in list(check()):
        with transaction.atomic():
            if found.obj is not None:
                _mend_object(found.obj)
            audit.record("grants.mended", by=by, obj=found.obj, payload={"differences": len(found.sentences)})
        told += found.sentences
    if told:
        with transaction.atomic():
            _drop_left_over()
    return told


def _mend_object(obj: models.Model) -> None:
    """Works the grants out anew under the row's lock: a press may have changed them since they were compared."""
    locked = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
    wanted = grants.wanted_for(locked)
    for row in grants.foreign_rows(locked, wanted):
        row.delete()
    grants.apply(locked, wanted)


def _drop_left_over() -> None:
    grants.left_over(name for _, wanted in grants.wanted() for name in wanted).delete()
    for group, permission in _of_groups():
        group.permissions.remove(permission)
    for user, permission in _of_people():
        user.user_permissions.remove(permission)


def _for_everything() -> Iterator[Found]:
    """A right on all objects of a model, which would make every filter by object vain."""
    for holder, permission in (*_of_groups(), *_of_people()):
        yield Found(None, (f"{holder} holds {permission.codename} on everything: nobody should.",))


def _model_wide() -> models.QuerySet[Permission]:
    return Permission.objects.filter(
        codename__in=[code for codes in grants.CLOSED.values() for code in codes]
    )


def _of_groups() -> list[tuple[Group, Permission]]:
    return [(group, one) for one in _model_wide() for group in one.group_set.all()]


def _of_people() -> list[tuple[User, Permission]]:
    return [(user, one) for one in _model_wide() for user in User.objects.filter(user_permissions=one)]
