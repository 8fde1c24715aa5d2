from django.urls import path

from accreditation.views import held

urlpatterns = [
    path("account/held/", held.held, name="account_held"),
    path("account/held/file/", held.held_file, name="account_held_file"),
]
