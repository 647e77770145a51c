"""Addresses of this door."""

from django.urls import URLPattern, path

from sanbao.doors.workbench import (
    admin,
    bench,
    cases,
    counter,
    figures,
    home,
    imports,
    orders,
    people,
    stock,
    talks,
    voice,
)
from sanbao.doors.workbench.asking import guarded


def _staff_pages(pages: list[URLPattern]) -> list[URLPattern]:
    """Return these pages behind the sign-in of staff, with the rail."""
    return [URLPattern(page.pattern, guarded(page.callback), page.default_args, page.name) for page in pages]


app_name = "workbench"
urlpatterns = [
    path("", home.home, name="home"),
    path("search", home.search, name="search"),
    path("outlet", home.choose_outlet, name="work_at"),
    path("signout", home.sign_out, name="sign_out"),
    path("files/<str:number>", home.file, name="file"),
    path("files/<str:number>/small", home.thumb, name="thumb"),
    path("counter", counter.counter, name="counter"),
    path("counter/queue", counter.queue, name="queue"),
    path("counter/queue/<str:verb>", counter.queue_step, name="queue_step"),
    path("counter/scan", counter.scan, name="scan"),
    path("counter/walk-in", counter.walk_in, name="walk_in"),
    path("counter/tickets/<str:number>", counter.ticket, name="ticket"),
    path("mine", bench.mine, name="mine"),
    path("bench", bench.board, name="bench"),
    path("mail", bench.mail, name="mail"),
    path("orders", orders.listed, name="orders"),
    path("orders/<str:number>", orders.order, name="order"),
    path("orders/<str:number>/receipt", orders.receipt, name="receipt"),
    path("orders/<str:number>/file", orders.attach, name="attach"),
    path("orders/<str:number>/<str:verb>", orders.step, name="step"),
    path("devices/<str:number>", people.device, name="device"),
    path("people/<str:number>", people.person, name="person"),
    path("people/<str:number>/reveal", home.reveal, name="reveal"),
    path("parts", stock.shelf, name="parts"),
    path("parts/<str:verb>", stock.step, name="parts_step"),
    path("inbox", talks.inbox, name="inbox"),
    path("threads/<str:number>", talks.thread, name="thread"),
    path("threads/<str:number>/<str:verb>", talks.say, name="say"),
    path("calls", talks.calls, name="calls"),
    path("calls/new", talks.log, name="call_new"),
    path("calls/callers", talks.callers, name="callers"),
    path("book", talks.book, name="book"),
    path("cases", cases.queue, name="cases"),
    path("cases/new", cases.new, name="case_new"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/file", cases.add_evidence, name="case_file"),
    path("cases/<str:number>/<str:verb>", cases.step, name="case_step"),
    path("promises", figures.promises, name="figures"),
    path("staff", admin.staff, name="staff"),
    path("staff/invite", admin.invite, name="invite"),
    path("staff/roles", admin.roles, name="roles"),
    path("staff/<str:number>", admin.member, name="member"),
    path("staff/<str:number>/<str:verb>", admin.member_step, name="member_step"),
    path("outlets", admin.places, name="outlets"),
    path("outlets/<str:code>", admin.outlet, name="outlet"),
    path("outlets/<str:code>/day", admin.special_day, name="special_day"),
    path("catalogue", admin.catalogue, name="catalogue"),
    path("tokens", admin.tokens, name="tokens"),
    path("tokens/<str:number>/revoke", admin.revoke, name="revoke"),
    path("deliveries", admin.deliveries, name="deliveries"),
    path("deliveries/<int:key>/revive", admin.revive, name="revive"),
    path("imports", imports.imports, name="imports"),
    path("imports/<str:number>", imports.batch, name="import"),
    path("imports/<str:number>/errors.csv", imports.errors, name="import_errors"),
    *_staff_pages(voice.urls),
]
