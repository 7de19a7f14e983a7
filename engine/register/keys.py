"""Ed25519 keys: made, kept in files that nobody else may read, and used (RFC 8032, Josefsson and Liusvaara, 2017)."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ...networks.errors import InputError

LARGEST_KEY_BYTES = 10_000
_SIGNATURE = re.compile(r"\A[0-9a-f]{128}\Z")  # one way of writing it: another case of letters would be an edit unseen
_PUBLIC = re.compile(r"\A[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody's private key, with the public one as 64 hexadecimal digits."""

    public: str
    path: Path
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, purpose: str, content: bytes) -> str:
        """Return the signature as hexadecimal digits; `purpose` keeps a signature from being used elsewhere."""
        return self.private.sign(_framed(purpose, content)).hex()


def is_signed(public: str, purpose: str, content: bytes, signature: str) -> bool:
    """Return whether the owner of a public key signed this content for this purpose."""
    if not _PUBLIC.match(public) or not _SIGNATURE.match(signature):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), _framed(purpose, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def _framed(purpose: str, content: bytes) -> bytes:
    return b"greenband " + purpose.encode() + b"\0" + content


def public_path(path: Path) -> Path:
    """Return where the public half of a key lies: beside it, with `.pub` added."""
    return path.with_name(path.name + ".pub")


def new_key(path: Path) -> Signer:
    """Make a key: the private half in `path`, for its owner alone, the public half in `path.pub`.

    Raises InputError if one of the two files exists: a key that is lost cannot be had again.
    """
    for place in (path, public_path(path)):
        if place.exists():
            raise _bad(place, "a file", "a new key overwrites nothing", "name another file, or move this one away")
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = private.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_new(path, pem, 0o600)
    _write_new(public_path(path), public, 0o644)
    return _signer(path, private)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)  # whatever the umask says
        file.write(content)
        file.flush()
        os.fsync(handle)


def read_signer(path: Path) -> Signer:
    """Return the private key in a file.

    Raises InputError if there is none, if it is no Ed25519 key, or if others than its owner may read or write it.
    """
    try:
        private = form.load_pem_private_key(_read(path, private=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _bad(path, "no private key without a password", "a key is Ed25519 in PEM", "greenband key new") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _bad(path, "a private key of another kind", "keys are Ed25519", "greenband key new")
    return _signer(path, private)


def read_public(path: Path) -> str:
    """Return the public key in a file as hexadecimal digits. Raises InputError if there is none."""
    try:
        public = form.load_pem_public_key(_read(path, private=False))
    except (ValueError, UnsupportedAlgorithm):
        raise _bad(path, "no public key", "a public key is Ed25519 in PEM", "give the .pub file") from None
    if not isinstance(public, Ed25519PublicKey):
        raise _bad(path, "a public key of another kind", "keys are Ed25519", "greenband key new")
    return _hex(public)


def _signer(path: Path, private: Ed25519PrivateKey) -> Signer:
    return Signer(public=_hex(private.public_key()), path=path, private=private)


def _hex(public: Ed25519PublicKey) -> str:
    return public.public_bytes(form.Encoding.Raw, form.PublicFormat.Raw).hex()


def _read(path: Path, *, private: bool) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in its place must not hold us up
    except OSError as error:
        raise _bad(path, error.strerror or "nothing", "a key is a file", "greenband key new makes one") from None
    found = os.fstat(handle)  # of the file that is open, not of one put in its place meanwhile
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise _bad(path, "no ordinary file", "a key is a file", "greenband key new makes one")
    with os.fdopen(handle, "rb") as file:
        if private and stat.S_IMODE(found.st_mode) & 0o077:
            mode = f"mode {stat.S_IMODE(found.st_mode):04o}"
            raise _bad(path, mode, "nobody but its owner may read or write a private key", f"chmod 600 {path}")
        if private and found.st_uid not in (os.geteuid(), 0):
            raise _bad(path, f"a file of user {found.st_uid}", "people sign with their own key", "use your own key")
        return file.read(LARGEST_KEY_BYTES)


def _bad(path: Path, found: str, rule: str, fix: str) -> InputError:
    return InputError(where=str(path), found=found, rule=rule, fix=fix)
