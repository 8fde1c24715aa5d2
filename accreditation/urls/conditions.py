"""Conditions after the decision: one condition, the course's answer, the assessors' views, and CASE's steps."""

from django.urls import URLPattern, path

from accreditation.views import condition_answer, conditions

urlpatterns: list[URLPattern] = [
    path("<int:number>/", conditions.condition, name="condition"),
    path("<int:number>/answer/", condition_answer.answer, name="condition_answer"),
    path("<int:number>/answer/send/", condition_answer.send, name="condition_send"),
    path("<int:number>/view/", conditions.view, name="condition_view"),
    path("<int:number>/close/", conditions.close, name="condition_close"),
    path("<int:number>/give-back/", conditions.give_back, name="condition_return"),
    path("<int:number>/another-day/", conditions.extend, name="condition_extend"),
    path("<int:number>/lapse/", conditions.lapse, name="condition_lapse"),
]
