"""What the headers of a file mean: places of records, and properties of the blueprint, in seven languages."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import yaml

from blueprint.expressions.fields import CORE_KEYS, KEY_PATTERN, RESERVED, DataType
from blueprint.schema import Blueprint, PropertyTerms
from imports.currencies import of_header
from imports.destinations import (
    ACCOUNT_PLACES,
    ORIGIN,
    PEOPLE_PLACES,
    PLAIN,
    PROPERTY,
    RECORD_KINDS,
    RECORD_PLACES,
    TARGET_OF,
    Destination,
    places_of,
)

WORDS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("header_words.yaml").read_text(encoding="utf-8")
)
SALESFORCE_HEADERS = {"system_modstamp", "photo_url", "record_type_id"}
NOUNS = {
    "lead": (
        "lead", "contact", "person", "prospect", "invitee", "attendee", "registrant", "subscriber", "respondent",
        "participant",
    ),
    "opportunity": ("deal", "opportunity", "opp"),
    "customer": ("customer", "client"),
}  # fmt: skip  # what tools call records of a kind
OF_COMPANIES = {"name": "account", "domain": "account_domain"}  # what is the company's own is another's company there
WHOLE_LETTERS = str.maketrans(dict(zip("ßøØłŁæÆœŒ", ("ss", "o", "O", "l", "L", "ae", "AE", "oe", "OE"), strict=True)))
OF_DEALS = {  # of a person a title is the job, and of a company what it turns over in a year
    "name": ("title", "topic", "omschrijving", "asunto", "objet", "betreff", "titel", "titre", "titulo", "thema"),
    "amount": ("umsatz", "omzet", "ca_estime", "ingresos", "receita"),
    "external_id": ("quote_number",),
}
# Of what is counted or named so, digits are not reckoned with: `1.10` is another version than `1.1`.
OF_CODES = re.compile(
    r"(.*_)?(codes?|cod|version|release|build|fax|tele(phone|fon|fono|foon)|phone|mobile|mobil|iban|bic|siren|siret|nif"
    r"|cif|nip|kvk|cnpj|cpf|sku|ean|isbn|serial|ref|reference|referenz|ids?|key|zip|plz|postcode|room|raum|zimmer|article"
    r"|artikel|number|nummer|nr|no)(_\d+)?"
)
OF_CLASSES = re.compile(
    r"(.*_)?(country|land|pays|pais|paese|nation|language|lang|sprache|langue|idioma|taal|state|province|provincia|region"
    r"|gender|sex|geschlecht|grade|tier|class|klasse|size)(_code)?"
)
AT_WORK = re.compile(r"_(geschaftlich|beruflich|dienstlich|buro|professionnel|pro|profesional|zakelijk|work|business)$")
# What a file of such records says of each, as in `Nom de la transaction`, and what is only foreseen.
OF_RECORDS = {
    "lead": re.compile(
        r"_(du|del|do|van|di|des|de)_(lead|leads|contact|contacto|contato|contatto|kontakts?|prospecto)$"
    ),
    "opportunity": re.compile(
        r"_(de_la_transaction|de_l_opportunite|de_l_affaire|(du|del|do|van|des)_(deals?|negocio)|de_(la_)?oportunidad"
        r"|da_oportunidade|van_verkoopkans|der_verkaufschance|(dell_)?opportunita|(della_)?trattativa)$"
    ),
    "customer": re.compile(r"_(du_client|del_cliente|do_cliente|van_klant|des_kunden)$"),
}
FORESEEN = re.compile(
    r"^(voraussichtliche[rs]?|erwartete[rs]?|geschatzte[rs]?|geplante[rs]?|verwachte|geschatte)_"
    r"|_(estimee?|prevue?|estimad[ao]s?|prevista|previsto|stimat[ao])(?=_|$)"
)
WORKED_BY = {"lead": "sdr", "opportunity": "account_executive", "customer": "csm"}

# Headers that mean a property of the usual blueprint, beside its own key and label.
PROPERTY_HEADERS = {
    "job_title": ("title", "jobtitle", "position", "organization_title"),
    "employees": (
        "number_of_employees",
        "no_of_employees",
        "numberofemployees",
        "employee_count",
        "num_employees",
        "company_size",
    ),
    "industry": ("sector",),
    "region": ("regional_office", "territory"),
    "country": ("billing_country",),
    "phone": (
        "phone_number",
        "mobile",
        "mobile_phone",
        "telephone",
        "business_phone",
        "work_phone",
        "primary_phone",
        "cell_phone",
    ),
    "visits": ("total_visits", "totalvisits", "number_of_visits"),
    "pages_viewed": ("page_views", "pageviews", "num_page_views"),
    "opted_out": ("do_not_email", "has_opted_out_of_email", "email_opt_out", "unsubscribed", "hs_email_optout"),
    "competitor": ("competitor_type", "main_competitor"),
    "product": ("product_name",),
    "next_step": ("nextstep",),
}


def normal(header: str) -> str:
    """A header as tools agree on it: `property_dealname` and `Lead_Score__c` lose their dress."""
    key = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header.strip())
    key = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    return key.removeprefix("property_hs_").removeprefix("property_").removesuffix("_c")


def heard(header: str) -> str:
    """A header as words are compared: as `normal`, and `Währung` is `wahrung`, `Straße` is `strasse`."""
    letters = unicodedata.normalize("NFKD", header.translate(WHOLE_LETTERS))
    return normal("".join(letter for letter in letters if not unicodedata.combining(letter)))


@cache
def said_by(header: str, kind: str) -> tuple[str, ...]:
    """How a header may be meant, the likeliest first: as it stands, without what is in brackets or behind a slash,
    without the noun that a file of such records repeats, as in `Deal - Title`, and as address books number things."""
    plain = re.sub(r"\(.*?\)|\[.*?\]|^your ", " ", header, flags=re.I)
    found = [heard(header), heard(plain), heard(plain.split(" / ")[0]), heard(of_header(header)[0])]
    if numbered := re.fullmatch(r"(.+?) 1( - value)?", plain.strip(), re.I):
        found.append(heard(numbered[1]))
    for pattern in filter(None, (AT_WORK, OF_RECORDS.get(kind), FORESEEN)):
        found += [shorter for name in found if (shorter := pattern.sub("", name)) != name]
    for name in tuple(found):
        for noun in NOUNS.get(kind, ()):
            found.append(name.removeprefix(f"{noun}_").removeprefix(f"{noun}_"))
    return tuple(dict.fromkeys(found))


@cache
def headers_of(place: Destination, kind: str) -> tuple[str, ...]:
    """Headers that mean this place, the surest first, for a kind of record."""
    further = list(WORDS["places"].get(place.key, []))
    if place in ACCOUNT_PLACES and place.key in OF_COMPANIES:
        further += WORDS["places"][OF_COMPANIES[place.key]]
    if place.key == "owner" and kind:  # who works on such records, where no column says owner
        further += WORDS["roles"][WORKED_BY[kind]]
    if kind == "opportunity":
        further += OF_DEALS.get(place.key, ())
    spellings = [spelling.format(kind=kind) for spelling in place.headers] + further
    if place.key == "external_id" and (origin := ORIGIN.get(TARGET_OF.get(kind, ""))):  # a deal's contact is no deal
        others = {*origin.headers, *WORDS["places"]["origin"]}
        spellings.sort(key=lambda spelling: spelling in others)
    return tuple(spellings)


@cache
def known_headers() -> frozenset[str]:
    """Every header that means something in some file."""
    kinds = [*RECORD_KINDS.values(), ""]
    places = (*RECORD_PLACES, *ORIGIN.values(), *ACCOUNT_PLACES, *PEOPLE_PLACES)
    words = {word for place in places for kind in kinds for word in headers_of(place, kind)}
    further = (*PROPERTY_HEADERS.items(), *WORDS["properties"].items())
    return frozenset(words | {word for key, spellings in further for word in (key, *spellings)})


def attribute_key(header: str, lifecycle: Blueprint) -> str:
    """The key a column without a property is kept under: one the criteria could name, and nobody else's."""
    key = heard(header)[:50].strip("_")
    if not key or not key[0].isalpha():
        key = f"column_{key}".strip("_")
    if key in RESERVED or key in CORE_KEYS or key in lifecycle.properties_by_key:
        key = f"{key}_in_file"
    return key if KEY_PATTERN.fullmatch(key) else "column"


@lru_cache(maxsize=64)
def property_words(properties: tuple[PropertyTerms, ...]) -> dict[str, int]:
    """How surely each header means a property: its key and its label most, then the words for it in their order."""
    sure: dict[str, int] = {}
    for terms in properties:
        further = (*PROPERTY_HEADERS.get(terms.key, ()), *WORDS["properties"].get(terms.key, ()))
        for rank, word in enumerate((terms.key, heard(terms.label), *further)):
            sure[word] = min(rank, sure.get(word, rank))
    return sure


def property_for(header: str, lifecycle: Blueprint, kind: str = "") -> str | None:
    """The property a header means, by its key, its label or a common name."""
    for wanted in said_by(header, kind):
        for terms in lifecycle.properties:
            further = (*PROPERTY_HEADERS.get(terms.key, ()), *WORDS["properties"].get(terms.key, ()))
            further += tuple(WORDS["roles"].get(terms.key, ()))
            if wanted in (terms.key, heard(terms.label), *further):
                return terms.key
    return None


def is_role(header: str, kind: str) -> bool:
    """Whether a header means somebody who takes part beside the owner."""
    return any(name in words for name in said_by(header, kind) for words in WORDS["roles"].values())


def is_of_codes(header: str, data_type: str) -> bool:
    """Whether a header means codes, numbers of phones, versions: what looks like a number or a day there is none, nor
    yes or no what stands for a country or a class."""
    return bool((OF_CLASSES if data_type == DataType.BOOLEAN else OF_CODES).fullmatch(heard(header)))


def meant_by(header: str, target: str, lifecycle: Blueprint) -> list[str]:
    """Where a header says that its column goes: core places, or a property."""
    kind = RECORD_KINDS.get(target, "")
    for wanted in said_by(header, kind):
        if found := [place.key for place in places_of(target) if wanted in headers_of(place, kind)]:
            return found
    key = None if target in PLAIN else property_for(header, lifecycle, kind)
    return [PROPERTY + key] if key else []


def guess_system(headers: list[str]) -> str:
    """Which system wrote the file, by the dress of its headers."""
    if any(header.startswith(("property_", "hs_", "property_hs_")) for header in headers):
        return "hubspot"
    if any(header in SALESFORCE_HEADERS or header.endswith("__c") for header in headers):
        return "salesforce"
    return "csv"
