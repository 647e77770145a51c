"""Addresses of this door."""

from django.urls import path

from sanbao.doors.portal import (
    booking,
    cases,
    devices,
    files,
    home,
    mine,
    orders,
    outlets,
    rights,
    survey,
    talk,
)
from sanbao.doors.ui import signin

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("find", home.find, name="find"),
    path("privacy", signin.notice, name="privacy"),
    path("rights", rights.check, name="rights"),
    path("devices/add", devices.add, name="device_add"),
    path("devices/<str:number>", devices.device, name="device"),
    path("devices/<str:number>/purchase", devices.purchase, name="purchase"),
    path("outlets", outlets.found, name="outlets"),
    path("outlets/<str:code>", outlets.outlet, name="outlet"),
    path("queue/<str:number>", outlets.queue, name="queue"),
    path("book", booking.book, name="book"),
    path("book/visit", booking.visit, name="book_visit"),
    path("book/mail", booking.mail, name="book_mail"),
    path("orders", orders.mine, name="orders"),
    path("orders/<str:number>", orders.order, name="order"),
    path("orders/<str:number>/progress", orders.progress, name="progress"),
    path("orders/<str:number>/price", orders.decide, name="decide"),
    path("orders/<str:number>/move", orders.move, name="move"),
    path("orders/<str:number>/cancel", orders.cancel, name="cancel"),
    path("orders/<str:number>/message", orders.write, name="write"),
    path("orders/<str:number>/file", orders.add_file, name="order_file"),
    path("orders/<str:number>/slip", orders.slip, name="slip"),
    path("orders/<str:number>/visit.ics", orders.calendar, name="calendar"),
    path("complain", cases.complain, name="complain"),
    path("complaints/<str:number>", cases.case, name="case"),
    path("complaints/<str:number>/view", cases.view, name="case_view"),
    path("complaints/<str:number>/dispute", cases.dispute, name="dispute"),
    path("complaints/<str:number>/file", cases.add_evidence, name="case_file"),
    path("ask", talk.talk, name="talk"),
    path("talks/<str:number>", talk.thread, name="thread"),
    path("me", mine.account, name="account"),
    path("me/data.json", mine.data, name="data"),
    path("me/erase", mine.erase, name="erase"),
    path("me/notices", talk.notices, name="notices"),
    path("survey/<str:number>", survey.survey, name="survey"),
    path("files/<str:number>", files.whole, name="file"),
    path("files/<str:number>/small", files.small, name="thumb"),
]
