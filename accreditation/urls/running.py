from django.urls import path

from accreditation.views import running

urlpatterns = [
    path("health/live", running.live, name="health_live"),
    path("health/ready", running.ready, name="health_ready"),
    path("running/", running.system, name="running"),
]
