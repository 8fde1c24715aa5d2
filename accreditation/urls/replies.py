"""The panel's report as the course has it before the decision, corrections of its facts, and the panel's earlier papers."""

from django.urls import URLPattern, path

from accreditation.views import panel_papers, replies

urlpatterns: list[URLPattern] = [
    path("", replies.shared_report, name="shared_report"),
    path("correct/", replies.begin, name="fact_reply_begin"),
    path("nothing-more/", replies.end, name="fact_reply_end"),
    path("corrections/<int:number>/", replies.reply, name="fact_reply"),
    path("corrections/<int:number>/write/", replies.write, name="fact_reply_write"),
    path("corrections/<int:number>/send/", replies.send, name="fact_reply_send"),
    path("corrections/<int:number>/settle/", replies.settle, name="fact_reply_settle"),
    path("<str:kind>/", panel_papers.paper, name="panel_paper"),
    path("<str:kind>/write/", panel_papers.write, name="panel_paper_write"),
    path("<str:kind>/send/", panel_papers.send, name="panel_paper_send"),
]
