"""One-time codes: readable, long enough, forgiving to whoever types them from paper."""

import re

from core.accounts.credentials import hash_code, new_code, opens


def test_a_code_is_three_groups_of_letters_that_no_print_confuses() -> None:
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(re.fullmatch(r"[A-Z2-9]{5}(-[A-Z2-9]{5}){2}", code) for code in drawn)
    assert not set("".join(drawn)) & set("01OILBSZQUl")


def test_a_code_opens_its_own_lock_only_however_it_is_typed() -> None:
    code, other = new_code(), new_code()
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        assert opens(typed, hash_code(code))
        assert not opens(typed, hash_code(other))


def test_a_letter_that_looks_like_a_digit_of_the_alphabet_is_taken_for_it() -> None:
    assert opens("BSZAA-AAAAA-AAAAA", hash_code("852AA-AAAAA-AAAAA"))


def test_the_hash_does_not_hold_the_code() -> None:
    code = new_code()
    assert code.replace("-", "") not in hash_code(code).upper()
    assert len(hash_code(code)) == 64
