"""Files in several languages, and what they call people, companies and amounts."""

from tests.imports.everyday import EverydayFile

FRENCH = (
    "Identifiant;Prénom;Nom;Société;Courriel;Montant;Devise;Date de création;Désinscrit\r\n"
    "F1;Zoé;Léger;Étoile SA;fr1@etoile.example;1\u00a0234,56;EUR;26/11/2025;VRAI\r\n"
    "F2;Jean;Noël;Étoile SA;fr2@etoile.example;99,00;EUR;03/11/2025;FAUX\r\n"
)
SPANISH = """Id;Nombre del negocio;Empresa;Etapa;Importe;Fecha de cierre;Fecha de creación
S1;Tejado;Sol SA;Ganada;1.234,56 €;26-nov-2025;02-sept-2025
S2;Puerta;Sol SA;Perdida;99,00 €;30-nov-2025;03-sept-2025
"""
DUTCH = """Klantnummer;Naam;Bedrijf;E-mail;Bedrag;Aangemaakt op
N1;Jan de Vries;Molen BV;nl1@molen.example;"€ 1.234,56";26-11-2025
N2;Piet Bos;Molen BV;nl2@molen.example;"€ 500,-";27-11-2025
N3;Kees Bos;Molen BV;nl3@molen.example;"€ -12,50";28-11-2025
"""
UNITS_DE = """Deal-ID;Bezeichnung;Betrag;Phase
KD1;Dach;1,2 Mio. €;proposal
KD2;Tür;90 T€;proposal
"""
RTL = "Lead ID,Name,Email\nA1,\u202bمحمد علي\u202c,\u202ar1@a.example\u202c\nA2,Zoë 🚀,\u200er2@a.example\n"
DECOMPOSED = (
    "ID,Name,Email,Company\nD1,Ju\u0308rgen,dc1@a.example,Mu\u0308ller GmbH\nD2,Zoe\u0308,dc2@a.example,Müller GmbH\n"
)
ROLES = """Deal ID,Deal Name,Amount,Stage,Deal Owner,SDR,Customer Success Manager,Created By
P1,Roof,10,proposal,Rick,Dana,cleo@acme.example,ada@acme.example
P2,Door,20,proposal,Rick,Rosa,Nobody Known,
"""
THIN = "Deal-ID;Nom;Montant;Etape\nTH1;Toit;1\u2009234,50;proposal\nTH2;Porte;12\u2009500,00;proposal\n"
COMPANIES = """Company ID,Company name,Company Domain Name,Number of Employees,Company owner
9001,Hooli Inc,hooli.example,"1,200",Rick
"""
COMPANIES_DE = "Firma;Webseite;Mitarbeiter;Umsatz;Besitzer\nPiper GmbH;www.piper.example;1.200;1,5 Mio. €;Rick\n"
PEOPLE_DE = "Name;E-Mail;Team;Vorgesetzter\nUte Groß;ute@acme.example;Nord;Mona\n"
LEADS_FR = """Civilité;Nom;Prénom;Téléphone portable;Adresse e-mail;Raison sociale;Origine du lead
Mme;Léger;Zoé;06 12 34 56 78;lf1@etoile.example;Étoile SA;Salon
"""
FORECAST = """Opportunity,Account,Owner,Stage,Amount,Close Date
Roof of 12,Acme Inc,Rick,Negotiation,"€12.500,00",26.11.2025
"""
OPPORTUNITIES_FR = """N° affaire;Intitulé;Client;Montant HT;Étape;Date de clôture prévue
A-1;Toiture;Lune SARL;12 500,00 €;Négociation;15/12/2025
A-2;Porte;Lune SARL;(500,00 €);Perdue;31/12/2025
"""
OFFERS_NL = """Offertenummer;Omschrijving;Opdrachtgever;Bedrag excl. btw;Fase;Verwachte sluitdatum
O-1;Dak;Zon BV;€ 12.500,00;Voorstel;15-12-2025
"""
CONTACTS_ES = """Código;Nombre;Apellidos;Correo electrónico;Fecha de alta
C1;Ana;García López;es1@a.example;05/11/2025
C2;Luis;Núñez;es2@a.example;25/11/2025
"""
JAPANESE = "ID,氏名,メール\nJP1,山田太郎,jp1@a.example\n"

IN_WORDS = (
    EverydayFile("opportunites.csv", OPPORTUNITIES_FR,
                 {"A-1": {"name": "Toiture", "account": "Lune SARL", "amount": "12500.00", "currency": "EUR",
                          "stage": "negotiation", "closes_on": "2025-12-15"},
                  "A-2": {"amount": "-500.00", "stage": "closed_lost"}}, target="opportunities"),
    EverydayFile("offertes.csv", OFFERS_NL,
                 {"O-1": {"name": "Dak", "account": "Zon BV", "amount": "12500.00", "stage": "proposal",
                          "closes_on": "2025-12-15"}}, target="opportunities"),
    EverydayFile("contactos.csv", CONTACTS_ES,
                 {"C1": {"name": "Ana García López", "created_at": "2025-11-04 23:00:00+00:00"}}),
    EverydayFile("jp.csv", JAPANESE.encode("shift_jis"), {"JP1": {"email": "jp1@a.example"}}, ("read as cp932",)),
    EverydayFile(
        "contacts.csv", FRENCH.encode("cp1252"),
        {"F1": {"name": "Zoé Léger", "account": "Étoile SA", "amount": "1234.56",
                "created_at": "2025-11-25 23:00:00+00:00",
                "properties.opted_out": True},
         "F2": {"amount": "99.00", "properties.opted_out": False}},
    ),
    EverydayFile(
        "negocios.csv", SPANISH,
        {"S1": {"amount": "1234.56", "currency": "EUR", "closes_on": "2025-11-26", "stage": "closed_won"},
         "S2": {"closes_on": "2025-11-30", "stage": "closed_lost"}},
    ),
    EverydayFile(
        "klanten.csv", DUTCH,
        {"N1": {"name": "Jan de Vries", "amount": "1234.56", "currency": "EUR"}, "N2": {"amount": "500.00"},
         "N3": {"amount": "-12.50"}},
    ),
    EverydayFile("deals.csv", UNITS_DE, {"KD1": {"amount": "1200000.00", "currency": "EUR"},
                                         "KD2": {"amount": "90000.00", "currency": "EUR"}}, ("thousands or millions",)),
    EverydayFile("rtl.csv", RTL, {"A1": {"name": "محمد علي", "email": "r1@a.example"},
                                  "A2": {"name": "Zoë 🚀", "email": "r2@a.example"}}, ("without any width",)),
    EverydayFile("decomposed.csv", DECOMPOSED, {"D1": {"name": "Jürgen", "account": "Müller GmbH"},
                                                "D2": {"name": "Zoë", "account": "Müller GmbH"}}),
    EverydayFile("companies.csv", COMPANIES, {"Hooli Inc": {"domain": "hooli.example", "owner": "Rick",
                                                              "properties.employees": 1200}}),
    EverydayFile("Firmen.csv", COMPANIES_DE, {"Piper GmbH": {"domain": "piper.example", "owner": "Rick",
                                                               "properties.employees": 1200}}),
    EverydayFile("Kollegen.csv", PEOPLE_DE, {"Ute Groß": {"email": "ute@acme.example", "role": "rep"}}),
    EverydayFile("leads_fr.csv", LEADS_FR, {"lf1@etoile.example": {"account": "Étoile SA", "source": "Salon",
                                            "properties.phone": "06 12 34 56 78", "properties.anrede": "Mme"}}),
    EverydayFile("pipeline.csv", FORECAST, {"Roof of 12": {"amount": "12500.00", "currency": "EUR", "owner": "Rick",
                                                           "closes_on": "2025-11-26", "stage": "negotiation"}}),
    EverydayFile("affaires.csv", THIN, {"TH1": {"amount": "1234.50"}, "TH2": {"amount": "12500.00"}},
                 target="opportunities"),
    EverydayFile(
        "deals.csv", ROLES,
        {"P1": {"owner": "Rick", "attributes.sdr": "Dana", "attributes.customer_success_manager": "Cleo",
                "attributes.created_by": "Ada"},
         "P2": {"owner": "Rick", "attributes.sdr": "Rosa", "attributes.customer_success_manager": "Nobody Known"}},
        ("Rosa is no longer active", "“Customer Success Manager”: nobody here is known as “Nobody Known”"),
    ),
)  # fmt: skip
