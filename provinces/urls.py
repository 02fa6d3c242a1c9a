"""Where a person lands, what the house knows of them, and who they are to their coordinator."""

from django.urls import path

from provinces.accounts import views
from provinces.delegations import views as delegation_views
from provinces.displays import views as display_views
from provinces.members import views as member_views

urlpatterns = [
    path("home/", views.landing, name="landing"),
    path("account/", views.account, name="account"),
    path("members/", member_views.member_list, name="members"),
    path("members/new/", views.new_account, name="new_account"),
    path("members/import/", views.new_list, name="new_account_list"),
    path("members/import/form.xlsx", views.list_form, name="account_list_form"),
    path("members/import/<int:pk>/", views.one_list, name="account_list"),
    path("members/import/<int:pk>/codes/", views.renew_codes, name="renew_codes"),
    path("members/import/<int:pk>/refused.xlsx", views.refused_lines, name="refused_accounts"),
    path("members/<int:pk>/", member_views.member_page, name="member"),
    path("members/<int:pk>/roles/", member_views.give_role, name="give_role"),
    path("members/<int:pk>/roles/<int:role_pk>/remove/", member_views.take_role, name="take_role"),
    path("members/<int:pk>/disable/", member_views.shut_account, name="shut_account"),
    path("members/<int:pk>/enable/", member_views.open_account, name="open_account"),
    path("members/<int:pk>/code/", member_views.new_code, name="new_code"),
    path("displays/", display_views.display_list, name="displays"),
    path("displays/<int:pk>/revoke/", display_views.revoke, name="revoke_display"),
    path("delegations/", delegation_views.delegation_list, name="delegations"),
    path("delegations/<int:pk>/end/", delegation_views.end_delegation, name="end_delegation"),
]
