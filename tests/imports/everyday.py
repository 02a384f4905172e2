"""Files as programs and people write them, and what must come of each: by what is guessed alone."""

from typing import Any, NamedTuple


class EverydayFile(NamedTuple):
    """`expects`: by the id, or the address, of a record its values; `said`: words that must be told before the start or
    with a rejection; `rejected`: how many rows do not come in."""

    name: str
    content: str | bytes
    expects: dict[str, dict[str, Any]] = {}
    said: tuple[str, ...] = ()
    rejected: int = 0
    target: str = ""


HUBSPOT_CONTACTS = """Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,\
Create Date,Associated Company
10123456789,Ann,Lee,hs1@northwind.example,+49 30 901820,Rick,OPEN,2025-01-05 10:20,Northwind
10123456790,Bob,Ray,hs2@northwind.example,,No Such One,NEW,2025-01-06 11:00,Northwind
"""
HUBSPOT_DEALS = """Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Amount in company currency,Currency
20123456789,Roof,Closed Won,2025-02-01 00:00,Rick,1200.50,1100.00,USD
20123456790,Door,Qualified To Buy,,Rick,700,650,USD
"""
SALESFORCE = """Opportunity ID,Opportunity Owner,Account Name,Opportunity Name,Stage,Amount Currency,Amount,\
Probability (%),Close Date,Created Date,Lead Source
0065g00000ABCdE,Rick,Acme Inc,Roof,Negotiation/Review,EUR,"1,234.00",90%,11/26/2025,10/13/2025,Web
0065g00000ABCde,Rick,Acme Inc,Door,Closed Won,USD,"2,000.00",100%,10/30/2025,10/14/2025,Web
"""
PIPEDRIVE = """Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization,Deal - Stage,\
Deal - Status,Deal - Owner,Deal - Deal created,Deal - Expected close date
31,Roof,1500,EUR,Acme Inc,Proposal Made,Won,Rick,2025-01-05 10:20:00,2025-02-01
32,Door,700,EUR,Acme Inc,Negotiations Started,Open,Rick,2025-01-06 10:20:00,2025-03-01
33,Wall,700,EUR,Acme Inc,Contact Made,deleted,Rick,2025-01-06 10:20:00,2025-03-01
"""
DYNAMICS = """(Do Not Modify) Lead,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Name,Email,\
Company Name,Status Reason
5c1e7f4a-0001-ee11-8f6e-000d3a123456,abc==,11/26/2025 10:00 AM,Roof,Ann Lee,dy1@acme.example,Acme Inc,New
"""
ZOHO = """Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Lead Source,Lead Status,\
No. of Employees,Annual Revenue
zcrm_4876876000000349001,zcrm_4876876000000111001,Rick,Acme Inc,Ann,Lee,zo1@acme.example,Web,Contacted,85,"1,000,000.00"
"""
MAILCHIMP = """Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,LATITUDE,CC,REGION,LEID,TAGS
mc1@acme.example,Ann,Lee,2,2025-01-05 10:20:31,10.0.0.1,52.5200000,DE,BE,421337,"\"\"Webinar\"\",\"\"VIP\"\""
"""
GOOGLE_FORMS = """Timestamp,Email Address,Your full name,Company name,How did you hear about us?
2025/11/26 10:00:00 AM GMT+1,gf1@acme.example,Ann Lee,Acme Inc,A friend
2025/11/27 3:05:00 PM GMT+1,gf2@acme.example,Bob Ray,Globex,Search
"""
LINKEDIN = (
    "Lead ID\tForm Name\tFirst Name\tLast Name\tEmail Address\tCompany Name\tJob Title\tCompany Size\n"
    "li-000123\tFall\tAnn\tLee\tli1@acme.example\tAcme Inc\tHead of IT\t51-200 employees\n"
)
FACEBOOK = (
    "id\tcreated_time\tad_name\tis_organic\tplatform\tfull_name\temail\tphone_number\n"
    "l:1234567890123456\t2025-11-26T10:00:00+01:00\tFall\tfalse\tfb\tAnn Lee\tfb1@acme.example\tp:+4915112345678\n"
)
EVENTBRITE = """Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Attendee #,Attendee Status,Company
987654321,"Nov 26, 2025 10:00 AM",Ann,Lee,eb1@acme.example,1,Early Bird,1111,Attending,Smith &amp; Co
987654321,"Nov 26, 2025 10:00 AM",Bob,Ray,eb2@acme.example,1,Early Bird,1112,Checked In,Smith &amp; Co
"""
SAP = """Dynamische Listenausgabe

--------------------------------------------------------------------
|Kunde     |Name 1      |Ort  |Telefon 1   |Angelegt am|Umsatz     |
--------------------------------------------------------------------
|0000100023|Müller GmbH |Köln |0221/123-0  |26.11.2025 | 1.234,56- |
|0000100024|Meyer AG    |Bonn |0228/77     |00.00.0000 |   900,00  |
--------------------------------------------------------------------
"""
DATEV = """"EXTF";700;16;"Debitoren/Kreditoren";5;20251126103000000;;"RE";"";"";29098;55003;20250101;4;;;"";"";;;;;
Konto;Name (Adressattyp Unternehmen);Unternehmensgegenstand;Kurzbezeichnung;Anrede;Straße;Postleitzahl;Ort;Land;\
Telefon;E-Mail
10001;"Müller GmbH";"";"MUELLER";"Firma";"Weg 1";"04109";"Leipzig";"DE";"0341 123";"da1@mueller.example"
"""
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
SHEETS = """Deal ID,Deal Name,Amount,Hot,Close Date,Stage
g1,Roof,"$1,234.00",TRUE,12/30/2025,#REF!
g2,#REF!,#N/A,FALSE,#VALUE!,proposal
g3,Door,Loading...,FALSE,1/15/2026,proposal
"""
NUMBERS = """Tabelle 1;;;
Lead-Nr;Vorname;Nachname;E-Mail
AN1;Jörg;Groß;an1@gross.example
"""
MIXED = (
    b"Lead ID,Name,Email\n"
    + "M1,Jürgen Groß,mx1@a.example\n".encode()
    + "M2,Zoë Müller,mx2@a.example\n".encode("cp1252")
    + "M3,José Peña,mx3@a.example\n".encode("cp1252")
)
RAGGED = "Lead ID,Name,Email\nR1,Ann\nR2,Bob,rg2@a.example,extra,more\nR3,Cy,rg3@a.example,,\n"
UNCLOSED = 'Lead ID,Name,Email\nU1,"Ann,uc1@a.example\nU2,Bob,uc2@a.example\n'
TWO_TABLES = """Lead ID,Name,Email
W1,Ann,tt1@a.example
W2,Bob,tt2@a.example

Company,Industry,Employees
Acme Inc,Toys,50
Globex,Games,70
"""
UNITS = """Deal ID,Deal Name,Amount,Stage
K1,Roof,1.2M,proposal
K2,Door,€850k,proposal
K3,Wall,950,proposal
"""
UNITS_DE = """Deal-ID;Bezeichnung;Betrag;Phase
KD1;Dach;1,2 Mio. €;proposal
KD2;Tür;90 T€;proposal
"""
ZONES = """Lead ID,Name,Created
Z1,Ann,2025-11-26 10:00:00 CET
Z2,Bob,2025-11-26 10:00:00 EST
Z3,Cy,2025-11-26 10:00:00 IST
"""
JAVASCRIPT = """Lead ID,Name,Created
J1,Ann,Wed Nov 26 2025 10:00:00 GMT+0100 (Central European Standard Time)
J2,Bob,Thu Nov 27 2025 10:00:00 GMT-0500 (Eastern Standard Time)
"""
LOCALE = 'Lead ID,Name,Created\nT1,Ann,"11/26/2025, 10:00:00\u202fAM"\nT2,Bob,"11/27/2025, 3:05:00\u202fPM"\n'
BRACKETS = """Deal ID,Deal Name,Amount,Stage
B1,Refund,"(1,234.50)",proposal
B2,Roof,"$(99.00)",proposal
B3,Door,"1 234.50",proposal
"""
SCIENTIFIC = "Lead ID,Name,Email\n1.23E+15,Ann,sc1@a.example\n1.24E+15,Bob,sc2@a.example\n"
RTL = "Lead ID,Name,Email\nA1,\u202bمحمد علي\u202c,\u202ar1@a.example\u202c\nA2,Zoë 🚀,\u200er2@a.example\n"
DECOMPOSED = (
    "ID,Name,Email,Company\nD1,Ju\u0308rgen,dc1@a.example,Mu\u0308ller GmbH\nD2,Zoe\u0308,dc2@a.example,Müller GmbH\n"
)
TWICE = "Lead ID,Name,Email\nTW1,JÃ¼rgen,tw1@a.example\n"
OUTLOOK = """Title,First Name,Last Name,Company,Job Title,Business Phone,Mobile Phone,E-mail Address,E-mail 2 Address
Dr.,Ann,Lee,Acme Inc,Head of IT,030 1,0171 2,ol1@acme.example,ol1b@acme.example
"""
CALENDLY = """Event Type Name,Start Date & Time,Invitee Name,Invitee Email,Invitee Time Zone,Canceled
Intro,"Wednesday, November 26, 2025 10:00 AM",Ann Lee,ca1@acme.example,Europe/Berlin,No
"""
STRIPE = """id,Description,Email,Name,Created (UTC),Delinquent,Total Spend,Payment Count
cus_NffrFeUfNV2Hib,,st1@acme.example,Ann Lee,2025-11-26 10:00,false,1234.50,3
"""
DUPLICATES = "Lead ID,Email,Email,Phone,Phone,Name\nQ1,du1@a.example,du1b@a.example,030 1,0171 2,Ann\n"
OLD_DATES = "Lead ID,Name,Email,Birthday\nO1,Ann,od1@a.example,26/11/65\nO2,Bob,od2@a.example,03/04/58\n"
WIDE = (
    ",".join(["Lead ID", "Email", *(f"Question {number}" for number in range(300))])
    + "\n"
    + ",".join(["V1", "wd1@a.example", *map(str, range(300))])
    + "\n"
)
HEADER_TWICE = "Lead ID,Name,Email\nLead ID,Name,Email\nH1,Ann,ht1@a.example\n"
ROLES = """Deal ID,Deal Name,Amount,Stage,Deal Owner,SDR,Customer Success Manager,Created By
P1,Roof,10,proposal,Rick,Dana,cleo@acme.example,ada@acme.example
P2,Door,20,proposal,Rick,Rosa,Nobody Known,
"""
ON_ITS_SIDE = "Name,Ann Lee,Bob Ray\nEmail,os1@a.example,os2@a.example\nCompany,Acme Inc,Globex\nPhone,1,2\n"
BESIDE = "Lead ID,Name,,Lead ID,Name\nBE1,Ann,,BE2,Bob\nBE3,Cy,,BE4,Di\n"
SUBTOTALS = "Deal ID,Deal Name,Amount,Stage\nSU1,Roof,5,proposal\nSubtotal,,5,\nSU2,Door,7,proposal\n"
DOTS = "Lead ID,Name,Created\nDO1,Ann,2025.11.26\nDO2,Bob,2025.11.27 10:00\n"
THIN = "Deal-ID;Nom;Montant;Etape\nTH1;Toit;1\u2009234,50;proposal\nTH2;Porte;12\u2009500,00;proposal\n"
COMPANIES = """Company ID,Company name,Company Domain Name,Number of Employees,Company owner
9001,Hooli Inc,hooli.example,"1,200",Rick
"""
COMPANIES_DE = "Firma;Webseite;Mitarbeiter;Umsatz;Besitzer\nPiper GmbH;www.piper.example;1.200;1,5 Mio. €;Rick\n"
PEOPLE_DE = "Name;E-Mail;Team;Vorgesetzter\nUte Groß;ute@acme.example;Nord;Mona\n"
HISTORY = """Opportunity ID,Stage,Created Date,Created By
SH1,Prospecting,2025-01-02 10:00,Rick
SH1,Closed Won,2025-02-02 10:00,Rick
"""
XING = """Anrede;Titel;Vorname;Nachname;Position;Firma;E-Mail geschäftlich;Telefon geschäftlich;Geburtsdatum
Frau;Dr.;Ute;Groß;Leiterin;Müller GmbH;xi1@mueller.example;0221 1;01.02.1965
"""
LEADS_FR = """Civilité;Nom;Prénom;Téléphone portable;Adresse e-mail;Raison sociale;Origine du lead
Mme;Léger;Zoé;06 12 34 56 78;lf1@etoile.example;Étoile SA;Salon
"""
FORECAST = """Opportunity,Account,Owner,Stage,Amount,Close Date
Roof of 12,Acme Inc,Rick,Negotiation,"€12.500,00",26.11.2025
"""
DELETED = "id,Email,Full Name,deleted_at\nde1,de1@a.example,Ann,\nde2,de2@a.example,Bob,1764150000\n"
PROPERTY_HISTORY = (
    "deal_id,name,timestamp,value\nPH1,dealstage,2025-01-02 10:00,closedwon\nPH1,amount,2025-01-02 10:00,5\n"
)

FILES = (
    EverydayFile(
        "hubspot-crm-exports-contacts.csv", HUBSPOT_CONTACTS,
        {"10123456789": {"name": "Ann Lee", "email": "hs1@northwind.example", "account": "Northwind", "owner": "Rick"},
         "10123456790": {"owner": None}},
        ("nobody here is known as “No Such One”",),
    ),
    EverydayFile(
        "hubspot-crm-exports-deals.csv", HUBSPOT_DEALS,
        {"20123456789": {"amount": "1200.50", "currency": "USD", "stage": "closed_won", "owner": "Rick"},
         "20123456790": {"amount": "700.00", "stage": "qualification"}},
    ),
    EverydayFile(
        "report1764150000.csv", SALESFORCE,
        {"0065g00000ABCdE": {"amount": "1234.00", "currency": "EUR", "stage": "negotiation", "account": "Acme Inc"},
         "0065g00000ABCde": {"amount": "2000.00", "currency": "USD", "stage": "closed_won"}},
    ),
    EverydayFile(
        "deals-1-1.csv", PIPEDRIVE,
        {"31": {"name": "Roof", "amount": "1500.00", "stage": "closed_won", "owner": "Rick"},
         "32": {"name": "Door", "stage": "negotiation"}},
        ("“deleted” says neither won nor lost",),
    ),
    EverydayFile(
        "My Open Leads.csv", DYNAMICS,
        {"5c1e7f4a-0001-ee11-8f6e-000d3a123456": {"email": "dy1@acme.example", "account": "Acme Inc"}},
    ),
    EverydayFile(
        "Leads_2025.csv", ZOHO,
        {"zcrm_4876876000000349001": {"name": "Ann Lee", "owner": "Rick", "account": "Acme Inc",
                                      "properties.employees": 85}},
    ),
    EverydayFile("subscribed_segment_export.csv", MAILCHIMP, {"mc1@acme.example": {"name": "Ann Lee"}}),
    EverydayFile(
        "Contact form (Responses) - Form responses 1.csv", GOOGLE_FORMS,
        {"gf1@acme.example": {"name": "Ann Lee", "account": "Acme Inc", "created_at": "2025-11-26 09:00:00+00:00"},
         "gf2@acme.example": {"created_at": "2025-11-27 14:05:00+00:00"}},
    ),
    EverydayFile(
        "leads_export.csv", LINKEDIN.encode("utf-16"),
        {"li-000123": {"email": "li1@acme.example", "account": "Acme Inc", "properties.job_title": "Head of IT"}},
    ),
    EverydayFile(
        "Fall_Leads_2025-11-26.csv", FACEBOOK.encode("utf-16"),
        {"1234567890123456": {"name": "Ann Lee", "created_at": "2025-11-26 09:00:00+00:00",
                              "properties.phone": "+4915112345678"}},
    ),
    EverydayFile(
        "attendees.csv", EVENTBRITE,
        {"eb1@acme.example": {"name": "Ann Lee", "account": "Smith & Co"}, "eb2@acme.example": {"name": "Bob Ray"}},
        ("web pages",),
    ),
    EverydayFile(
        "kunden.txt", SAP,
        {"Müller GmbH": {"attributes.kunde": "0000100023", "attributes.umsatz": -1234.56}, "Meyer AG": {}},
        target="customers",
    ),
    EverydayFile(
        "DTVF_Debitoren.csv", DATEV.encode("cp1252"), {"da1@mueller.example": {}}, ("above the header",),
    ),
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
    EverydayFile(
        "Deals - Sheet1.csv", SHEETS,
        {"g1": {"amount": "1234.00", "currency": "USD", "closes_on": "2025-12-30"}, "g2": {"closes_on": None}},
        ("are not numbers",), rejected=1,
    ),
    EverydayFile("Leads-Tabelle 1.csv", NUMBERS, {"AN1": {"name": "Jörg Groß", "email": "an1@gross.example"}},
                 ("above the header",)),
    EverydayFile(
        "mixed.csv", MIXED,
        {"M1": {"name": "Jürgen Groß"}, "M2": {"name": "Zoë Müller"}, "M3": {"name": "José Peña"}},
        ("others in UTF-8",),
    ),
    EverydayFile("ragged.csv", RAGGED, {"R1": {"email": ""}, "R3": {"email": "rg3@a.example"}}, ("5 cells",), 1),
    EverydayFile("unclosed.csv", UNCLOSED, {"U2": {"name": "Bob"}}, ("never closed",), 1),
    EverydayFile("two.csv", TWO_TABLES, {"W1": {"name": "Ann"}, "W2": {"name": "Bob"}}, ("Another table begins",)),
    EverydayFile("deals.csv", UNITS, {"K1": {"amount": "1200000.00"}, "K2": {"amount": "850000.00", "currency": "EUR"},
                                      "K3": {"amount": "950.00"}}, ("in thousands or millions",)),
    EverydayFile("deals.csv", UNITS_DE, {"KD1": {"amount": "1200000.00", "currency": "EUR"},
                                         "KD2": {"amount": "90000.00", "currency": "EUR"}}, ("thousands or millions",)),
    EverydayFile("zones.csv", ZONES, {"Z1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                      "Z2": {"created_at": "2025-11-26 15:00:00+00:00"}}, ("IST",), 1),
    EverydayFile("js.csv", JAVASCRIPT, {"J1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                        "J2": {"created_at": "2025-11-27 15:00:00+00:00"}}),
    EverydayFile("locale.csv", LOCALE, {"T1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                        "T2": {"created_at": "2025-11-27 14:05:00+00:00"}}),
    EverydayFile("deals.csv", BRACKETS, {"B1": {"amount": "-1234.50"}, "B2": {"amount": "-99.00", "currency": "USD"}},
                 ("are not numbers",), 1),
    EverydayFile("scientific.csv", SCIENTIFIC, {"1.23E+15": {"name": "Ann"}}, ("digits are lost",)),
    EverydayFile("rtl.csv", RTL, {"A1": {"name": "محمد علي", "email": "r1@a.example"},
                                  "A2": {"name": "Zoë 🚀", "email": "r2@a.example"}}, ("without any width",)),
    EverydayFile("decomposed.csv", DECOMPOSED, {"D1": {"name": "Jürgen", "account": "Müller GmbH"},
                                                "D2": {"name": "Zoë", "account": "Müller GmbH"}}),
    EverydayFile("twice.csv", TWICE, {"TW1": {"name": "JÃ¼rgen"}}, ("wrong encoding",)),
    EverydayFile("contacts.csv", OUTLOOK,
                 {"ol1@acme.example": {"name": "Ann Lee", "properties.job_title": "Head of IT"}}),
    EverydayFile("events-export.csv", CALENDLY, {"ca1@acme.example": {"name": "Ann Lee"}}),
    EverydayFile("unified_customers.csv", STRIPE, {"cus_NffrFeUfNV2Hib": {"name": "Ann Lee"}}),
    EverydayFile("duplicates.csv", DUPLICATES, {"Q1": {"email": "du1@a.example", "properties.phone": "030 1"}}),
    EverydayFile("old.csv", OLD_DATES, {"O1": {"name": "Ann"}}, ("2065",)),
    EverydayFile("wide.csv", WIDE, {"V1": {"email": "wd1@a.example", "attributes.question_299": 299}}),
    EverydayFile("companies.csv", COMPANIES, {"Hooli Inc": {"domain": "hooli.example", "owner": "Rick",
                                                              "properties.employees": 1200}}),
    EverydayFile("Firmen.csv", COMPANIES_DE, {"Piper GmbH": {"domain": "piper.example", "owner": "Rick",
                                                               "properties.employees": 1200}}),
    EverydayFile("Kollegen.csv", PEOPLE_DE, {"Ute Groß": {"email": "ute@acme.example", "role": "rep"}}),
    EverydayFile("stage_history.csv", HISTORY, {}, ("No record has this id",), 2),
    EverydayFile("deal_property_history.csv", PROPERTY_HISTORY, {}, ("no stage is named for “5”",), 2),
    EverydayFile("xing.csv", XING, {"xi1@mueller.example": {"name": "Ute Groß", "properties.phone": "0221 1",
                                                            "properties.job_title": "Leiterin"}}),
    EverydayFile("leads_fr.csv", LEADS_FR, {"lf1@etoile.example": {"account": "Étoile SA", "source": "Salon",
                                            "properties.phone": "06 12 34 56 78", "properties.anrede": "Mme"}}),
    EverydayFile("pipeline.csv", FORECAST, {"Roof of 12": {"amount": "12500.00", "currency": "EUR", "owner": "Rick",
                                                           "closes_on": "2025-11-26", "stage": "negotiation"}}),
    EverydayFile("crm.csv", DELETED, {"de1": {"name": "Ann"}}, ("1 row deleted or archived",)),
    EverydayFile("side.csv", ON_ITS_SIDE, {}, ("lie on its side",), target="leads"),
    EverydayFile("beside.csv", BESIDE, {"BE1": {"name": "Ann"}}, ("stand beside the first",)),
    EverydayFile("subtotals.csv", SUBTOTALS, {"SU2": {"amount": "7.00"}}, ("Sums stand among the rows, as on line 3",)),
    EverydayFile("dots.csv", DOTS, {"DO1": {"created_at": "2025-11-25 23:00:00+00:00"},
                                    "DO2": {"created_at": "2025-11-27 09:00:00+00:00"}}),
    EverydayFile("affaires.csv", THIN, {"TH1": {"amount": "1234.50"}, "TH2": {"amount": "12500.00"}},
                 target="opportunities"),
    EverydayFile("again.csv", HEADER_TWICE, {"H1": {"name": "Ann"}}, ("stands again",)),
    EverydayFile(
        "deals.csv", ROLES,
        {"P1": {"owner": "Rick", "attributes.sdr": "Dana", "attributes.customer_success_manager": "Cleo",
                "attributes.created_by": "Ada"},
         "P2": {"owner": "Rick", "attributes.sdr": "Rosa", "attributes.customer_success_manager": "Nobody Known"}},
        ("Rosa is no longer active", "“Customer Success Manager”: nobody here is known as “Nobody Known”"),
    ),
)  # fmt: skip
