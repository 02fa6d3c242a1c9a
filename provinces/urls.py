"""Where a person lands, what the house knows of him, and who he is to his coordinator."""

from django.urls import path

from provinces.views import accounts, delegations, landing, members

urlpatterns = [
    path("home/", landing.landing, name="landing"),
    path("account/", landing.account, name="account"),
    path("members/", members.member_list, name="members"),
    path("members/new/", accounts.new_account, name="new_account"),
    path("members/import/", accounts.new_list, name="new_account_list"),
    path("members/import/form.xlsx", accounts.list_form, name="account_list_form"),
    path("members/import/<int:pk>/", accounts.one_list, name="account_list"),
    path("members/import/<int:pk>/codes/", accounts.renew_codes, name="renew_codes"),
    path("members/import/<int:pk>/refused.xlsx", accounts.refused_lines, name="refused_accounts"),
    path("members/<int:pk>/", members.member_page, name="member"),
    path("members/<int:pk>/roles/", members.give_role, name="give_role"),
    path("members/<int:pk>/roles/<int:role_pk>/remove/", members.take_role, name="take_role"),
    path("members/<int:pk>/disable/", members.shut_account, name="shut_account"),
    path("members/<int:pk>/enable/", members.open_account, name="open_account"),
    path("members/<int:pk>/code/", members.new_code, name="new_code"),
    path("delegations/", delegations.delegation_list, name="delegations"),
    path("delegations/<int:pk>/end/", delegations.end_delegation, name="end_delegation"),
]
