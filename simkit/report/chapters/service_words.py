"""Words of the chapter on service: channels, prices, protections, origins and verdicts in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text

CHANNELS = {
    "visit": Text(de="Besuch", en="visit"),
    "phone": Text(de="Telefon und Video", en="phone and video"),
    "inside": Text(de="Innendienst", en="inside sales"),
    "web": Text(de="Portal und Webshop", en="portal and web shop"),
    "partner": Text(de="Händler oder Partner", en="dealer or partner"),
}
BESPOKE = {"yes": Text(de="ja", en="yes"), "no": Text(de="nein", en="no")}
PRICE_POLICIES = {
    "negotiated": Text(de="frei verhandelt", en="freely negotiated"),
    "frame": Text(de="Rahmenvertrag", en="frame contract"),
    "volume": Text(de="Mengenrabatt", en="volume discount"),
    "list": Text(de="Listenpreis", en="list price"),
    "surcharge": Text(de="Listenpreis mit Zuschlag für Kleinmengen", en="list price with small-order surcharge"),
}
PROTECTIONS = {
    "everything": Text(de="nichts ändern", en="change nothing"),
    "contact": Text(de="Ansprechpartner behalten", en="keep the contact person"),
    "service": Text(de="Betreuung nicht kürzen", en="do not cut service"),
    "channel": Text(de="nicht in anderen Kanal", en="do not move to another channel"),
    "price": Text(de="Preis nicht erhöhen", en="do not raise the price"),
}
ORIGINS = {
    "workshop": Text(de="Workshop", en="workshop"),
    "client": Text(de="Vorgabe", en="stated"),
    "log": Text(de="gemessen", en="measured"),
    "assumption": Text(de="Annahme", en="assumption"),
}
RESPONSE_ORIGINS = {
    "answers": Text(de="Workshop", en="workshop"),
    "history": Text(de="Vergangenheit", en="history"),
    "assumption": Text(de="Annahme", en="assumption"),
}
VERDICTS = {
    "short": Text(de="reicht nicht", en="not enough"),
    "enough": Text(de="reicht", en="enough"),
    "open": Text(de="offen", en="open"),
}
NOT_SHOWN = Text(
    de="Kundenzeit je Segment ist nicht bekannt, oder hinter einem Segment stehen zu wenige Personen; ohne sie gibt es keine "
    "Stundenprüfung.",
    en="Customer time by segment is not known, or too few people stand behind a segment; without it there is no hours check.",
)
