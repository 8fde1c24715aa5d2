from django.urls import URLPattern, path

from accreditation.views import letter_steps, letter_texts, letters

urlpatterns: list[URLPattern] = [
    path("", letters.letters, name="letters"),
    path("to-send/", letter_steps.letter_outbox, name="letter_outbox"),
    path("make/<uuid:pk>/", letter_steps.letter_make, name="letter_make"),
    path("texts/", letter_texts.letter_texts, name="letter_texts"),
    path("texts/<str:slug>/", letter_texts.letter_text, name="letter_text"),
    path("texts/<str:slug>/edit/", letter_texts.letter_text_edit, name="letter_text_edit"),
    path("texts/<str:slug>/preview/", letter_texts.letter_text_preview, name="letter_text_preview"),
    path("texts/<str:slug>/preview.pdf", letter_texts.letter_text_pdf, name="letter_text_pdf"),
    path("texts/<str:slug>/publish/", letter_texts.letter_text_publish, name="letter_text_publish"),
    path("texts/<str:slug>/discard/", letter_texts.letter_text_discard, name="letter_text_discard"),
    path(
        "texts/<str:slug>/versions/<int:number>/",
        letter_texts.letter_text_version,
        name="letter_text_version",
    ),
    path("<uuid:pk>/", letters.letter, name="letter"),
    path("<uuid:pk>/pages/<int:page>/", letter_steps.letter_page, name="letter_page"),
    path("<uuid:pk>/approve/", letter_steps.letter_approve, name="letter_approve"),
    path("<uuid:pk>/do-not-approve/", letter_steps.letter_refuse, name="letter_refuse"),
    path("<uuid:pk>/make-anew/", letter_steps.letter_renew, name="letter_renew"),
    path("<uuid:pk>/withdraw/", letter_steps.letter_withdraw, name="letter_withdraw"),
    path("<uuid:pk>/state/", letters.letter_state, name="letter_state"),
    path("<uuid:pk>/download/", letters.letter_download, name="letter_download"),
    path("<uuid:pk>/build-again/", letters.letter_rebuild, name="letter_rebuild"),
    path("<uuid:pk>/replace/", letters.letter_supersede, name="letter_supersede"),
]
