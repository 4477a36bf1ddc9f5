"""A certificate authority of the tests' own, and what it issues."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority(NamedTuple):
    """Who issues; `certificate` is the file to trust."""

    certificate: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    def issue(self, host: str) -> Path:
        """A file with a certificate for the host, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = _begin(self.name, _named(host), key).add_extension(names, critical=False).sign(self.key, hashes.SHA256())
        path = self.certificate.with_name(f"{host}.pem")
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + made.public_bytes(Encoding.PEM))
        return path


def make_authority(folder: Path) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("Authority of the tests")
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    made = _begin(name, name, key).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    path = folder / "authority.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return Authority(path, key, name)


def _begin(issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
