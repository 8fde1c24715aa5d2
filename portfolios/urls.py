"""Addresses of the portfolios, under /portfolios/."""

from django.urls import URLPattern, path

from portfolios.views import contracts, mentoring, student

urlpatterns: list[URLPattern] = [
    path("", student.portfolio_home, name="portfolio_home"),
    path("to-sign/", mentoring.mentor_queue, name="mentor_queue"),
    path("courses/<uuid:pk>/", mentoring.course_students, name="course_students"),
    path("<uuid:pk>/", student.portfolio, name="portfolio"),
    path("<uuid:pk>/export/", student.portfolio_export, name="portfolio_export"),
    path("<uuid:pk>/scans/", student.scan_list, name="scan_list"),
    path("<uuid:pk>/scans/add/", student.scan_add, name="scan_add"),
    path("<uuid:pk>/scans/appraise/", mentoring.scans_appraise, name="scans_appraise"),
    path("<uuid:pk>/scans/<int:number>/correct/", student.scan_correct, name="scan_correct"),
    path("<uuid:pk>/scans/<int:number>/appraise/", mentoring.scan_appraise, name="scan_appraise"),
    path("<uuid:pk>/contracts/propose/", contracts.contract_propose, name="contract_propose"),
    path("<uuid:pk>/contracts/<int:number>/", contracts.contract, name="contract"),
    path("<uuid:pk>/contracts/<int:number>/sign/", contracts.contract_sign, name="contract_sign"),
]
