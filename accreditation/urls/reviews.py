from django.urls import URLPattern, path

from accreditation.views import (
    agreeing,
    asked,
    calibration,
    clause_judging,
    figures,
    office,
    replies,
    review_rows,
    reviews,
)

urlpatterns: list[URLPattern] = [
    path("", reviews.review_list, name="reviews"),
    path("invitations/<uuid:pk>/", reviews.invitation, name="review_invitation"),
    path("cases/", office.queue, name="cases"),
    path("cases/figures/", figures.figures, name="figures"),
    path("cases/<uuid:pk>/", office.case, name="case"),
    path("cases/<uuid:pk>/assign/", office.assign, name="case_assign"),
    path("cases/<uuid:pk>/start/", office.start, name="case_start"),
    path("cases/<uuid:pk>/return/", office.give_back, name="case_return"),
    path("cases/<uuid:pk>/conflict/", office.note_conflict, name="case_conflict"),
    path("cases/<uuid:pk>/conflicts/<uuid:conflict_id>/", office.decide_conflict, name="conflict_decide"),
    path("places/<uuid:pk>/remove/", office.remove_member, name="case_remove_member"),
    path("<uuid:pk>/", reviews.brief, name="review_brief"),
    path("<uuid:pk>/clauses/<str:clause>/", clause_judging.clause_page, name="review_clause"),
    path("<uuid:pk>/clauses/<str:clause>/autosave/", clause_judging.clause_autosave, name="review_autosave"),
    path(
        "<uuid:pk>/clauses/<str:clause>/found/<slug:key>/", review_rows.review_finding, name="review_finding"
    ),
    path("<uuid:pk>/clauses/<str:clause>/ask/", asked.ask, name="review_ask"),
    path("<uuid:pk>/finish/", reviews.finish, name="review_finish"),
    path("<uuid:pk>/conflict/", reviews.declare, name="review_conflict"),
    path("<uuid:pk>/agree/", agreeing.agree_list, name="review_agree"),
    path("<uuid:pk>/agree/equal/", agreeing.agree_equal, name="review_agree_equal"),
    path("<uuid:pk>/agree/<str:clause>/", agreeing.agree_clause, name="review_agree_clause"),
    path("<uuid:pk>/report/", agreeing.report, name="review_report"),
    path("<uuid:pk>/report/revise/", replies.revise, name="report_revise"),
    path("<uuid:pk>/report/suggestions/<uuid:view_id>/", calibration.stays, name="calibration_stays"),
    path("<uuid:pk>/report/sign/", agreeing.sign, name="review_sign"),
    path("<uuid:pk>/report/<uuid:item_id>/remove/", agreeing.item_remove, name="review_item_remove"),
    path("<uuid:pk>/report/<str:kind>/add/", agreeing.item, name="review_item_add"),
    path("<uuid:pk>/report/<str:kind>/<uuid:item_id>/", agreeing.item, name="review_item"),
]
