"""What axe finds on a page, narrowed to what must never ship."""

from axe_playwright_python.sync_playwright import Axe

GRAVE = {"serious", "critical"}


def serious(page):
    """Serious and critical findings of axe on the page as it stands, one readable line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']} – {node['html'][:160]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
