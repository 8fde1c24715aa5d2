from django.urls import path

from accreditation.views import session

urlpatterns = [path("session/stay/", session.stay, name="stay_signed_in")]
