"""Every address of the installation, by door."""

from django.urls import include, path

from sanbao.doors.api.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("ui/", include("sanbao.doors.ui.urls")),
    path("desk/", include("sanbao.doors.workbench.urls")),
    path("api/", include("sanbao.doors.api.urls")),
    path("", include("sanbao.doors.portal.urls")),
]
handler400 = "sanbao.site.failing.unreadable"
handler403 = "sanbao.doors.ui.views.forbidden"
handler404 = "sanbao.site.failing.not_found"
handler500 = "sanbao.site.failing.failed"
