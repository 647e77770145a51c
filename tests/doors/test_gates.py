"""Gates: whoever is not welcome signs in first and comes back."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from sanbao.base.actor import OWNER, STAFF, Actor, anonymous
from sanbao.doors.ui.gates import for_owners, for_staff
from sanbao.rooms.registry.tests.factories import AT

ACTORS = {
    "anonymous": anonymous(AT),
    "owner": Actor("owner:CU-1", OWNER, AT, 1),
    "staff": Actor("staff:ST-1", STAFF, AT, 1),
}


@pytest.fixture
def ask(rf):
    def send(gate, who, method="get", path="/desk/x?q=1", **headers):
        request = getattr(rf, method)(path, headers=headers)
        request.actor = ACTORS[who]
        return gate(lambda request, number: HttpResponse(number))(request, "7")

    return send


@pytest.mark.parametrize(("gate", "who"), [(for_owners, "owner"), (for_staff, "staff")])
def test_the_welcome_pass(ask, gate, who):
    assert ask(gate, who).content == b"7"


@pytest.mark.parametrize(
    ("gate", "who", "page"),
    [
        (for_owners, "anonymous", "ui:signin"),
        (for_owners, "staff", "ui:signin"),
        (for_staff, "anonymous", "ui:staff_signin"),
        (for_staff, "owner", "ui:staff_signin"),
    ],
)
def test_others_sign_in_first_and_come_back(ask, gate, who, page):
    answer = ask(gate, who)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"{reverse(page)}?next=%2Fdesk%2Fx%3Fq%3D1",
    )


def test_a_form_is_not_sent_again_by_coming_back(ask):
    assert ask(for_staff, "anonymous", "post").headers["Location"] == reverse("ui:staff_signin")


@pytest.mark.parametrize(
    ("current", "back"),
    [("http://testserver/desk/", "?next=http%3A%2F%2Ftestserver%2Fdesk%2F"), ("http://evil.example/", "")],
)
def test_a_fragment_makes_the_whole_page_go(ask, current, back):
    answer = ask(for_staff, "anonymous", **{"HX-Request": "true", "HX-Current-URL": current})
    assert answer.headers["HX-Redirect"] == reverse("ui:staff_signin") + back
    assert not answer.content
