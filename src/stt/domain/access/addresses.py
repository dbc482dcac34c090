"""Which addresses lie in the public internet."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
"""IANA's registry of special addresses (RFC 6890), multicast, what is reserved: Pythons know several states of it. And
the one public number by which machines at Azure reach their host, which tells them secrets."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Tunnels, which lead to any IPv4 address, and examples."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""How a network without IPv4 reaches an IPv4 address (RFC 6052): it is the last four bytes."""


def is_public(address: str) -> bool:
    """Whether a numeric address is one that anybody can reach, and leads nowhere inside a network.

    Raises:
        ValueError: it is no address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None)
        if inner is None:
            return found in _GLOBAL_UNICAST and not any(found in network for network in _NOT_PUBLIC_6)
        found = inner
    return not any(found in network for network in _NOT_PUBLIC_4)
