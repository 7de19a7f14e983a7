"""Keys: made once, kept to their owner, and checked against the published signatures of RFC 8032."""

import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from greenband.engine.register import keys
from greenband.engine.register.keys import is_signed, new_key, public_path, read_public, read_signer
from greenband.networks.errors import InputError


def test_a_key_is_its_owner_s_alone_whatever_the_umask_says(tmp_path):
    before = os.umask(0)
    try:
        made = new_key(tmp_path / "a.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    assert read_signer(tmp_path / "a.key").public == made.public == read_public(tmp_path / "a.key.pub")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610])
def test_a_key_that_others_may_touch_is_refused(tmp_path, mode):
    path = tmp_path / "a.key"
    new_key(path)
    path.chmod(mode)
    with pytest.raises(InputError, match=r"chmod 600"):
        read_signer(path)
    path.chmod(0o400)
    read_signer(path)


@pytest.mark.parametrize("which", ["private", "public"])
def test_no_key_is_written_over(tmp_path, which):
    path = tmp_path / "a.key"
    (path if which == "private" else public_path(path)).write_text("mine")
    with pytest.raises(InputError, match="overwrites nothing"):
        new_key(path)
    assert [found.read_text() for found in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "a.key"
    path.write_bytes(content)
    path.chmod(0o600)
    for read in (read_signer, read_public):
        with pytest.raises(InputError):
            read(path)


def test_a_pipe_or_a_folder_in_a_key_s_place_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name in ("pipe", "folder", "none"):
        with pytest.raises(InputError, match="a key is a file"):
            read_signer(tmp_path / name)


def test_a_signature_is_good_for_its_key_content_and_purpose_alone(tmp_path):
    a, b = new_key(tmp_path / "a"), new_key(tmp_path / "b")
    signature = a.sign("entry", b"content")
    assert is_signed(a.public, "entry", b"content", signature)
    assert not is_signed(b.public, "entry", b"content", signature)
    assert not is_signed(a.public, "manifest", b"content", signature)
    assert not is_signed(a.public, "entry", b"Content", signature)
    for written in (signature.upper(), signature + "\n", signature[:-1], "", "zz"):
        assert not is_signed(a.public, "entry", b"content", written)


# RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_rfc_8032(monkeypatch, tmp_path, secret, public, message, signature):
    monkeypatch.setattr(keys, "_framed", lambda purpose, content: content)
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    signer = keys.Signer(public=public, path=tmp_path, private=private)
    assert signer.sign("", bytes.fromhex(message)) == signature
    assert is_signed(public, "", bytes.fromhex(message), signature)
