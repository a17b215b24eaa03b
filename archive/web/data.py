"""What can be downloaded, what the tables hold, and how politely the pages were asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from datasette import Response
from datasette.utils.asgi import AsgiFileDownload

from archive.web.answer import ask, not_found, page, public
from archive.web.exports import Export, newest
from archive.web.queries import data as queries

_MEDIA = {".md": "text/markdown; charset=utf-8", ".json": "application/json", ".zst": "application/zstd"}
_FORMATS = re.compile(r"(csv|jsonl|parquet)/")


async def data(datasette: Any, request: Any) -> Response:
    """``/daten``: the newest export, the tables, how to cite."""
    export = await _export(datasette)
    files = export.files.values() if export else ()
    values = {
        "export": export,
        "whole": [file for file in files if not _FORMATS.match(file.path)],
        "tables": [file for file in files if _FORMATS.match(file.path)],
        "described": datasette.metadata("databases")["archive"]["tables"],
        "address": public(datasette, request, "/daten"),
    }
    return await page(datasette, request, "data.html", values)


async def download(datasette: Any, request: Any) -> Response | AsgiFileDownload:
    """``/daten/<path>``: a file of the newest export; only what its list of hashes names."""
    export = await _export(datasette)
    path = request.url_vars["path"]
    if export is None or path not in export.files:
        return await not_found(datasette, request)
    return AsgiFileDownload(
        export.folder / path,
        filename=path.rpartition("/")[2],
        content_type=_MEDIA.get(Path(path).suffix, "application/octet-stream"),
        headers={"ETag": f'"{export.files[path].sha256}"'},
    )


async def politeness(datasette: Any, request: Any) -> Response:
    """``/daten/abruf``: what each host was asked in the last crawls."""
    hosts = await ask(datasette, queries.hosts)
    return await page(datasette, request, "politeness.html", {"hosts": hosts, "crawls": queries.CRAWLS})


async def _export(datasette: Any) -> Export | None:
    folder = Path(datasette.get_database("archive").path).parent
    withdrawn_at = await ask(datasette, queries.withdrawn_at)
    return newest(folder, withdrawn_at)
