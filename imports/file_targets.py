"""What the rows of a file are: leads, deals, customers, companies, people or events, by its headers and its name."""

import re

from imports import header_words

# Headers that tell what a file is about; the first target with a hit is taken.
TELLTALES = {
    "people": {"regional_office", "sales_agent_name", "active_user_id"},
    "opportunities": {"opportunity", "deal", "opportunities", "deals", "dealname", "deal_stage", "dealstage",
                      "close_date", "closedate", "close_value", "stage_name", "expected_close_date", "won_time",
                      "verkaufschance", "verkaufschancen",
                      "abschlussdatum", "auftragswert", "date_de_cloture", "fecha_de_cierre", "oportunidad",
                      "oportunidades", "sluitingsdatum"},
    "leads": {"lead", "leads", "contact", "contacts", "prospect", "firstname", "first_name", "lastname", "last_name",
              "email", "e_mail", "e_mailadres", "e_mail_adresse", "correo_electronico", "kontakt", "vorname",
              "nachname", "prenom", "courriel", "apellido", "apellidos", "correo", "voornaam", "achternaam"},
    "customers": {"customer_id", "renewal_date", "mrr", "churned"},
    "accounts": {"account", "company", "accounts", "companies", "industry", "sector", "annual_revenue",
                 "annualrevenue", "number_of_employees", "employees", "firma", "firmen", "unternehmen", "entreprise",
                 "empresa", "bedrijf"},
}  # fmt: skip
FACTS = frozenset({"email", "industry", "sector", "employees"})  # in a file's name they tell no target
# A log names the case of each row, what happened, and when.
CASE_HEADERS = frozenset({"case_id", "concept_name", "case", "activity"})
CHANGED_TO = frozenset({"to_stage", "new_stage", "new_value", "neue_phase"})
STAGES = frozenset({"stage", "stage_name", "deal_stage", "dealstage", "lead_status", "status", "phase", "value"})
MANAGERS = frozenset({"manager", "vorgesetzter", "vorgesetzte", "superieur", "jefe", "leidinggevende"})
MOMENT_HEADERS = frozenset({"timestamp", "timestamp_instant", "event_time", "happened_at", "time_timestamp"})


def target_of_file(file_name: str, headers: list[str]) -> str:
    """Leads, opportunities, customers, accounts or people, by headers first and the file's name second."""
    normal = [header_words.heard(header) for header in headers]
    if normal[0] in ("owner_id", "user_id") or (len(normal) <= 6 and not MANAGERS.isdisjoint(normal)):
        return "people"
    if not CHANGED_TO.isdisjoint(normal) or ("history" in file_name.lower() and not STAGES.isdisjoint(normal)):
        return "events"
    if not MOMENT_HEADERS.isdisjoint(normal) and not CASE_HEADERS.isdisjoint(normal):
        return "events"
    words = {part for header in normal for part in (header, *header.split("_")[:1])}
    name = set(re.split(r"[^a-z]+", file_name.lower())) - FACTS
    for said in (name, words):
        scores = {target: len(said & telltales) for target, telltales in TELLTALES.items()}
        best = max(scores, key=lambda target: scores[target])
        if scores[best]:
            return best
    return "leads"
