"""TYPO3 with the news extension (tx_news).

Recognised by the extension's class names or the generator. Lists have routed (/page-2) or raw pagers whose
links carry a checksum (cHash), so they are followed, never built. The lead stands in elements named "teaser".
Markup seen 2023 to 2026 on stored pages of several Kreise; site builders rename classes, ids of items stay.
"""

from archive.text import Rules
from crawler.family import Family

FAMILY = Family(
    name="typo3",
    marks=(
        "meta[name=generator][content^=TYPO3]",
        "[class*=news-list], [class*=tx-news], [class*=news-single]",
        "link[href*='typo3temp'], script[src*='typo3temp'], img[src*='/fileadmin/'], a[href*='/fileadmin/']",
    ),
    url_mark=r"tx_news_pi1",
    items=(
        ".news-list-view .article, .news-list-view article, .news-list .news-list-item, .tx-news-list article"
    ),
    item_title="[itemprop=headline], h2, h3, h4",
    item_date="time, .news-list-date",
    next=".f3-widget-paginator .next a, .page-navigation .next a, .pagination .next a, a[rel=next]",
    rules=Rules(
        main=(
            ".news-single .article, .news-single, [itemtype$='schema.org/Article'],"
            " [itemtype$='schema.org/NewsArticle']"
        ),
        title="[itemprop=headline], .news-single h1, h1",
        teaser="[itemprop=description], .teaser-text, .news-single .lead",
        body=".news-text-wrap, [itemprop=articleBody]",
        date="time[itemprop=datePublished], .news-single .news-list-date time, .news-single .news-list-date",
        drop=".news-backlink-wrap, .news-related-news, .news-related-links",
    ),
)
