"""django-helpdesk with some tickets behind it, asked for its list as often as a line on standard input says.

Runs in an environment of its own, started by ``bench/helpdesk.py``. Each line is a name from ``PAGES`` and a
count; the answer is a line of JSON with the CPU milliseconds of each page, the first of them not counted.
"""

import base64
import json
import os
import sys
import time
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

ROWS = 50
PER_TICKET = 1
"""Follow-ups of each ticket."""


def database() -> dict[str, str]:
    url = urlsplit(os.environ.get("PEER_DATABASE_URL", ""))
    if not url.scheme:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_FILE"]}
    place = dict(each.split("=", 1) for each in url.query.split("&") if each)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "HOST": unquote(place.get("host", url.hostname or "")),
        "PORT": str(url.port or ""),
    }


settings.configure(
    SECRET_KEY="only-for-a-measurement",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF="addresses",
    DATABASES={"default": database()},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.humanize",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.sites",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    SITE_ID=1,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HELPDESK_TEAMS_MODE_ENABLED=False,
    LOGGING_CONFIG=None,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - the settings come first
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

_ASKED = base64.b64encode(
    json.dumps({"filtering": {}, "filtering_null": {}, "sorting": "created", "search_string": ""}).encode()
).decode()
PAGES = {
    "table": f"/datatables_ticket_list/{_ASKED}?draw=1&start=0&length={ROWS}",
    "rest": f"/api/tickets/?page_size={ROWS}",
}
"""The list behind its own page of tickets, and the list of its REST interface."""


def fill(tickets: int) -> Client:
    call_command("migrate", verbosity=0, interactive=False)
    agent = get_user_model().objects.create_superuser("agent", "agent@bench.example", "a-long-password")
    queue = Queue.objects.create(title="Repairs", slug="repairs")
    now = timezone.now()
    made = Ticket.objects.bulk_create(
        (
            Ticket(
                title=f"Screen flickers {count}", queue=queue, created=now - timedelta(minutes=count),
                submitter_email="owner@bench.example", assigned_to=agent, description="送修三次了还是闪屏。",
                status=Ticket.OPEN_STATUS, due_date=now + timedelta(days=7),
            )
            for count in range(tickets)
        ),
        batch_size=1000,
    )  # fmt: skip
    FollowUp.objects.bulk_create(
        (FollowUp(ticket=ticket, date=now, title="Seen", comment="ok", user=agent) for ticket in made),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(agent)
    return client


def ask(client: Client, address: str, count: int) -> dict[str, object]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, answer.content[:500])
    told, selects = answer.json(), len(asked)
    rows = told.get("data", told.get("results"))
    spent = []
    for _ in range(count):
        began = time.process_time()
        client.get(address)
        spent.append((time.process_time() - began) * 1000)
    return {"rows": len(rows), "selects": selects, "cpu_ms": spent}


def main() -> None:
    client = fill(int(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        name, count = line.split()
        print(json.dumps(ask(client, PAGES[name], int(count))), flush=True)


if __name__ == "__main__":
    main()
