"""What only a printed slip needs."""

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
QUIET = 4  # modules of white around it, as the standard asks


@register.simple_tag
def qr(text: str) -> SafeString:
    """A QR code as SVG, black on white on every screen; the code beside it says the same to those who cannot scan."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="Mã QR để mở trang kích hoạt">'
        '<rect width="100%" height="100%" fill="#fff"/><path fill="#000" shape-rendering="crispEdges" d="{}"/></svg>',
        side, side, path,
    )
