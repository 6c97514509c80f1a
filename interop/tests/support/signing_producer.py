"""Sends `interop.add` in a message that is signed: `python -m support.signing_producer URL TASK_ID DIRECTORY`.

A program of its own, for `setup_security` changes kombu's serializers for the whole process.
"""

import datetime
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from support.client import celery_app


def main(url: str, task_id: str, directory: Path) -> None:
    """Makes a key and a certificate for it in `directory`, and sends the task."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "producer")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    (directory / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    (directory / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    app = celery_app(url)
    app.conf.task_serializer = "auth"
    app.conf.accept_content = ["auth"]
    app.conf.security_key = str(directory / "key.pem")
    app.conf.security_certificate = str(directory / "certificate.pem")
    app.conf.security_cert_store = str(directory / "certificate.pem")
    app.setup_security()
    app.send_task("interop.add", args=[1, 2], queue="interop", task_id=task_id)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
