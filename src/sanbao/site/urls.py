"""Every address of the installation, by door."""

from django.urls import include, path

from sanbao.doors.api.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("ui/", include("sanbao.doors.ui.urls")),
    path("work/", include("sanbao.doors.workbench.urls")),
    path("api/", include("sanbao.doors.api.urls")),
    path("", include("sanbao.doors.portal.urls")),
]
handler403 = "sanbao.doors.ui.views.forbidden"
handler404 = "sanbao.doors.ui.views.not_found"
handler400 = "sanbao.site.failing.unreadable"
handler500 = "sanbao.site.failing.failed"
