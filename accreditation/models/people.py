"""People who sign in, and the institutions they belong to."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accreditation import roles
from accreditation.enums import Nation
from accreditation.models.base import Record, uuid7


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """One person, one account, whatever roles they hold in whichever context. Signs in by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    full_name = models.CharField("full name", max_length=150)
    preferred_name = models.CharField("preferred name", max_length=80, blank=True)
    institution = models.ForeignKey(
        "accreditation.Institution", on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_staff = models.BooleanField("may open the fallback administration", default=False)
    is_active = models.BooleanField("active", default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    closed_reason = models.CharField("why the account is closed", max_length=300, blank=True)
    session_version = models.PositiveIntegerField(
        "counted up to end every session of the person", default=1, editable=False
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("full_name",)
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),)

    def __str__(self) -> str:
        return self.full_name or self.email

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """Codes of all roles held, in whatever context, in one query; empty for an inactive person.

        A group is named after a body-wide role, or after the thing its members work on (`course:…`, `portfolio:…`).
        """
        if not self.is_active:
            return frozenset()
        return _roles_of(self.groups.values_list("name", flat=True))

    def take_groups(self, names: Iterable[str]) -> None:
        """Tells an active person the names of their groups, where these were read beside them: `role_codes` asks no more."""
        self.__dict__["role_codes"] = _roles_of(names) if self.is_active else frozenset()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What each session must carry: it changes with the password and with `session_version`, and ends the session.

        Django's own sum goes over the password alone; this is its hook for more (also for rotated secret keys).
        """
        salt = "accreditation.models.User.session"
        value = f"{self.password}:{self.session_version}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def has_role(self, *codes: str) -> bool:
        """Whether the person holds any of these roles."""
        return not self.role_codes.isdisjoint(codes)


def _roles_of(names: Iterable[str]) -> frozenset[str]:
    held = frozenset(names)
    kinds = {name.split(":", 1)[0] for name in held if ":" in name}
    in_context = {role for kind, role in roles.OF_GROUP_KIND.items() if kind in kinds}
    return (held & roles.ROLES.keys()) | in_context


def display_name(user: User) -> str:
    """The name that pages and mails show for a person."""
    return user.preferred_name or user.full_name or user.email


class Institution(Record):
    """A university or other provider whose courses CASE accredits."""

    name = models.CharField(max_length=200, unique=True)
    short_name = models.CharField(max_length=60)
    nation = models.CharField(max_length=20, choices=Nation, default=Nation.ENGLAND)
    address = models.TextField("postal address", blank=True)
    is_university = models.BooleanField("has degree-awarding powers", default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
