from django.urls import URLPattern, path

from accreditation.views import calibration, conditions, correcting, decisions, meetings, replies

urlpatterns: list[URLPattern] = [
    path("", decisions.decision_list, name="decisions"),
    path("conditions/", conditions.condition_list, name="conditions"),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/plan/", meetings.plan, name="meeting_plan"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:pk>/change/", meetings.change, name="meeting_change"),
    path("meetings/<uuid:pk>/put-on/", meetings.put_on, name="meeting_put_on"),
    path("meetings/<uuid:pk>/take-off/", meetings.take_off, name="meeting_take_off"),
    path("meetings/<uuid:pk>/present/", meetings.record_present, name="meeting_present"),
    path("meetings/<uuid:pk>/announce/", meetings.announce, name="meeting_announce"),
    path("<uuid:pk>/", decisions.decision, name="decision"),
    path("<uuid:pk>/conditions/", calibration.calibration, name="calibration"),
    path("<uuid:pk>/conditions/finish/", calibration.finish, name="calibration_finish"),
    path("<uuid:pk>/conditions/member/", calibration.name_calibrator, name="calibration_name"),
    path("<uuid:pk>/conditions/<uuid:item_id>/", calibration.look_at, name="calibration_look"),
    path("<uuid:pk>/go-on/", replies.go_on, name="decision_go_on"),
    path("<uuid:pk>/recusal/", meetings.recuse, name="recusal"),
    path("<uuid:pk>/recusal/<uuid:person_id>/lift/", meetings.takes_part, name="recusal_lift"),
    path("<uuid:pk>/record/", decisions.record, name="decision_record"),
    path("<uuid:pk>/send-back/", decisions.send_back, name="decision_send_back"),
    path("<uuid:pk>/recall/", correcting.recall, name="decision_recall"),
    path("<uuid:pk>/supersede/", correcting.supersede, name="decision_supersede"),
    path("<uuid:pk>/capsule/", decisions.capsule, name="decision_capsule"),
]
