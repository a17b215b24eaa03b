"""What one would fetch and read press pages with otherwise: programs of crawl_cost.py's ``--beside``.

Each asks a file's addresses, as fast as they answer, and writes what it read into a folder. None of them looks
for releases, keeps what was answered, or knows a release again.
"""

from __future__ import annotations

_TRAFILATURA = """
import subprocess, sys
from trafilatura.settings import use_config
urls, folder = sys.argv[1:]
config = use_config()
config["DEFAULT"].update({"SLEEP_TIME": "0", "SSRF_PROTECTION": "off"})
with open(f"{folder}/trafilatura.cfg", "w") as file:
    config.write(file)
command = [sys.executable, "-c", "from trafilatura.cli import main; main()", "-i", urls, "-o", folder, "--json"]
subprocess.run([*command, "--with-metadata", "--config-file", f"{folder}/trafilatura.cfg"], check=True)
"""

_ASKS_NOBODY = """
import tldextract
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())  # or it asks for a newer list
"""

_NEWSPAPER = (
    _ASKS_NOBODY
    + """
import json, sys
from newspaper import Article
urls, folder = sys.argv[1:]
with open(f"{folder}/articles.jsonl", "w") as file:
    for url in open(urls).read().split():
        article = Article(url, language="de", fetch_images=False)
        article.download()
        article.parse()
        file.write(json.dumps([url, article.title, str(article.publish_date), article.text]) + "\\n")
"""
)

_NEWS_PLEASE = (
    _ASKS_NOBODY
    + """
import json, sys
from newsplease import NewsPlease
if __name__ == "__main__":
    urls, folder = sys.argv[1:]
    found = NewsPlease.from_urls(open(urls).read().split(), request_args={"timeout": 60}, fetch_images=False)
    with open(f"{folder}/articles.jsonl", "w") as file:
        for url, article in found.items():
            if article:
                file.write(json.dumps([url, article.title, str(article.date_publish), article.maintext]) + "\\n")
"""
)

OTHERS = {"trafilatura": _TRAFILATURA, "newspaper": _NEWSPAPER, "newsplease": _NEWS_PLEASE}
"""By the package that each needs (trafilatura, newspaper4k, news-please): a program of Python whose arguments
are the file of addresses and the folder."""
