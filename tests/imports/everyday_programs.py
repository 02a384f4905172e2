"""Files as programs write them: HubSpot, Salesforce, SAP, forms, mail and calendars."""

from tests.imports.everyday import EverydayFile

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
SHEETS = """Deal ID,Deal Name,Amount,Hot,Close Date,Stage
g1,Roof,"$1,234.00",TRUE,12/30/2025,#REF!
g2,#REF!,#N/A,FALSE,#VALUE!,proposal
g3,Door,Loading...,FALSE,1/15/2026,proposal
"""
NUMBERS = """Tabelle 1;;;
Lead-Nr;Vorname;Nachname;E-Mail
AN1;Jörg;Groß;an1@gross.example
"""
OUTLOOK = """Title,First Name,Last Name,Company,Job Title,Business Phone,Mobile Phone,E-mail Address,E-mail 2 Address
Dr.,Ann,Lee,Acme Inc,Head of IT,030 1,0171 2,ol1@acme.example,ol1b@acme.example
"""
CALENDLY = """Event Type Name,Start Date & Time,Invitee Name,Invitee Email,Invitee Time Zone,Canceled
Intro,"Wednesday, November 26, 2025 10:00 AM",Ann Lee,ca1@acme.example,Europe/Berlin,No
"""
STRIPE = """id,Description,Email,Name,Created (UTC),Delinquent,Total Spend,Payment Count
cus_NffrFeUfNV2Hib,,st1@acme.example,Ann Lee,2025-11-26 10:00,false,1234.50,3
"""
HISTORY = """Opportunity ID,Stage,Created Date,Created By
SH1,Prospecting,2025-01-02 10:00,Rick
SH1,Closed Won,2025-02-02 10:00,Rick
"""
XING = """Anrede;Titel;Vorname;Nachname;Position;Firma;E-Mail geschäftlich;Telefon geschäftlich;Geburtsdatum
Frau;Dr.;Ute;Groß;Leiterin;Müller GmbH;xi1@mueller.example;0221 1;01.02.1965
"""
PROPERTY_HISTORY = (
    "deal_id,name,timestamp,value\nPH1,dealstage,2025-01-02 10:00,closedwon\nPH1,amount,2025-01-02 10:00,5\n"
)
DYNAMICS_OPEN = """Topic,Potential Customer,Est. Close Date,Est. Revenue,Probability,(Do Not Modify) Opportunity
Roof,Hooli BV,11/30/2025,"€1,234.00",60,7a1e7f4a-0001-ee11-8f6e-000d3a000001
"""
SAP_ORDERS = """Verk.Beleg;Auftraggeber;Nettowert;Währg;Angelegt am
0000012345;Meyer AG;1.234,50-;EUR;26.11.2025
0000012346;Kunz AG;12.900,00;EUR;27.11.2025
"""

OF_PROGRAMS = (
    EverydayFile("Open Opportunities.csv", DYNAMICS_OPEN,
                 {"7a1e7f4a-0001-ee11-8f6e-000d3a000001": {"name": "Roof", "account": "Hooli BV", "amount": "1234.00",
                                                           "currency": "EUR", "closes_on": "2025-11-30"}}),
    EverydayFile("auftraege.csv", SAP_ORDERS,
                 {"0000012345": {"amount": "-1234.50", "currency": "EUR", "account": "Meyer AG"}},
                 target="opportunities"),
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
        "Deals - Sheet1.csv", SHEETS,
        {"g1": {"amount": "1234.00", "currency": "USD", "closes_on": "2025-12-30"}, "g2": {"closes_on": None}},
        ("are not numbers",), rejected=1,
    ),
    EverydayFile("Leads-Tabelle 1.csv", NUMBERS, {"AN1": {"name": "Jörg Groß", "email": "an1@gross.example"}},
                 ("above the header",)),
    EverydayFile("contacts.csv", OUTLOOK,
                 {"ol1@acme.example": {"name": "Ann Lee", "properties.job_title": "Head of IT"}}),
    EverydayFile("events-export.csv", CALENDLY, {"ca1@acme.example": {"name": "Ann Lee"}}),
    EverydayFile("unified_customers.csv", STRIPE, {"cus_NffrFeUfNV2Hib": {"name": "Ann Lee"}}),
    EverydayFile("stage_history.csv", HISTORY, {}, ("No record has this id",), 2),
    EverydayFile("deal_property_history.csv", PROPERTY_HISTORY, {}, ("no stage is named for “5”",), 2),
    EverydayFile("xing.csv", XING, {"xi1@mueller.example": {"name": "Ute Groß", "properties.phone": "0221 1",
                                                            "properties.job_title": "Leiterin"}}),
)  # fmt: skip
