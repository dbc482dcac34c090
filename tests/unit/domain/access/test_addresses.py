from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.access.addresses import is_public


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_is_not_public(address):
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(str(address))


@given(st.ip_addresses(v=6))
def test_the_same_of_ipv6(address):
    if not address.is_global or address.is_multicast:
        assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_as_public_as_what_is_in_it(address):
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert is_public(str(IPv6Address(int(IPv6Address("64:ff9b::")) + int(address)))) == is_public(str(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001:80b::200e"])
def test_servers_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2002:7f00:1::1", "2001::1", "3fff::1", "::127.0.0.1", "ff0e::1"])
def test_what_leads_elsewhere_is_not(address):
    assert not is_public(address)


def test_what_is_no_address_is_an_error():
    with pytest.raises(ValueError, match="address"):
        is_public("localhost")
    assert isinstance(ip_address("1.1.1.1"), IPv4Address)


def test_the_host_of_machines_at_azure_is_not_public():
    assert not is_public("168.63.129.16")
    assert is_public("168.63.129.17")
