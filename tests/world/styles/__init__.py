"""The styles by name; a style with two classes is one host with two authorities."""

from world.styles import drupal, gsb, handmade, municipal, presse_service, scripted, typo3, unknown, wordpress
from world.styles.base import Style

STYLES: dict[str, list[type[Style]]] = {
    "typo3_routed": [typo3.Routed],
    "typo3_chash": [typo3.Hashed],
    "presse_service": [presse_service.First, presse_service.Second],
    "sitepark": [municipal.Sitepark],
    "ikiss": [municipal.Ikiss],
    "drupal": [drupal.Drupal],
    "wordpress": [wordpress.WordPress],
    "contao": [municipal.Contao],
    "nolis": [municipal.Nolis],
    "gsb": [gsb.Gsb],
    "year_archive": [handmade.YearArchive],
    "many_on_one_page": [handmade.ManyOnOnePage],
    "pdf_table": [handmade.PdfTable],
    "json_listing": [scripted.JsonListing],
    "script_only": [scripted.ScriptOnly],
    "mixed_list": [unknown.Mixed],
    "cards": [unknown.Cards],
    "definition_list": [unknown.Definitions],
}
