"""Writes keys, certificates and what Celery's serializer `auth` makes of values with them.

Run it with an interpreter that has Celery, cryptography, msgpack and PyYAML installed. The keys are for tests alone.
"""

import datetime
import json

from celery.security.certificate import Certificate, FSCertStore
from celery.security.key import PrivateKey
from celery.security.serialization import SecureSerializer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from make_python_cases import HERE, write

FOLDER = HERE / "signing"
PASSWORD = "s3cret"
START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
END = datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC)


def certificate(key, name, serial, end=END):
    """Make a certificate that is signed with its own key; the name has several parts, one of them not in ASCII."""
    parts = [(NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, "Sellerie é"), (NameOID.COMMON_NAME, name)]
    issuer = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])
    builder = x509.CertificateBuilder(issuer, issuer, key.public_key(), serial, START, end)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def private(key, password=None):
    """Write a key in PEM."""
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def make_keys():
    """Two signers whose certificates are in the store, and what cannot be used."""
    (FOLDER / "store").mkdir(parents=True, exist_ok=True)
    # A length that is one bit above whole bytes: PSS then has a byte to spare.
    one, other, stranger = (rsa.generate_private_key(public_exponent=65537, key_size=n) for n in (2048, 2049, 1024))
    curve = ec.generate_private_key(ec.SECP256R1())
    files = {
        "one.key": private(one),
        "one-encrypted.key": private(one, PASSWORD),
        "store/one.pem": certificate(one, "one", 2**150 + 1),
        "other.key": private(other),
        "store/other.pem": certificate(other, "other", 7),
        "stranger.key": private(stranger),
        "stranger.pem": certificate(stranger, "stranger", 8),
        "expired.pem": certificate(one, "expired", 9, START + datetime.timedelta(days=1)),
        "curve.key": private(curve),
        "curve.pem": certificate(curve, "curve", 10),
    }
    for name, pem in files.items():
        (FOLDER / name).write_bytes(pem)


def serializer(name, digest, inner):
    """Celery's serializer with the keys of a signer."""
    key = PrivateKey((FOLDER / f"{name}.key").read_bytes())
    folder = FOLDER if name == "stranger" else FOLDER / "store"
    certificate = Certificate((folder / f"{name}.pem").read_bytes())
    return SecureSerializer(key, certificate, FSCertStore(str(FOLDER / "store")), digest, inner)


def signing_cases():
    """[signer, digest, serializer, value, signed]."""
    value = [[1, "文本", None], {"k": [True, 2.5]}, {"chord": None}]
    for name in ("one", "other"):
        for digest in ("sha1", "sha224", "sha256", "sha384", "sha512"):
            yield [name, digest, "json", value, serializer(name, digest, "json").serialize(value)]
    yield ["stranger", "sha256", "json", value, serializer("stranger", "sha256", "json").serialize(value)]
    for inner in ("yaml", "msgpack", "pickle"):
        yield ["one", "sha256", inner, value, serializer("one", "sha256", inner).serialize(value)]
    # The separator of the fields stands in the last of them as well.
    separators = "\x00\x01\x00\x01"
    yield ["one", "sha256", "msgpack", separators, serializer("one", "sha256", "msgpack").serialize(separators)]


if __name__ == "__main__":
    make_keys()
    write("signing-cases.json", signing_cases())
    assert all(json.loads((HERE / "signing-cases.json").read_text()))
