from django.urls import URLPattern, path

from accreditation.views import monitoring

urlpatterns: list[URLPattern] = [
    path("", monitoring.monitoring, name="monitoring"),
    path("<int:year>.csv", monitoring.monitoring_csv, name="monitoring_csv"),
    path("<int:year>/remind/", monitoring.monitoring_remind, name="monitoring_remind"),
    path("courses/<uuid:pk>/<int:year>/", monitoring.monitoring_return, name="monitoring_return"),
    path("returns/<uuid:pk>/flag/", monitoring.monitoring_flag, name="monitoring_flag"),
    path("files/<uuid:pk>/", monitoring.monitoring_file, name="monitoring_file"),
]
