"""Invitations, the teams of courses, and the office's page of people."""

from django.urls import URLPattern, path

from accreditation.views import course_team, invitations, people

urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<uuid:pk>/again/", course_team.again, name="invitation_again"),
    path("invitations/<uuid:pk>/take-back/", course_team.revoke, name="invitation_revoke"),
    path("submissions/courses/<uuid:pk>/team/", course_team.team, name="course_team"),
    path("submissions/courses/<uuid:pk>/team/invite/", course_team.invite, name="course_team_invite"),
    path("submissions/courses/<uuid:pk>/team/<uuid:member>/", course_team.leave, name="course_team_leave"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="person_invite"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/details/", people.edit, name="person_edit"),
    path("people/<uuid:pk>/roles/", people.roles, name="person_roles"),
    path("people/<uuid:pk>/close/", people.close, name="person_close"),
    path("people/<uuid:pk>/reopen/", people.reopen, name="person_reopen"),
    path("people/<uuid:pk>/second-step/", people.second_step, name="person_second_step"),
]
