"""Signatures by SSH keys: nothing else starts ssh-keygen (OpenSSH 8.1 and later).

https://man.openbsd.org/ssh-keygen.1, -Y sign and -Y verify.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from cskh.errors import Refused
from cskh.language import _
from cskh.model.settings import PUBLIC_KEY

_NAMESPACE = "cskh"
DEFAULT_KEY = "~/.ssh/id_ed25519"


def sign(text: bytes, key: Path) -> str:
    """Return the signature that a key makes of a text; a key in the agent may be named by its .pub.

    Raises Refused.
    """
    return _signed(text, key, str(key))


def sign_by_agent(text: bytes, key: str) -> str:
    """Return the signature that the agent makes of a text with a public key's private half.

    Raises Refused.
    """
    with tempfile.TemporaryDirectory(prefix="cskh-") as folder:
        file = Path(folder) / "key.pub"
        file.write_text(_bare(key) + "\n", "utf-8")
        return _signed(text, file, "ssh-agent")


def _signed(text: bytes, file: Path, name: str) -> str:
    done = _run(["-Y", "sign", "-f", str(file), "-n", _NAMESPACE], text)
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = _("{key} can't sign: {why}")
        raise Refused(message.format(key=name, why=why[-1] if why else "?"))
    return done.stdout.decode("ascii", "replace")


def _bare(key: str) -> str:
    """Return the type and the key of a public key, without whatever options or a comment."""
    found = re.search(rf"(?:^|\s)({PUBLIC_KEY})(?:\s|$)", key)
    return found.group(1) if found else key


def is_signed(text: bytes, signature: str, key: str) -> bool:
    """Say whether a signature of a text was made with the private half of a public key."""
    with tempfile.TemporaryDirectory(prefix="cskh-") as folder:
        signers, signed = Path(folder) / "signers", Path(folder) / "signature"
        signers.write_text(f'signer namespaces="{_NAMESPACE}" {_bare(key)}\n', "utf-8")
        signed.write_text(signature, "utf-8")
        asked = ["-Y", "verify", "-f", str(signers), "-I", "signer", "-n", _NAMESPACE]
        return _run([*asked, "-s", str(signed)], text).returncode == 0


def _run(arguments: list[str], text: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=text,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as error:
        message = _("ssh-keygen can't be started: {why}").format(why=error.strerror)
        raise Refused(message, _("Signed approvals need OpenSSH.")) from error
