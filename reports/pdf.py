"""HTML to the PDF that is signed: no network, no file but the paper's own, the same bytes every time."""

import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PAPER = Path(__file__).resolve().parent.parent / "templates" / "reports" / "pdf"
STYLESHEET = PAPER / "report.css"

# Metric-compatible with Times New Roman, which may not be redistributed. The order is that of report.css.
FAMILIES = ("Liberation Serif", "Tinos", "Times New Roman")
# Đ, Ơ, Ư and every letter with two marks (Ạ … ỹ): a font that lacks one of them prints a stranger's letter.
VIETNAMESE = "110 111 1a0-1b0 1ea0-1ef9"
# Regular, bold and italic are all on the page; fontconfig writes them as weight/slant.
FACES = frozenset({"80/0", "200/0", "80/100"})
APT_LINE = "apt-get install -y fonts-liberation2 fontconfig"


class FontMissing(RuntimeError):
    """No font is installed that can print Vietnamese as Times New Roman would."""


class ForbiddenAddress(RuntimeError):
    """The page asked for a file or an address outside the paper's own folder."""


def _faces(family: str) -> frozenset[str]:
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return frozenset()
    pattern = f":family={family}:charset={VIETNAMESE}"
    listing = subprocess.run(  # noqa: S603 - our own constant arguments, no shell
        [fc_list, "--format=%{weight}/%{slant}\n", pattern],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return frozenset(listing.stdout.split())


def check_font() -> None:
    """Ask fontconfig from outside: WeasyPrint without any font ends the process (segmentation fault)."""
    if not any(_faces(family) >= FACES for family in FAMILIES):
        raise FontMissing(
            f"No Times-metric font with Vietnamese letters ({', '.join(FAMILIES)}). Install one: {APT_LINE}"
        )


def allowed_path(url: str) -> Path:
    """The file behind a URL if it lies in the paper's folder; all else is refused, whatever its scheme."""
    parts = urlsplit(url)
    if parts.scheme.lower() != "file" or parts.netloc:
        raise ForbiddenAddress(f"not a file of this paper: {url[:200]}")
    path = Path(unquote(parts.path)).resolve()
    if not path.is_relative_to(PAPER) or not path.is_file():
        raise ForbiddenAddress(f"not a file of this paper: {url[:200]}")
    return path


def render(html: str, *, stylesheets: Sequence[Path], title: str) -> bytes:
    """Draw a page of HTML as a tagged PDF. Same arguments, same bytes: no clock, no random identifier."""
    check_font()
    # Not at the top: importing it loads Pango, which web and worker can live without until a report is drawn.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    refused: list[ForbiddenAddress] = []

    class PaperFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            try:
                return URLFetcherResponse(url, allowed_path(url).read_bytes())
            except ForbiddenAddress as refusal:
                refused.append(refusal)
                raise

    # WeasyPrint would log a refusal and print a page with a hole. Here it stops the drawing; the list is for
    # the places (images inside an SVG) where WeasyPrint swallows even its fatal error.
    fetcher = PaperFetcher(fail_on_errors=True)
    base = PAPER.as_uri() + "/"
    try:
        sheets = [allowed_path(path.resolve().as_uri()).read_text("utf-8") for path in stylesheets]
        styles = [CSS(string=sheet, base_url=base, url_fetcher=fetcher) for sheet in sheets]
        page = HTML(string=unicodedata.normalize("NFC", html), base_url=base, url_fetcher=fetcher)
        document = page.render(stylesheets=styles, pdf_tags=True)
        document.metadata.title = unicodedata.normalize("NFC", title)
        document.metadata.lang = "vi-VN"
        pdf: bytes = document.write_pdf(pdf_tags=True)
    except FatalURLFetchingError as fatal:  # a BaseException, which would take a worker down with it
        raise ForbiddenAddress(str(fatal.__cause__ or fatal)) from fatal
    if refused:
        raise refused[0]
    return pdf
