from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Looks an account up by the name typed at sign-in, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def create_user(self, username: str, **fields: Any) -> "User":
        """Create an account that cannot sign in until an invitation sets its password."""
        # In small letters, as allauth looks addresses up for sign-in and reset.
        fields["email"] = str(fields.get("email", "")).lower()
        user = User(username=username, **fields)
        user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser):
    """A role account ("Văn thư Huyện ủy …"), never a person's profile. What it may do comes only from Office."""

    username = models.CharField("Tên đăng nhập", max_length=80)
    label = models.CharField("Tên hiển thị", max_length=160)
    email = models.EmailField("Thư điện tử", blank=True)
    is_active = models.BooleanField("Đang dùng", default=True)
    created_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    rights: object = None  # what units.access found of this very instance, for whoever shows the same page

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message="Tên đăng nhập đã có người dùng.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message="Địa chỉ thư này đã gắn với một tài khoản khác.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.username
