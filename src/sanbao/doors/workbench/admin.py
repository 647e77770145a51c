"""The house itself: staff, outlets, catalogue, keys, deliveries that died."""

from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import EVERYWHERE, Actor, require
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import outlet_forms, words
from sanbao.doors.workbench.asking import desk, once_or_note, page, sent, staff_only, tried
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger import services as keeping
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as running
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering

_NEW: Final = "new"


class PostForm(forms.Form):
    """A role at an outlet."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    outlet = forms.ChoiceField(label=gettext_lazy("Outlet"))

    def __init__(self, *args: Any, actor: Actor, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everywhere = [(EVERYWHERE, _("All outlets"))] if actor.everywhere("registry.staff") else []
        self.fields["role"].choices = [(each.code, words.title(each)) for each in registry.roles(actor)]  # type: ignore[attr-defined]
        self.fields["outlet"].choices = [*everywhere, *places]  # type: ignore[attr-defined]


class InviteForm(PostForm):
    """Somebody new."""

    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=80)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput)
    field_order = ("name", "email", "role", "outlet")


class TokenForm(forms.Form):
    """A key to the API."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=60)
    staff = forms.ChoiceField(label=gettext_lazy("Acts as"))
    days = forms.IntegerField(label=gettext_lazy("Valid for days"), min_value=1, initial=90)

    def __init__(self, *args: Any, people: Any = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["staff"].choices = [(each.number, each.name) for each in people]  # type: ignore[attr-defined]


@require_GET
@staff_only
def staff(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the members of staff this actor manages."""
    require(actor, "registry.staff")
    left = request.GET.get("left") == "1"
    return page(
        request, "workbench/staff.html", {"people": registry.staff_list(actor, with_left=left), "left": left}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite somebody; the link is shown once and cannot be read back, so it is never repeated either."""
    require(actor, "registry.staff")
    form = InviteForm(request.POST or None, actor=actor, places=desk(request).options)
    secret = tried(form, lambda: registering.invite(actor, **form.cleaned_data))
    if secret:
        facts = {
            "link": _link(request, secret),
            "name": form.cleaned_data["name"],
            "back": reverse("workbench:staff"),
        }
        return page(request, "workbench/link.html", facts)
    return page(request, "workbench/invite.html", {"form": form})


def _link(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("ui:join", args=[secret]))


@require_http_methods(["GET", "POST"])
@staff_only
def member(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a member of staff; give another role."""
    require(actor, "registry.staff")
    card = registry.staff(actor, number)
    form = PostForm(request.POST or None, actor=actor, places=desk(request).options)
    if sent(request, form, lambda: _given(actor, number, form)):
        tell(request, _("Given."))
        return redirect("workbench:member", number=number)
    return page(request, "workbench/member.html", {"card": card, "form": form})


def _given(actor: Actor, number: str, form: PostForm) -> str:
    registering.assign(actor, number, **form.cleaned_data)
    return number


@never_cache
@require_POST
@staff_only
def member_step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Take a role away, make a new link, or end everything because somebody leaves."""
    if verb == "link":
        secret = registering.make_link(actor, number)
        name = registry.staff(actor, number).name
        back = reverse("workbench:member", args=[number])
        return page(
            request, "workbench/link.html", {"link": _link(request, secret), "name": name, "back": back}
        )
    post = {name: request.POST.get(name, "")[:24] for name in ("role", "outlet")}
    verbs = {
        "unassign": lambda: registering.unassign(actor, number, **post),
        "leave": lambda: registering.leave(actor, number),
    }
    if verb not in verbs:
        raise Missing
    once_or_note(request, lambda: str(verbs[verb]()), _("Done."))
    return redirect("workbench:member", number=number)


@require_GET
@staff_only
def roles(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what each role may do."""
    require(actor, "registry.staff")
    return page(request, "workbench/roles.html", {"roles": registry.roles(actor)})


@require_GET
@staff_only
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the outlets this actor may change."""
    require(actor, "outlets.edit")
    shown = [place for place in outlets.places() if actor.may("outlets.edit", place.code)]
    return page(
        request, "workbench/outlets.html", {"places": shown, "may_open": actor.everywhere("outlets.edit")}
    )


@require_http_methods(["GET", "POST"])
@staff_only
def outlet(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Show an outlet with hours, seats and special days; change them."""
    require(actor, "outlets.edit", outlet=None if code == _NEW else code)
    place = None if code == _NEW else outlets.place(code)
    form = outlet_forms.OutletForm(
        request.POST or None, initial=outlet_forms.initial(place), fresh=place is None
    )
    done = sent(request, form, lambda: running.put_outlet(actor, **form.values(code)))
    if done:
        tell(request, _("Kept."))
        return redirect("workbench:outlet", code=done)
    facts = {"place": place, "form": form, "special": outlet_forms.SpecialForm(auto_id="special_%s")}
    return page(request, "workbench/outlet.html", facts | {"days": _days_ahead(place, actor)})


def _days_ahead(place: outlets.Place | None, actor: Actor) -> list[tuple[date, Any]]:
    today = place.day(actor.at) if place else None
    return (
        sorted((day, hours) for day, hours in place.special.items() if today and day >= today)
        if place
        else []
    )


@require_POST
@staff_only
def special_day(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Let an outlet keep other hours on one day, or close it."""
    place = outlets.place(code)
    form = outlet_forms.SpecialForm(request.POST, auto_id="special_%s")
    gone: list[str] = []

    def act() -> str:
        gone.extend(running.set_special_day(actor, outlet=code, **form.values()))
        return code

    if sent(request, form, act, alike={"hours": "open"}):
        text = (
            _("Kept. %(n)s appointments no longer fit; move them.") % {"n": len(gone)} if gone else _("Kept.")
        )
        tell(request, text, "warn" if gone else "good")
        return redirect("workbench:outlet", code=code)
    facts = {
        "place": place,
        "form": outlet_forms.OutletForm(initial=outlet_forms.initial(place), fresh=False),
        "special": form,
        "days": _days_ahead(place, actor),
    }
    return page(request, "workbench/outlet.html", facts)


@require_GET
@staff_only
def catalogue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show models, parts and prices of today."""
    if not actor.may("registry.catalogue"):
        require(actor, "parts.catalogue")
    chosen = request.GET.get("product", "")[:32]
    facts = {"products": registry.products(actor), "chosen": chosen}
    return page(
        request, "workbench/catalogue.html", facts | {"items": parts.items(actor.at.date(), product=chosen)}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the keys to the API; make one, whose secret is shown once."""
    require(actor, "registry.setup")
    form = TokenForm(request.POST or None, people=registry.staff_list(actor))
    made: list[str] = []
    number = tried(form, lambda: _made(made, registering.make_token(actor, **form.cleaned_data)))
    facts = {"form": form, "tokens": registry.tokens(actor), "secret": made[0] if number else ""}
    names = {each.number: each.name for each in registry.staff_list(actor)}
    return page(request, "workbench/tokens.html", facts | {"names": names})


def _made(kept: list[str], token: tuple[str, str]) -> str:
    number, secret = token
    kept.append(secret)
    return number


@require_POST
@staff_only
def revoke(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """End a key."""
    once_or_note(request, lambda: str(registering.revoke_token(actor, number)), _("The key is dead."))
    return redirect("workbench:tokens")


@require_GET
@staff_only
def deliveries(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show deliveries that failed for good, and how the machines of the house are doing."""
    require(actor, "ledger.deliveries")
    facts = {"dead": ledger.dead_deliveries(actor), "health": ledger.health(actor.at)}
    return page(request, "workbench/deliveries.html", facts)


@require_POST
@staff_only
def revive(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    """Send a dead delivery out again."""
    once_or_note(request, lambda: str(keeping.revive(actor, key)), _("It is tried again."))
    return redirect("workbench:deliveries")
