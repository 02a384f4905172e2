"""Files whose cells look like something else, or can be read in two ways: what is meant is taken, or it is told."""

from tests.imports.everyday import EverydayFile

CODES = """Lead ID,Name,Email,Product code,App version,Release,Gender,Billing land,Fax,SIREN,Batch,VIP,Spam
DC1,Ann,dc1@a.example,1E5,1.10,1.2.34,F,NO,555 123,123 456 789,3E4,yes,No
DC2,Bob,dc2@a.example,2E7,1.9,2.10.15,F,NO,444 567,732 829 320,2E4,no,No
"""
HEADER_CURRENCY = "Deal ID,Name,Amount (PLN)\nHC1,A,120.50\n"
HEADER_CURRENCY_DE = "Deal-ID;Bezeichnung;Betrag in €;Phase\nHD1;A;1.120,50;proposal\n"
THOUSANDS = "Deal ID,Name,Amount ($000)\nTO1,A,12.50\nTO2,B,1.234\nTO3,C,99.90\n"
NEIGHBOURS = """Deal ID,Name,Close Date,Created,Contract signed
NE1,A,12/31/2025,03/04/2025,03/04/2025
NE2,B,11/15/2025,05/06/2025,05/06/2025
"""
NO_NEIGHBOUR = "Deal ID,Name,Contract signed,Turnover\nNN1,A,03/04/2025,1.234\nNN2,B,05/06/2025,2.500\n"
YEAR_FIRST = """Deal ID,Name,Close Date,VAT
YF1,A,26/03/31,123.456.789
YF2,B,26/04/05,987.654.321
YF3,C,26/06/15,
"""
FIRST_DAYS = "Deal ID,Name,Close Date,Created\nFD1,A,31-12-25,1970-01-01\nFD2,B,05-01-26,2025-05-01\n"
ZONE = """Lead ID,Name,Email,Created (EST)
ZO1,A,zo1@a.example,2025-11-26 23:30
ZO2,B,zo2@a.example,2025-11-27 11:00
"""
ZONE_OF_SEVERAL = "Lead ID,Name,Email,Created (IST)\nZS1,A,zs1@a.example,2025-11-26 23:30\n"
PORTUGUESE = """ID do negócio;Nome do negócio;Empresa;Valor;Moeda;Fase;Data de fechamento;Proprietário;Demo requested
PT1;Telhado;Lua SA;1.234,56;BRL;Ganho;31 de dezembro de 2025;Rick;Sim
PT2;Porta;Lua SA;99,00;BRL;Perdido;5 de setembro de 2025;Rick;Não
"""
ITALIAN = """Codice cliente;Nome;Cognome;E-mail;Azienda;Telefono;Data creazione
0017;Ugo;Rossi;it1@sole.example;Sole SpA;06 12345;3 maggio 2025
"""
MOVED = "id,company,city,notes\nMV1,Moved, Inc,Berlin,\nMV2,Globex,Bonn,hi\nMV3,Hooli,Kiel,yo\n"
SWALLOWED = 'id,company,city,notes\nSW1,"Acme,Berlin,x\nSW2,Globex",Bonn,hi\nSW3,Hooli,Kiel,yo\n'
CONTROL = "id,name,email\nCO1,A\x01\x1bn\x0bn,co1@a.example\nCO1,Ann,co1@a.example\n"
SALES_REP = """Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Sales rep,Amount,Expected Close Date
SR1,Roof,Contract Sent (Sales Pipeline),2025-06-30,Rick,Mona,100,2025-06-01
SR2,Door,Closed Won (Sales Pipeline),2025-06-30,Rick,Mona,200,2025-06-02
,,,,,,300,
"""
WON_TIME = "Deal ID,Name,Won time,Status\nWO1,A,2025-03-15 10:00:00,won\nWO2,B,,open\n"
FRENCH_DEALS = """ID de la transaction;Nom de la transaction;Montant;Étape de la transaction;Date de fermeture prévue;\
Propriétaire de la transaction;Client potentiel
FR15;Toit;1 000,50;Gagnée;31/12/2025 10:00;Rick;Mars SA
"""
HISTORY_DE = "deal_id;neue_phase;geändert am;geändert von\nHI1;Angebot;01.02.2025 10:00;Rick\n"
FLOATS = "Lead ID,Name,Email,Currency\n1001.0,A,fl1@a.example,EUR\n1002.0,B,fl2@a.example,XYZ\n"
UTF_32 = "id;name;email\r\nUT1;Zoë;ut1@a.example\r\n"
IN_DOUBT = (
    EverydayFile("codes.csv", CODES, {
        "DC1": {"attributes.product_code": "1E5", "attributes.app_version": "1.10", "attributes.release": "1.2.34",
                "attributes.gender": "F", "attributes.billing_land": "NO", "attributes.fax": "555 123",
                "attributes.siren": "123 456 789", "attributes.batch": "3E4", "attributes.vip": True,
                "attributes.spam": False}}),
    EverydayFile("deals.csv", HEADER_CURRENCY, {"HC1": {"amount": "120.50", "currency": "PLN"}}),
    EverydayFile("deals.csv", HEADER_CURRENCY_DE, {"HD1": {"amount": "1120.50", "currency": "EUR"}}),
    EverydayFile("deals.csv", THOUSANDS, {"TO1": {"amount": "12.50"}},
                 ("speaks of “$000”", "“1.234” is read as 1.234; the others have fewer decimals")),
    EverydayFile("deals.csv", NEIGHBOURS, {
        "NE1": {"closes_on": "2025-12-31", "created_at": "2025-03-03 23:00:00+00:00",
                "attributes.contract_signed": "2025-03-04"}}, target="opportunities"),
    EverydayFile("deals.csv", NO_NEIGHBOUR, {"NN1": {"name": "A"}},
                 ("“Contract signed”: DD/MM/YYYY and MM/DD/YYYY both fit", "“Turnover”: “1.234” is read as 1.234")),
    EverydayFile("deals.csv", YEAR_FIRST, {"YF1": {"closes_on": "2026-03-31"}, "YF2": {"closes_on": "2026-04-05"}},
                 ("YY/MM/DD and DD/MM/YY both fit", "“VAT”: “123.456.789” is read as"), target="opportunities"),
    EverydayFile("deals.csv", FIRST_DAYS, {"FD1": {"closes_on": "2025-12-31"}},
                 ("“1970-01-01” is what programs write for no day",), target="opportunities"),
    EverydayFile("zone.csv", ZONE, {"ZO1": {"created_at": "2025-11-27 04:30:00+00:00"}}),
    EverydayFile("zones.csv", ZONE_OF_SEVERAL, {}, ("names a time zone; its times are read as of Europe/Berlin",)),
    EverydayFile("negocios.csv", PORTUGUESE, {
        "PT1": {"name": "Telhado", "account": "Lua SA", "amount": "1234.56", "currency": "BRL", "stage": "closed_won",
                "closes_on": "2025-12-31", "owner": "Rick", "properties.demo_requested": True},
        "PT2": {"stage": "closed_lost", "closes_on": "2025-09-05", "properties.demo_requested": False}},
        target="opportunities"),
    EverydayFile("clienti.csv", ITALIAN, {
        "0017": {"name": "Ugo Rossi", "account": "Sole SpA", "properties.phone": "06 12345",
                 "created_at": "2025-05-02 22:00:00+00:00"}}, target="leads"),
    EverydayFile("moved.csv", MOVED, {"MV2": {"account": "Globex"}}, ("1 row has more cells than the header",),
                 target="leads"),
    EverydayFile("swallowed.csv", SWALLOWED, {"SW3": {"account": "Hooli"}}, ("line 2 holds what looks like rows",),
                 target="leads"),
    EverydayFile("control.csv", CONTROL, {"CO1": {"name": "Ann"}},
                 ("control characters", "1 row more of records that other rows name, as “CO1”")),
    EverydayFile("deals.csv", SALES_REP, {
        "SR1": {"owner": "Rick", "stage": "negotiation", "closes_on": "2025-06-30"}, "SR2": {"stage": "closed_won"}},
        ("“300”", "“Expected Close Date” also names the")),
    EverydayFile("deals.csv", WON_TIME, {"WO1": {"stage": "closed_won"}}),
    EverydayFile("deals.csv", FRENCH_DEALS, {
        "FR15": {"name": "Toit", "amount": "1000.50", "stage": "closed_won", "closes_on": "2025-12-31", "owner": "Rick",
                 "account": "Mars SA"}}, target="opportunities"),
    EverydayFile("verlauf.csv", HISTORY_DE, {}, ("No record has this id",), 1),
    EverydayFile("floats.csv", FLOATS, {}, ("every value ends in “.0”", "“XYZ” is none of the usual currencies")),
    EverydayFile("utf32.csv", UTF_32.encode("utf-32"), {"UT1": {"name": "Zoë"}}),
)  # fmt: skip
