"""The body's seal: an invisible PAdES B-B signature with a reason, added to the finished PDF.

The key is a PKCS#12 file named by the settings. In the demo world without a key a test key is made that says in its
own name that it is not valid. Without either, letters are unsealed and their row says so. A seal proves who issued a
file; that a file is ours and unaltered is told by its sum (a signature still validates over some altered bytes).
"""

import os
import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

FIELD = "CASE-seal"
DEMO_NAME = "CASE demonstration seal — not valid"


class SealBroken(Exception):
    """A key is configured and cannot be used: better no letter than one without its seal."""


class Numbered(Protocol):
    """What can be sealed has a number of its own, which the seal's reason names."""

    @property
    def number(self) -> str: ...


def sealed(pdf: bytes, content: Numbered) -> bytes | None:
    """The sealed file, or None where the system has no key. Raises `SealBroken`."""
    signer = _signer()
    if signer is None:
        return None
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

    details = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=f"{content.number} issued by CASE",
        subfilter=SigSeedSubFilter.PADES,
    )
    out = BytesIO()
    # pyHanko starts an event loop of its own, which a thread that already has one refuses.
    with ThreadPoolExecutor(max_workers=1) as apart:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        apart.submit(sign_pdf, writer, details, signer=signer, output=out).result()
    return out.getvalue()


def demo_key() -> Path:
    """The demo's own key, made when it is first asked for."""
    return Path(settings.DATA_DIR) / "seal" / "demonstration.p12"


def _signer() -> Any:
    if settings.LETTER_SEAL_KEY:
        path, passphrase = Path(settings.LETTER_SEAL_KEY), settings.LETTER_SEAL_PASSPHRASE.encode()
    elif settings.DEMO:
        path, passphrase = demo_key(), b""
        if not path.exists():
            _make_demo_key(path)
    else:
        return None
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer = SimpleSigner.load_pkcs12(str(path), passphrase=passphrase or None)
    except (OSError, ValueError) as fault:
        raise SealBroken("The key of the CASE seal cannot be opened.") from fault
    if signer is None:  # pyHanko logs what was wrong and returns nothing
        raise SealBroken("The key of the CASE seal cannot be opened.")
    return signer


def _make_demo_key(path: Path) -> None:
    """Two workers may come here at once: each writes its own file, and the first to put it in place has made the key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMO_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, DEMO_NAME),
        ]
    )
    now = timezone.now()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(64) | 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    data = pkcs12.serialize_key_and_certificates(DEMO_NAME.encode(), key, certificate, None, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name_now = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as kept:
            kept.write(data)
        try:
            os.link(name_now, path)
        except FileExistsError:
            return
    finally:
        Path(name_now).unlink()
