from django.urls import path

from accreditation.views import style

urlpatterns = [path("style/", style.style_page, name="style")]
