"""Keys, and certificates for them, of programs that sign what they send."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

PASSWORD = "s3cret"


@dataclass(frozen=True)
class Signer:
    """A program that signs, and whom it believes."""

    key: Path
    certificate: Path
    store: Path

    @property
    def settings(self) -> dict[str, object]:
        """Celery's settings: signed messages and results, and no others."""
        return {
            "security_key": str(self.key),
            "security_key_password": PASSWORD,
            "security_certificate": str(self.certificate),
            "security_cert_store": str(self.store),
            "task_serializer": "auth",
            "result_serializer": "auth",
            "accept_content": ["auth"],
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same for a program in Swift."""
        settings = {name: value if isinstance(value, str) else "auth" for name, value in self.settings.items()}
        return {f"CELERY_{name.upper()}": value for name, value in settings.items()}


def make_signer(directory: Path, name: str, store: Path) -> Signer:
    """Makes a key, encrypted with `PASSWORD`, and its certificate, which is put into nobody's store."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Größe"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(issuer, issuer, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    signer = Signer(directory / f"{name}.key", directory / f"{name}.pem", store)
    signer.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSWORD.encode()),
        )
    )
    signer.certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return signer
