from django.urls import path

from accreditation.views import home

urlpatterns = [path("", home.home, name="home")]
