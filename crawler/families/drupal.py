"""Drupal: nodes with an alias, 0-based pagers, dates often only in JSON-LD.

Recognised by the generator, by node markup and by its file folders. Facets (``f[0]=``) and search pages are
traps and never followed. Seen 2020 to 2026 on stored pages of ministries and cities.
"""

from archive.text import Rules
from crawler.family import Family

FAMILY = Family(
    name="drupal",
    marks=(
        "meta[name=Generator][content^=Drupal], meta[name=generator][content^=Drupal]",
        "article.node, [class*=node--type]",
        "[data-drupal-selector], [data-history-node-id], script[data-drupal-selector]",
        "a[href*='/sites/default/files/'], img[src*='/sites/default/files/']",
    ),
    items=".view-content article, .view-content .views-row, .press-list article",
    item_title="h2, h3, h4",
    item_date="time, .date, .content-teaser__meta-item, [class*=date]",
    next=".pager__item--next a, a[rel=next]",
    rules=Rules(
        main="article.node, main article",
        title="h1",
        teaser=".field--name-field-teaser, .field--name-field-intro",
        body=".field--name-body, .field--name-field-text",
    ),
)
