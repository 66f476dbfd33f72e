"""allauth's form of signing in, in the words of this portal."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no type hints
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["login"]
        field.label = "Tên đăng nhập, thư điện tử hoặc mã đơn vị"
        field.help_text = "Mã đơn vị: mã tổ chức đảng 14 chữ số, hoặc mã trên cổng như DV-123."
        field.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
