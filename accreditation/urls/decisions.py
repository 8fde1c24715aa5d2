from django.urls import URLPattern, path

from accreditation.views import conditions, correcting, decisions

urlpatterns: list[URLPattern] = [
    path("", decisions.decision_list, name="decisions"),
    path("conditions/", conditions.condition_list, name="conditions"),
    path("<uuid:pk>/", decisions.decision, name="decision"),
    path("<uuid:pk>/record/", decisions.record, name="decision_record"),
    path("<uuid:pk>/send-back/", decisions.send_back, name="decision_send_back"),
    path("<uuid:pk>/recall/", correcting.recall, name="decision_recall"),
    path("<uuid:pk>/supersede/", correcting.supersede, name="decision_supersede"),
    path("<uuid:pk>/capsule/", decisions.capsule, name="decision_capsule"),
]
