"""Addresses of the portfolios, under /portfolios/."""

from django.urls import URLPattern, path

from portfolios.views import contracts, mentoring, scan_files, student

urlpatterns: list[URLPattern] = [
    path("", student.portfolio_home, name="portfolio_home"),
    path("to-sign/", mentoring.mentor_queue, name="mentor_queue"),
    path("courses/<uuid:pk>/", mentoring.course_students, name="course_students"),
    path("courses/<uuid:pk>/scans/files/", scan_files.course_scan_files, name="course_scan_files"),
    path(
        "courses/<uuid:pk>/scans/template.<str:form>",
        scan_files.course_scan_template,
        name="course_scan_template",
    ),
    path("files/<uuid:pk>/", scan_files.scan_file, name="scan_file"),
    path("files/<uuid:pk>/columns/", scan_files.scan_file_columns, name="scan_file_columns"),
    path("files/<uuid:pk>/state/", scan_files.scan_file_state, name="scan_file_state"),
    path("files/<uuid:pk>/take-over/", scan_files.scan_file_take_over, name="scan_file_take_over"),
    path("files/<uuid:pk>/look-again/", scan_files.scan_file_look_again, name="scan_file_look_again"),
    path("files/<uuid:pk>/leave/", scan_files.scan_file_leave, name="scan_file_leave"),
    path("files/<uuid:pk>/take-back/", scan_files.scan_file_take_back, name="scan_file_take_back"),
    path("<uuid:pk>/", student.portfolio, name="portfolio"),
    path("<uuid:pk>/export/", student.portfolio_export, name="portfolio_export"),
    path("<uuid:pk>/scans/", student.scan_list, name="scan_list"),
    path("<uuid:pk>/scans/add/", student.scan_add, name="scan_add"),
    path("<uuid:pk>/scans/files/", scan_files.scan_files, name="scan_files"),
    path("<uuid:pk>/scans/template.<str:form>", scan_files.scan_template, name="scan_template"),
    path("<uuid:pk>/scans/appraise/", mentoring.scans_appraise, name="scans_appraise"),
    path("<uuid:pk>/scans/<int:number>/correct/", student.scan_correct, name="scan_correct"),
    path("<uuid:pk>/scans/<int:number>/appraise/", mentoring.scan_appraise, name="scan_appraise"),
    path("<uuid:pk>/contracts/propose/", contracts.contract_propose, name="contract_propose"),
    path("<uuid:pk>/contracts/<int:number>/", contracts.contract, name="contract"),
    path("<uuid:pk>/contracts/<int:number>/sign/", contracts.contract_sign, name="contract_sign"),
]
