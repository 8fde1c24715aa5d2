from django.urls import URLPattern, path

from accreditation.views import letters

urlpatterns: list[URLPattern] = [
    path("", letters.letters, name="letters"),
    path("<uuid:pk>/", letters.letter, name="letter"),
    path("<uuid:pk>/state/", letters.letter_state, name="letter_state"),
    path("<uuid:pk>/download/", letters.letter_download, name="letter_download"),
    path("<uuid:pk>/build-again/", letters.letter_rebuild, name="letter_rebuild"),
    path("<uuid:pk>/replace/", letters.letter_supersede, name="letter_supersede"),
]
