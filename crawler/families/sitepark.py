"""Sitepark InfoSite / IES: .php addresses, "Inhalt anspringen", notes with picture sources at the foot.

Recognised by the component markup and the feed convention: any list's address with ``?sp:out=rss`` is its
feed. Credits of pictures stand in "Erläuterungen und Hinweise" below the text. Seen 2022 to 2026 on stored
pages.
"""

from archive.text import Rules
from crawler.family import Family

FAMILY = Family(
    name="sitepark",
    marks=(
        "meta[name=generator][content*=Sitepark], meta[name=generator][content*='IES']",
        "[class*='SP-'], [class*=sp-]",
        (
            "link[href*='sp%3Aout=rss'], a[href*='sp%3Aout=rss'],"
            " a[href*='sp:out=rss'], link[href*='sp:out=rss']"
        ),
    ),
    url_mark=r"sp(?:%3A|:)(?:out|cmp)",
    items=".SP-Teaser, .SP-TeaserList__item",
    item_title=".SP-Teaser__headline, h2, h3",
    item_date=".SP-Teaser__kicker, .SP-Teaser__date, time",
    next=".SP-Pager a[rel=next], .SP-Pager__next a, a.SP-Pager__next",
    rules=Rules(
        title=".SP-Headline--article, .SP-ArticleHeader__headline, h1",
        date=".SP-ArticleHeader__date time, .SP-ArticleHeader time, .SP-Kicker time",
        teaser=".SP-ArticleHeader__intro, .SP-Intro",
        drop=".SP-Footnotes, .SP-Sources, .SP-SocialShare, .SP-PageFunctions",
    ),
)
