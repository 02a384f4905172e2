"""Names, companies and sentences of the sample."""

FIRST = (
    "Luis Hanna Peter Mei Jonas Amara Tomas Elif Greta Ravi Olga Hugo Nadia Felix Yuki Marta Omar Ines Karl Lena"
).split()
LAST = "Ortega Vogel Gibbons Tanaka Meyer Diallo Novak Kaya Lund Iyer Petrov Silva Rossi Weber Sato Lopez Aziz".split()
COMPANY = "Northwind Globex Initech Umbra Hooli Vandelay Wayfare Soylent Stark Wonka Cyber Aperture Tyrell".split()
SUFFIX = "Robotics Traders Health Logistics Foods Energy Labs Systems Media Bank".split()
SOURCES = ("Website", "Webinar", "Partner", "Event", "Paid search", "Outbound")
INDUSTRIES = ("Software", "Manufacturing", "Healthcare", "Retail", "Finance")
USE_CASES = ("Lead routing", "Forecasting", "Handoffs", "Scorecard")
PRODUCTS = ("Starter", "Team", "Enterprise")
REASONS = ("unable_to_reach", "unable_to_reach", "no_interest", "no_budget", "duplicate", "already_engaged", "junk")
LOSSES = ("price", "competitor", "no_decision", "timing", "missing_feature")
GOALS = (
    "Halve the time from lead to first call",
    "One definition of a qualified lead for both teams",
    "A forecast the board believes",
    "No handoff without an owner",
)
PROMISES = ("SSO in the first quarter", "Import of the old CRM by us", "A named contact for the first year")
RISKS = ("Champion may change teams", "IT has its own roadmap until spring", "Procurement is slow")
STORIES = (
    {
        "offer": "Case study",
        "story": "Two people answer now what five answered before, on the same day",
        "consent": "Name, logo and figures, after they have read it",
    },
    {
        "offer": "Reference call",
        "story": "The board trusts the forecast since the second quarter",
        "consent": "Two calls a quarter, with notice of a week",
    },
    {
        "offer": "Referral",
        "story": "Told their sister company that no lead is lost any more",
        "consent": "We may write to the head of sales there and name them",
    },
)
SIGNALS = (
    "Asked for seats for a second region",
    "The logistics team wants to join",
    "Uses nine tenths of the seats",
)
OUTCOMES = {  # what managers write when they close a task, by its kind
    "returned": ("Address corrected, offered again", "Number found, offered again", "Asked the partner for the data"),
    "first_touch": ("Called together, meeting on Thursday", "Reached, demo next week", "Left a message and wrote"),
}
RENEWALS = (  # what customer success knows of a renewal, for who negotiates it
    {"use": "Every team works in it daily", "risks": "A new head of finance looks at every contract"},
    {"use": "Two of three teams, the third from spring", "risks": "They compare prices"},
    {"use": "Reports go to their board each month", "risks": "None that we know of"},
)
STEPS = ("Done, notes are on the record", "Spoke with the customer, all well", "Sent, they answer by Friday")
USUAL_OUTCOMES = (
    "Spoke to the assignee: will answer today",
    "Took over the first call myself",
    "Was at a customer all day; done now",
    "Moved two accounts to a colleague",
)
