"""No test reaches another host."""

import socket

import pytest

from tests.environment import OutsideNetworkError


def test_another_host_cannot_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(OutsideNetworkError):
        outside.connect(("192.0.2.1", 80))


def test_another_host_cannot_be_sent_to() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(OutsideNetworkError):
        outside.sendto(b"", ("192.0.2.1", 53))


def test_another_host_cannot_be_looked_up() -> None:
    with pytest.raises(OutsideNetworkError):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()
