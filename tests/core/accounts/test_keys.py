"""API keys: shown once, kept as a hash, told from a chance likeness."""

import pytest

from core.accounts.credentials import matches, new_key, read_key


def test_a_new_key_opens_its_own_lock_only() -> None:
    key, other = new_key(), new_key()
    parts = read_key(key.text)
    assert parts is not None
    public_id, secret = parts
    assert public_id == key.public_id
    assert matches(secret, key.secret_hash)
    assert not matches(secret, other.secret_hash)


def test_the_hash_does_not_hold_the_secret() -> None:
    key = new_key()
    assert key.secret_hash not in key.text
    assert key.text[17:] not in key.secret_hash


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "0",
        lambda t: t.lower(),
        lambda t: t[:20] + ("A" if t[20] != "A" else "B") + t[21:],
        lambda t: "r58" + t[3:],
        lambda _: "",
    ],
)
def test_a_key_with_a_slip_is_no_key(change: object) -> None:
    assert callable(change)
    assert read_key(change(new_key().text)) is None
