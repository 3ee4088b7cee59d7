"""A model on a hub: https://HUB/OWNER/NAME, its files at …/resolve/REVISION/FILE.

Large files come with their sha256 (`X-Linked-Etag`, or the ETag), small ones with the SHA-1 that git has for them.
"""

import json
import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from parts.errors import SetupError

from .download import RemoteFile
from .names import check_file
from .web import Answer, NotThere, Web, check_url, patiently

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
# CTranslate2's, asked for where there is none of the others.
CONTAINER = "model.bin"
NEEDED = "config.json"
# Of the tokenizer's files any form will do; the conversion says if none is there.
WELCOME = (
    "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json",
    "added_tokens.json",
)  # fmt: skip
INDEX_LIMIT = 8_000_000
MOST_SHARDS = 32
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
ADDRESS = re.compile(r"/((?:[^/]+/)*?)([^/]+/[^/]+)(?:/(?:tree|resolve)/([^/]+))?/?", re.ASCII)


@dataclass(frozen=True)
class HubModel:
    # Where the hub is, without the model: https://hub.example
    hub: str
    # OWNER/NAME
    repository: str
    revision: str

    @staticmethod
    def of_address(url: str, revision: str | None) -> "HubModel":
        parts = urlsplit(check_url(url))
        match = ADDRESS.fullmatch(parts.path)
        if not match or not REPOSITORY.fullmatch(match[2]):
            raise SetupError(f"{parts.path} names no model: https://HUB/OWNER/NAME is wanted, or the address of a .json list.")
        hub = f"{parts.scheme}://{parts.netloc}/{match[1]}".rstrip("/")
        return HubModel(hub, match[2], revision or match[3] or "main")

    @property
    def name(self) -> str:
        return self.repository.split("/")[1]

    def url(self, file: str) -> str:
        return f"{self.hub}/{self.repository}/resolve/{quote(self.revision, safe='')}/{quote(file)}"


def list_files(web: Web, model: HubModel) -> tuple[HubModel, list[RemoteFile]]:
    """The files to fetch, with what the hub announces of each; and the model with its revision pinned, if the hub says it."""
    needed = _announced(web, model, NEEDED)
    if needed is None:
        raise SetupError(f"{model.hub} has no {NEEDED} for {model.repository} at {model.revision}: check name and revision.")
    answer_commit, first = needed
    if answer_commit:
        # The files of one revision, also when another is published meanwhile.
        model = replace(model, revision=answer_commit)
        first = replace(first, url=model.url(NEEDED))
    files = [first, *filter(None, (_file(web, model, name) for name in WELCOME))]
    weights = _file(web, model, WEIGHTS)
    if weights:
        return model, [*files, weights]
    index = _file(web, model, INDEX)
    if not index and (container := _file(web, model, CONTAINER)):
        return model, [*files, container]
    if not index:
        raise SetupError(
            f"{model.repository} has no {WEIGHTS} at {model.revision}: only that form is read, since a pytorch_model.bin can "
            "run code. Look for another revision, or convert it with its makers' own tools."
        )
    shards = [_file(web, model, name) for name in _shards(web.read(index.url, INDEX_LIMIT))]
    if None in shards:
        raise SetupError(f"{model.repository} lacks a file that its {INDEX} names: it is incomplete.")
    return model, [*files, index, *shards]


def _shards(data: bytes) -> list[str]:
    try:
        names = sorted({check_file(name) for name in json.loads(data)["weight_map"].values()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(f"{INDEX} of the hub is damaged: look for another revision.") from error
    if not 0 < len(names) <= MOST_SHARDS:
        raise SetupError(f"{INDEX} names {len(names)} files: such a model is too large to be converted.")
    return names


def _file(web: Web, model: HubModel, name: str) -> RemoteFile | None:
    found = _announced(web, model, name)
    return found[1] if found else None


def _announced(web: Web, model: HubModel, name: str) -> tuple[str | None, RemoteFile] | None:
    """What the hub says of a file, with the revision's full name; None for one that it does not have."""
    url = model.url(name)

    def ask() -> tuple[str | None, RemoteFile] | None:
        try:
            with web.open(url, head=True) as answer:
                return _revision(answer), _remote(answer, name, url)
        except NotThere:
            return None

    return patiently(ask, name)


def _remote(answer: Answer, name: str, url: str) -> RemoteFile:
    mark = (answer.own.get("x-linked-etag") or answer.own.get("etag") or "").removeprefix("W/").strip('"').lower()
    length = answer.own.get("x-linked-size") or answer.own.get("content-length", "")
    return RemoteFile(
        name,
        url,
        sha256=mark if re.fullmatch(r"[0-9a-f]{64}", mark) else None,
        git=mark if re.fullmatch(r"[0-9a-f]{40}", mark) else None,
        size=int(length) if re.fullmatch(r"[1-9]\d{0,17}", length) else None,
    )


def _revision(answer: Answer) -> str | None:
    commit = answer.own.get("x-repo-commit", "")
    return commit if re.fullmatch(r"[0-9a-f]{40}", commit) else None
