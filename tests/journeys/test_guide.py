"""The user guide shows every picture that the journeys take, and none that is missing or heavy."""

import re

from tests.journeys.visitor import SHOT_BYTES, SHOTS


def test_the_guide_and_its_pictures_belong_together() -> None:
    guide = (SHOTS / "README.md").read_text()
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", guide))
    pictures = {path.name: path.stat().st_size for path in SHOTS.glob("*.png")}
    assert shown == pictures.keys()
    assert {name: size for name, size in pictures.items() if size >= SHOT_BYTES} == {}


def test_the_guide_s_own_links_lead_somewhere() -> None:
    guide = (SHOTS / "README.md").read_text()
    headings = re.findall(r"^#+ (.+)$", guide, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", guide)) - anchors == set()
