"""Questions to the course during the assessment."""

from django.urls import URLPattern, path

from accreditation.views import asked

urlpatterns: list[URLPattern] = [
    path("<int:number>/", asked.question, name="question"),
    path("<int:number>/answer/", asked.answer, name="question_answer"),
    path("<int:number>/answer/send/", asked.send, name="question_send"),
    path("<int:number>/take-back/", asked.take_back, name="question_take_back"),
]
