"""Files whose lines, cells and values are written in ways that are easily misread."""

from tests.imports.everyday import EverydayFile

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
TWICE = "Lead ID,Name,Email\nTW1,JÃ¼rgen,tw1@a.example\n"
DUPLICATES = "Lead ID,Email,Email,Phone,Phone,Name\nQ1,du1@a.example,du1b@a.example,030 1,0171 2,Ann\n"
OLD_DATES = "Lead ID,Name,Email,Birthday\nO1,Ann,od1@a.example,26/11/65\nO2,Bob,od2@a.example,03/04/58\n"
WIDE = (
    ",".join(["Lead ID", "Email", *(f"Question {number}" for number in range(300))])
    + "\n"
    + ",".join(["V1", "wd1@a.example", *map(str, range(300))])
    + "\n"
)
HEADER_TWICE = "Lead ID,Name,Email\nLead ID,Name,Email\nH1,Ann,ht1@a.example\n"
ON_ITS_SIDE = "Name,Ann Lee,Bob Ray\nEmail,os1@a.example,os2@a.example\nCompany,Acme Inc,Globex\nPhone,1,2\n"
BESIDE = "Lead ID,Name,,Lead ID,Name\nBE1,Ann,,BE2,Bob\nBE3,Cy,,BE4,Di\n"
SUBTOTALS = "Deal ID,Deal Name,Amount,Stage\nSU1,Roof,5,proposal\nSubtotal,,5,\nSU2,Door,7,proposal\n"
DOTS = "Lead ID,Name,Created\nDO1,Ann,2025.11.26\nDO2,Bob,2025.11.27 10:00\n"
DELETED = "id,Email,Full Name,deleted_at\nde1,de1@a.example,Ann,\nde2,de2@a.example,Bob,1764150000\n"
GROUPED = "Contact,,,Deal,,\nID,Name,Email,Title,Employees,Seniority\nTL1,Ann,tl1@a.example,CFO,5,VP\n"
LAKHS = 'Deal ID,Deal Name,Amount,Stage\nIN1,Roof,"₹ 12,34,567.00",proposal\nIN2,Door,"₹ 1,00,000.00",proposal\n'
TICKED = "Lead ID,Name,Demo requested\nTI1,Ann,✓\nTI2,Bob,✗\nTI3,Cy,\n"

NO_ADDRESSES = """Lead ID,Name,Email
NA1,Ann,mailto:na1@a.example
NA2,Bob,<NA2@a.example>
NA3,Cy,na3@a.example; na4@a.example
NA4,Di,na4(at)a.example
"""
CURRENCY_WORDS = "Deal ID,Name,Amount,Currency\nCW1,A,1,Euro\nCW2,B,2,US Dollar\nCW3,C,3,¥\nCW4,D,4,coins\n"
LONG = f"Lead ID,Email,Company\nLO1,lo1@a.example,{'A' * 300}\nLO2,lo2@a.example,Beta\n"

IN_LAYOUTS = (
    EverydayFile("grouped.csv", GROUPED, {"TL1": {"email": "tl1@a.example", "properties.job_title": "CFO"}},
                 ("1 line above the header",), target="leads"),
    EverydayFile("lakhs.csv", LAKHS, {"IN1": {"amount": "1234567.00", "currency": "INR"}}),
    EverydayFile("ticked.csv", TICKED, {"TI1": {"properties.demo_requested": True},
                                        "TI2": {"properties.demo_requested": False}}),
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
    EverydayFile("zones.csv", ZONES, {"Z1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                      "Z2": {"created_at": "2025-11-26 15:00:00+00:00"}}, ("IST",), 1),
    EverydayFile("js.csv", JAVASCRIPT, {"J1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                        "J2": {"created_at": "2025-11-27 15:00:00+00:00"}}),
    EverydayFile("locale.csv", LOCALE, {"T1": {"created_at": "2025-11-26 09:00:00+00:00"},
                                        "T2": {"created_at": "2025-11-27 14:05:00+00:00"}}),
    EverydayFile("deals.csv", BRACKETS, {"B1": {"amount": "-1234.50"}, "B2": {"amount": "-99.00", "currency": "USD"}},
                 ("are not numbers",), 1),
    EverydayFile("scientific.csv", SCIENTIFIC, {}, ("digits of this id are lost. 2 rows would be rejected",), 2),
    EverydayFile("odd.csv", NO_ADDRESSES, {"NA1": {"email": "na1@a.example"}, "NA2": {"email": "na2@a.example"}},
                 ("is no e-mail address. 2 rows would be rejected for values like it",), 2),
    EverydayFile("deals.csv", CURRENCY_WORDS, {"CW1": {"currency": "EUR"}, "CW2": {"currency": "USD"},
                                               "CW3": {"currency": "JPY"}}, ("'coins' is not a currency code",), 1),
    EverydayFile("long.csv", LONG, {"LO2": {"account": "Beta"}}, ("a cell has 300 letters and 255 fit",), 1),
    EverydayFile("twice.csv", TWICE, {"TW1": {"name": "JÃ¼rgen"}}, ("wrong encoding",)),
    EverydayFile("duplicates.csv", DUPLICATES, {"Q1": {"email": "du1@a.example", "properties.phone": "030 1"}}),
    EverydayFile("old.csv", OLD_DATES, {"O1": {"name": "Ann"}}, ("2065",)),
    EverydayFile("wide.csv", WIDE, {"V1": {"email": "wd1@a.example", "attributes.question_299": 299}}),
    EverydayFile("crm.csv", DELETED, {"de1": {"name": "Ann"}}, ("1 row deleted or archived",)),
    EverydayFile("side.csv", ON_ITS_SIDE, {}, ("lie on its side",), target="leads"),
    EverydayFile("beside.csv", BESIDE, {"BE1": {"name": "Ann"}}, ("stand beside the first",)),
    EverydayFile("subtotals.csv", SUBTOTALS, {"SU2": {"amount": "7.00"}}, ("Sums stand among the rows, as on line 3",)),
    EverydayFile("dots.csv", DOTS, {"DO1": {"created_at": "2025-11-25 23:00:00+00:00"},
                                    "DO2": {"created_at": "2025-11-27 09:00:00+00:00"}}),
    EverydayFile("again.csv", HEADER_TWICE, {"H1": {"name": "Ann"}}, ("stands again",)),
)  # fmt: skip
